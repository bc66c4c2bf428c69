"""A room of thirty people: does the moderator's answer still come in time?

    python -m benchmarks.room                                   # about three minutes
    python -m benchmarks.room --phones 8 --browsers 1 --moves 4 --alone 3

One server, a workshop that is open, a question put to the room. The moderator moves a slider of the
live page in Chromium, first alone, then with all phones joined and clicking; timed as in
`benchmarks/dashboard.py`, from the key pressed to the chart drawn anew, each time at a value never
asked before. Between two moves the desk refines the answer, as it does while people look at it.
Some phones are real pages in a browser of their own, the others HTTP clients that do what the
page's script does (`benchmarks/phones.py`). Everything runs on one machine, the phones and both
browsers as well: in a room they bring processors of their own. Run it on a machine that does
nothing else.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.dashboard import (
    ARGUMENTS,
    PATIENCE,
    address,
    chromium,
    measuring,
    memory,
    move,
    report,
    sliders,
    steps,
    timed,
)
from benchmarks.phones import Phone, Request, join_in_browser, requests_of, take_part_in_browser

PROMISED = 2.0
"""Seconds within which the moderator's answer is to come."""
REFUSED = 400
"""HTTP statuses from here on."""
NOT_JOINED_YET = ("state", 401)
FILES = ("page", "page.css", "words.js", "page.js")


def told(text: str) -> None:
    """Say on the side how far it is; the tables stay clean."""
    print(text, file=sys.stderr, flush=True)


def begin_workshop(browser: Any, root: str, town: str) -> tuple[Any, str]:
    """A moderator who begins a workshop and puts a question to the room; the page and the code."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address(root, "workshop", town))
    page.get_by_role("button", name="Workshop für").click()
    page.wait_for_selector(".q-workshop-code")
    code = str(page.get_attribute(".q-workshop-code", "data-code"))
    page.get_by_role("tab", name="Frage", exact=True).click()
    page.get_by_label("Mit welchem Plan?").wait_for()
    page.get_by_role("button", name="Frage stellen", exact=True).click()
    page.wait_for_selector(".q-workshop-question")
    return page, code


def to_live(page: Any) -> tuple[Any, Any]:
    """The same tab on the live page; two of its sliders."""
    page.click('nav a[data-page="live"]')
    return sliders(page)


@contextmanager
def joined(
    asked: argparse.Namespace, playwright: Any, root: str, code: str
) -> Iterator[tuple[list[Phone], list[Any], float]]:
    """All phones in the room and clicking; those without a browser, those with, seconds to join."""
    stopped = threading.Event()
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    phones = [
        Phone(root, code, number, asked.every) for number in range(asked.browsers, asked.phones)
    ]
    threads = [
        threading.Thread(target=one.live, args=(stopped,), daemon=True, name=f"phone {one.number}")
        for one in phones
    ]
    try:
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        pages = [
            join_in_browser(browser.new_context(**PHONE), root, code, PATIENCE)
            for _ in range(asked.browsers)
        ]
        for phone in phones:
            phone.joined.wait(PATIENCE / 1000)
        seconds = time.perf_counter() - begin
        for number, page in enumerate(pages):
            take_part_in_browser(page, asked.every, number)
        yield phones, pages, seconds
    finally:
        stopped.set()
        for thread in threads:
            thread.join(5)
        browser.close()


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def moves(
    page: Any, walk: Iterator[tuple[Any, str]], times: int, pause: float, pid: int
) -> tuple[list[float], list[float]]:
    """Seconds to the answer of some moves, and the server's memory (MiB) after each."""
    seconds, used = [], []
    for number in range(times):
        slider, key = next(walk)
        seconds.append(timed(lambda slider=slider, key=key: move(page, slider, key)))
        used.append(memory(pid))
        told(f"  {number + 1}/{times}: {seconds[-1]:.2f} s")
        # The page of Playwright goes on while it waits.
        page.wait_for_timeout(pause * 1000)
    return seconds, used


def by_what(made: Sequence[Request]) -> list[tuple[str, list[float]]]:
    """Seconds of the answered requests by what was asked."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in made:
        if 0 < one.status < REFUSED:
            found["page and its files" if one.what in FILES else one.what].append(one.seconds)
    return sorted(found.items())


def late(seconds: Sequence[float]) -> float:
    """The time 95 of 100 stay below."""
    if len(seconds) == 1:
        return seconds[0]
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def report_phones(title: str, made: Sequence[Request]) -> None:
    """A Markdown table of what phones waited, and how many were refused or not answered."""
    print(f"| {title} (seconds) | requests | median | 95 % | largest |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for what, values in by_what(made):
        row = f"{statistics.median(values):.3f} | {late(values):.3f} | {max(values):.3f}"
        print(f"| {what} | {len(values)} | {row} |")
    # Whether the phone is known is asked once before it joins; that is no refusal.
    refused = [
        one for one in made if one.status >= REFUSED and (one.what, one.status) != NOT_JOINED_YET
    ]
    statuses = ", ".join(sorted({str(one.status) for one in refused}))
    unanswered = sum(one.status == 0 for one in made)
    more = f" ({statuses})" if refused else ""
    print(f"\nRefused: {len(refused)} of {len(made)}{more}; without an answer: {unanswered}.\n")


def measure(asked: argparse.Namespace, playwright: Any, root: str, pid: int) -> None:
    """The moderator alone, then with the room; print."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    try:
        told("Opening, the first answer …")
        page, code = begin_workshop(browser, root, asked.town)
        walk = steps(*to_live(page))
        moves(page, walk, 1, asked.pause, pid)  # warms what the first move needs
        told("The moderator alone …")
        before = memory(pid)
        alone, _ = moves(page, walk, asked.alone, asked.pause, pid)
        told(f"{asked.phones} phones join …")
        with joined(asked, playwright, root, code) as (phones, pages, to_join):
            told(f"  in after {to_join:.1f} s; the moderator with the room …")
            begin = time.perf_counter()
            with_room, used = moves(page, walk, asked.moves, asked.pause, pid)
            lasted = time.perf_counter() - begin
            real = [one for each in pages for one in requests_of(each)]
        after = memory(pid)
    finally:
        browser.close()
    made = [one for phone in phones for one in phone.made]
    print(
        f"All {asked.phones} phones were in after {to_join:.1f} s; measured for {lasted:.0f} s.\n"
    )
    report(
        [
            ("moderator's move, alone", alone),
            (f"moderator's move, {asked.phones} phones clicking", with_room),
        ],
        "seconds",
    )
    over = sum(one > PROMISED for one in with_room)
    print(f"Moves with the room over {PROMISED:.0f} s: {over} of {len(with_room)}.\n")
    report_phones(f"phones without a browser ({len(phones)})", made)
    if real:
        report_phones(f"phones in a browser ({len(pages)})", real)
    report(
        [
            ("server's memory, alone", [before]),
            ("server's memory, with the room", used),
            ("server's memory, phones gone", [after]),
        ],
        "MiB",
    )
    for phone in phones:
        if phone.broken:
            print(f"Broken off: {phone.broken}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure a workshop with a room full of phones.")
    parser.add_argument("--town", default="herrenberg")
    parser.add_argument("--phones", type=int, default=30, help="all phones")
    parser.add_argument("--browsers", type=int, default=5, help="of them as real pages")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two doings")
    parser.add_argument("--alone", type=int, default=10, help="moves before the room comes")
    parser.add_argument("--moves", type=int, default=30, help="moves with the room")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds after a move's answer")
    parser.add_argument("--draws", type=int, default=100, help="draws an answer may take")
    asked = parser.parse_args(arguments)
    if not 0 <= asked.browsers <= asked.phones or min(asked.alone, asked.moves, asked.phones) < 1:
        parser.error("0 <= browsers <= phones; phones, alone and moves at least 1")
    # Ended from outside, it ends its server and browsers as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with measuring(asked.draws) as (playwright, root, pid):
        measure(asked, playwright, root, pid)
    return 0


if __name__ == "__main__":
    sys.exit(main())
