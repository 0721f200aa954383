"""The figures of a text as the ledger compares them: ranges are one figure, days of the calendar are dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from agent.ledger.bounds import bounds
from agent.ledger.quantities import Quantity, find_quantities, flat
from agent.understand.dates import find_dates
from tools.domain import Language

_JOIN = re.compile(r"\s*(?:-|–|—|~|～|至|到|to|until|till|through)\s*", re.IGNORECASE)
_AND = re.compile(r"[\d\w]\s*(?:and|or|和|或)\s*[\d\w]", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_DASHED = re.compile(r"-|–|—|~|～|至|到|\bto\b", re.IGNORECASE)
_CLOCKS = ("clock", "date", "weekday")
_RELATIVE = re.compile(
    r"today|tomorrow|yesterday|next|this|coming|last|今|明|后天|昨|下|本|这|上", re.IGNORECASE
)
_MONEY = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` has two for a range. `above` tells on which side of it something holds, None for neither."""

    kind: str
    values: tuple[Fraction | str, ...]
    start: int
    end: int
    soft: bool = False
    above: bool | None = None

    @property
    def key(self) -> tuple[str, tuple[Fraction | str, ...]]:
        return self.kind, self.values

    @property
    def spoken(self) -> str:
        """ "7 days", "5–7 business days", "¥12": for the ledger."""
        return "–".join(_spoken(each, self.kind) for each in self.values[:-1]) + ("–" if self.values[1:] else "") + _spoken(self.values[-1], self.kind, True)  # fmt: skip


@lru_cache(maxsize=8192)
def figures(text: str, language: Language, today: date | None = None) -> tuple[Figure, ...]:
    """In the order of the text; `today` gives "tomorrow" and "next Friday" their day."""
    text = flat(text)
    sides = {
        (each.quantity.start, each.quantity.key): each.above
        for each in bounds(text, language)
        if not each.denied
    }
    found = [
        Figure(group[0].kind, tuple(each.value for each in group), group[0].start, group[-1].end,
               all(each.soft and each.kind != "weekday" for each in group), None if group[1:] else sides.get((group[0].start, group[0].key)))
        for group in _grouped(text)
    ]  # fmt: skip
    if today is not None:
        found = _with_days(text, found, today)
    return tuple(found)


def _grouped(text: str) -> Iterator[list[Quantity]]:
    group: list[Quantity] = []
    for each in find_quantities(text):
        if group and _one_range(text, group, each):
            group.append(each)
            continue
        if group:
            yield group
        group = [each]
    if group:
        yield group


def _one_range(text: str, group: list[Quantity], following: Quantity) -> bool:
    last = group[-1]
    if len(group) != 1 or last.kind != following.kind:
        return False
    if last.start == following.start:
        inside = text[last.start : last.end]
        return bool(_DASHED.search(inside)) or bool(_BETWEEN.search(text[: last.start]))
    between = text[last.end : following.start]
    joined = bool(_JOIN.fullmatch(between))
    return joined or (bool(_BETWEEN.search(text[: last.start])) and between.strip().lower() == "and")


def _with_days(text: str, found: list[Figure], today: date) -> list[Figure]:
    """ "Next Friday" is the date it falls on; a date that is written out stays what it is."""
    for day in find_dates(text, today):
        written = [
            each for each in found if each.kind == "date" and each.start < day.end and day.start < each.end
        ]
        if written or not day.value or not _RELATIVE.search(text[day.start : day.end]):
            continue
        ends = day.value.split("/")
        found = [each for each in found if each.end <= day.start or each.start >= day.end]
        found.append(Figure("date", tuple(ends), day.start, day.end))
    return sorted(found, key=lambda each: each.start)


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures say the same. A date without its year is that of any year."""
    if one.key == other.key:
        return True
    if one.kind == other.kind == "date" and len(one.values) == len(other.values):
        return all(map(_same_day, one.values, other.values))
    return one.kind == "weekday" and other.kind == "date" and _weekday(other) == one.values


def _same_day(one: Fraction | str, other: Fraction | str) -> bool:
    a, b = str(one), str(other)
    return a == b or (len(a) != len(b) and min(len(a), len(b)) == 5 and a[-5:] == b[-5:])


def _weekday(figure: Figure) -> tuple[Fraction, ...]:
    try:
        return tuple(Fraction(date.fromisoformat(str(each)).weekday()) for each in figure.values)
    except ValueError:
        return ()


def _spoken(value: Fraction | str, kind: str, last: bool = False) -> str:
    if isinstance(value, str):
        amount, _, currency = value.partition(" ")
        sign = _MONEY.get(currency)
        return f"{sign}{amount.removesuffix('.00')}" if sign else value
    if kind == "clock":
        return f"{value.numerator // 60}:{value.numerator % 60:02}"
    if kind == "share":
        return f"{float(value) * 100:g}%"
    if kind == "weekday":
        return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[int(value) % 7]
    hours = kind.endswith("minutes") and value and value % 60 == 0
    shown, unit = (value / 60, kind.replace("minutes", "hours")) if hours else (value, kind)
    return f"{float(shown):g}" + (f" {unit}" if last and kind != "number" else "")
