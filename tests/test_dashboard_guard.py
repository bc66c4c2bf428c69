"""The guard before the dashboard: other origins, strange hosts, too much, no code."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import solara.server
from asgi_client import finish

from sim.dashboard.serving.address import MOST, Address, read
from sim.dashboard.serving.documents import MENDED, mended
from sim.dashboard.serving.guard import (
    COOKIE,
    MOST_BODY,
    WRONG_CODES_A_MINUTE,
    Guard,
    is_loopback,
    new_code,
)
from sim.dashboard.serving.starting import prepare
from sim.dashboard.words.accessibility import STATEMENT


class Inside:
    """Stands for Solara: remembers what came through and answers with a page."""

    def __init__(self, body=b"<html><head></head>inside"):
        self.came = []
        self.received = 0
        self.body = body

    async def __call__(self, scope, receive, send):
        self.came.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        while True:
            message = await receive()
            self.received += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        headers = [(b"content-type", b"text/html"), (b"x-frame-options", b"ALLOWALL")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def ask(
    guard, path="/", *, method="GET", query="", kind="http", chunks=(b"",), client="127.0.0.1",
    **headers,
):  # fmt: skip
    """One request; returns status, headers and body."""
    given = {"host": "localhost:8765", **{name.replace("_", "-"): v for name, v in headers.items()}}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": (client, 5),
    }
    waiting = list(chunks)
    sent = []

    async def receive():
        if kind == "websocket":
            return {"type": "websocket.connect"}
        if waiting:
            body = waiting.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(waiting)}
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    finish(guard(scope, receive, send))
    if kind == "websocket":
        return sent[0]["type"]
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def socket(guard, **headers):
    return ask(guard, "/jupyter/api/kernels/x/channels", kind="websocket", **headers)


def test_own_page_gets_in_and_carries_the_policy():
    inside = Inside()
    status, headers, body = ask(Guard(inside))
    assert status == 200
    assert b"inside" in body
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy.replace("ws://localhost:8765", "").replace("wss://", "")
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:8766", "x"]
)
def test_websockets_of_other_origins_are_refused(origin):
    inside = Inside()
    headers = {} if origin is None else {"origin": origin}
    assert socket(Guard(inside), **headers) == "websocket.close"
    assert inside.came == []


def test_websocket_of_our_own_page_is_let_in():
    assert socket(Guard(Inside()), origin="http://localhost:8765") == "websocket.accept"


def test_posting_from_another_origin_is_refused():
    inside = Inside()
    status, _, _ = ask(Guard(inside), "/x", method="POST", origin="http://evil.example")
    assert status == 403
    assert inside.came == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[", "a:b:c"])
def test_names_nobody_gave_this_server_are_refused(host):
    inside = Inside()
    assert ask(Guard(inside), host=host)[0] == 421
    assert inside.came == []


@pytest.mark.parametrize("host", ["127.0.0.1:1", "[::1]:8765", "192.168.1.4", "rathaus-pc"])
def test_addresses_in_digits_and_the_given_names_are_known(host):
    assert ask(Guard(Inside(), names=("Rathaus-PC",)), host=host)[0] == 200


@pytest.mark.parametrize("path", ["/../etc/passwd", "/a/./b", "/a\\..\\b", "/a\x00", "//evil"])
def test_crooked_paths_lead_nowhere(path):
    inside = Inside()
    assert ask(Guard(inside), path)[0] == 404
    assert inside.came == []


def test_front_end_files_are_never_fetched_for_a_visitor(tmp_path):
    inside = Inside()
    (tmp_path / "known@1.0.0").mkdir()
    (tmp_path / "known@1.0.0" / "a.js").write_text("1")
    guard = Guard(inside, files=tmp_path)
    assert ask(guard, "/_solara/cdn/evil@1.0.0/a.js")[0] == 404
    assert inside.came == []
    status, headers, _ = ask(guard, "/_solara/cdn/known@1.0.0/a.js")
    assert status == 200
    assert "immutable" in headers["cache-control"]


def test_too_much_is_refused_whether_announced_or_not():
    inside = Inside()
    guard = Guard(inside)
    assert ask(guard, "/x", method="POST", content_length=str(MOST_BODY + 1))[0] == 413
    assert ask(guard, "/x", method="POST", content_length="9" * 40)[0] == 413
    assert inside.came == []
    ask(guard, "/x", method="POST", chunks=[b"x" * 500_000] * 20)
    assert inside.received <= MOST_BODY
    assert ask(guard, "/" + "x" * 5000)[0] == 414
    assert ask(guard, "/", method="DELETE")[0] == 405


def test_without_the_code_nothing_is_shown_and_the_socket_is_shut():
    inside = Inside()
    guard = Guard(inside, code=new_code())
    status, _, body = ask(guard)
    assert status == 401
    assert b"Code der Moderation" in body
    assert b"inside" not in body
    assert socket(guard, origin="http://localhost:8765") == "websocket.close"
    assert inside.came == []


def test_the_code_opens_once_and_for_all():
    guard = Guard(Inside(), code="ABCDEFGHJK")
    status, headers, _ = ask(guard, query="code=abcdefghjk&page=compare")
    assert status == 303
    assert headers["location"] == "/?page=compare"
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert "ABCDEFGHJK" not in headers["set-cookie"]
    cookie = headers["set-cookie"].partition(";")[0]
    assert ask(guard, cookie=cookie)[0] == 200
    assert socket(guard, origin="http://localhost:8765", cookie=cookie) == "websocket.accept"
    assert ask(guard, cookie=f"{COOKIE}=guess")[0] == 401
    assert ask(guard, method="POST", chunks=[b"code=ABCDEFGHJK"])[0] == 303


def test_a_browser_on_this_machine_may_be_let_in_without_the_code():
    guard = Guard(Inside(), code="ABCDEFGHJK", free_here=True)
    assert ask(guard, client="127.0.0.1")[0] == 200
    assert ask(guard, client="192.168.1.9")[0] == 401
    assert ask(Guard(Inside(), code="ABCDEFGHJK"), client="127.0.0.1")[0] == 401


def test_guessing_codes_is_slow(monkeypatch):
    async def no_wait(_seconds):
        return None

    monkeypatch.setattr(asyncio, "sleep", no_wait)
    guard = Guard(Inside(), code="ABCDEFGHJK")
    told = [ask(guard, query=f"code=WRONG{number}")[0] for number in range(40)]
    assert told[:WRONG_CODES_A_MINUTE] == [403] * WRONG_CODES_A_MINUTE
    assert set(told[WRONG_CODES_A_MINUTE:]) == {429}
    assert ask(guard, query="code=ABCDEFGHJK")[0] == 429


def test_participants_need_no_moderators_code_and_see_nothing_else():
    inside, phones = Inside(), Inside(b"phones")
    guard = Guard(inside, participants=phones, code="ABCDEFGHJK")
    assert ask(guard, "/mit")[2] == b"phones"
    assert ask(guard, "/mit/state")[0] == 200
    assert ask(guard, "/mitte")[0] == 401
    assert inside.came == []


def test_codes_are_long_and_easy_to_read_out():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 10 and not set(code) & set("01OI") for code in codes)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_only_this_machine_is_loopback(host, loopback):
    assert is_loopback(host) is loopback


def test_beyond_this_machine_there_is_always_a_code():
    everywhere = prepare("0.0.0.0", 0)
    here = prepare("127.0.0.1", 0)
    try:
        assert len(everywhere.code) == 10
        assert everywhere.code in everywhere.address
        assert here.code == ""
        assert prepare("127.0.0.1", here.port) is None
        assert prepare("203.0.113.7", 0) is None
        assert prepare("no such host", 0) is None
    finally:
        everywhere.listening.close()
        here.listening.close()


def test_solaras_document_is_mended_wherever_it_needs_it():
    folder = Path(solara.server.__file__).parent / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*"))
    for old, _ in MENDED:
        assert old in text, old
    after = mended(b"<html><head></head>var debug = true;").decode()
    assert '<html lang="de">' in after
    assert "debug = false" in after


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", Address()),
        ("?page=compare&town=herrenberg&lang=en", Address("compare", "herrenberg", "en")),
        ("?page=nothing&lang=fr", Address()),
        ("?plans=a,b,a,../x,<b>,c,d,e", Address(plans=("a", "b", "c", "d"))),
        ("?page=compare;town=x", Address()),
        ("?large=1&large=0", Address(large=True)),
        ("?" + "&".join(f"a{number}=1" for number in range(100)), Address()),
    ],
)
def test_addresses_are_read_as_hostile(search, found):
    assert read(search) == found


def test_no_address_is_too_long_to_be_read():
    found = read("?town=" + "x" * 10_000_000)
    assert len(found.town) <= 100
    assert len(read("?plan=" + "x" * 10_000_000).plan) <= MOST


def test_the_statement_in_the_docs_is_the_page():
    written = Path(__file__).parent.parent / "docs" / "BARRIEREFREIHEIT.md"
    text = " ".join(written.read_text(encoding="utf-8").replace("\n* ", "\n").split())
    title, parts = STATEMENT["de"]
    assert title in text
    for heading, paragraphs, items in parts:
        for piece in (heading, *paragraphs, *items):
            assert piece in text
    assert [len(part[2]) for part in parts] == [len(part[2]) for part in STATEMENT["en"][1]]
