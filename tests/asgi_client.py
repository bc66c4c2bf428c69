"""Asks an ASGI application directly, without a server: also what no browser would send."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie


def finish(coroutine):
    """What a coroutine returns; in a thread of its own, since the open browser has a loop here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes
    cookies: list

    @property
    def data(self):
        return json.loads(self.body)


@dataclass
class Client:
    """A phone: keeps its cookies, has an address."""

    app: object
    address: str = "192.0.2.1"
    host: str = "192.0.2.200:8765"
    cookies: dict = field(default_factory=dict)

    def get(self, path, **more):
        return finish(self.request("GET", path, **more))

    def post(self, path, data=None, **more):
        body = more.pop("body", None)
        return finish(
            self.request("POST", path, json.dumps(data).encode() if body is None else body, **more)
        )

    async def request(self, method, path, body=b"", *, headers=None, chunks=None):
        """One request.

        Args:
            chunks: parts of the body sent one after the other, without an announced length.
        """
        path, _, query = path.partition("?")
        parts = [body] if chunks is None else chunks
        sent = {"host": self.host, "content-type": "application/json"}
        if chunks is None:
            sent["content-length"] = str(len(body))
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent.update(headers or {})
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in sent.items()
                if value is not None
            ],
            "client": (self.address, 50000),
            "server": ("192.0.2.200", 8765),
        }
        messages, waiting, read = [], list(parts), 0

        async def receive():
            nonlocal read
            if not waiting:
                return {"type": "http.disconnect"}
            chunk = waiting.pop(0)
            read += len(chunk)
            self.read = read
            return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

        async def send(message):
            messages.append(message)

        await self.app(scope, receive, send)
        start = messages[0]
        given = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
        cookies = [value for name, value in given if name == "set-cookie"]
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        content = b"".join(one.get("body", b"") for one in messages[1:])
        return Reply(start["status"], dict(given), content, cookies)
