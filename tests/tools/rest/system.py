"""The reference order system on a real socket, and everything that it can do wrong on demand."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from examples.order_api import LocalStore, create_app

TOKEN = "token-of-the-shop"
Send = Callable[[dict[str, Any]], Awaitable[None]]
# What happens instead of an answer: (application, scope, receive, send).
Fault = Callable[[Any, dict[str, Any], Any, Send], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    query: str
    key: str


@dataclass
class System:
    """A shop's order system. `asked` holds every request that arrived, in order."""

    shop: LocalStore
    url: str = ""
    inner: Any = None
    asked: list[Seen] = field(default_factory=list)
    _faults: list[tuple[str, Fault]] = field(default_factory=list)

    def misbehave(self, start: str, *faults: Fault) -> None:
        """Each fault once, in order, for requests whose "GET /path" begins so."""
        self._faults += [(start, fault) for fault in faults]

    def behave(self) -> None:
        self._faults.clear()

    def count(self, start: str) -> int:
        return sum(f"{each.method} {each.path}".startswith(start) for each in self.asked)

    def renew(self, shop: LocalStore) -> None:
        """Another shop moves in; nothing is left of the one before."""
        self.shop, self.inner = shop, create_app(shop, TOKEN)
        self.asked.clear()
        self.behave()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        fault = self._note(scope)
        await (fault or as_it_should)(self.inner, scope, receive, send)

    def _note(self, scope: dict[str, Any]) -> Fault | None:
        headers = dict(scope["headers"])
        path = scope["raw_path"].decode()
        seen = Seen(
            scope["method"],
            path,
            scope["query_string"].decode(),
            headers.get(b"idempotency-key", b"").decode(),
        )
        self.asked.append(seen)
        for at, (start, fault) in enumerate(self._faults):
            if f"{seen.method} {seen.path}".startswith(start):
                del self._faults[at]
                return fault
        return None


@contextmanager
def serving(system: System) -> Iterator[System]:
    system.renew(system.shop)
    config = uvicorn.Config(
        system, log_level="critical", access_log=False, ws="none", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio sees to this only for sockets that it opens itself; without it each answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    system.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield system
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


async def as_it_should(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    await app(scope, receive, send)


def slow(seconds: float) -> Fault:
    """Does what it is told, then takes its time to say so."""

    async def fault(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
        messages: list[dict[str, Any]] = []
        await app(scope, receive, _into(messages))
        await asyncio.sleep(seconds)
        for message in messages:
            await send(message)

    return fault


def says(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Fault:
    """Does nothing and answers with this; `Retry_After` becomes the header Retry-After."""

    async def fault(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
        pairs = {"content-type": kind, "content-length": str(len(body))} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        raw = [(name.lower().encode(), value.encode()) for name, value in pairs.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return fault


def status(code: int, **headers: str) -> Fault:
    return says(b'{"detail": "no"}', code, **headers)


async def reset(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """The connection is reset before anything is done."""
    _reset(send)


async def done_then_reset(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Does what it is told, then the connection is reset."""
    await app(scope, receive, _into([]))
    _reset(send)


async def done_then_silent(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Does what it is told and forgets to answer."""
    await app(scope, receive, _into([]))
    while (await receive())["type"] != "http.disconnect":
        pass


async def cut(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Does what it is told; the connection ends in the middle of the answer."""
    messages: list[dict[str, Any]] = []
    await app(scope, receive, _into(messages))
    body = b"".join(each.get("body", b"") for each in messages)
    await send(messages[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    send.__self__.transport.close()  # type: ignore[attr-defined]


async def half(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Does what it is told; the answer is complete for HTTP, and half of the JSON."""
    messages: list[dict[str, Any]] = []
    await app(scope, receive, _into(messages))
    body = b"".join(each.get("body", b"") for each in messages)
    await says(body[: len(body) // 2], messages[0]["status"])(app, scope, receive, send)


def dripping(pause_s: float) -> Fault:
    """An answer without an end, a byte at a time, each well before any read gives up."""

    async def fault(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
        await _start(send)
        for _ in range(500):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(pause_s)
            if send.__self__.transport.is_closing():  # type: ignore[attr-defined]
                return

    return fault


async def huge(app: Any, scope: dict[str, Any], receive: Any, send: Send) -> None:
    """64 MB, without saying so beforehand."""
    await _start(send)
    for _ in range(1024):
        await send({"type": "http.response.body", "body": b" " * 65536, "more_body": True})
        if send.__self__.transport.is_closing():  # type: ignore[attr-defined]
            return


async def _start(send: Send) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def _into(messages: list[dict[str, Any]]) -> Send:
    async def keep(message: dict[str, Any]) -> None:
        messages.append(message)

    return keep


def _reset(send: Send) -> None:
    """A real RST: what the server's machine does when its process is killed."""
    transport = send.__self__.transport  # type: ignore[attr-defined]
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
