"""Where tasks are worked off: threads, processes, one after the other, or Dask; one interface.

Threads are the default: the compiled month releases Python's global lock, so the one population
is shared by all runs without a copy. Processes serve rules that are run as plain Python, Dask many
machines (`sim.study.on_dask`). The result is the same everywhere, because a task is a pure function
of the job and its number. So a task whose worker has died is simply worked off once more.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from types import TracebackType
from typing import Any, Protocol, Self

from sim.study.design import Task
from sim.study.errors import StudyError
from sim.study.executor import Job, Stopped, TaskResult

THREADS, PROCESSES, SERIAL, DASK = "threads", "processes", "serial", "dask"
EXECUTORS = (THREADS, PROCESSES, SERIAL, DASK)

ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\]):[0-9]{1,5}")
"""Addresses of a Dask scheduler that are understood: `tcp://host:port`, `tls://…`, `host:port`."""


class WorkerDied(Exception):
    """A worker process ended before its task was finished; another may work it off."""


class Pool(Protocol):
    """Works off tasks of one job; to be used as a context manager."""

    @property
    def window(self) -> int:
        """Tasks to have under way: enough to keep every worker busy, with few in reserve.

        Not all tasks are submitted at once: results would pile up, and stopping would take long.
        """

    def submit(self, task: Task) -> Future[TaskResult]:
        """Take on a task.

        Its result arrives in the future, or `Stopped`, or `WorkerDied`, or a `StudyError` if there
        is nobody left to work it off.
        """

    def look_after(self) -> None:
        """Called several times a second.

        Raises:
            StudyError: there is nobody left to work.
        """

    def stop(self) -> None:
        """Ask running tasks to give up."""

    def __enter__(self) -> Self:
        """The pool itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what is running and let the workers go."""


def open_pool(
    job: Job,
    executor: str = THREADS,
    workers: int | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Pool:
    """A pool for a job.

    Args:
        job: what the tasks share.
        executor: `threads`, `processes`, `serial`, `dask` (worker processes on this machine), or
            `dask:` and the address of a scheduler, such as `dask:tcp://192.168.0.10:8786`.
        workers: how many tasks at a time; None for the number of cores this program may use. A
            scheduler that runs already has its own workers.
        should_stop: asked during a task when working serially; otherwise call `stop`.

    Raises:
        StudyError: an unknown executor, or the scheduler cannot be reached.
    """
    kind, address = executor_and_address(executor)
    number = max(1, workers or usable_cores())
    if kind == SERIAL:
        return SerialPool(job, should_stop)
    if kind == THREADS:
        return ThreadPool(job, number)
    if kind == PROCESSES:
        return ProcessPool(job, number)
    pool: Pool = dask_room().DaskPool(job, address, number)
    return pool


def executor_and_address(executor: str) -> tuple[str, str | None]:
    """Kind of executor, and the address of its scheduler if it has one.

    Raises:
        StudyError: an unknown kind, or an address that cannot be one.
    """
    kind, colon, address = executor.partition(":")
    if kind not in EXECUTORS or (colon and kind != DASK):
        raise StudyError(
            f"Unbekannte Art zu rechnen: „{executor}“. Möglich: {', '.join(EXECUTORS)}.",
            f"Unknown executor “{executor}”. Choose one of: {', '.join(EXECUTORS)}.",
        )
    if colon and not ADDRESS.fullmatch(address):
        raise StudyError(
            f"„{address}“ ist keine Adresse eines Dask-Schedulers. Erwartet wird etwas wie "
            "tcp://192.168.0.10:8786; quartier cluster nennt seine Adresse beim Start.",
            f"“{address}” is no address of a Dask scheduler. Expected is something like "
            "tcp://192.168.0.10:8786; quartier cluster says its address when it starts.",
        )
    return kind, address or None


def dask_room() -> Any:
    """The part of the program that needs Dask, loaded when it is asked for.

    Raises:
        StudyError: Dask is not installed.
    """
    try:
        from sim.study import on_dask
    except ImportError as error:
        raise StudyError(
            "Dask ist nicht installiert. Bitte pip install 'quartier[dask]' ausführen, oder ohne "
            "Dask rechnen: Das Ergebnis ist dasselbe.",
            "Dask is not installed. Please run pip install 'quartier[dask]', or do without Dask: "
            "the result is the same.",
        ) from error
    return on_dask


def usable_cores() -> int:
    """Cores this program may use (fewer than the computer has, in a container)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class SerialPool:
    """One task after the other, in the calling thread.

    Args:
        job: what the tasks share.
        should_stop: asked during each task.
    """

    window = 1

    def __init__(self, job: Job, should_stop: Callable[[], bool] | None = None) -> None:
        self._job = job
        self._event = threading.Event()
        self._asked = should_stop or (lambda: False)

    def submit(self, task: Task) -> Future[TaskResult]:
        """Work off a task at once."""
        future: Future[TaskResult] = Future()
        try:
            future.set_result(self._job.run(task, self._stop_asked))
        except Stopped as stopped:
            future.set_exception(stopped)
        return future

    def look_after(self) -> None:
        """Nothing to look after."""

    def stop(self) -> None:
        """Ask the running task to give up."""
        self._event.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _stop_asked(self) -> bool:
        return bool(self._event.is_set() or self._asked())


class Flag(Protocol):
    """An event that processes share."""

    def is_set(self) -> bool:
        """Whether it was set."""

    def set(self) -> None:
        """Set it."""


class _LocalPool:
    """What threads and processes have in common: an event that asks for a stop, an executor."""

    _event: Flag
    _executor: Executor

    def stop(self) -> None:
        """Ask running tasks to give up."""
        self._event.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._executor.shutdown(wait=True, cancel_futures=True)


class ThreadPool(_LocalPool):
    """Threads that share the job.

    Args:
        job: what the tasks share.
        workers: how many at a time.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self.window = workers + (workers > 1)
        self._job = job
        self._event = threading.Event()
        self._executor = ThreadPoolExecutor(workers, "simulation")

    def submit(self, task: Task) -> Future[TaskResult]:
        """Take on a task."""
        return self._executor.submit(self._job.run, task, self._event.is_set)

    def look_after(self) -> None:
        """Threads do not die by themselves."""


class ProcessPool(_LocalPool):
    """Processes that are given the job once and their tasks one by one.

    When one dies, Python gives up all of them; new ones are started for what is left to do.

    Args:
        job: what the tasks share.
        workers: how many.
    """

    def __init__(self, job: Job, workers: int) -> None:
        if job.prepare is not None:
            job.prepare(job.town)
        self.window = workers + (workers > 1)
        self._workers = workers
        self._values = job.values
        # A draw's values come with its task: all draws of a large study would be too much.
        self._job = job.with_values({})
        # Spawned, not forked: a forked child inherits locks of threads it does not have.
        self._context = multiprocessing.get_context("spawn")
        self._event = self._context.Event()
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, self._context, _prepare_worker, (self._job, self._event)
        )

    def submit(self, task: Task) -> Future[TaskResult]:
        """Take on a task; starts new processes if the old ones have died."""
        values = dict(self._values[task.draw])
        try:
            return _told(self._executor.submit(_run_in_worker, task, values))
        except BrokenExecutor:
            self._executor.shutdown(wait=True)
            self._executor = self._start()
            return _told(self._executor.submit(_run_in_worker, task, values))

    def look_after(self) -> None:
        """What has died is started anew with the next task."""


def _told(running: Future[TaskResult]) -> Future[TaskResult]:
    """The same future, but a dead process is told as `WorkerDied`."""
    told: Future[TaskResult] = Future()
    told.set_running_or_notify_cancel()

    def pass_on(done: Future[TaskResult]) -> None:
        error = WorkerDied() if done.cancelled() else done.exception()
        if error is None:
            told.set_result(done.result())
        elif isinstance(error, BrokenExecutor):
            told.set_exception(WorkerDied())
        else:
            told.set_exception(error)

    running.add_done_callback(pass_on)
    return told


# What a worker process was started with. A process has one job for life, and sending the
# population with each of its tasks would cost more than simulating a small town.
_WORKER: list[tuple[Job, Flag]] = []


def _prepare_worker(job: Job, stop: Flag) -> None:
    # Ctrl-C reaches every process of the terminal; the parent alone decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _WORKER[:] = [(job, stop)]


def _leave_with_parent() -> None:
    # A parent that was killed tells nobody; its processes would wait for tasks for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_in_worker(task: Task, values: dict[str, float]) -> TaskResult:
    job, stop = _WORKER[0]
    return job.with_values({task.draw: values}).run(task, stop.is_set)
