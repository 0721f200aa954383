"""What a reply may rest on: sections of the documents, the customer's own records, what tools gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from eval.replies.figures import Figure, figures_in, offered_by
from tools.domain import Customer, Money, Order, OrderStatus, Product, Text

MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Known:
    """`gold` and `passages` are texts; `facts` the figures of the customer's own records and of tool results.

    `names` may stand in a reply in any script. `states` has what really happened to the customer's orders:
    "refund", "cancel", "request". `receipts` and `handed_over` tell what the turn itself did.
    """

    gold: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    facts: frozenset[Figure] = frozenset()
    names: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    receipts: bool = False
    handed_over: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.gold, *self.passages)

    def offered(self) -> frozenset[Figure]:
        """Every figure that may be said, with what follows from figures of both sides."""
        stated = frozenset(each for text in self.texts for each in offered_by(text))
        return stated | self.facts | frozenset(_following(stated, self.facts))


@dataclass(frozen=True, slots=True)
class Records:
    """The figures and names of one customer's records, and what happened to the orders."""

    facts: frozenset[Figure] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)
    states: frozenset[str] = field(default_factory=frozenset)


def records_of(
    customer: Customer | None, orders: Sequence[Order], products: Iterable[Product], now: datetime, zone: tzinfo
) -> Records:  # fmt: skip
    """Everything the shop has about a customer. Times are told in `zone`; what day it is may be said too."""
    catalogue = tuple(products)
    bought = {line.product_id for order in orders for line in order.lines}
    facts = set(figures_of((customer, orders, [each for each in catalogue if each.id in bought], now), zone))
    facts |= set(_counted(orders))
    names = {name for each in catalogue for name in (each.name.zh, each.name.en)}
    names |= {name for each in (customer, *(order.address for order in orders)) for name in _strings(each)}
    return Records(frozenset(facts), frozenset(filter(None, names)), frozenset(_states(orders)))


def figures_of(value: Any, zone: tzinfo) -> Iterator[Figure]:
    """The figures of typed records or of their plain form, all the way down."""
    if isinstance(value, Money):
        yield _money(value.amount, value.currency)
    elif isinstance(value, dict) and set(value) == {"amount", "currency"}:
        yield _money(Decimal(value["amount"]), value["currency"])
    elif isinstance(value, datetime):
        local = value.astimezone(zone)
        yield _date(local.date())
        yield Figure("clock", Fraction(60 * local.hour + local.minute), "")
        if local.time() == MIDNIGHT:
            # The end of a window: the last day on which it is open is the one before.
            yield _date(local.date() - timedelta(days=1))
    elif isinstance(value, date):
        yield _date(value)
    elif isinstance(value, bool | Enum) or value is None:
        return
    elif isinstance(value, int | Decimal):
        yield Figure("number", Fraction(value), "", Fraction(value))
    elif isinstance(value, str):
        yield from _of_text(value, zone)
    else:
        yield from _periods(value)
        for part in _parts(value):
            yield from figures_of(part, zone)


def _periods(value: Any) -> Iterator[Figure]:
    """`answer_hours: 24` is a length of time; its name says of what."""
    for name, number in value.items() if isinstance(value, dict) else ():
        unit = str(name).rpartition("_")[2]
        if unit in ("hours", "days", "months") and str(number).isdecimal():
            yield from figures_in(f"{number} {unit}")


def _of_text(text: str, zone: tzinfo) -> Iterator[Figure]:
    yield from figures_in(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return
    if moment.tzinfo is not None:
        yield from figures_of(moment, zone)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if is_dataclass(value):
        return [getattr(value, each.name) for each in fields(value)]
    return ()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Enum | Text):
        return
    if isinstance(value, str):
        yield value
    for part in _parts(value):
        yield from _strings(part)


def _counted(orders: Sequence[Order]) -> Iterator[Figure]:
    """What is added up from an order's fields, and how many there are."""
    yield _number(len(orders))
    for order in orders:
        amounts = [order.total, order.paid, order.refunded, order.owed, order.kept_total()]
        for amount in (*amounts, *(line.total for line in order.lines)):
            yield _money(amount.amount, amount.currency)
        yield _number(len(order.lines))
        yield _number(sum(line.quantity for line in order.lines))


def _following(stated: Iterable[Figure], facts: Iterable[Figure]) -> Iterator[Figure]:
    """Deadlines (a known date and a period of the documents) and amounts less a fee of theirs."""
    known, rules = list(facts), list(stated)
    periods = [each.value for each in rules if each.kind == "days" and isinstance(each.value, Fraction)]
    for day in _days_of(known):
        yield from (_date(day + timedelta(days=int(days))) for days in periods if days < 1000)
    fees = [_amount(each) for each in rules if each.kind == "money"]
    for paid in [_amount(each) for each in known if each.kind == "money"]:
        yield from (
            _money(paid[0] - fee[0], paid[1]) for fee in fees if fee[1] == paid[1] and fee[0] < paid[0]
        )


def _states(orders: Sequence[Order]) -> Iterator[str]:
    for order in orders:
        if order.refunds:
            yield "refund"
        if order.status is OrderStatus.CANCELLED:
            yield "cancel"
        if order.returns or order.exchanges or order.repairs or order.item_changes:
            yield "request"


def _days_of(figures: Iterable[Figure]) -> list[date]:
    values = [str(each.value) for each in figures if each.kind == "date"]
    return [date.fromisoformat(value) for value in values if len(value) == len("2026-11-16")]


def _amount(figure: Figure) -> tuple[Decimal, str]:
    amount, currency = str(figure.value).split()
    return Decimal(amount), currency


def _money(amount: Decimal, currency: str) -> Figure:
    return Figure("money", f"{amount:.2f} {currency}", "", Fraction(amount))


def _date(day: date) -> Figure:
    return Figure("date", day.isoformat(), "")


def _number(count: int) -> Figure:
    return Figure("number", Fraction(count), "", Fraction(count))
