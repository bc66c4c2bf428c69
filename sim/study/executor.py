"""Where tasks are worked off: threads, processes or one after the other, with one interface.

Threads are the default: the compiled month releases Python's global lock, so the one population
is shared by all runs without a copy. Processes serve rules that are run as plain Python. The
result is the same everywhere, because a task is a pure function of the job and its number.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from sim.study.design import Task
from sim.study.errors import StudyError

if TYPE_CHECKING:
    from sim.model import Outcome
    from sim.town.plan import Plan
    from sim.town.town import Town

EXECUTORS = ("threads", "processes", "serial")


class Simulate(Protocol):
    """The function that simulates one plan; `sim.model.simulate` or a stand-in."""

    def __call__(
        self,
        town: Town,
        plan: Plan,
        *,
        values: dict[str, float] | None,
        seed: int,
        population: object,
        tables: object,
        should_stop: Callable[[], bool] | None,
    ) -> Outcome:
        """Simulate `plan` in `town`."""


class Flag(Protocol):
    """An event that threads or processes share."""

    def is_set(self) -> bool:
        """Whether it was set."""

    def set(self) -> None:
        """Set it."""


@dataclass(frozen=True)
class Failure:
    """A simulation that ended with an error: a result like any other, and no end of the batch.

    Attributes:
        draw: number of the draw.
        seed_index: number of the course of chance.
        seed: the seed, to simulate it again alone.
        plan: name of the plan, empty if the tables of the draw could not be solved.
        error: kind of error.
        message: its text.
        where: file and line of the program.
    """

    draw: int
    seed_index: int
    seed: int
    plan: str
    error: str
    message: str
    where: str


@dataclass(frozen=True)
class TaskResult:
    """What became of a task: one outcome per plan, or a failure."""

    task: Task
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None


class Stopped(Exception):
    """A task was given up on request."""


@dataclass(frozen=True)
class Job:
    """All that tasks share, read only.

    Attributes:
        town: the town.
        plans: plans to simulate in each task.
        population: the one synthetic population, or whatever `simulate` takes for it.
        values: drawn values of the assumptions, by number of the draw.
        simulate: simulates one plan.
        solve_tables: solves the tables of one draw.
        simulate_together: simulates all plans of a task, sharing what they have in common; None
            to simulate each by itself.
    """

    town: Town
    plans: tuple[Plan, ...]
    population: object
    values: Mapping[int, dict[str, float]]
    simulate: Simulate
    solve_tables: Callable[[Town, dict[str, float]], object]
    simulate_together: Callable[..., Iterator[Outcome]] | None = None

    def with_values(self, values: Mapping[int, dict[str, float]]) -> Job:
        """The same with other values of the assumptions."""
        return replace(self, values=values)

    def run(self, task: Task, should_stop: Callable[[], bool]) -> TaskResult:
        """Simulate every plan of a task.

        Raises:
            Stopped: `should_stop` became true before the task was finished.
        """
        values = self.values[task.draw]
        outcomes = []
        name = ""
        try:
            tables = self.solve_tables(self.town, dict(values))
            simulated = self._simulated(values, task.seed, tables, should_stop)
            for plan in self.plans:
                name = plan.name
                outcome = next(simulated)
                # A simulation that was asked to stop may return whatever it has: not trusted.
                if should_stop():
                    raise Stopped
                outcomes.append(outcome)
        except Exception as error:
            if should_stop():
                raise Stopped from error
            return TaskResult(task, failure=_failure(task, name, error))
        return TaskResult(task, tuple(outcomes))

    def _simulated(
        self,
        values: Mapping[str, float],
        seed: int,
        tables: object,
        should_stop: Callable[[], bool],
    ) -> Iterator[Outcome]:
        """Outcome after outcome, in the order of the plans."""
        shared: dict[str, Any] = {
            "values": dict(values), "seed": seed, "population": self.population, "tables": tables,
            "should_stop": should_stop,
        }  # fmt: skip
        if self.simulate_together is not None:
            return self.simulate_together(self.town, self.plans, **shared)
        return (self.simulate(self.town, plan, **shared) for plan in self.plans)


def _failure(task: Task, plan: str, error: Exception) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    # Only the file's name: the folders of somebody's computer are nobody's business.
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Failure(
        task.draw, task.seed_index, task.seed, plan, type(error).__name__, str(error), where
    )


class Pool:
    """Works off tasks of one job; use as a context manager.

    Args:
        job: what the tasks share.
        kind: `threads`, `processes` or `serial`.
        workers: how many at a time; None for the number of cores this program may use.
        should_stop: asked during a task when working serially; otherwise call `stop`.
    """

    def __init__(
        self,
        job: Job,
        kind: str = "threads",
        workers: int | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        if kind not in EXECUTORS:
            raise StudyError(
                f"Unbekannte Art zu rechnen: „{kind}“. Möglich: {', '.join(EXECUTORS)}.",
                f"Unknown executor “{kind}”. Choose one of: {', '.join(EXECUTORS)}.",
            )
        self.workers = 1 if kind == "serial" else max(1, workers or usable_cores())
        self._job = job
        self._asked = should_stop
        self._event: Flag
        self._executor: Executor | None
        if kind == "processes":
            # Spawned, not forked: a forked child inherits locks of threads it does not have.
            context = multiprocessing.get_context("spawn")
            self._event = context.Event()
            self._executor = ProcessPoolExecutor(
                self.workers, context, _prepare_worker, (job, self._event)
            )
            self._submit = self._submit_to_process
        elif kind == "threads":
            self._event = threading.Event()
            self._executor = ThreadPoolExecutor(self.workers, "simulation")
            self._submit = self._submit_to_thread
        else:
            self._event = threading.Event()
            self._executor = None
            self._submit = self._run_at_once

    def submit(self, task: Task) -> Future[TaskResult]:
        """Take on a task; its result, `Stopped` or a broken pool's error arrive in the future."""
        return self._submit(task)

    def stop(self) -> None:
        """Ask running tasks to give up."""
        self._event.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _submit_to_thread(self, task: Task) -> Future[TaskResult]:
        assert self._executor is not None
        return self._executor.submit(self._job.run, task, self._event.is_set)

    def _submit_to_process(self, task: Task) -> Future[TaskResult]:
        assert self._executor is not None
        return self._executor.submit(_run_in_worker, task)

    def _run_at_once(self, task: Task) -> Future[TaskResult]:
        future: Future[TaskResult] = Future()
        try:
            future.set_result(self._job.run(task, self._stop_asked))
        except Stopped as stopped:
            future.set_exception(stopped)
        return future

    def _stop_asked(self) -> bool:
        return bool(self._event.is_set() or (self._asked is not None and self._asked()))


def usable_cores() -> int:
    """Cores this program may use (fewer than the computer has, in a container)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# What a worker process was started with. A process has one job for life, and sending the
# population with each of its tasks would cost more than simulating a small town.
_WORKER: list[tuple[Job, Flag]] = []


def _prepare_worker(job: Job, stop: Flag) -> None:
    # Ctrl-C reaches every process of the terminal; the parent alone decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _WORKER[:] = [(job, stop)]


def _run_in_worker(task: Task) -> TaskResult:
    job, stop = _WORKER[0]
    return job.run(task, stop.is_set)
