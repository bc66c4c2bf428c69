"""Our model, runs side by side on two threads, as every study goes about it.

Each thread has several runs one after the other: one takes 30 ms, of which the system may spend
some until it has spread two new threads over two cores.
"""

from __future__ import annotations

import threading
import time

from benchmarks.municipalities import town_of
from benchmarks.peers.ours import COMPUTES, RUNS_A_MEASUREMENT
from benchmarks.peers.peer import arguments, tell
from sim.model import QuartierModel, settled_population
from sim.residents import ALIVE

THREADS = 2
RUNS_OF_A_THREAD = 8


def main() -> None:
    """Time runs with other seeds; the time counts from all ready to all done."""
    chosen = arguments()
    town = town_of(chosen.residents)
    population = settled_population(town)
    months = chosen.months * RUNS_A_MEASUREMENT
    ready = threading.Barrier(THREADS + 1)
    resident_months = [0] * THREADS

    def run(number: int) -> None:
        seeds = range(number * RUNS_OF_A_THREAD, (number + 1) * RUNS_OF_A_THREAD)
        models = [
            QuartierModel(town, "reference", seed + 1, population=population, collect=False)
            for seed in seeds
        ]
        for model in models:
            model.step()
        ready.wait()
        for model in models:
            rows = 0
            for _ in range(months):
                rows += model.state.rows
                model.step()
                model.state.count_everybody(model.crew)
            # Rows in use and residents differ by the few rows that are free for newcomers.
            last = int((model.state.columns.status == ALIVE).sum())
            resident_months[number] += rows * last // max(1, model.state.rows)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for one in threads:
        one.start()
    ready.wait()
    begin = time.perf_counter()
    for one in threads:
        one.join()
    seconds = time.perf_counter() - begin
    tell(
        "ours, two runs on 2 threads", "", population.size, months, seconds, sum(resident_months),
        population.size, COMPUTES, "nothing",
    )  # fmt: skip


if __name__ == "__main__":
    main()
