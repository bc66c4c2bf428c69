"""Many paired runs: what the workshop waits for, and how much of it is arithmetic.

    python -m benchmarks.ensemble
    python -m benchmarks.ensemble --quick

A town of 15,700 residents, read from a folder like a planner's, two plans: nothing new, and a
meeting point from January 2027. A *paired replication* is one draw of the assumptions and one
course of chance, simulated under both plans for 60 months. Measured:

* a whole study as `quartier compare` does it: tables solved for every draw, months that the plans
  share simulated once, results stored as Parquet; on as many threads as there are cores;
* the same runs without sharing months and without storing: every month of every run;
* of one run, the share of the time that is not spent in compiled code (Python, Mesa, and handing
  over; the columns are unpacked inside the compiled calls and count there).
"""

from __future__ import annotations

import argparse
import importlib
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import cores, median
from sim import study
from sim.model import QuartierModel, settled_population, simulate, town_by_name
from sim.study.design import Design
from sim.town import Town, read_town
from sim.town.finding import find_national
from tests.towns import MEETING_POINT, write_town

RESIDENTS, DISTRICTS = 15_700, 5
SIZES = (20, 200)
REPEATS = {20: 5, 200: 3}
SEEDS = 2
COMPILED_IN = ("sim.month", "sim.setting_up", "sim.model", "sim.together", "sim.costs")
"""Modules that call compiled stages."""


@contextmanager
def town_in_a_folder(residents: int) -> Iterator[Town]:
    """A town read from a folder, which is there as long as this is open, with a plan for 2027."""
    with tempfile.TemporaryDirectory() as folder:
        plans = {"meeting_point": MEETING_POINT}
        yield read_town(
            write_town(
                Path(folder) / "werkstatt", residents=residents, places=DISTRICTS, plans=plans
            ),
            find_national(town_by_name("herrenberg").folder),
        )


@dataclass(frozen=True)
class Ensemble:
    """Time of many paired runs.

    Attributes:
        replications: pairs.
        residents, months: of each run.
        threads: that worked.
        study: seconds of a study as a planner runs it, median of the repeats.
        plain: seconds of the same runs, nothing shared and nothing stored.
    """

    replications: int
    residents: int
    months: int
    threads: int
    study: float
    plain: float

    @property
    def nanoseconds(self) -> float:
        """Of a resident-month of one run, seen from outside, when nothing is shared."""
        return self.plain / (2 * self.replications * self.residents * self.months) * 1e9


@dataclass(frozen=True)
class Overhead:
    """Where the time of one run goes.

    Attributes:
        residents: of the town.
        months: simulated.
        run: seconds of a run, from the copy of the residents to the outcome; median.
        steps: seconds of its months alone.
        compiled_run, compiled_steps: seconds of these in compiled calls.
    """

    residents: int
    months: int
    run: float
    steps: float
    compiled_run: float
    compiled_steps: float

    @property
    def outside_run(self) -> float:
        """Share of a run that is not spent in compiled calls."""
        return 1.0 - self.compiled_run / self.run

    @property
    def outside_steps(self) -> float:
        """Share of the months that is not spent in compiled calls."""
        return 1.0 - self.compiled_steps / self.steps


def measure_ensemble(town: Town, replications: int, repeats: int) -> Ensemble:
    """Run the paired replications as a study and plainly."""
    plans = ("reference", "meeting_point")
    population = settled_population(town)
    threads = cores()
    draws = replications // SEEDS
    studies, plains = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            study.compare(town, plans, draws=draws, seeds=SEEDS, results=folder, workers=threads)
            studies.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        tasks = Design(tuple(town.plans[name] for name in plans), "reference", draws, SEEDS).tasks()

        def run(task: Any) -> None:
            values = town.ledger.draw(1, task.draw)
            for name in plans:
                simulate(
                    town, town.plans[name], values=values, seed=task.seed, population=population
                )

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, tasks))
        plains.append(time.perf_counter() - begin)
    return Ensemble(
        replications, population.size, town.months, threads, median(studies), median(plains)
    )


class _Clock:
    """Adds up the time of calls from outside; a call inside another counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.depth = 0

    def watch(self, function: Any) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            self.depth += 1
            begin = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.depth -= 1
                if self.depth == 0:
                    self.seconds += time.perf_counter() - begin

        return timed


@contextmanager
def compiled_calls_timed() -> Iterator[_Clock]:
    """Time every compiled function that the model's modules call, while this is open."""
    clock = _Clock()
    replaced = []
    for name in COMPILED_IN:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for attribute, value in list(vars(module).items()):
            if hasattr(value, "py_func") and hasattr(value, "signatures"):
                replaced.append((module, attribute, value))
                setattr(module, attribute, clock.watch(value))
    try:
        yield clock
    finally:
        for module, attribute, value in replaced:
            setattr(module, attribute, value)


def measure_overhead(town: Town, repeats: int) -> Overhead:
    """Time runs of the reference plan with a watch on every compiled call."""
    population = settled_population(town)
    plan = town.plans["reference"]
    simulate(town, plan, population=population)
    runs, steps, in_runs, in_steps = [], [], [], []
    with compiled_calls_timed() as clock:
        for seed in range(1, repeats + 1):
            clock.seconds = 0.0
            begin = time.perf_counter()
            simulate(town, plan, seed=seed, population=population)
            runs.append(time.perf_counter() - begin)
            in_runs.append(clock.seconds)
            model = QuartierModel(town, plan, seed, population=population, collect=False)
            clock.seconds = 0.0
            begin = time.perf_counter()
            while model.running:
                model.step()
            steps.append(time.perf_counter() - begin)
            in_steps.append(clock.seconds)
    return Overhead(
        population.size, town.months, median(runs), median(steps), median(in_runs), median(in_steps)
    )


@dataclass(frozen=True)
class Result:
    """All that was measured."""

    ensembles: tuple[Ensemble, ...]
    overhead: Overhead


def measure(quick: bool = False, tell: Callable[[str], None] = print) -> Result:
    """Measure everything; `quick` is for trying."""
    residents = RESIDENTS // 8 if quick else RESIDENTS
    ensembles = []
    with town_in_a_folder(residents) as town:
        tell(f"overhead at {residents:,} residents")
        overhead = measure_overhead(town, 2 if quick else 9)
        for number in (4,) if quick else SIZES:
            tell(f"{number} paired replications")
            ensembles.append(measure_ensemble(town, number, 1 if quick else REPEATS[number]))
    return Result(tuple(ensembles), overhead)


def report(result: Result) -> list[str]:
    """The result in lines of text."""
    lines = ["paired replications  residents  threads   study, s   every month, s   ns/rm"]
    for one in result.ensembles:
        lines.append(
            f"{one.replications:19}{one.residents:11,}{one.threads:9}{one.study:11.2f}"
            f"{one.plain:17.2f}{one.nanoseconds:8.1f}"
        )
    one = result.overhead
    lines += [
        "",
        f"one run of {one.residents:,} residents: {one.run:.4f} s, "
        f"{one.outside_run:.1%} of it outside compiled code",
        f"its {one.months} months alone: {one.steps:.4f} s, {one.outside_steps:.1%} outside",
    ]
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="for trying; numbers mean little")
    print("\n".join(report(measure(parser.parse_args().quick))))


if __name__ == "__main__":
    main()
