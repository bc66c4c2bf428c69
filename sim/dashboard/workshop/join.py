"""The participants' pages under /mit: a plain page for phones and the few things it can say.

Whoever holds a phone in the room may be hostile. Every request is counted before anything of it is
read: those who joined by their token, all others by their address. What is sent is small, strict
JSON; what was written by people is stored and shown as text. The page loads nothing from elsewhere
and runs no script but its own file.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sim.dashboard.workshop.board import Board, offers_json
from sim.dashboard.workshop.bodies import (
    ExpectationBody,
    FlagBody,
    JoinBody,
    ProposalBody,
    Refused,
    read_body,
)
from sim.dashboard.workshop.codes import typed_code
from sim.dashboard.workshop.rates import Allowance, Limiter, address_key
from sim.dashboard.workshop.records import Idea, NotNow, Offers, TooMuch, WorkshopError
from sim.dashboard.workshop.rooms import Rooms, the_rooms
from sim.dashboard.workshop.store import WorkshopStore

WHERE = "/mit"
COOKIE = "quartier_mit"
COOKIE_SECONDS = 2 * 24 * 3600
LONGEST_TOKEN = 64

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

PAGE_FILES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/words.js": ("words.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}

MOST_HELD = 32
"""Refused requests that are kept waiting at a time; more are turned away at once."""


KNOWN = Allowance(burst=20, per_second=4)
STRANGERS = Allowance(burst=300, per_second=20)
WRONG_CODES = Allowance(burst=20, per_second=0.5)
JOINED = Allowance(burst=80, per_second=0.5)


@dataclass(frozen=True)
class Limits:
    """How much is let through.

    Attributes:
        known: a participant's requests; the page asks every few seconds.
        strangers: requests of one address from phones that have not joined. Thirty phones behind
            one router share an address and open the page together.
        wrong_codes: wrong codes of one address.
        joined: phones that join from one address.
        hold_seconds: a refused request waits so long for its answer, so that whoever asks again
            at once asks once a second.
    """

    known: Allowance = KNOWN
    strangers: Allowance = STRANGERS
    wrong_codes: Allowance = WRONG_CODES
    joined: Allowance = JOINED
    hold_seconds: float = 1.0


Handler = Callable[[Request], Awaitable[Response]]


def routes(
    rooms: Rooms | None = None,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[BaseRoute]:
    """The routes under /mit.

    Args:
        rooms: the open workshops; those of this process unless told otherwise.
        limits: how much is let through.
        clock: seconds, for the limits.
    """
    door = Door(rooms or the_rooms(), limits or Limits(), clock)
    pages = [
        Route(WHERE + path, door.guarded(door.file(name, kind)), methods=["GET"])
        for path, (name, kind) in PAGE_FILES.items()
    ]
    return [
        *pages,
        Route(WHERE + "/state", door.guarded(door.state), methods=["GET"]),
        Route(WHERE + "/offers", door.guarded(door.offers), methods=["GET"]),
        Route(WHERE + "/join", door.guarded(door.join), methods=["POST"]),
        Route(WHERE + "/leave", door.guarded(door.leave), methods=["POST"]),
        Route(WHERE + "/expectation", door.guarded(door.expectation), methods=["POST"]),
        Route(WHERE + "/proposal", door.guarded(door.proposal), methods=["POST"]),
        Route(WHERE + "/flag", door.guarded(door.flag), methods=["POST"]),
    ]


class Door:
    """Who comes in, how often, and what they may do."""

    def __init__(self, rooms: Rooms, limits: Limits, clock: Callable[[], float]) -> None:
        self._rooms = rooms
        self._known = Limiter(limits.known, clock)
        self._strangers = Limiter(limits.strangers, clock)
        self._wrong = Limiter(limits.wrong_codes, clock)
        self._joined = Limiter(limits.joined, clock)
        self._hold_seconds = limits.hold_seconds
        self._held = 0
        self._boards: WeakKeyDictionary[WorkshopStore, Board] = WeakKeyDictionary()

    def guarded(self, handle: Handler) -> Handler:
        """A handler behind the door: counted, its errors told, its answer sealed."""

        async def endpoint(request: Request) -> Response:
            try:
                self._count(request)
                if request.method == "POST":
                    _check_origin(request)
                response = await handle(request)
            except Refused as refused:
                response = await self._refuse(refused)
            except NotNow as error:
                response = _told(409, error)
            except TooMuch as error:
                response = _told(409, error)
            except WorkshopError as error:
                response = _told(422, error)
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return endpoint

    def file(self, name: str, kind: str) -> Handler:
        """A handler that gives one of the page's own files, read once."""
        content = (files("sim.dashboard.workshop") / "phone" / name).read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'

        async def give(request: Request) -> Response:
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers=headers)
            return Response(content, media_type=kind, headers=headers)

        return give

    async def join(self, request: Request) -> Response:
        """Somebody joins with the workshop's code."""
        body = await read_body(request, JoinBody)
        address = _address(request)
        code = typed_code(body.code)
        store = await run_in_threadpool(self._rooms.of_code, code) if code else None
        if store is None:
            if not self._wrong.allows(address):
                raise _too_often(self._wrong.seconds_until_allowed())
            raise Refused(
                403,
                "Diesen Code gibt es nicht. Bitte noch einmal von der Leinwand ablesen.",
                "There is no such code. Please read it from the screen again.",
            )
        found = self._found(request)
        if found is not None and found[0] is store:
            return await self._state_of(*found)
        if not self._joined.allows(address):
            raise _too_often(self._joined.seconds_until_allowed())
        token = await run_in_threadpool(store.join, body.nickname)
        number = store.participant_of(token)
        response = await self._state_of(store, number or 0)
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_SECONDS,
            path=WHERE,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def leave(self, _request: Request) -> Response:
        """Somebody hands the phone on; what they gave stays."""
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path=WHERE, httponly=True, samesite="strict")
        return response

    async def state(self, request: Request) -> Response:
        """What there is to see; nothing if it is what the phone has."""
        store, number = self._participant(request)
        if request.query_params.get("since") == str(store.revision):
            return Response(status_code=204)
        return await self._state_of(store, number)

    async def offers(self, request: Request) -> Response:
        """What may be chosen."""
        store, _ = self._participant(request)
        return JSONResponse(offers_json(await run_in_threadpool(store.offers)))

    async def expectation(self, request: Request) -> Response:
        """Somebody says what they expect."""
        store, number = self._participant(request)
        body = await read_body(request, ExpectationBody)
        await run_in_threadpool(store.expect, number, body.question, body.value)
        return await self._state_of(store, number)

    async def proposal(self, request: Request) -> Response:
        """Somebody proposes something."""
        store, number = self._participant(request)
        body = await read_body(request, ProposalBody)
        await run_in_threadpool(self._propose, store, number, body)
        return await self._state_of(store, number)

    async def flag(self, request: Request) -> Response:
        """Somebody doubts an assumption."""
        store, number = self._participant(request)
        body = await read_body(request, FlagBody)
        await run_in_threadpool(self._flag, store, number, body)
        return await self._state_of(store, number)

    def _propose(self, store: WorkshopStore, number: int, body: ProposalBody) -> None:
        _check_open(store)
        offers = store.offers()
        measures = {one.key for one in offers.measures}
        districts = {one.key for one in offers.districts}
        known = (
            set(body.measures) <= measures
            and body.district in districts | {""}
            and (body.year is None or body.year in offers.years)
        )
        if not known:
            raise _not_offered()
        chosen = tuple(dict.fromkeys(body.measures))
        store.propose(number, Idea(body.text, chosen, body.district, body.year))

    def _flag(self, store: WorkshopStore, number: int, body: FlagBody) -> None:
        _check_open(store)
        label = _label_of_assumption(store.offers(), body.assumption)
        if body.assumption and not label:
            raise _not_offered()
        store.flag(number, body.assumption, label, body.reason)

    async def _state_of(self, store: WorkshopStore, number: int) -> Response:
        board = self._boards.get(store)
        if board is None:
            board = self._boards.setdefault(store, Board(store))
        view = await run_in_threadpool(board.view)
        return JSONResponse(view.for_participant(number))

    def _found(self, request: Request) -> tuple[WorkshopStore, int] | None:
        token = request.cookies.get(COOKIE, "")
        if not token or len(token) > LONGEST_TOKEN:
            return None
        return self._rooms.of_token(token)

    def _participant(self, request: Request) -> tuple[WorkshopStore, int]:
        found = self._found(request)
        if found is None:
            raise Refused(
                401,
                "Bitte zuerst mit dem Code teilnehmen.",
                "Please join with the code first.",
            )
        return found

    def _count(self, request: Request) -> None:
        found = self._found(request)
        if found is not None:
            store, number = found
            # By token, not by address: one phone behind a shared address disturbs no other.
            if not self._known.allows(f"{store.folder.name}/{number}"):
                raise _too_often(self._known.seconds_until_allowed())
        elif not self._strangers.allows(_address(request)):
            raise _too_often(self._strangers.seconds_until_allowed())

    async def _refuse(self, refused: Refused) -> Response:
        headers = {}
        if refused.status == 429:
            headers["Retry-After"] = str(refused.wait)
            if self._held < MOST_HELD:
                self._held += 1
                try:
                    await asyncio.sleep(self._hold_seconds)
                finally:
                    self._held -= 1
            else:
                headers["Connection"] = "close"
        return JSONResponse({"de": refused.text_de, "en": refused.text_en}, refused.status, headers)


def _check_open(store: WorkshopStore) -> None:
    if store.workshop().ended:
        raise NotNow("Dieser Workshop ist beendet.", "This workshop is over.")


def _check_origin(request: Request) -> None:
    """Only the page itself may send: another site open on the phone may not."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise Refused(403, "Das kam von einer anderen Seite.", "That came from another site.")


def _address(request: Request) -> str:
    # Never from a header: whoever sends it chooses what is in it.
    return address_key(request.client.host) if request.client else ""


def _label_of_assumption(offers: Offers, name: str) -> str:
    for choice in (*offers.important, *offers.assumptions):
        if choice.key == name:
            return choice.label_de
    return ""


def _not_offered() -> Refused:
    return Refused(
        422,
        "Das steht nicht zur Auswahl. Bitte die Seite neu laden.",
        "That is not among the choices. Please reload the page.",
    )


def _too_often(wait: int) -> Refused:
    return Refused(
        429,
        "Das war zu oft hintereinander. Bitte kurz warten.",
        "That was too often in a row. Please wait a moment.",
        wait,
    )


def _told(status: int, error: WorkshopError) -> Response:
    return JSONResponse({"de": error.text_de, "en": error.text_en}, status)
