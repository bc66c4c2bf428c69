"""Vectorised NumPy: the whole month over columns, the same rules, draws and bits.

`benchmarks/vectorised` is the model a third time, a file a stage; `tests/test_benchmarks.py`
compares it with our model in every column, count and euro.
"""

from __future__ import annotations

import numpy as np

from benchmarks.municipalities import town_of
from benchmarks.peers.ours import COMPUTES
from benchmarks.peers.peer import arguments, measure
from benchmarks.vectorised.model import VectorisedModel
from sim.model import settled_population


def main() -> None:
    """Time the vectorised model."""
    chosen = arguments()
    town = town_of(chosen.residents)
    model = VectorisedModel(town, "reference", population=settled_population(town))
    measure(
        "NumPy, same rules",
        np.__version__,
        model.step,
        lambda: model.total("residents"),
        chosen.months,
        COMPUTES,
        "nothing; same bits",
    )


if __name__ == "__main__":
    main()
