"""A model server on a real socket that does exactly what a test says, well or badly."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

END = "data: [DONE]\n\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@dataclass
class Asked:
    """A request as it came, and the connection that it came on."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: socket.socket

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def send(self, *pieces: str | bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece.encode() if isinstance(piece, str) else piece)

    def gone(self, within_s: float = 10) -> bool:
        """Whether the client closes the connection within this time."""
        self.connection.settimeout(within_s)
        try:
            return self.connection.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


Behaviour = Callable[[Asked], None]


@dataclass
class ChatServer:
    """`behaviour` answers chat completions; `models` are listed."""

    port: int
    models: list[str] = field(default_factory=lambda: ["tiny"])
    behaviour: Behaviour | None = None
    listing: Behaviour | None = None
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def answer(self, asked: Asked) -> None:
        if asked.path.endswith("/models"):
            (self.listing or self._list)(asked)
        else:
            self.asked.append(asked)
            assert self.behaviour is not None
            self.behaviour(asked)

    def _list(self, asked: Asked) -> None:
        plain(200, "application/json", json.dumps({"data": [{"id": name} for name in self.models]}))(asked)


def chunk(text: str | None = None, finish: str | None = None) -> str:
    """One event of a stream, as the interface has it."""
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"object": "chat.completion.chunk", "choices": [choice]}
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"


def says(*texts: str) -> Behaviour:
    """A whole and good answer."""
    return stream(chunk(""), *map(chunk, texts), chunk(finish="stop"), END)


def stream(*pieces: str | bytes) -> Behaviour:
    return lambda asked: asked.send(HEAD, *pieces)


def plain(status: int, kind: str, body: str, **headers: str) -> Behaviour:
    """An answer that is no stream."""
    data = body.encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(data)}",
        "Connection: close",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda asked: asked.send("\r\n".join(lines) + "\r\n\r\n", data)


@contextmanager
def serving(behaviour: Behaviour | None = None, models: list[str] | None = None) -> Iterator[ChatServer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = ChatServer(listening.getsockname()[1], models or ["tiny"], behaviour)
        threads: list[threading.Thread] = []
        accepting = threading.Thread(target=_accept, args=(listening, server, threads))
        accepting.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def _accept(listening: socket.socket, server: ChatServer, threads: list[threading.Thread]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            thread = threading.Thread(target=_serve, args=(connection, server))
            threads.append(thread)
            thread.start()


def _serve(connection: socket.socket, server: ChatServer) -> None:
    with connection, suppress(ConnectionError):
        connection.settimeout(20)
        asked = _read(connection)
        if asked is not None:
            server.answer(asked)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body, connection)
