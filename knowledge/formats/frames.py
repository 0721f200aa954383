"""What the server and the process that parses say to each other: a JSON head and bytes, each with its length."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

_LENGTHS = struct.Struct(">QQ")


def send(stream: IO[bytes], head: dict[str, Any], data: bytes = b"") -> None:
    text = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(text), len(data)) + text)
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes], most: int = 2**40) -> tuple[dict[str, Any], bytes] | None:
    """None where the stream ended, or where more than `most` bytes are announced."""
    lengths = _exactly(stream, _LENGTHS.size)
    if lengths is None:
        return None
    head, data = _LENGTHS.unpack(lengths)
    if head + data > most:
        return None
    text, rest = _exactly(stream, head), _exactly(stream, data)
    return None if text is None or rest is None else (json.loads(text), rest)


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = stream.read(min(count, 1024 * 1024))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
