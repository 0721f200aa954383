"""Server-sent events out of the bytes of an answer (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from collections.abc import AsyncIterator

LONGEST_EVENT = 1_000_000


class EventTooLong(ValueError):
    """An event of more than `LONGEST_EVENT` bytes, which nobody meant to send."""


async def events(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The data of each event; comments and other fields are left out. Raises `EventTooLong`.

    The last one counts although no blank line follows it: some servers just close.
    """
    data: list[str] = []
    async for line in _lines(pieces):
        if not line:
            if data:
                yield "\n".join(data)
            data = []
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
            if sum(map(len, data)) > LONGEST_EVENT:
                raise EventTooLong(f"an event of more than {LONGEST_EVENT} bytes")
    if data:
        yield "\n".join(data)


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    pending = b""
    async for piece in pieces:
        *whole, pending = (pending + piece).split(b"\n")
        if len(pending) > LONGEST_EVENT:
            raise EventTooLong(f"a line of more than {LONGEST_EVENT} bytes")
        for line in whole:
            yield line.removesuffix(b"\r").decode(errors="replace")
    if pending:
        yield pending.removesuffix(b"\r").decode(errors="replace")
