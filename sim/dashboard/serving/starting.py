"""Starts the server: a free port, a code where others can reach it, the browser."""

from __future__ import annotations

import logging
import socket
import threading
import warnings
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import uvicorn

from sim.dashboard.serving.guard import PARTICIPANTS, is_loopback, new_code

MOST_MESSAGE = 4_000_000
"""Bytes of a message from the browser: the largest file a page takes, in base64, and some more."""
MOST_CONNECTIONS = 400
EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Place:
    """Where the server listens.

    Attributes:
        listening: the open socket.
        host, port: as the browser names them.
        names: names this server may be called by.
        code: the moderator's code; "" if nobody else can reach the server.
    """

    listening: socket.socket
    host: str
    port: int
    names: tuple[str, ...] = ()
    code: str = ""

    @property
    def root(self) -> str:
        """Address of the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def address(self) -> str:
        """What the moderator opens."""
        return f"{self.root}/?code={self.code}" if self.code else f"{self.root}/"

    @property
    def participants(self) -> str:
        """What participants open."""
        return f"{self.root}{PARTICIPANTS}"


def prepare(host: str, port: int) -> Place | None:
    """Take the port; None if it is taken or the address is not this machine's.

    Args:
        host: address or name to listen at; 0.0.0.0 for every one this machine has.
        port: port; 0 for any that is free.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(128)
    except (OSError, OverflowError):
        listening.close()
        return None
    taken = listening.getsockname()[1]
    name = socket.gethostname()
    names = tuple(dict.fromkeys((name, f"{name}.local", host)))
    if is_loopback(host):
        return Place(listening, host, taken, names)
    shown = own_address() if host in EVERYWHERE else host
    return Place(listening, shown, taken, names, new_code())


def own_address() -> str:
    """This machine's address in its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of the documentation, never reached
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def serve(
    place: Place, stopped: Callable[[], bool], *, browser: bool = False, shown: str = ""
) -> None:
    """Serve until told to stop.

    Args:
        place: from `prepare`.
        stopped: asked again and again whether to stop.
        browser: open the page once the server answers.
        shown: module of the page; the dashboard's unless told otherwise.
    """
    from sim.dashboard.serving.app import DASHBOARD, application
    from sim.dashboard.workshop.place import listen

    listen(place.host, place.port)
    warnings.filterwarnings("ignore", message="Cookies with samesite")
    logging.getLogger("solara").setLevel(logging.ERROR)
    server = uvicorn.Server(
        uvicorn.Config(
            application(names=place.names, code=place.code, shown=shown or DASHBOARD),
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            ws_max_size=MOST_MESSAGE,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=2,
            loop="asyncio",
        )
    )
    if browser:
        threading.Thread(target=_open, args=(server, place.address), daemon=True).start()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place.listening]}, daemon=True)
    thread.start()
    threading.Thread(target=_warm, daemon=True, name="warming").start()
    try:
        while thread.is_alive() and not stopped():
            thread.join(0.2)
    finally:
        server.should_exit = True
        thread.join(6)
        server.force_exit = True
        thread.join(2)
        _close_desk()


def _open(server: uvicorn.Server, address: str) -> None:
    waiting = threading.Event()
    while not server.started and not server.should_exit:
        waiting.wait(0.1)
    if server.started:
        webbrowser.open(address)


def _warm() -> None:
    """Read the towns and the pages before somebody waits for them."""
    from sim.dashboard.answering.places import towns
    from sim.dashboard.pages import PAGES

    with suppress(Exception):  # whoever opens a page is told what is wrong with it
        towns()
        for entry in PAGES.values():
            entry.component  # noqa: B018


def _close_desk() -> None:
    from sim.dashboard.answering.desk import the_desk

    the_desk().close()
