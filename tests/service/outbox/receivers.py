"""Receivers of notices: a ticket system behind HTTP and one behind a mail server, each as moody as it is told to be.

Both behave as real ones do: a key or a Message-ID that is known makes no second ticket. `asked` counts every
request, so a test can tell a repetition that made none.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Mood = Literal["take", "error", "reset", "hang", "slow", "lose", "drip", "known"]
MoodOf = Callable[[int], Mood]


@dataclass
class Tickets:
    """By key or Message-ID; `asked` counts how often each was sent."""

    made: dict[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, key: str, told: Any) -> None:
        with self.lock:
            self.made.setdefault(key, told)


class TicketServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, mood: MoodOf, answer: tuple[int, dict[str, str], bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.tickets, self.mood, self.answer = Tickets(), mood, answer
        self.count = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/tickets?team=a"

    def next_mood(self) -> Mood:
        with self.tickets.lock:
            self.count += 1
            return self.mood(self.count)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that were killed are no news."""


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: TicketServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key, tickets = self.headers["Idempotency-Key"], self.server.tickets
        with tickets.lock:
            tickets.asked[key] += 1
            tickets.headers[key] = dict(self.headers.items())
        mood = self.server.next_mood()
        if mood == "error":
            return self._say(500, {}, b"out of order")
        if mood == "reset":
            return self._hang_up()
        if mood in ("hang", "slow"):
            self.server.over.wait(30 if mood == "hang" else 0.05)
            if mood == "hang":
                return self._hang_up()
        if mood == "known" and key in tickets.made:
            return self._say(409, {}, json.dumps({"key": key, "id": "T-known"}).encode())
        if 200 <= self.server.answer[0] < 300:
            tickets.make(key, json.loads(body))
        if mood == "lose":
            return self._hang_up()
        if mood == "drip":
            return self._drip()
        self._say(*self.server.answer)

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _drip(self) -> None:
        """A letter now and then: no single read takes long, the whole never ends."""
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
            self.wfile.write(bytes([letter]))
            if self.server.over.wait(0.05):
                return

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def ticket_server(
    mood: MoodOf = lambda _: "take",
    status: int = 201,
    headers: dict[str, str] | None = None,
    body: bytes = b'{"id": "T-1"}',
) -> Iterator[TicketServer]:
    server = TicketServer(mood, (status, {"Content-Type": "application/json"} | (headers or {}), body))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class MailDesk:
    """Handles what a mail server receives."""

    def __init__(self, mood: MoodOf) -> None:
        self.tickets, self.mood, self.count = Tickets(), mood, 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.SMTP)
        key = str(message["Kefu-Notice-Id"])
        self.count += 1
        mood = self.mood(self.count)
        self.tickets.asked[key] += 1
        if mood == "error":
            return "451 try later"
        if mood == "reset":
            assert server.transport is not None
            server.transport.close()
            return "451 gone"
        self.tickets.make(str(message["Message-ID"]), message)
        if mood == "lose":
            assert server.transport is not None
            server.transport.close()
        return "250 taken"


@contextmanager
def mail_server(mood: MoodOf = lambda _: "take") -> Iterator[tuple[MailDesk, int]]:
    """The desk and the port that it listens on."""
    desk = MailDesk(mood)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(desk, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield desk, port
    finally:
        controller.stop()


def until(true: Callable[[], bool], within_s: float = 30.0) -> None:
    """Wait for other processes."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)
