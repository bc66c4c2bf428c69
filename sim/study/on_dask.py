"""Tasks on a Dask cluster: worker processes on this machine, or on many.

The job, with the town and its residents, goes to every worker once, as a plug-in of the cluster:
the scheduler hands it to workers that come later or take the place of killed ones as well. (Data
that are scattered are lost with the last worker that holds them.) A task brings nothing but its
numbers. On each machine one worker compiles first, if that has never been done there, while the
others wait.

What may die:

* a worker: its tasks come back as `WorkerDied` and are worked off again (`sim.study.ensemble`);
* the scheduler, or the last worker for good: the batch ends with one message, what is finished is
  stored, and the same call goes on from there;
* this program: the scheduler forgets its tasks; the next start takes the orphaned job away.

Whoever can reach a scheduler's port can run programs on its workers. Clusters started here listen
on the loopback interface only; for others Dask offers TLS (`tls://…`, certificates in Dask's own
configuration).
"""

from __future__ import annotations

import pickle
import threading
import time
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Self

import cloudpickle
import dask
from distributed import Client
from distributed import Future as DaskFuture
from distributed.scheduler import KilledWorker

from sim.study.dask_cluster import CLOSE_SECONDS, SETTINGS, local_cluster, quiet
from sim.study.dask_worker import (
    PREFIX,
    JobOnWorker,
    forget_orphans,
    prepare_on_worker,
    run_on_worker,
    stop_on_worker,
    this_program,
)
from sim.study.design import Task
from sim.study.errors import StudyError
from sim.study.executor import Job, Stopped, TaskResult
from sim.study.pools import WorkerDied

__all__ = ["DaskPool", "local_cluster"]

CONNECT_SECONDS = 15.0
WORKERS_SECONDS = 60.0
"""How long to wait for a worker when there is none."""
LOOK_SECONDS = 2.0
"""How often to look whether there are workers."""
MOST_TRIES = 3
"""How often compiling is begun if workers die of it."""


class DaskPool:
    """Works off tasks on a Dask cluster.

    Args:
        job: what the tasks share.
        address: of a scheduler; None to start a cluster on this machine.
        workers: number of processes if a cluster is started.

    Raises:
        StudyError: the scheduler cannot be reached, there are no workers, or they run another
            version of the program.
    """

    def __init__(self, job: Job, address: str | None, workers: int) -> None:
        self._values = job.values
        self._closing = False
        self._tries = 0
        self._open: dict[DaskFuture, Future[TaskResult]] = {}
        self._lock = threading.Lock()
        self._seen = time.monotonic()
        self._looked = 0.0
        self._threads = 0
        with ExitStack() as opened:
            opened.enter_context(quiet())
            opened.enter_context(dask.config.set(SETTINGS))
            self._address = address or opened.enter_context(local_cluster(workers))
            self._client = _connected(self._address)
            opened.callback(self._leave)
            self._name = PREFIX + self._client.id
            self._wait_for_workers()
            self._hand_out(job.with_values({}))
            self._opened = opened.pop_all()

    @property
    def window(self) -> int:
        """Two tasks for each thread: the next is there when one is finished."""
        return 2 * max(1, self._threads)

    def submit(self, task: Task) -> Future[TaskResult]:
        """Take on a task."""
        told: Future[TaskResult] = Future()
        told.set_running_or_notify_cancel()
        values = dict(self._values[task.draw])
        # One group of keys for the scheduler, which keeps a record of each; tries differ.
        self._tries += 1
        running = self._client.submit(
            run_on_worker, self._name, task, values,
            key=(self._name, task.draw, task.seed_index, self._tries),
        )  # fmt: skip
        with self._lock:
            self._open[running] = told
        running.add_done_callback(self._pass_on)
        return told

    def look_after(self) -> None:
        """Count the workers.

        Raises:
            StudyError: there has been none for a minute, or the scheduler is gone.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        self._threads = self._count_threads()
        if self._threads:
            self._seen = now
        elif now - self._seen > WORKERS_SECONDS:
            raise _no_workers(self._address)

    def stop(self) -> None:
        """Ask running tasks to give up."""
        self._closing = True
        if self._client.status == "running":
            with suppress(Exception):
                self._client.run(stop_on_worker, self._name, wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _count_threads(self) -> int:
        if self._client.status != "running":
            raise _scheduler_lost(self._address)
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError, RuntimeError) as error:
            raise _scheduler_lost(self._address) from error

    def _wait_for_workers(self) -> None:
        begun = time.monotonic()
        while not (threads := self._count_threads()):
            if time.monotonic() - begun > WORKERS_SECONDS:
                raise _no_workers(self._address)
            time.sleep(0.1)
        self._threads = threads

    def _hand_out(self, job: Job) -> None:
        """Give every worker the job; one on each machine compiles."""
        content = cloudpickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            self._client.run_on_scheduler(forget_orphans)
            self._client.register_plugin(JobOnWorker(self._name, content, this_program()))
            self._prepare()
        except StudyError:
            raise
        except Exception as error:
            raise _cannot_begin(self._address, error) from error

    def _prepare(self) -> None:
        for again in range(MOST_TRIES, 0, -1):
            first: dict[str, str] = {}
            for address in self._client.nthreads():
                first.setdefault(address.rsplit(":", 1)[0], address)
            # If the chosen worker dies, another may do it.
            ready = [
                self._client.submit(
                    prepare_on_worker, self._name, workers=[address], pure=False,
                    allow_other_workers=True,
                )
                for address in first.values()
            ]  # fmt: skip
            try:
                self._client.gather(ready)
            except (KilledWorker, WorkerDied):
                if again == 1:
                    raise
            else:
                return

    def _pass_on(self, running: DaskFuture) -> None:
        """Called in a thread of the client when a task is finished, lost or cancelled."""
        with self._lock:
            told = self._open.pop(running, None)
        if told is None:
            return
        try:
            told.set_result(running.result())
        except (Stopped, StudyError, WorkerDied) as error:
            told.set_exception(error)
        except KilledWorker:
            told.set_exception(WorkerDied())
        except BaseException as error:
            lost = Stopped() if self._closing else _end_of(running, self._address, error)
            told.set_exception(lost)

    def _leave(self) -> None:
        """Take everything away that this program has brought to the cluster."""
        self.stop()
        if self._client.status == "running":
            with suppress(Exception):
                self._client.cancel(list(self._open), force=True)
                self._client.unregister_worker_plugin(self._name)
        with suppress(Exception):
            self._client.close(timeout=CLOSE_SECONDS)
        for told in self._open.values():
            if not told.done():
                told.set_exception(Stopped())


def _connected(address: str) -> Client:
    try:
        return Client(
            address, timeout=CONNECT_SECONDS, set_as_default=False, name="quartier",
            heartbeat_interval="5s",
        )  # fmt: skip
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise StudyError(
            f"Unter {address} antwortet kein Dask-Scheduler. Bitte die Adresse prüfen, oder "
            "quartier cluster starten; es nennt seine Adresse.",
            f"No Dask scheduler answers at {address}. Please check the address, or start quartier "
            "cluster, which says its address.",
        ) from error


def _end_of(running: DaskFuture, address: str, error: BaseException) -> StudyError:
    """Why a task ended that neither ran nor lost its worker."""
    if running.status in ("cancelled", "lost"):
        return _scheduler_lost(address)
    return _cannot_begin(address, error)


def _scheduler_lost(address: str) -> StudyError:
    return StudyError(
        f"Die Verbindung zum Dask-Scheduler {address} ist abgerissen. Alles bisher Fertige ist "
        "gespeichert; wenn der Scheduler wieder läuft, macht derselbe Aufruf dort weiter.",
        f"The connection to the Dask scheduler {address} is lost. All that was finished is stored; "
        "when the scheduler runs again, the same call continues from there.",
    )


def _no_workers(address: str) -> StudyError:
    return StudyError(
        f"Am Dask-Scheduler {address} ist kein Rechenprozess angemeldet. Bitte welche starten "
        f"(dask worker {address} --nthreads 1) und denselben Aufruf wiederholen; Fertiges ist "
        "gespeichert.",
        f"No worker is connected to the Dask scheduler {address}. Please start some (dask worker "
        f"{address} --nthreads 1) and repeat the same call; what is finished is stored.",
    )


def _cannot_begin(address: str, error: BaseException) -> StudyError:
    reason = f"{type(error).__name__}: {error}"
    return StudyError(
        f"Ein Rechenprozess von {address} kann nicht rechnen ({reason}). Ist quartier dort in "
        "derselben Fassung installiert?",
        f"A worker of {address} cannot compute ({reason}). Is the same version of quartier "
        "installed there?",
    )
