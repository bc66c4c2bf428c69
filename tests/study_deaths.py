"""Stand-ins for the model that kill the worker process they run in, and helpers to kill others."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

from study_fakes import fake_simulate, fake_tables, slow_simulate

from sim import study
from sim.study.design import Task
from sim.study.executor import Job

MARKS = "MARKS_OF_A_TEST"
"""Environment variable with the folder in which the stand-ins leave marks for the test."""


def die() -> None:
    """The end of this process, as by the system when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def leave_mark(name: str) -> bool:
    """Leave a mark; whether nobody had left it before."""
    try:
        (Path(os.environ[MARKS]) / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dies_once(town, plan, *, seed, **rest):
    """The fake model; its process dies at the first try of one course of chance."""
    if seed == study.run_seed(1, 1, 0) and leave_mark("died"):
        die()
    return slow_simulate(town, plan, seed=seed, **rest)


def always_dies(town, plan, *, seed, **rest):
    """The fake model; its process dies at every try of one course of chance."""
    if seed == study.run_seed(1, 1, 0):
        die()
    return fake_simulate(town, plan, seed=seed, **rest)


class Residents(int):
    """The fake population, which leaves a mark wherever it arrives."""

    def __reduce__(self):
        return arrived, (int(self),)


def arrived(number: int) -> Residents:
    leave_mark(f"residents-{os.getpid()}-{time.monotonic_ns()}")
    return Residents(number)


def prepare(town: object) -> None:
    """In place of compiling: leave a mark."""
    leave_mark(f"prepared-{os.getpid()}-{time.monotonic_ns()}")
    time.sleep(0.2)


def marks(folder: Path, begin: str) -> list[str]:
    """Marks left so far."""
    return [path.name for path in sorted(folder.glob(f"{begin}*"))]


def fake_job(town, draws: int, **more) -> tuple[Job, list[Task]]:
    """A job of the fake model and its tasks, for `sim.study.ensemble.run_tasks`."""
    job = Job(
        town, tuple(town.plans.values()), Residents(7),
        {number: town.ledger.draw(1, number) for number in range(draws)},
        more.pop("simulate", fake_simulate), fake_tables, **more,
    )  # fmt: skip
    return job, [Task(number, 0, study.run_seed(1, number, 0)) for number in range(draws)]


class Killer:
    """Kills a worker process of this one at random moments; to be given as `progress`.

    Args:
        times: how often.
        chance: of killing when a task is finished.
    """

    def __init__(self, times: int, chance: float = 0.4) -> None:
        self.left = times
        self.killed: list[int] = []
        self._chance = chance
        self._random = random.Random()

    def __call__(self, progress: study.Progress) -> None:
        if self.left and progress.done and self._random.random() < self._chance:
            workers = multiprocessing.active_children()
            if workers:
                victim = self._random.choice(workers)
                os.kill(victim.pid, signal.SIGKILL)
                self.killed.append(victim.pid)
                self.left -= 1
