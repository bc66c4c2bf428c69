"""Plain Mesa: the twin, one object a resident, the same rules as plain Python, the same bits.

Computes the whole month. Draws are Philox4x32-7 in Python's integers, as everything else.
"""

from __future__ import annotations

import mesa

from benchmarks.municipalities import town_of
from benchmarks.peers.ours import COMPUTES
from benchmarks.peers.peer import arguments, measure
from benchmarks.plain_mesa import PlainModel
from sim.model import settled_population


def main() -> None:
    """Time the twin."""
    chosen = arguments()
    town = town_of(chosen.residents)
    model = PlainModel(town, "reference", population=settled_population(town))
    measure(
        "plain Mesa (twin)",
        mesa.__version__,
        model.step,
        lambda: len(model.people),
        chosen.months,
        COMPUTES,
        "nothing; same bits",
    )


if __name__ == "__main__":
    main()
