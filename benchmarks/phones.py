"""Phones of a workshop: as HTTP clients that do what the phone's page does, and as real pages.

A phone loads the page and its files, joins with the code, asks for the choices, then asks whether
something has changed as often as `sim/dashboard/workshop/phone/page.js` does (2.5 to 3.5 seconds
after the last answer), and every few seconds gives an expectation, proposes or doubts. Every
request is timed from sending it to its answer read.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sim.dashboard.workshop.records import MOST_FLAGS_EACH, MOST_PROPOSALS_EACH

POLL_SECONDS, JITTER_SECONDS = 2.5, 1.0
"""As in page.js."""
PATIENCE = 60.0
"""Seconds until a request counts as unanswered."""
PAGE_FILES = ("", "/page.css", "/words.js", "/page.js")
DOINGS = ("expectation", "expectation", "expectation", "proposal", "expectation", "flag")
"""What a phone does, again and again: mostly the question, now and then the other two."""
UNEVEN = (0.6, 1.4)
"""People are no clockwork: the pause between two doings, as a share of the one asked for."""


@dataclass(frozen=True)
class Request:
    """One request of a phone.

    Attributes:
        what: last part of its path.
        seconds: until its answer was read.
        status: HTTP status; 0 without an answer.
    """

    what: str
    seconds: float
    status: int


@dataclass
class Phone:
    """A phone without a browser.

    Args:
        root: address of the server.
        code: of the workshop.
        number: of the phone; its seed, too.
        every: seconds between two doings.
    """

    root: str
    code: str
    number: int
    every: float
    made: list[Request] = field(default_factory=list)
    broken: str = ""
    joined: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._random = random.Random(self.number)
        self._host = urlsplit(self.root).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        self._cookie = ""
        self._state: dict[str, Any] = {}

    def live(self, stopped: threading.Event) -> None:
        """Join and take part until told to stop; the body of a thread."""
        try:
            for path in PAGE_FILES:
                self._ask("GET", path)
            self._ask("GET", "/state?since=")  # the page asks first whether it is known
            self._take(self._ask("POST", "/join", {"code": self.code, "nickname": ""}))
            offers = self._ask("GET", "/offers") or {}
            self.joined.set()
            self._take_part(offers, stopped)
        except (OSError, http.client.HTTPException) as error:
            self.broken = f"phone {self.number}: {error!r}"
        finally:
            self.joined.set()
            self._connection.close()

    def _take_part(self, offers: Mapping[str, Any], stopped: threading.Event) -> None:
        doings = self._doings()
        now = time.monotonic()
        poll = now + self._random.uniform(0, POLL_SECONDS)
        act = now + self._random.uniform(0, self.every)
        while not stopped.wait(max(0.0, min(poll, act) - time.monotonic())):
            if poll <= act:
                self._take(self._ask("GET", f"/state?since={self._state.get('revision', '')}"))
                poll = time.monotonic() + POLL_SECONDS + self._random.random() * JITTER_SECONDS
            else:
                what = next(doings)
                body = self._body(what, offers)
                if body is not None:
                    self._take(self._ask("POST", f"/{what}", body))
                act = time.monotonic() + self.every * self._random.uniform(*UNEVEN)

    def _doings(self) -> Iterator[str]:
        place = self._random.randrange(len(DOINGS))
        while True:
            yield DOINGS[place % len(DOINGS)]
            place += 1

    def _body(self, what: str, offers: Mapping[str, Any]) -> dict[str, Any] | None:
        if what == "expectation":
            questions = [one for one in self._state.get("questions", []) if one["state"] == "open"]
            if not questions:
                return None
            value = float(self._random.randint(1, 400))
            return {"question": questions[0]["number"], "value": value}
        if what == "proposal":
            if self._state.get("proposals", 0) >= MOST_PROPOSALS_EACH:
                return None
            measures = [one["key"] for one in offers.get("measures", [])]
            return {
                "text": f"Vorschlag von Telefon {self.number}: Bänke und ein Bus am Markttag",
                "measures": self._random.sample(measures, min(2, len(measures))),
                "district": self._one_of(offers.get("districts", [])),
                "year": self._random.choice(offers["years"]) if offers.get("years") else None,
            }
        if self._state.get("flags", 0) >= MOST_FLAGS_EACH:
            return None
        return {
            "assumption": self._one_of(offers.get("assumptions", [])),
            "reason": f"Telefon {self.number}: Bei uns ist das anders",
        }

    def _one_of(self, choices: list[dict[str, str]]) -> str:
        return self._random.choice(choices)["key"] if choices else ""

    def _take(self, state: dict[str, Any] | None) -> None:
        if state is not None:
            self._state = state

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any] | None:
        """One request; what it answers if that is JSON and well."""
        headers = {"Cookie": self._cookie} if self._cookie else {}
        raw = None
        if body is not None:
            raw = json.dumps(body).encode()
            headers |= {"Content-Type": "application/json", "Origin": self.root.rstrip("/")}
        what = path.partition("?")[0].strip("/") or "page"
        begin = time.perf_counter()
        try:
            status, content = self._answered(method, f"/mit{path}", raw, headers)
        except (OSError, http.client.HTTPException):
            self.made.append(Request(what, time.perf_counter() - begin, 0))
            raise
        self.made.append(Request(what, time.perf_counter() - begin, status))
        if status != 200 or not content.startswith(b"{"):
            return None
        answer: dict[str, Any] = json.loads(content)
        return answer

    def _answered(
        self, method: str, path: str, raw: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        # The server closes connections that were idle for some seconds: then a new one, as
        # browsers do. What was not answered at all was not done either.
        for fresh in (False, True):
            try:
                self._connection.request(method, path, raw, headers)
                answer = self._connection.getresponse()
                content = answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                self._connection.close()
                if fresh:
                    raise
                continue
            given = answer.headers.get("Set-Cookie", "")
            if given:
                self._cookie = given.partition(";")[0]
            return answer.status, content
        raise AssertionError("unreachable")


TAKING_PART = """([every, doings, seed]) => {
    const byId = (id) => document.getElementById(id);
    const any = (list) => list[Math.floor(Math.random() * list.length)];
    let turn = seed;
    const put = (field, text) => {
        field.value = text;
        field.dispatchEvent(new Event("input", {bubbles: true}));
    };
    const act = () => {
        const doing = doings[turn++ % doings.length];
        if (doing === "expectation") {
            const field = document.querySelector(".question.open input");
            if (field) {
                put(field, String(1 + Math.floor(Math.random() * 400)));
                document.querySelector(".question.open button").click();
            }
        } else if (doing === "proposal") {
            byId("propose").open = true;
            put(byId("idea"), "Bänke und ein Bus am Markttag");
            const boxes = byId("measures").querySelectorAll("input");
            if (boxes.length) any(boxes).checked = true;
            document.querySelector("#propose-form button[type=submit]").click();
        } else {
            byId("doubt").open = true;
            const choice = byId("assumption");
            choice.selectedIndex = Math.floor(Math.random() * choice.options.length);
            put(byId("reason"), "Bei uns ist das anders");
            document.querySelector("#doubt-form button[type=submit]").click();
        }
        setTimeout(act, every * 1000 * (0.6 + 0.8 * Math.random()));
    };
    performance.setResourceTimingBufferSize(20000);
    setTimeout(act, every * 1000 * Math.random());
}"""
"""Fills in and clicks, in the real page; its own script sends."""

REQUESTS = """() => performance.getEntriesByType("resource")
    .filter((one) => new URL(one.name).pathname.startsWith("/mit"))
    .map((one) => [new URL(one.name).pathname.split("/").pop() || "page",
        one.duration / 1000, one.responseStatus || 0])"""


def join_in_browser(context: Any, root: str, code: str, patience: int) -> Any:
    """Open the page from the QR code's address and join; the page.

    Args:
        context: of the browser, nobody else's.
        root: address of the server.
        code: of the workshop.
        patience: milliseconds.
    """
    page = context.new_page()
    page.set_default_timeout(patience)
    page.goto(f"{root.rstrip('/')}/mit#{code}")
    page.wait_for_selector("#join:not([hidden])")
    page.click("#join-form button")
    page.wait_for_selector("#inside:not([hidden])")
    return page


def take_part_in_browser(page: Any, every: float, number: int) -> None:
    """Let a joined page fill in and click by itself from now on."""
    page.evaluate(TAKING_PART, [every, list(DOINGS), number])


def requests_of(page: Any) -> list[Request]:
    """What a page has asked, as its browser timed it."""
    return [Request(*one) for one in page.evaluate(REQUESTS)]
