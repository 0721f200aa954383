"""Domain values to JSON and back, field for field, every problem named by its path.

Driven by the dataclasses themselves, so the domain needs no knowledge of any format.
Money is a bare string such as "129.00"; its currency comes from outside (the head of a
shop file, the currency of an order), which is why no general serializer fits here.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from tools.domain import DomainError, Money

MONEY = re.compile(r"\d{1,10}\.\d{2}")
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


def encode(value: object) -> Any:
    """Turn a domain value into what `json.dumps` takes; times become UTC."""
    if isinstance(value, Money):
        return str(value.amount)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_dataclass(value):
        return {item.name: encode(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def canonical(value: object) -> str:
    """Encode to the one JSON text that a digest can be taken of."""
    return json.dumps(encode(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: type[T], value: object, currency: str = "CNY") -> T:
    """Build a `kind` from parsed JSON; raise `DecodeError` with all problems."""
    reader = Decoder(currency)
    result = reader.read(kind, value, "")
    if reader.problems:
        raise DecodeError(reader.problems)
    return cast(T, result)


@cache
def _shape(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((item, hints[item.name]) for item in fields(kind))


def _optional(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


class Decoder:
    """Reads values of one file; collects problems instead of stopping at the first."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.problems: list[str] = []

    def bad(self, path: str, message: str) -> _Bad:
        self.problems.append(f"{path}: {message}" if path else message)
        return BAD

    def read(self, kind: Any, value: object, path: str) -> Any:
        """Return the value or `BAD`; never raises for what the file says."""
        if kind in SCALARS:
            return SCALARS[kind](self, value, path)
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            inner = next(item for item in args if item is not type(None))
            return None if value is None else self.read(inner, value, path)
        if origin is tuple:
            return self._tuple(args[0], value, path)
        if origin is dict:
            return self._dict(args[1], value, path)
        if origin is Literal:
            return self._choice(args, value, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            chosen = self._choice(tuple(item.value for item in kind), value, path)
            return chosen if chosen is BAD else kind(cast(str, chosen))
        return self._dataclass(kind, value, path)

    def _tuple(self, inner: Any, value: object, path: str) -> Any:
        if not isinstance(value, list):
            return self.bad(path, f"a list is needed, not {_name(value)}")
        items = tuple(self.read(inner, item, f"{path}[{at}]") for at, item in enumerate(value))
        return BAD if any(item is BAD for item in items) else items

    def _dict(self, inner: Any, value: object, path: str) -> Any:
        if not isinstance(value, dict):
            return self.bad(path, f"an object is needed, not {_name(value)}")
        pairs = {
            self.read(str, key, f"{path} key"): self.read(inner, item, _join(path, str(key)))
            for key, item in value.items()
        }
        return BAD if any(part is BAD for pair in pairs.items() for part in pair) else pairs

    def _choice(self, allowed: tuple[Any, ...], value: object, path: str) -> object:
        if isinstance(value, str) and value in allowed:
            return value
        return self.bad(path, f"{_show(value)} is not one of {', '.join(allowed)}")

    def _dataclass(self, kind: Any, value: object, path: str) -> Any:
        if not isinstance(value, dict):
            return self.bad(path, f"an object is needed, not {_name(value)}")
        known = {item.name for item, _ in _shape(kind)}
        strangers = [key for key in value if key not in known]
        for key in strangers:
            self.bad(_join(path, str(key)), "unknown field")
        read = {
            item.name: self._field(item, hint, value, path)
            for item, hint in _shape(kind)
            if item.name in value or not _optional(item)
        }
        if strangers or any(part is BAD for part in read.values()):
            return BAD
        try:
            return kind(**read)
        except DomainError as error:
            return self.bad(path, str(error))

    def _field(self, item: Field[Any], hint: Any, value: dict[str, object], path: str) -> Any:
        place = _join(path, item.name)
        if item.name not in value:
            return self.bad(place, "missing")
        return self.read(hint, value[item.name], place)

    def text(self, value: object, path: str) -> str | _Bad:
        if not isinstance(value, str):
            return self.bad(path, f"text is needed, not {_name(value)}")
        if UNSTORABLE.search(value):
            return self.bad(path, "holds a character that cannot be stored")
        return value

    def number(self, value: object, path: str) -> int | _Bad:
        if not isinstance(value, int) or isinstance(value, bool):
            return self.bad(path, f"a whole number is needed, not {_name(value)}")
        if abs(value) > MAX_INT:
            return self.bad(path, "the number is too large")
        return value

    def flag(self, value: object, path: str) -> bool | _Bad:
        if not isinstance(value, bool):
            return self.bad(path, f"true or false is needed, not {_name(value)}")
        return value

    def money(self, value: object, path: str) -> Money | _Bad:
        if not isinstance(value, str) or not MONEY.fullmatch(value):
            return self.bad(path, f'money is text such as "129.00", not {_show(value)}')
        return Money(Decimal(value), self.currency)

    def moment(self, value: object, path: str) -> datetime | _Bad:
        try:
            read = datetime.fromisoformat(value) if isinstance(value, str) else None
            if read is not None and read.tzinfo is not None:
                return read.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        return self.bad(path, f"an ISO 8601 time with an offset is needed, not {_show(value)}")


SCALARS: Final[dict[Any, Callable[[Decoder, object, str], Any]]] = {
    str: Decoder.text,
    int: Decoder.number,
    bool: Decoder.flag,
    Money: Decoder.money,
    datetime: Decoder.moment,
}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(value: object) -> str:
    if value is None:
        return "null"
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")


def _show(value: object) -> str:
    return repr(value[:60]) if isinstance(value, str) else _name(value)
