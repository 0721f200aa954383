"""The last days of every window that the policy cards give an order: they may be told, and no others."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta, tzinfo
from typing import Any

from eval.replies.figures import Figure, figures_in
from tools.domain import Order
from tools.policy.cards import PolicyCards


def deadlines(orders: Iterable[Order], cards: PolicyCards, zone: tzinfo) -> frozenset[Figure]:
    """For each delivered order, the day of delivery and every period of the cards after it."""
    days, months = set(_numbers(cards, "window")), set(_numbers(cards, "months"))
    found: set[Figure] = set()
    for order in orders:
        if order.delivered_at is not None:
            delivered = order.delivered_at.astimezone(zone).date()
            last = [delivered + timedelta(days=each) for each in days]
            last += [_months_later(delivered, each) for each in months]
            found |= {figure for day in last for figure in figures_in(day.isoformat())}
    return frozenset(found)


def _numbers(value: Any, about: str, named: bool = False) -> Iterator[int]:
    """The whole numbers of all fields whose name has `about`, and below them."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if named:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _numbers(each, about, named)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each, about, named)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name), about, named or about in field.name)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
