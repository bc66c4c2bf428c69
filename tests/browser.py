"""A real browser for the dashboard's tests: one server a test session, no request to anybody else.

Set QUARTIER_CHROMIUM to the browser's program if it is not found by itself, QUARTIER_SCREENSHOTS to
the folder for pictures (otherwise results/screenshots). With QUARTIER_BROWSER_MUST=1, as in CI, a
missing browser fails instead of skipping.

A page answers when it can, so tests wait for what they look at: `expect(...)` of Playwright looks
again until it is so. QUARTIER_SLOW_BROWSER=2 makes the browser half as fast and lets every
message between page and server arrive late, which shows a test that looks too early.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

try:
    from playwright.sync_api import TimeoutError as TooLate
    from playwright.sync_api import expect
except ImportError:  # `needs_browser` says so
    expect = TooLate = None

from sim.dashboard.answering.question import FEWER_DRAWS
from sim.dashboard.front.lay_out import FOR_TESTS, WANTED, folder_of, missing

ROOT = Path(__file__).parent.parent
PATHS = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
SERVING = """
import sys
from sim.dashboard.serving import starting
place = starting.prepare(sys.argv[1], int(sys.argv[2]))
print(place.address, flush=True)
starting.serve(place, lambda: False, shown=sys.argv[3])
"""
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SECONDS = 60
"""How long a test waits for what should be there at once; a loaded machine takes long."""
ANSWER_MS = 300_000
"""Milliseconds that an answer of the model may take on a machine that does much else."""
SLOW = float(os.environ.get("QUARTIER_SLOW_BROWSER") or 1)
LATE_MS = 150
"""Milliseconds by which a message is late in a slow browser, times how slow it is."""
LATE = """(() => {
  const Prompt = window.WebSocket;
  window.WebSocket = class extends Prompt {
    late(listener) {
      return listener && ((event) => setTimeout(() => listener.call(this, event), %d));
    }
    send(data) { setTimeout(() => { if (this.readyState === 1) { super.send(data); } }, %d); }
    get onmessage() { return super.onmessage; }
    set onmessage(listener) { super.onmessage = this.late(listener); }
    addEventListener(kind, listener, ...more) {
      super.addEventListener(kind, kind === "message" ? this.late(listener) : listener, ...more);
    }
  };
})()"""
STAYS_SECONDS = 5
"""A finding of axe that is there for longer is none of a page that is still being drawn."""
# Of axe's rules those of WCAG 2.1 A and AA.
AXE = """async () => (await axe.run(document,
    {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}))
    .violations.map(v => v.id + ": " + v.help + " | " + v.nodes.map(n => n.html.slice(0, 200)
    + " – " + (n.any[0] ? n.any[0].message : "")).join(" || "))"""

if expect is not None:
    expect.set_options(timeout=SECONDS * 1000)


def chromium() -> str | None:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("QUARTIER_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def needs_browser() -> None:
    """Skip if this machine has no browser, its library or the files; in CI fail."""
    reasons = []
    if chromium() is None:
        reasons.append("no chromium: install Debian's package, or set QUARTIER_CHROMIUM")
    if find_spec("playwright") is None:
        reasons.append("no playwright: install the extra test")
    if missing({**WANTED, **FOR_TESTS}):
        reasons.append("no front-end files: python -m sim.dashboard.front.lay_out --tests")
    if reasons and os.environ.get("QUARTIER_BROWSER_MUST"):
        pytest.fail("; ".join(reasons))
    if reasons:
        pytest.skip("; ".join(reasons))


@dataclass
class Server:
    """A dashboard in a process of its own."""

    address: str
    process: subprocess.Popen[str]
    folder: Path
    errors: list[str] = field(default_factory=list)

    def url(self, **parts: str) -> str:
        """Address of a page, such as `url(page="compare", town="herrenberg", lang="de")`."""
        return self.address + ("?" + urlencode(parts, safe=",") if parts else "")


@contextmanager
def serving(
    folder: Path, host: str = "127.0.0.1", shown: str = "", **environment: str
) -> Iterator[Server]:
    """Start a server, and end it.

    Args:
        folder: its working directory; what it writes goes to `results/` there.
        host: where it listens.
        shown: module of the page, the dashboard's unless told otherwise.
        environment: further variables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = (folder / "server.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVING, host, "0", shown],
        stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": PATHS, FEWER_DRAWS: "8", **environment},
    )  # fmt: skip
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    try:
        _wait_for(address, process, folder)
        yield Server(address, process, folder)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        log.close()


def _wait_for(address: str, process: subprocess.Popen[str], folder: Path) -> None:
    until = time.monotonic() + 4 * SECONDS
    while time.monotonic() < until and process.poll() is None and address:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start: " + (folder / "server.log").read_text()[-3000:])


OVERTAKEN = "widget model not found"
"""What ipywidgets' manager says of an update that was overtaken: the parts it names are gone by
the time it is read, and the update after it, which no longer names them, is already on its way."""


@dataclass
class Tab:
    """A tab of the browser that notes every request to another host and every script error."""

    page: object
    server: Server
    outside: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def open(self, **parts: str) -> None:
        """Open a page of the dashboard and wait until it is drawn."""
        self.page.goto(self.server.url(**parts))
        self.drawn()

    def drawn(self) -> None:
        """Wait until the frame is there."""
        self.page.wait_for_selector("body[data-ready] main h1", timeout=2 * SECONDS * 1000)

    def reload(self) -> None:
        """Load the page again and wait until it is drawn."""
        self.page.reload()
        self.drawn()

    def settled(self) -> None:
        """Wait for the model's answer that stays: nothing is drawn anew any more."""
        finished = self.page.locator(".q-computing-text", has_text=re.compile("Fertig|Finished"))
        finished.first.wait_for(timeout=ANSWER_MS)
        self.page.wait_for_selector('main[aria-busy="false"]', timeout=ANSWER_MS)

    def fits(self) -> bool:
        """Whether nothing has to be scrolled for sideways, once all is drawn."""
        try:
            self.page.wait_for_function(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        except TooLate:
            return False
        return True

    def go(self, name: str) -> None:
        """Click a page of the navigation and wait until it is shown."""
        self.page.click(f'nav a[data-page="{name}"]')
        self.page.wait_for_selector(f'nav a[data-page="{name}"][aria-current="page"]')

    def picture(self, name: str, *, whole: bool = True) -> Path:
        """Keep a screenshot; look at it."""
        folder = Path(os.environ.get("QUARTIER_SCREENSHOTS", ROOT / "results" / "screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=whole)
        return folder / f"{name}.png"

    def accessibility(self) -> list[str]:
        """What axe-core finds against WCAG 2.1 A and AA; an empty list is what we want.

        What is found while the page is still being drawn is looked at again: only what stays is
        told.
        """
        until = time.monotonic() + STAYS_SECONDS
        while (found := self._found_by_axe()) and time.monotonic() < until:
            self.page.wait_for_timeout(500)
        return found

    def _found_by_axe(self) -> list[str]:
        if not self.page.evaluate("() => typeof axe === 'object'"):
            self.page.evaluate((folder_of("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
        found: list[str] = self.page.evaluate(AXE)
        return found

    def fine(self) -> None:
        """No request left this machine and no script failed."""
        assert self.outside == []
        assert self.broken == []


@contextmanager
def tab(
    browser: object, server: Server, width: int = 1280, height: int = 800, **more: object
) -> Iterator[Tab]:
    """A fresh visitor, with nothing of another's.

    Args:
        browser: of the fixture `browser`.
        server: of the fixture `server`.
        width, height: of the window, in pixels.
        more: passed to the browser's context, such as `reduced_motion`.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    page = context.new_page()
    opened = Tab(page, server)
    host = urlsplit(server.address).netloc

    def note(request: object) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            opened.outside.append(request.url)

    def fail(error: object) -> None:
        if str(error) != OVERTAKEN:
            opened.broken.append(str(error))

    page.on("request", note)
    page.on("websocket", note)
    page.on("pageerror", fail)
    page.set_default_timeout(SECONDS * 1000)
    if SLOW > 1:
        _slow_down(page)
    try:
        yield opened
    finally:
        context.close()


def _slow_down(page: object) -> None:
    late = round(LATE_MS * SLOW)
    page.add_init_script(LATE % (late, late))
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": late, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
