"""Stands before every request: who may come in, how much may come, what the answer may do.

A web page somebody has open elsewhere must not talk to this server (Origin, Host), the pages must
not talk to anybody else (content security policy), nobody may send more than can be held in
memory, and beyond this machine only those who know the code get in. Participants of a workshop have
pages of their own, which need the workshop's code and nothing else.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from sim.dashboard.serving.documents import code_page, mended

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MOST_BODY = 2_000_000
"""Bytes of a request's body; files go through the websocket, which has its own limit."""
MOST_ADDRESS = 4_000
"""Characters of path and query together."""
COOKIE = "quartier_einlass"
PARTICIPANTS = "/mit"
"""Below this are the participants' pages."""
FRONT_FILES = "/_solara/cdn/"
WRONG_CODES_A_MINUTE = 20
A_DAY = 86_400
LOCAL_NAMES = frozenset({"localhost"})

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Vue compiles its templates in the browser, from blobs.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: {sockets}",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    )
)
PARTICIPANTS_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nothing else."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in LOCAL_NAMES


@dataclass
class Guard:
    """The server's outermost layer.

    Attributes:
        inside: the dashboard.
        participants: the workshop's pages for participants; None if there are none.
        names: names the server may be called by, besides localhost and addresses in digits.
        code: what a browser must know to see the dashboard; "" for nothing, on this machine alone.
        files: where the browser's files lie; nothing else is fetched for anybody.
        free_here: a browser on this machine needs no code.
    """

    inside: App
    participants: App | None = None
    names: Iterable[str] = ()
    code: str = ""
    files: Path | None = None
    free_here: bool = False
    _ticket: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _wrong: list[float] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or not."""
        if scope["type"] == "lifespan":
            await self.inside(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        if (
            not self._known_host(headers)
            or not _same_origin(headers, must=True)
            or not self._knows_code(scope, headers)
            or not _proper_path(scope)
        ):
            await receive()
            # A close before accepting is an answer 403.
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            return
        await self.inside(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        method, path = scope["method"], scope["path"]
        guarded = self._with_headers(scope, headers, send)
        for_participants = path == PARTICIPANTS or path.startswith(PARTICIPANTS + "/")
        if not self._known_host(headers):
            await _refuse(guarded, 421, "unknown host")
        elif method not in ("GET", "HEAD", "POST"):
            await _refuse(guarded, 405, "method not allowed")
        elif len(path) + len(scope.get("query_string", b"")) > MOST_ADDRESS:
            await _refuse(guarded, 414, "address too long")
        elif not _proper_path(scope) or self._foreign_file(path):
            await _refuse(guarded, 404, "not found")
        elif method == "POST" and not _same_origin(headers, must=False):
            await _refuse(guarded, 403, "other origin")
        elif _announced(headers) > MOST_BODY:
            await _refuse(guarded, 413, "too large")
        elif for_participants:
            if self.participants is None:
                await _refuse(guarded, 404, "not found")
            else:
                await self.participants(scope, _limited(receive), guarded)
        elif not self._knows_code(scope, headers):
            await self._ask_for_code(scope, receive, guarded)
        elif path == "/":
            # So that the document comes readable and can be mended.
            scope = {**scope, "headers": _without(scope["headers"], b"accept-encoding")}
            await self.inside(scope, _limited(receive), _mending(guarded))
        else:
            await self.inside(scope, _limited(receive), guarded)

    def _known_host(self, headers: dict[str, str]) -> bool:
        # A page elsewhere can give its own name this machine's address; a name we do not know is
        # therefore nobody. Digits cannot be taken over like that.
        try:
            host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        except ValueError:
            return False
        if host in LOCAL_NAMES or host in {name.lower() for name in self.names}:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True

    def _foreign_file(self, path: str) -> bool:
        # Solara would fetch what it does not have from the internet, for whoever asks.
        if not path.startswith(FRONT_FILES) or self.files is None:
            return False
        return not (self.files / path.removeprefix(FRONT_FILES)).is_file()

    def _knows_code(self, scope: Scope, headers: dict[str, str]) -> bool:
        client = scope.get("client") or ("",)
        if not self.code or (self.free_here and is_loopback(client[0])):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")[:8000]).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(
            cookie.value.encode(), self._ticket.encode()
        )

    async def _ask_for_code(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("code", [""])[0]
        if scope["method"] == "POST":
            body = await _body(receive, 1000)
            given = parse_qs(body.decode("latin-1")).get("code", [""])[0]
        now = time.monotonic()
        self._wrong = [when for when in self._wrong if now - when < 60]
        if given and len(self._wrong) >= WRONG_CODES_A_MINUTE:
            await _refuse(send, 429, "too many wrong codes, wait a minute")
        elif given and hmac.compare_digest(
            given.strip().upper().encode("utf-8", "replace"), self.code.encode()
        ):
            cookie = f"{COOKIE}={self._ticket}; Path=/; HttpOnly; SameSite=Strict; Max-Age={A_DAY}"
            await send(
                {
                    "type": "http.response.start",
                    "status": 303,
                    "headers": [
                        (b"location", _without_code(scope).encode("latin-1", "replace")),
                        (b"set-cookie", cookie.encode()),
                        (b"content-length", b"0"),
                    ],
                }
            )
            await send({"type": "http.response.body", "body": b""})
        else:
            if given:
                self._wrong.append(now)
                await asyncio.sleep(0.5)
            await _document(send, 403 if given else 401, code_page(wrong=bool(given)))

    def _with_headers(self, scope: Scope, headers: dict[str, str], send: Send) -> Send:
        path = scope["path"]
        host = headers.get("host", "")
        proper = all(char.isalnum() or char in ".-:[]" for char in host)
        sockets = f"ws://{host} wss://{host}" if proper and host else ""
        participants = path == PARTICIPANTS or path.startswith(PARTICIPANTS + "/")
        policy = PARTICIPANTS_POLICY if participants else POLICY.format(sockets=sockets)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = list(message.get("headers", []))
                # Front-end files carry their version in their path.
                fixed = path.startswith(FRONT_FILES) and message["status"] == 200
                lasting = b"private, max-age=604800, immutable" if fixed else b"no-cache"
                ours = [
                    *ALWAYS,
                    (b"content-security-policy", policy.encode("latin-1")),
                    (b"cache-control", lasting),
                ]
                if not participants:
                    for name, _ in ALWAYS:
                        kept = _without(kept, name)
                # The participants' pages are stricter with themselves.
                told = {name.lower() for name, _ in kept}
                kept += [(name, value) for name, value in ours if name not in told]
                message = {**message, "headers": kept}
            await send(message)

        return guarded


def new_code() -> str:
    """A code to read out: ten letters and digits that cannot be mistaken for each other."""
    return "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(10))


def _headers(scope: Scope) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


def _without(headers: Headers, name: bytes) -> Headers:
    return [(key, value) for key, value in headers if key.lower() != name]


def _same_origin(headers: dict[str, str], *, must: bool) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return not must
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc == headers.get("host")


def _proper_path(scope: Scope) -> bool:
    path = scope["path"]
    return (
        "\\" not in path
        and "\x00" not in path
        and not any(part in ("..", ".") for part in path.split("/"))
        and "//" not in path
    )


def _announced(headers: dict[str, str]) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isdecimal() and len(told) < 12 else MOST_BODY + 1


def _limited(receive: Receive) -> Receive:
    """Receive, but no more than is allowed; beyond it the sender is gone for us."""
    so_far = 0

    async def receive_limited() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        return {"type": "http.disconnect"} if so_far > MOST_BODY else message

    return receive_limited


async def _body(receive: Receive, most: int) -> bytes:
    parts = b""
    while len(parts) <= most:
        message = await receive()
        parts += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return parts[:most]


def _without_code(scope: Scope) -> str:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    query.pop("code", None)
    return "/?" + urlencode(query, doseq=True) if query else "/"


def _mending(send: Send) -> Send:
    """Send, but an HTML document is collected, mended and sent at once."""
    start: Message = {}
    parts: list[bytes] = []

    async def send_mended(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = mended(b"".join(parts))
                kept = _without(list(start.get("headers", [])), b"content-length")
                kept.append((b"content-length", str(len(body)).encode()))
                await send({**start, "headers": kept})
                await send({"type": "http.response.body", "body": body})

    return send_mended


async def _refuse(send: Send, status: int, reason: str) -> None:
    await _document(send, status, reason, kind="text/plain")


async def _document(send: Send, status: int, text: str, *, kind: str = "text/html") -> None:
    body = text.encode("utf-8")
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", f"{kind}; charset=utf-8".encode()),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
