"""What the engine around the simulations costs: sharing out, storing, starting workers.

    python -m benchmarks.overhead
    python -m benchmarks.overhead --runs 40 --repeats 1

A *run* is one simulation of Herrenberg under one plan for all months of the town; two plans share a
task, as in `quartier compare`. Measured in turns, so that a busy moment of the machine hits both:

* the bare loop: the same draws, tables and simulations on as many threads as there are cores, and
  nothing else: no result is stored, nobody is told;
* the study with each executor: tasks shared out, results stored as Parquet and forced to the disk,
  progress told, the manifest written, everything read again at the end.

The overhead is the study's time over the mean of the bare loops before and after it, and of these
the median: a machine that grows slower from minute to minute does not count for or against the
engine. `start` is the part of it before the first task: workers of Dask import the program, take
over the residents and load compiled code. Plain processes do that with their first task, so theirs
is in the study's time but not in this column.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.machine import cores, median
from sim import study
from sim.model import settled_population, town_by_name
from sim.rates.migration import draw
from sim.study.design import Design, choose_plans
from sim.study.pools import DASK, EXECUTORS
from sim.study.run import compile_once, solve_prepared
from sim.together import simulate_together

TOWN = "herrenberg"
PLANS = ("reference", "meeting_point")
RUNS = 1_000
SEEDS = 2
REPEATS = 3
TARGET = 0.05
"""Share of the run time the engine may cost."""


@dataclass(frozen=True)
class Row:
    """One executor against the bare loop.

    Attributes:
        executor: name.
        runs: simulations.
        bare: seconds of the bare loop, median of the repeats.
        whole: seconds of the study, median.
        overheads: by repeat, share of the bare loop's time that the study takes longer.
        start: seconds of it before the first task was begun, median.
    """

    executor: str
    runs: int
    bare: float
    whole: float
    overheads: tuple[float, ...]
    start: float

    @property
    def overhead(self) -> float:
        """The median of the repeats."""
        return median(self.overheads)


def bare_loop(town: Any, draws: int, population: Any, threads: int) -> float:
    """Seconds of the simulations alone."""
    plans, reference = choose_plans(town, PLANS, None)
    tasks = Design(plans, reference, draws, SEEDS).tasks()

    def run(task: Any) -> None:
        values = draw(town, 1, task.draw)
        tables = solve_prepared(town, values)
        for _ in simulate_together(
            town, plans, values=values, seed=task.seed, population=population, tables=tables
        ):
            pass

    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, tasks):
            pass
    return time.perf_counter() - begin


def whole_study(town: Any, draws: int, executor: str, threads: int) -> tuple[float, float]:
    """Seconds of the study, and of these before its first task."""
    told: list[float] = []

    def progress(state: study.Progress) -> None:
        if not told and state.seconds_left is not None:
            # Time since the first task was begun is in the state.
            told.append(time.perf_counter() - begin - state.elapsed)

    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        study.compare(
            town, PLANS, draws, SEEDS, results=folder, executor=executor, workers=threads,
            progress=progress,
        )  # fmt: skip
        return time.perf_counter() - begin, told[0]


def measure(
    runs: int, repeats: int, executors: Sequence[str], tell: Callable[[str], None] = print
) -> list[Row]:
    """Measure each executor in turns with the bare loop."""
    town = town_by_name(TOWN)
    population = settled_population(town)
    compile_once(town)
    draws = max(2, runs // (SEEDS * len(PLANS)))
    threads = cores()
    bare_loop(town, 2, population, threads)
    rows = []
    for executor in executors:
        bares, wholes, starts = [bare_loop(town, draws, population, threads)], [], []
        for number in range(repeats):
            tell(f"{executor}: {number + 1} of {repeats}")
            whole, start = whole_study(town, draws, executor, threads)
            wholes.append(whole)
            starts.append(start)
            bares.append(bare_loop(town, draws, population, threads))
        around = [sum(pair) / 2 for pair in pairwise(bares)]
        overheads = tuple(study / bare - 1 for study, bare in zip(wholes, around, strict=True))
        number = draws * SEEDS * len(PLANS)
        rows.append(Row(executor, number, median(bares), median(wholes), overheads, median(starts)))
    return rows


def report(rows: Sequence[Row]) -> list[str]:
    """The result in lines of text."""
    lines = [
        "executor      runs   bare loop, s   study, s   overhead   lowest – highest"
        "   of it start, s   target"
    ]
    for row in rows:
        met = "met" if row.overhead < TARGET else "not met"
        lines.append(
            f"{row.executor:10}{row.runs:8,}{row.bare:15.2f}{row.whole:11.2f}"
            f"{row.overhead:11.1%}{min(row.overheads):9.1%} – {max(row.overheads):6.1%}"
            f"{row.start:17.2f}   {met}"
        )
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="simulations of each study")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--executors", nargs="+", default=["threads", "processes", DASK],
                        choices=[one for one in EXECUTORS if one != "serial"])  # fmt: skip
    parser.add_argument("--out", type=Path, help="a file to write the table to as well")
    given = parser.parse_args()
    lines = report(measure(given.runs, given.repeats, given.executors))
    print("\n".join(lines))
    if given.out is not None:
        given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
