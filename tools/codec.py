"""Domain values to JSON and back, field for field, every problem named by its path.

Driven by the dataclasses themselves, so the domain needs no knowledge of any format.
Money is a bare string such as "129.00"; its currency comes from outside (the head of a
shop file, the currency of an order), which is why no general serializer fits here.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from tools.domain import DomainError, Money
from tools.errors import Problem

MONEY = re.compile(r"[0-9]{1,10}\.[0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What a 32-bit column of any database holds.
MAX_INT = 2**31 - 1
# Neither PostgreSQL nor UTF-8 can hold these.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class DecodeError(ValueError):
    """`problems` lists "path: what is wrong" for everything that did not fit."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Bad:
    """Stands in for a value whose problem is already noted."""


T = TypeVar("T")
BAD: Final = _Bad()
NOTHING_GIVEN: Mapping[str, Any] = MappingProxyType({})

# Where a value stands: (where its parent stands, its key or index), None at the top. Millions of values
# are read and few are bad, so the readable path is made only for those.
Trail = Any


def encode(value: object) -> Any:
    """Turn a domain value into what `json.dumps` takes; times become UTC."""
    if value is None or isinstance(value, str | int):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, float):
        return value
    if isinstance(value, Money):
        return str(value.amount)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if is_dataclass(value):
        kind: Any = type(value)
        return {
            item.name: encode(getattr(value, item.name))
            for item, _ in shape(kind)
            if "added" not in item.metadata or getattr(value, item.name) != item.default
        }
    raise TypeError(f"no JSON form for {type(value).__name__}")


def canonical(value: object) -> str:
    """Encode to the one JSON text that a digest can be taken of."""
    return json.dumps(encode(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: type[T], value: object, currency: str = "CNY") -> T:
    """Build a `kind` from parsed JSON; raise `DecodeError` with all problems."""
    decoder = Decoder(currency)
    result = decoder.read(kind, value)
    if decoder.problems:
        raise DecodeError([str(problem) for problem in decoder.problems])
    return cast(T, result)


@cache
def shape(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    """The fields of a dataclass, each with its type."""
    hints = get_type_hints(kind)
    return tuple((item, hints[item.name]) for item in fields(kind))


def optional(item: Field[Any]) -> bool:
    """Whether a field may be left out."""
    return item.default is not MISSING or item.default_factory is not MISSING


class Decoder:
    """Reads values of one file; collects problems instead of stopping at the first."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.problems: list[Problem] = []

    def bad(self, trail: Trail, reason: str) -> _Bad:
        self.problems.append(Problem(_path(trail), reason))
        return BAD

    def read(self, kind: Any, value: object, trail: Trail = None) -> Any:
        """Return the value or `BAD`; never raises for what the file says."""
        return _reader(kind)(self, value, trail)

    def build(self, kind: Any, value: dict[str, Any], given: Mapping[str, Any]) -> Any:
        """As `read` for a dataclass of which some fields are domain values already."""
        return _build(self, kind, value, None, given)


Reader = Callable[[Decoder, Any, Trail], Any]


@cache
def _reader(kind: Any) -> Reader:
    if kind in SCALARS:
        return SCALARS[kind]
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional_reader(next(item for item in args if item is not type(None)))
    if origin is tuple:
        return _tuple_reader(args[0])
    if origin is dict:
        return _dict_reader(args[1])
    if origin is Literal:
        return _choice_reader({item: item for item in args})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice_reader({item.value: item for item in kind})
    return lambda decoder, value, trail: _build(decoder, kind, value, trail, NOTHING_GIVEN)


def _optional_reader(inner: Any) -> Reader:
    read = _reader(inner)
    return lambda decoder, value, trail: None if value is None else read(decoder, value, trail)


def _tuple_reader(inner: Any) -> Reader:
    read = _reader(inner)

    def read_tuple(decoder: Decoder, value: Any, trail: Trail) -> Any:
        if not isinstance(value, list):
            return decoder.bad(trail, f"a list is needed, not {_show(value)}")
        items = tuple([read(decoder, item, (trail, at)) for at, item in enumerate(value)])
        return BAD if any(item is BAD for item in items) else items

    return read_tuple


def _dict_reader(inner: Any) -> Reader:
    read = _reader(inner)

    def read_dict(decoder: Decoder, value: Any, trail: Trail) -> Any:
        if not isinstance(value, dict):
            return decoder.bad(trail, f"an object is needed, not {_show(value)}")
        pairs = {
            _text(decoder, key, (trail, f"{key} (key)")): read(decoder, item, (trail, key))
            for key, item in value.items()
        }
        return BAD if any(part is BAD for pair in pairs.items() for part in pair) else pairs

    return read_dict


def _choice_reader(members: dict[str, Any]) -> Reader:
    def read_choice(decoder: Decoder, value: Any, trail: Trail) -> Any:
        if isinstance(value, str) and value in members:
            return members[value]
        return decoder.bad(trail, f"{_show(value)} is not one of {', '.join(members)}")

    return read_choice


@cache
def _parts(kind: Any) -> tuple[tuple[str, Reader, bool], ...]:
    return tuple((item.name, _reader(hint), not optional(item)) for item, hint in shape(kind))


def _build(decoder: Decoder, kind: Any, value: Any, trail: Trail, given: Mapping[str, Any]) -> Any:
    if not isinstance(value, dict):
        return decoder.bad(trail, f"an object is needed, not {_show(value)}")
    before = len(decoder.problems)
    found = dict(given)
    known = 0
    for name, read, needed in _parts(kind):
        if name in value:
            known += 1
            found[name] = read(decoder, value[name], (trail, name))
        elif needed and name not in given:
            decoder.bad((trail, name), "missing")
    if known < len(value):
        names = {name for name, _, _ in _parts(kind)}
        for stranger in [key for key in value if key not in names]:
            decoder.bad((trail, stranger), "unknown field")
    if len(decoder.problems) > before:
        return BAD
    try:
        return kind(**found)
    except DomainError as error:
        return decoder.bad(_blamed(kind, str(error), trail), str(error))


def _blamed(kind: Any, message: str, trail: Trail) -> Trail:
    """The field that a `DomainError` names first, after the id of what is wrong; else the whole value."""
    words = re.findall(r"\w+", message.rpartition(": ")[2])
    names = {name for name, _, _ in _parts(kind)}
    return next(((trail, word) for word in words if word in names), trail)


def _text(decoder: Decoder, value: Any, trail: Trail) -> Any:
    if not isinstance(value, str):
        return decoder.bad(trail, f"text is needed, not {_show(value)}")
    # Plain ASCII without NUL, which most values are, needs no search.
    if (not value.isascii() or "\x00" in value) and UNSTORABLE.search(value):
        return decoder.bad(trail, "holds a character that cannot be stored")
    return value


def _number(decoder: Decoder, value: Any, trail: Trail) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return decoder.bad(trail, f"a whole number is needed, not {_show(value)}")
    if abs(value) > MAX_INT:
        return decoder.bad(trail, "the number is too large")
    return value


def _real(decoder: Decoder, value: Any, trail: Trail) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return decoder.bad(trail, f"a number is needed, not {_show(value)}")
    return float(value)


def _flag(decoder: Decoder, value: Any, trail: Trail) -> Any:
    if not isinstance(value, bool):
        return decoder.bad(trail, f"true or false is needed, not {_show(value)}")
    return value


def _money(decoder: Decoder, value: Any, trail: Trail) -> Any:
    if not isinstance(value, str) or not MONEY.fullmatch(value):
        return decoder.bad(trail, f'money is text such as "129.00", not {_show(value)}')
    return _amount(value, decoder.currency)


@lru_cache(maxsize=65536)
def _amount(text: str, currency: str) -> Money:
    return Money(Decimal(text), currency)


def _moment(decoder: Decoder, value: Any, trail: Trail) -> Any:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        if read is not None and read.tzinfo is not None:
            return read if read.tzinfo is UTC else read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return decoder.bad(trail, f"an ISO 8601 time with an offset is needed, not {_show(value)}")


def _day(decoder: Decoder, value: Any, trail: Trail) -> Any:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    return decoder.bad(trail, f'a day such as "2026-11-20" is needed, not {_show(value)}')


SCALARS: Final[dict[Any, Reader]] = {
    str: _text,
    int: _number,
    float: _real,
    bool: _flag,
    Money: _money,
    datetime: _moment,
    date: _day,
}


def _path(trail: Trail) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    while trail is not None:
        trail, part = trail
        parts.append(part)
    return tuple(reversed(parts))


def _show(value: object) -> str:
    if isinstance(value, str):
        return repr(value[:60])
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")
