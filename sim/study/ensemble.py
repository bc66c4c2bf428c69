"""Works off the tasks of a study: in parallel, watched, stoppable, and with nothing lost.

Finished tasks are handed on (to be stored) by the calling thread alone, one after the other and
in whatever order they finish; each stands for itself, so the order changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from sim.study.design import Task
from sim.study.errors import Interrupted, StudyError
from sim.study.executor import Job, Pool, Stopped, TaskResult

POLL_SECONDS = 0.2
"""How often a request to stop is looked for."""


@dataclass(frozen=True)
class Progress:
    """How far a study is.

    Attributes:
        done: simulations finished, those of an earlier start included.
        total: simulations of the study.
        failed: simulations lost to failed tasks so far.
        seconds_left: estimate, None until the first task of this start is finished.
        elapsed: seconds since this start.
    """

    done: int
    total: int
    failed: int
    seconds_left: float | None
    elapsed: float


@dataclass
class _Counter:
    """Counts simulations and estimates the time left."""

    plans: int
    total: int
    before: int
    begun: float = field(default_factory=time.monotonic)
    # By task, because a result may be handed on again if Ctrl-C struck while it was stored.
    failed: dict[Task, bool] = field(default_factory=dict)

    def take(self, result: TaskResult) -> None:
        self.failed[result.task] = result.failure is not None

    @property
    def stored(self) -> int:
        return self.before + self.plans * (len(self.failed) - sum(self.failed.values()))

    def progress(self) -> Progress:
        elapsed = time.monotonic() - self.begun
        now = len(self.failed) * self.plans
        left = elapsed / now * (self.total - self.before - now) if now else None
        lost = sum(self.failed.values()) * self.plans
        return Progress(self.before + now, self.total, lost, left, elapsed)


def run_tasks(
    job: Job,
    tasks: Sequence[Task],
    consume: Callable[[TaskResult], None],
    *,
    executor: str = "threads",
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    finished_before: int = 0,
    folder: Path | None = None,
) -> None:
    """Simulate tasks and hand each result to `consume` in this thread.

    Args:
        job: what the tasks share.
        tasks: tasks still to be done, in the order to begin them.
        consume: takes each result; failed tasks arrive with their failure.
        executor: `threads`, `processes` or `serial`.
        workers: how many tasks at a time; None for the number of cores.
        progress: called at the start and after each task.
        should_stop: asked several times a second; true ends the batch.
        finished_before: tasks finished in an earlier start, for the count.
        folder: where results are stored, for the message.

    Raises:
        Interrupted: `should_stop` became true or the user pressed Ctrl-C; every task finished by
            then has been handed on.
        StudyError: from `consume`, or a worker process died.
    """
    plans = len(job.plans)
    total = (finished_before + len(tasks)) * plans
    counter = _Counter(plans, total, finished_before * plans)
    report = progress or (lambda _: None)

    def hand_on(future: Future[TaskResult]) -> None:
        result = future.result()
        consume(result)
        counter.take(result)
        running.discard(future)

    report(counter.progress())
    if not tasks:
        return
    running: set[Future[TaskResult]] = set()
    with Pool(job, executor, workers, should_stop) as pool:
        try:
            for future in _work(pool, iter(tasks), running, should_stop or (lambda: False)):
                hand_on(future)
                report(counter.progress())
        except (KeyboardInterrupt, Stopped):
            pool.stop()
            for future in _finished_nevertheless(running):
                hand_on(future)
            raise Interrupted(counter.stored, total, folder) from None
        except BrokenExecutor as error:
            raise StudyError(
                "Ein Rechenprozess wurde unerwartet beendet (zu wenig Arbeitsspeicher?). "
                "Fertige Läufe sind gespeichert; weniger Prozesse (workers) brauchen weniger.",
                "A worker process ended unexpectedly (out of memory?). Finished runs are stored; "
                "fewer processes (workers) need less.",
            ) from error


def _work(
    pool: Pool,
    tasks: Iterator[Task],
    running: set[Future[TaskResult]],
    should_stop: Callable[[], bool],
) -> Iterator[Future[TaskResult]]:
    """Keep every worker busy with one task in reserve; finished tasks come out.

    Not all tasks are submitted at once: results would pile up, and stopping would take long.
    """
    more = True
    while more or running:
        while more and len(running) < pool.workers + (pool.workers > 1):
            if should_stop():
                raise Stopped
            task = next(tasks, None)
            if task is None:
                more = False
            else:
                running.add(pool.submit(task))
        if should_stop():
            raise Stopped
        yield from wait(running, POLL_SECONDS, FIRST_COMPLETED).done


def _finished_nevertheless(running: set[Future[TaskResult]]) -> list[Future[TaskResult]]:
    """Wait for what is running to give up; what was finished before it noticed is kept."""
    for future in running:
        future.cancel()
    wait(running)
    return [one for one in running if not one.cancelled() and one.exception() is None]
