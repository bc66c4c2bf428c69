"""Worker processes of Dask on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dask
from distributed import LocalCluster

LOOPBACK = "127.0.0.1"
CLOSE_SECONDS = 10.0

CALM = """
import signal

def dask_setup(worker):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
"""
"""Run by a worker before it begins: Ctrl-C reaches every process of the terminal, and the one that
was started by hand decides what to do. As text, because loading a module of this program would keep
a worker from answering for seconds."""

SETTINGS = {
    # Every death of a worker is told at once: `sim.study.ensemble` decides what to do about it.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.preload": [CALM],
    # No pages: nothing is shown to whoever finds the port.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


@contextmanager
def local_cluster(workers: int, port: int = 0) -> Iterator[str]:
    """Worker processes on this machine, each with one thread; yields the scheduler's address.

    It listens on the loopback interface only, opens no page and no other connection.

    Args:
        workers: number of processes.
        port: of the scheduler; 0 for any that is free.
    """
    with dask.config.set(SETTINGS), quiet():
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host=LOOPBACK,
            scheduler_port=port, dashboard_address=None, worker_dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
            # The residents are shared by all runs of a worker; what a run needs is bounded.
            memory_limit=None, silence_logs=logging.CRITICAL,
        )  # fmt: skip
        try:
            yield str(cluster.scheduler_address)
        finally:
            with suppress(OSError, TimeoutError):
                cluster.close(timeout=CLOSE_SECONDS)


@contextmanager
def quiet() -> Iterator[None]:
    """Dask's own log says at length what this program says in one sentence."""
    names = ("distributed", "distributed.client", "distributed.core", "distributed.nanny",
             "distributed.scheduler", "distributed.worker", "tornado.application")  # fmt: skip
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
