"""What runs on the workers of a Dask cluster: the job that was brought there, and its tasks."""

from __future__ import annotations

import pickle
import threading
import time
from importlib.metadata import version
from typing import Any

from distributed import WorkerPlugin

from sim.study.design import Task
from sim.study.errors import StudyError
from sim.study.executor import Job, TaskResult
from sim.study.manifest import program_fingerprint
from sim.study.pools import WorkerDied

PREFIX = "quartier-job-"
"""How the names of our plug-ins begin; the id of the client that brought it follows."""

ARRIVES_SECONDS = 10.0
"""How long a task waits for its job, which is on its way to a worker that has just begun."""


def this_program() -> dict[str, str]:
    """What must be the same on all machines, or the numbers may differ."""
    libraries = {name: version(name) for name in ("numpy", "numba", "scipy")}
    return {"quartier": program_fingerprint()[:12], **libraries}


class JobOnWorker(WorkerPlugin):
    """Brings a job to every worker, the ones that come later included.

    Args:
        name: of the plug-in.
        content: the job, pickled; unpickled when the first task comes, which takes a second.
        program: what the worker must run, see `this_program`.
    """

    def __init__(self, name: str, content: bytes, program: dict[str, str]) -> None:
        self.name = name
        self.content = content
        self.program = program

    def setup(self, worker: Any) -> None:
        """Keep the job until the first task asks for it."""
        _HELD[self.name] = _Held(self.content, self.program)
        self.content = b""

    def teardown(self, worker: Any) -> None:
        """Forget the job; tasks still running give up."""
        held = _HELD.pop(self.name, None)
        if held is not None:
            held.stop.set()


class _Held:
    """A job on a worker."""

    def __init__(self, content: bytes, program: dict[str, str]) -> None:
        self._content: bytes | None = content
        self._program = program
        self._job: Job | None = None
        self._lock = threading.Lock()
        self.stop = threading.Event()

    def job(self) -> Job:
        """The job, unpickled once.

        Raises:
            StudyError: this worker runs another version of the program.
        """
        with self._lock:
            if self._job is None:
                _check_program(self._program)
                assert self._content is not None
                self._job = pickle.loads(self._content)
                self._content = None
            return self._job


_HELD: dict[str, _Held] = {}
"""Jobs of this worker process, by name of the plug-in."""


def _check_program(wanted: dict[str, str]) -> None:
    here = this_program()
    other = [name for name in wanted if here.get(name) != wanted[name]]
    if other:
        told = ", ".join(f"{name} {here.get(name, '-')} ≠ {wanted[name]}" for name in other)
        raise StudyError(
            f"Ein Rechenprozess hat eine andere Fassung des Programms ({told}); die Zahlen könnten "
            "abweichen. Bitte überall dieselbe Fassung installieren.",
            f"A worker runs another version of the program ({told}); numbers might differ. Please "
            "install the same version everywhere.",
        )


def _held(name: str) -> _Held:
    until = time.monotonic() + ARRIVES_SECONDS
    while name not in _HELD:
        if time.monotonic() > until:
            raise WorkerDied
        time.sleep(0.05)
    return _HELD[name]


def prepare_on_worker(name: str) -> None:
    """Unpickle the job and compile what its runs need."""
    job = _held(name).job()
    if job.prepare is not None:
        job.prepare(job.town)


def run_on_worker(name: str, task: Task, values: dict[str, float]) -> TaskResult:
    """Work off a task.

    Args:
        name: of the plug-in that has brought the job.
        task: the task.
        values: value of every assumption in the task's draw.
    """
    held = _held(name)
    return held.job().with_values({task.draw: values}).run(task, held.stop.is_set)


async def stop_on_worker(name: str) -> None:
    """Ask running tasks to give up."""
    held = _HELD.get(name)
    if held is not None:
        held.stop.set()


async def forget_orphans(dask_scheduler: Any) -> None:
    """Take away jobs whose client was killed (run on the scheduler)."""
    for name in list(dask_scheduler.worker_plugins):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in dask_scheduler.clients:
            await dask_scheduler.unregister_worker_plugin(comm=None, name=name)
