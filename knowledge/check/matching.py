"""Which quantities of one text have no counterpart in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from agent.ledger.quantities import Quantity

_DAY = 1440
_NAMES = {
    "days": "day", "business days": "business day", "months": "month", "minutes": "minute", "seconds": "second",
    "business minutes": "business minute",
}  # fmt: skip


def unmatched(one: Sequence[Quantity], other: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """What either side says that the other does not, each value once.

    A number without its unit ("PayPal 5") matches the same number with any unit; soft quantities may match and
    are never left over.
    """
    return _lone(one, other), _lone(other, one)


def _lone(one: Sequence[Quantity], other: Sequence[Quantity]) -> list[Quantity]:
    keys = {each.key for each in other}
    said = {each.said for each in other if each.said is not None}
    plain = {each.said for each in other if each.kind == "number"}
    lone: dict[tuple[str, Fraction | str], Quantity] = {}
    for each in one:
        if each.soft or each.key in keys:
            continue
        if each.said in plain or (each.kind == "number" and each.said in said):
            continue
        lone.setdefault(each.key, each)
    return list(lone.values())


def in_hours(one: Quantity, other: Quantity) -> bool:
    """Whether one is the hours of the other's days: 48 hours and 2 days, which a deadline counts differently."""
    pair = {one.kind: one.value, other.kind: other.value}
    days, minutes = pair.get("days"), pair.get("minutes")
    return isinstance(days, Fraction) and isinstance(minutes, Fraction) and days * _DAY == minutes


def exchanged(one: Sequence[Quantity], other: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Where both sides name the same values of a kind and the same number of times, but not the same ones as often.

    That is how "7 days … 15 days, clothing 15 days" differs from "7 days … 7 days, clothing 15 days".
    """
    found: list[tuple[Quantity, Quantity]] = []
    for kind in {each.kind for each in one if not each.soft}:
        ours, theirs = _count(one, kind), _count(other, kind)
        if ours.total() == theirs.total() and ours != theirs:
            more, less = next(iter(ours - theirs)), next(iter(theirs - ours))
            found.append((_first(one, kind, more), _first(other, kind, less)))
    return found


def _count(quantities: Sequence[Quantity], kind: str) -> Counter[Fraction | str]:
    return Counter(each.value for each in quantities if each.kind == kind and not each.soft)


def _first(quantities: Sequence[Quantity], kind: str, value: Fraction | str) -> Quantity:
    return next(each for each in quantities if each.key == (kind, value))


def spoken(quantity: Quantity) -> str:
    """A quantity for a message: "7 days", "¥12", "18:00", "1/2"."""
    value, kind = quantity.value, quantity.kind
    if isinstance(value, str):
        return f"¥{value.removesuffix(' CNY').removesuffix('.00')}" if value.endswith(" CNY") else value
    if kind == "clock":
        return f"{value.numerator // 60}:{value.numerator % 60:02}"
    if kind == "share":
        return f"{float(value) * 100:g}%"
    if kind == "weekday":
        return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[int(value)]
    return _counted(value, kind)


def _counted(value: Fraction, kind: str) -> str:
    if kind.endswith("minutes") and value >= 60 and value % 60 == 0:
        value, name = value / 60, "business hour" if kind.startswith("business") else "hour"
    elif kind == "number":
        return f"{float(value):g}"
    else:
        name = _NAMES.get(kind, kind)
    plural = "s" if value != 1 and (kind in _NAMES) else ""
    return f"{float(value):g} {name}{plural}"
