"""`quartier cluster`, and where the other commands compute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sim.commands.terminal import USAGE, Terminal, stop_on_ctrl_c

LOOK_EVERY = 0.2
"""Seconds between two looks whether to stop."""


class Computed(Protocol):
    """What a request says of where it is computed."""

    @property
    def threads(self) -> int | None:
        """Tasks at a time; None for all cores."""

    @property
    def executor(self) -> str | None:
        """What computes, `threads` if None."""

    @property
    def scheduler(self) -> str | None:
        """Address of a Dask scheduler, None for none."""


@contextmanager
def executor_of(terminal: Terminal, request: Computed) -> Iterator[str]:
    """Where a command computes, as `sim.study` takes it.

    Worker processes of Dask on this machine are started once for all that the command does.

    Args:
        terminal: where to say what is wrong.
        request: what is to be simulated.
    """
    from sim.study.errors import StudyError
    from sim.study.pools import DASK, executor_and_address

    executor = request.executor
    if request.scheduler is not None:
        if executor not in (None, DASK):
            raise terminal.fail(
                USAGE,
                f"--scheduler gehört zu --executor dask, nicht zu {executor}.",
                f"--scheduler belongs to --executor dask, not to {executor}.",
            )
        executor = f"{DASK}:{request.scheduler}"
    executor = executor or "threads"
    try:
        kind, address = executor_and_address(executor)
    except StudyError as error:
        raise terminal.fail(USAGE, error.text("de"), error.text("en")) from error
    if kind != DASK or address is not None:
        yield executor
        return
    with _local_cluster(terminal, request.threads) as (address, _):
        yield f"{DASK}:{address}"


def cluster(terminal: Terminal, workers: int | None, port: int) -> None:
    """Start worker processes on this machine and keep them until Ctrl-C."""
    with stop_on_ctrl_c() as should_stop, _local_cluster(terminal, workers, port) as started:
        address, number = started
        terminal.show(
            terminal.say(
                f"{number} Rechenprozesse sind bereit: {address} (nur von diesem Rechner aus zu "
                "erreichen).",
                f"{number} worker processes are ready: {address} (reached from this computer "
                "only).",
            )
        )
        terminal.show(
            terminal.say(
                f"Rechnen lassen: quartier compare STADT --scheduler {address}\nBeenden: Strg-C",
                f"Let them work: quartier compare TOWN --scheduler {address}\nEnd: Ctrl-C",
            )
        )
        while not should_stop():
            time.sleep(LOOK_EVERY)
    terminal.message("Beendet.", "Ended.")


@contextmanager
def _local_cluster(
    terminal: Terminal, workers: int | None, port: int = 0
) -> Iterator[tuple[str, int]]:
    """Worker processes on this machine; yields the scheduler's address and their number."""
    from sim.study.pools import dask_room, usable_cores

    room = dask_room()
    number = max(1, workers or usable_cores())
    terminal.message(
        f"{number} Rechenprozesse werden gestartet …", f"Starting {number} worker processes …"
    )
    with room.local_cluster(number, port) as address:
        yield address, number
