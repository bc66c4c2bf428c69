"""The dashboard measured in a real browser: opening, moving a slider, memory.

    python -m benchmarks.dashboard                        # everything, some minutes
    python -m benchmarks.dashboard --moves 50 --sessions 10 --timed 5

A server in a process of its own and Chromium on the same machine. `page usable` is from asking for
the address to a page that can be clicked, in a server that is warm. `slider to first new answer` is
from the key pressed on the slider to the chart drawn anew with the answer to it, every time at a
value never asked before. Memory is that of the server's process (RSS). The desk alone, without a
browser, is measured by `benchmarks/slider.py`. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import machine

ROOT = Path(__file__).resolve().parent.parent
SERVING = """
import sys
from sim.dashboard.serving import starting
place = starting.prepare("127.0.0.1", 0)
print(place.address, flush=True)
starting.serve(place, lambda: False)
"""
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip
PATIENCE = 300_000
"""Milliseconds waited for anything at most."""
MEBI = 1024 * 1024
PAGES = ("start", "coming", "compare", "live")
USABLE = "body[data-ready] main h1"
LIVE_CHART = '[data-chart*="ausprobieren"] .q-chart-plot'
ANSWERED = ".q-live-said"
SHOWN = """([said, before]) => {
    const now = document.querySelector(said).dataset;
    return now.asked !== before && now.pending === "false";
}"""
NEXT_PICTURE = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done)))"""
STEPS_OF_ONE_SLIDER = 15
STEPS_OF_THE_OTHER = 8
"""Fewer than there are from where the plan has the sliders to their ends."""


def chromium() -> str:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("QUARTIER_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        sys.exit("Kein Chromium gefunden / no Chromium found: QUARTIER_CHROMIUM")
    return found


@contextmanager
def serving(folder: Path, most_draws: int) -> Iterator[tuple[str, int]]:
    """A server; its address and the number of its process."""
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVING], stdout=subprocess.PIPE, stderr=log, text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "QUARTIER_MOST_DRAWS": str(most_draws)},
        )  # fmt: skip
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


@contextmanager
def measuring(most_draws: int) -> Iterator[tuple[Any, str, int]]:
    """Playwright, a server's address and the number of its process; tells of machine and load."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed by others

    print("\n".join(f"- {name}: {value}" for name, value in machine.machine().items()))
    print(f"- Load before: {os.getloadavg()[0]:.1f}\n", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), most_draws) as (root, pid),
        sync_playwright() as playwright,
    ):
        yield playwright, root, pid
    print(f"Load after: {os.getloadavg()[0]:.1f}")


def memory(pid: int) -> float:
    """Resident memory of a process in MiB."""
    text = Path(f"/proc/{pid}/statm").read_text(encoding="utf-8")
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEBI


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def address(root: str, page: str, town: str) -> str:
    """Address of a page."""
    return f"{root}?page={page}&town={town}&lang=de"


def opening(browser: Any, root: str, town: str, times: int) -> Iterator[tuple[str, list[float]]]:
    """Seconds until each page is usable, for a new visitor each time."""
    for name in PAGES:
        seconds = []
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.set_default_timeout(PATIENCE)

            def visit(page: Any = page, name: str = name) -> None:
                page.goto(address(root, name, town))
                page.wait_for_selector(USABLE)

            seconds.append(timed(visit))
            context.close()
        yield f"page usable: {name}", seconds


def live_page(browser: Any, root: str, town: str) -> tuple[Any, Any, Any]:
    """A visitor on the live page with its first answer; the slider moved, and another."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address(root, "live", town))
    return page, *sliders(page)


def sliders(page: Any) -> tuple[Any, Any]:
    """Two sliders of the live page, once its first answer is drawn."""
    page.wait_for_selector(f"{LIVE_CHART}[data-drawn] svg")
    page.locator("summary", has_text="Mehr:").click()
    return page.get_by_label("Kosten").first, page.get_by_label("Geöffnet").first


def steps(slider: Any, other: Any) -> Iterator[tuple[Any, str]]:
    """Which slider moves next, and how: the first 120 values are questions never asked before."""
    number = 0
    while True:
        turn, step = divmod(number, STEPS_OF_ONE_SLIDER)
        # After so many steps the other slider moves one.
        back = turn % 2 if step else turn // STEPS_OF_THE_OTHER % 2
        yield slider if step else other, "ArrowRight" if back else "ArrowLeft"
        number += 1


def move(page: Any, slider: Any, key: str) -> None:
    """One step of a slider with the keyboard, until the chart shows the first answer to it."""
    said = page.locator(ANSWERED)
    before = said.get_attribute("data-asked")
    slider.focus()
    page.keyboard.press(key)
    page.wait_for_function(SHOWN, arg=[ANSWERED, before])
    page.evaluate(NEXT_PICTURE)


def report(rows: Sequence[tuple[str, Sequence[float]]], unit: str) -> None:
    """A Markdown table of measured series."""
    print(f"| what ({unit}) | times | median | largest |")
    print("| --- | ---: | ---: | ---: |")
    for what, values in rows:
        print(f"| {what} | {len(values)} | {statistics.median(values):.2f} | {max(values):.2f} |")
    print(flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the dashboard in a browser.")
    parser.add_argument("--town", default="herrenberg")
    parser.add_argument("--openings", type=int, default=5)
    parser.add_argument("--timed", type=int, default=15, help="moves that are timed")
    parser.add_argument("--moves", type=int, default=500, help="moves for the memory")
    parser.add_argument("--sessions", type=int, default=100, help="tabs opened and closed")
    parser.add_argument("--draws", type=int, default=100, help="draws an answer may take")
    asked = parser.parse_args(arguments)
    with measuring(asked.draws) as (playwright, root, pid):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        live_page(browser, root, asked.town)[0].context.close()  # warms everything
        report(list(opening(browser, root, asked.town, asked.openings)), "seconds")
        page, *both = live_page(browser, root, asked.town)
        walk = steps(*both)
        seconds = [timed(lambda: move(page, *next(walk))) for _ in range(asked.timed)]
        report([("slider to first new answer", seconds)], "seconds")
        report(list(memory_of(browser, root, pid, asked, (page, walk))), "MiB")
        browser.close()
    return 0


def memory_of(
    browser: Any, root: str, pid: int, asked: argparse.Namespace, live: tuple[Any, Iterator[Any]]
) -> Iterator[tuple[str, list[float]]]:
    """Memory while a slider goes to and fro, and while tabs are opened and closed."""
    page, walk = live
    yield "memory before", [memory(pid)]
    quarters: list[list[float]] = [[], [], [], []]
    for number in range(asked.moves):
        move(page, *next(walk))
        quarters[4 * number // asked.moves].append(memory(pid))
    for number, values in enumerate(quarters, start=1):
        if values:
            yield f"memory, quarter {number} of {asked.moves} moves", values
    halves: list[list[float]] = [[], []]
    for number in range(asked.sessions):
        context = browser.new_context()
        visit = context.new_page()
        visit.set_default_timeout(PATIENCE)
        visit.goto(address(root, "coming", asked.town))
        visit.wait_for_selector(USABLE)
        context.close()
        halves[2 * number // asked.sessions].append(memory(pid))
    for number, values in enumerate(halves, start=1):
        if values:
            yield f"memory, half {number} of {asked.sessions} tabs", values


if __name__ == "__main__":
    sys.exit(main())
