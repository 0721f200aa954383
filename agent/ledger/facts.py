"""The values that a fixed text was filled with, as a flat list of fields: "order.shipment.tracking_no"."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from tools.domain import Money

# Deeper than any record of the shop; a loop of references ends here.
_DEEPEST = 9
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_DERIVED = ("Money", "Text", "int", "str", "datetime | None", "tuple[OrderLine, ...]")
Plain = str | int | Decimal | Money | datetime | date | bool


@dataclass(frozen=True, slots=True)
class Field:
    """`path` names it: keys and places of lists, joined by dots."""

    path: str
    value: Plain

    @property
    def text(self) -> str:
        return self.value.isoformat() if isinstance(self.value, date) else str(self.value)


def fields_of(facts: Mapping[str, object]) -> tuple[Field, ...]:
    """Every plain value in dataclasses, mappings and lists, with what they derive of themselves (totals)."""
    return tuple(field for name, value in facts.items() for field in _flat(name, value, 0))


def _flat(path: str, value: object, depth: int) -> Iterator[Field]:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str | int | Decimal | Money | date):
        yield Field(path, value)
        # What was stored as JSON text counts as the number that it is.
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            yield Field(path, Decimal(value))
    elif isinstance(value, float | Fraction):
        yield Field(path, Decimal(str(float(value))))
    elif depth < _DEEPEST:
        for name, inner in _inside(value):
            yield from _flat(f"{path}.{name}", inner, depth + 1)


def _inside(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((str(key), each) for key, each in value.items())
    elif isinstance(value, Sequence | Set) and not isinstance(value, bytes):
        yield from ((str(number), each) for number, each in enumerate(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((each.name, getattr(value, each.name)) for each in fields(value))
        yield from ((name, derived) for name in _derived(type(value)) if (derived := _derive(value, name)) is not None)  # fmt: skip


@lru_cache(maxsize=256)
def _derived(kind: type) -> tuple[str, ...]:
    """Properties and methods that need nothing and give a plain value."""
    names = []
    for name, member in inspect.getmembers(kind):
        if name.startswith("_"):
            continue
        made = member.fget if isinstance(member, property) else member if inspect.isfunction(member) else None
        if made is None or len(inspect.signature(made).parameters) != 1:
            continue
        if str(made.__annotations__.get("return", "")) in _DERIVED:
            names.append(name)
    return tuple(names)


def _derive(value: object, name: str) -> object:
    """None where a value cannot derive it: a total of two currencies, say."""
    try:
        found = getattr(value, name)
        return found() if callable(found) else found
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return None
