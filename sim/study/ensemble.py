"""Works off the tasks of a study: in parallel, watched, stoppable, and with nothing lost.

Finished tasks are handed on (to be stored) by the calling thread alone, one after the other and
in whatever order they finish; each stands for itself, so the order changes nothing. Nothing is kept
of a task that was handed on: a hundred thousand need no more memory than a hundred.

A task whose worker died is worked off again. Who killed the worker cannot be seen from outside if
several were under way, so a task that was there three times is left to the end and worked off
alone; if its worker dies then as well, it is a failed run like any other.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from sim.study.design import Task
from sim.study.errors import Interrupted, StudyError
from sim.study.executor import Failure, Job, Stopped, TaskResult
from sim.study.pools import Pool, WorkerDied, open_pool

POLL_SECONDS = 0.2
"""How often a request to stop is looked for."""

PATIENCE_SECONDS = 60.0
"""How long running tasks may take to give up; a task asks every simulated month."""

MOST_DEATHS = 3
"""A task under way at so many deaths of workers is worked off alone."""

MOST_WITHOUT_RESULT = 10
"""So many times all workers may die without any result in between; then something else is wrong."""


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
    done: int = 0
    lost: int = 0

    def take(self, result: TaskResult) -> None:
        self.done += 1
        self.lost += result.failure is not None

    @property
    def stored(self) -> int:
        return self.before + self.plans * (self.done - self.lost)

    def progress(self) -> Progress:
        elapsed = time.monotonic() - self.begun
        now = self.done * self.plans
        left = elapsed / now * (self.total - self.before - now) if now else None
        return Progress(self.before + now, self.total, self.lost * self.plans, left, elapsed)


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
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Simulate tasks and hand each result to `consume` in this thread.

    Args:
        job: what the tasks share.
        tasks: tasks still to be done, in the order to begin them.
        consume: takes each result; failed tasks arrive with their failure. A result may arrive
            twice if Ctrl-C struck while it was taken.
        executor: `threads`, `processes`, `serial`, `dask` or `dask:ADDRESS`, see
            `sim.study.pools.open_pool`; the numbers are the same.
        workers: how many tasks at a time; None for the number of cores.
        progress: called at the start and after each task.
        should_stop: asked several times a second; true ends the batch.
        finished_before: tasks finished in an earlier start, for the count.
        folder: where results are stored, for the message.
        meanwhile: called once when the first tasks are under way, before any result is handed on.

    Raises:
        Interrupted: `should_stop` became true or the user pressed Ctrl-C; every task finished by
            then has been handed on.
        StudyError: from `consume`; or there is nobody left to work, and every task finished by
            then has been handed on.
    """
    plans = len(job.plans)
    total = (finished_before + len(tasks)) * plans
    counter = _Counter(plans, total, finished_before * plans)
    report = progress or (lambda _: None)
    report(counter.progress())
    if not tasks:
        return

    def hand_on(results: Iterable[TaskResult]) -> None:
        for result in results:
            consume(result)
            batch.handed_on(result.task)
            counter.take(result)
            report(counter.progress())

    with open_pool(job, executor, workers, should_stop) as pool:
        # Starting workers says nothing about how long a task takes.
        counter.begun = time.monotonic()
        batch = _Batch(pool, iter(tasks), should_stop or (lambda: False))
        try:
            batch.begin()
            if meanwhile is not None:
                meanwhile()
            hand_on(batch.results())
        except (KeyboardInterrupt, Stopped):
            pool.stop()
            report = _nobody
            hand_on(batch.finished_nevertheless())
            raise Interrupted(counter.stored, total, folder) from None
        except _NobodyLeft as end:
            pool.stop()
            hand_on(batch.finished_nevertheless())
            raise end.reason from end.reason.__cause__


def _nobody(_: Progress) -> None:
    """Tells nobody."""


class _NobodyLeft(Exception):
    """The workers are gone for good."""

    def __init__(self, reason: StudyError) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Batch:
    """The tasks on their way: to be begun, under way, to be begun again.

    Attributes:
        pool: works them off.
        tasks: not begun yet.
        should_stop: whether the batch is to end.
        under_way: futures of the tasks that were begun and not yet handed on.
        deaths: how often a worker died on a task that is still on its way.
        again: lost with their worker, to be begun again.
        alone: lost so often that they are worked off alone, at the end.
        in_a_row: tasks lost since the last result.
        any_result: whether there was one.
    """

    pool: Pool
    tasks: Iterator[Task]
    should_stop: Callable[[], bool]
    under_way: dict[Future[TaskResult], Task] = field(default_factory=dict)
    deaths: Counter[Task] = field(default_factory=Counter)
    again: deque[Task] = field(default_factory=deque)
    alone: deque[Task] = field(default_factory=deque)
    in_a_row: int = 0
    any_result: bool = False

    def begin(self) -> None:
        """Begin the first tasks.

        Raises:
            Stopped: on request.
            _NobodyLeft: the pool cannot go on.
        """
        try:
            self._fill()
        except StudyError as error:
            raise _NobodyLeft(error) from error

    def results(self) -> Iterator[TaskResult]:
        """Results as they come, until there is nothing left to do.

        Raises:
            Stopped: on request.
            _NobodyLeft: the pool cannot go on.
        """
        try:
            while True:
                self._fill()
                if not self.under_way:
                    return
                self._ask()
                self.pool.look_after()
                for future in wait(self.under_way, POLL_SECONDS, FIRST_COMPLETED).done:
                    result = self._result(future)
                    if result is not None:
                        yield result
        except StudyError as error:
            raise _NobodyLeft(error) from error

    def handed_on(self, task: Task) -> None:
        """Forget a task that is taken care of."""
        for future, one in list(self.under_way.items()):
            if one == task:
                del self.under_way[future]
        del self.deaths[task]

    def finished_nevertheless(self) -> Iterator[TaskResult]:
        """Wait for what is under way to give up; what was finished before it noticed is kept."""
        for future in self.under_way:
            future.cancel()
        wait(self.under_way, PATIENCE_SECONDS)
        for future in list(self.under_way):
            if future.done() and not future.cancelled() and future.exception() is None:
                yield future.result()

    def _ask(self) -> None:
        if self.should_stop():
            raise Stopped

    def _fill(self) -> None:
        while len(self.under_way) < self.pool.window:
            self._ask()
            task = self._next()
            if task is None:
                return
            self.under_way[self.pool.submit(task)] = task

    def _next(self) -> Task | None:
        if self.again:
            return self.again.popleft()
        task = next(self.tasks, None)
        if task is None and self.alone and not self.under_way:
            return self.alone.popleft()
        return task

    def _result(self, future: Future[TaskResult]) -> TaskResult | None:
        """The result of a task; None if its worker died and it is worked off again."""
        try:
            result = future.result()
        except WorkerDied:
            return self._lost(self.under_way.pop(future))
        self.in_a_row, self.any_result = 0, True
        return result

    def _lost(self, task: Task) -> TaskResult | None:
        self.deaths[task] += 1
        if self.deaths[task] > MOST_DEATHS:
            return TaskResult(task, failure=_death(task))
        (self.again if self.deaths[task] < MOST_DEATHS else self.alone).append(task)
        self.in_a_row += 1
        most = MOST_WITHOUT_RESULT if self.any_result else MOST_DEATHS
        if self.in_a_row > most * self.pool.window:
            raise _workers_die()
        return None


def _death(task: Task) -> Failure:
    return Failure(
        task.draw, task.seed_index, task.seed, "", WorkerDied.__name__,
        "the worker process ended each time, at last while it worked on nothing else "
        "(out of memory?)", "",
    )  # fmt: skip


def _workers_die() -> StudyError:
    return StudyError(
        "Die Rechenprozesse werden immer wieder beendet, ohne dass ein Lauf fertig wird (zu wenig "
        "Arbeitsspeicher?). Fertige Läufe sind gespeichert; derselbe Aufruf mit weniger Prozessen "
        "(--threads 1) braucht weniger.",
        "Worker processes end again and again before a run is finished (out of memory?). Finished "
        "runs are stored; the same call with fewer processes (--threads 1) needs less.",
    )
