"""Reading a large JSON text element by element, and finding the line on which a value stands.

Lines are looked for only when something is wrong, so a good file pays nothing for them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tools.errors import Problem

Raw = msgspec.Raw
# One escape of a JSON text; the group is half a surrogate pair without its other half.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_KEY = re.compile(rb'[\s,{]*("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
_ITEM = re.compile(rb"[\s,\[]*")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_PLAIN = re.compile(rb"[^\s,\]}]+")
_AT_BYTE = re.compile(r" \(byte (\d+)\)$")
_CHUNK = 1 << 20


class NotJson(ValueError):
    """Nothing can be read of a file, because of what stands on `line`."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def readable(text: str | bytes) -> bytes:
    """The text as UTF-8 without a byte order mark; raises `NotJson` for other encodings."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    data = data.removeprefix(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        try:
            decoder.decode(chunk, final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            at = start + error.start - (len(error.object) - len(chunk))
            raise NotJson(f"not UTF-8: byte 0x{error.object[error.start]:02x}", line_at(data, at)) from error
    # Half a character has no bytes of its own; in its place comes what a value may not hold either.
    if b"\\ud" in data or b"\\uD" in data:
        data = _ESCAPE.sub(lambda found: b"\\u0000" if found[1] else found[0], data)
    return data


def parts(data: bytes | Raw, kind: type) -> Any:
    """The members of an object (`dict`) or list, unread; raises `NotJson` where there are none."""
    wanted: Any = dict[str, Raw] if kind is dict else list[Raw]
    try:
        return msgspec.json.decode(data, type=wanted)
    except msgspec.ValidationError as error:
        what = "an object" if kind is dict else "a list"
        raise NotJson(f"{what} is needed here", 1) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(error, bytes(data)) from error


def value_of(raw: Raw) -> Any:
    """What stands there; raises `ValueError` for what no shop holds, such as endless numbers."""
    try:
        return msgspec.json.decode(raw)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error


def _malformed(error: Exception, data: bytes) -> NotJson:
    if not data.strip():
        return NotJson("the file is empty", 1)
    if isinstance(error, RecursionError):
        return NotJson("not a readable JSON file: too deeply nested", 1)
    found = _AT_BYTE.search(str(error))
    at = int(found[1]) if found else len(data)
    reason = "the text ends too early" if "truncated" in str(error) else str(error)[: found and found.start()]
    reason = reason.removeprefix("JSON is malformed: ")
    column = len(data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")) + 1
    return NotJson(f"not JSON: {reason} at column {column}", line_at(data, at))


def line_at(data: bytes, offset: int) -> int:
    """The line of a byte, counted from 1."""
    return data.count(b"\n", 0, offset) + 1


def lines_of(data: bytes, problems: Iterable[Problem]) -> dict[Problem, int]:
    """The line of each problem: where its value begins, or what should hold a missing value."""
    finder = _Finder(data)
    offsets = sorted(
        ((finder.offset(problem.path), problem) for problem in problems), key=lambda pair: pair[0]
    )
    lines: dict[Problem, int] = {}
    line, before = 1, 0
    for offset, problem in offsets:
        line += data.count(b"\n", before, offset)
        before = offset
        lines[problem] = line
    return lines


class _Finder:
    """Offsets of values in one text; those of long lists are looked up once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._top = dict(self._members())
        self._elements: dict[str, list[int]] = {}

    def _members(self) -> Iterator[tuple[str, tuple[int, Raw]]]:
        end = 0
        for name, raw in parts(self._data, dict).items():
            key = _KEY.match(self._data, end)
            start = self._data.find(memoryview(raw), key.end() if key else end)
            start = max(start, 0)
            end = start + memoryview(raw).nbytes
            yield name, (start, raw)

    def offset(self, path: tuple[str | int, ...]) -> int:
        name = path[0] if path else ""
        if name not in self._top:
            return 0
        start, rest = self._top[str(name)][0], path[1:]
        if rest and isinstance(rest[0], int):
            start, rest = self._element(str(name), rest[0]), rest[1:]
        for part in rest:
            found = [at for key, at in _entries(self._data, start) if key == part]
            if not found:
                break
            # The last of several equal keys is the one that was read.
            start = found[-1]
        return start

    def _element(self, name: str, number: int) -> int:
        if name not in self._elements:
            start, raw = self._top[name]
            offsets: list[int] = []
            self._elements[name] = offsets
            for item in parts(raw, list):
                start = self._data.find(memoryview(item), start + bool(not offsets))
                offsets.append(start)
                start += memoryview(item).nbytes
        return self._elements[name][number]


def _entries(data: bytes, start: int) -> Iterator[tuple[str | int, int]]:
    """The key or index and the offset of everything in the object or list that begins at `start`."""
    opening, end, index = data[start : start + 1], start, 0
    if opening not in (b"{", b"["):
        return
    while True:
        found = (_KEY if opening == b"{" else _ITEM).match(data, end)
        if found is None or data[found.end() : found.end() + 1] in (b"]", b""):
            return
        yield msgspec.json.decode(found[1]) if opening == b"{" else index, found.end()
        end, index = _end(data, found.end()), index + 1


def _end(data: bytes, start: int) -> int:
    """Where the value that begins at `start` is over."""
    if data[start] not in b'{["':
        found = _PLAIN.match(data, start)
        return found.end() if found else start + 1
    depth = 0
    for token in _TOKEN.finditer(data, start):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return len(data)
