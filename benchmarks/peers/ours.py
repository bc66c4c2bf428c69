"""Our model: the whole month, compiled; the reference plan of a made-up town.

Everybody is counted every month, as the twin and NumPy do (which also count whom measures could
reach; ours only where a measure asks). A study counts once a year, which another row shows.
"""

from __future__ import annotations

from benchmarks.municipalities import town_of
from benchmarks.peers.peer import arguments, measure
from sim.model import QuartierModel, settled_population
from sim.residents import ALIVE

COMPUTES = "the whole month: all rules, ties, queues, costs, 48 indicators by district, age, group"


RUNS_A_MEASUREMENT = 5
"""Months of ours are short: so many times as many are timed, a whole run to 2030."""


def main(threads: int = 1, name: str = "ours, 1 thread", every_month: bool = True) -> None:
    """Time the model.

    Args:
        threads: that share the rows.
        name: in the table.
        every_month: count everybody every month, and not only when asked.
    """
    chosen = arguments()
    town = town_of(chosen.residents)
    model = QuartierModel(
        town, "reference", population=settled_population(town), collect=False, threads=threads
    )

    def step() -> None:
        model.step()
        if every_month:
            model.state.count_everybody(model.crew)

    measure(
        name,
        "",
        step,
        lambda: int((model.state.columns.status == ALIVE).sum()),
        chosen.months * RUNS_A_MEASUREMENT,
        COMPUTES,
        "nothing" if every_month else "nothing; counted when asked, as a study does",
    )
    model.crew.close()


if __name__ == "__main__":
    main()
