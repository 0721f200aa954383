"""Figures of a text as they are compared: one key for "seven days", "7天" and "7 days"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from agent.ledger.quantities import find_quantities

DAY_MINUTES = 1440
# Order numbers, tracking numbers, numbers of receipts and returns: letters with at least four digits.
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9-])#?(?=(?:[A-Za-z-]*\d){4})(?=\d*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)?(?![A-Za-z0-9])")  # fmt: skip
_UNIT_TAIL = re.compile(r"\d+(?:\.\d+)?(?:mah|mm|cm|km|kg|ml|mb|gb|wh|yuan|rmb|cny|usd|days?|hours?|[gmlwkh])", re.IGNORECASE)  # fmt: skip
# The readers take "7-day no-reason return" for a name; here it says how long the period is.
_NO_REASON = re.compile(r"(天)\s?(无理由)")
# The readers take a full stop behind a telephone number for a decimal point.
_FULL_STOP = re.compile(r"(?<=\d{4})\.(?=\s|$)")
_ONE = re.compile(r"\ban?(?=\s(?:year|month|week|fortnight|day|hour)\b)", re.IGNORECASE)
_FREE = re.compile(r"免费|包邮|免运费|免邮|不收|分文不|\bfree\b|\bno (?:charge|cost|fee)\b", re.IGNORECASE)
_HALF = re.compile(r"一半|半数|\bhalf\b(?!\s+an?\s+(?:year|month|hour))", re.IGNORECASE)
_NOTHING_CNY = "0.00 CNY"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in one writing. `said` is its bare number; a `soft` one often counts nothing ("one")."""

    kind: str
    value: Fraction | str
    written: str
    said: Fraction | None = None
    soft: bool = False

    def same(self, other: Figure) -> bool:
        if self.kind == other.kind == "date":
            return _same_date(str(self.value), str(other.value))
        return (self.kind, self.value) == (other.kind, other.value)


def figures_in(text: str) -> tuple[Figure, ...]:
    """All figures and identifiers of a text, in no particular order."""
    return _figures_in(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=16_384)
def _figures_in(text: str) -> tuple[Figure, ...]:
    found = list(_identifiers(text))
    rest = without_identifiers(text)
    readable = _FULL_STOP.sub(" .", _NO_REASON.sub(r"\1，\2", rest))
    for each in find_quantities(readable):
        written = readable[each.start : each.end].strip()
        found.append(_canonical(Figure(each.kind, each.value, written, each.said, each.soft)))
    found += [Figure("share", Fraction(1, 2), half[0], soft=True) for half in _HALF.finditer(rest)]
    return tuple(found)


def generous(text: str) -> tuple[Figure, ...]:
    """As `figures_in`, and "a week" counts as one week: for what a reply offers, not for what it claims."""
    return figures_in(_ONE.sub("one", text))


def offered_by(text: str) -> tuple[Figure, ...]:
    """The figures that a source supports; where something is free, nothing is paid for it."""
    free = (Figure("money", _NOTHING_CNY, "0"),) if _FREE.search(text) else ()
    return generous(text) + free


def without_identifiers(text: str) -> str:
    return _IDENTIFIER.sub(lambda match: match[0] if _measure(match[0]) else " ", text)


def identifier(text: str) -> Figure:
    return Figure("identifier", re.sub(r"[^a-z0-9]", "", text.lower()), text)


def supported(figure: Figure, offered: Iterable[Figure]) -> bool:
    """Whether a figure stands among others; a number without a unit also among numbers with one."""
    return any(
        figure.same(each) or (figure.kind == "number" and figure.value == each.said) for each in offered
    )


def _identifiers(text: str) -> Iterator[Figure]:
    for match in _IDENTIFIER.finditer(text):
        if not _measure(match[0]):
            yield identifier(match[0])


def _measure(text: str) -> bool:
    """Whether what looks like an identifier is a number with its unit: "5000mAh"."""
    return bool(_UNIT_TAIL.fullmatch(text))


def _canonical(figure: Figure) -> Figure:
    """Whole days that were given in hours are days: 48 hours, 2 days."""
    if figure.kind == "minutes" and isinstance(figure.value, Fraction) and figure.value:
        days = figure.value / DAY_MINUTES
        if days.denominator == 1:
            return Figure("days", days, figure.written, figure.said, figure.soft)
    return figure


def _same_date(one: str, other: str) -> bool:
    """Where one of two dates has no year, month and day decide."""
    short, long = sorted((one.split("-"), other.split("-")), key=len)
    return short == long or (len(short) == 2 and len(long) == 3 and short == long[1:])
