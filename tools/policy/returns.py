"""May this be returned, and for how much? Pure functions of order, customer, card and time."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from tools.domain import (
    Category,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    PaymentKind,
    ReturnItem,
    ReturnLine,
    ReturnReason,
    StartReturn,
    require_aware,
)
from tools.errors import CardError, NotYours
from tools.policy.return_card import Payer, ReturnCard, ReturnRule
from tools.policy.return_money import active_returns, line_refund, refundable_left, shipping_paid

ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Exactly what will happen.

    `refund` is the goods (`items`) plus `shipping` given back, less `postage`, never below
    zero. `deadline` is the last moment (exclusive, UTC) at which the return may be asked for.
    """

    rule: str
    passage: str
    items: tuple[ReturnLine, ...]
    refund: Money
    postage: Money
    postage_payer: Payer
    deadline: datetime
    shipping: Money


@dataclass(frozen=True, slots=True)
class Denied:
    """Why not, by which rule, and what would be possible instead (`counterfactual`, "" for nothing).

    reason: order_cancelled · not_shipped · not_delivered · exchange_open · no_items ·
    unknown_line · quantity · nothing_left · category_excluded · final_sale · window_closed ·
    refund_to_not_allowed.
    counterfactual: cancel · after_delivery · original · shop_fault_only · shop_fault_until ·
    warranty_repair. `params` holds dates (ISO, in the card's timezone), `line_no`, quantities.
    """

    rule: str
    passage: str
    reason: str
    counterfactual: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every check below looks at."""

    order: Order
    rule: ReturnRule
    card: ReturnCard
    now: datetime

    def deny(self, reason: str, counterfactual: str = "", **params: str) -> Denied:
        return Denied(self.rule.id, self.rule.passage, reason, counterfactual, params)


def check_return(
    order: Order, customer: Customer, command: StartReturn, card: ReturnCard, now: datetime
) -> Allowed | Denied:
    """Decide a return by the card. One denied line denies the whole command and is named.

    Raises `NotYours` when the order is not this customer's or not the command's, and
    `CardError` when card and order speak of different currencies.
    """
    _require_match(order, customer, command, card, now)
    case = _Case(order, card.rule_for(command.reason, order.address.country), card, now)
    denied = _order_denial(case)
    if denied:
        return denied
    wanted = _merged(command.items)
    if not wanted:
        return case.deny("no_items")
    for item in wanted:
        if denied := _item_denial(case, item):
            return denied
    if not _refund_to_allowed(order, customer, command.refund_to):
        return case.deny("refund_to_not_allowed", ORIGINAL, refund_to=command.refund_to)
    return _allow(case, customer, wanted)


def returnable_lines(
    order: Order, customer: Customer, reason: ReturnReason, card: ReturnCard, now: datetime
) -> dict[int, Allowed | Denied]:
    """Decide each line on its own, by line number, for all pieces of it that are still there."""
    results: dict[int, Allowed | Denied] = {}
    for line in order.lines:
        left = max(1, line.quantity - order.returned_quantity(line.line_no))
        command = StartReturn(order.id, (ReturnItem(line.line_no, left),), reason)
        results[line.line_no] = check_return(order, customer, command, card, now)
    return results


def window_end(delivered_at: datetime, days: int, card: ReturnCard) -> datetime:
    """24:00 of the `days`-th day after the day of delivery in the card's timezone, as UTC."""
    day = delivered_at.astimezone(card.timezone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(0), card.timezone).astimezone(UTC)


def last_day(deadline: datetime, card: ReturnCard) -> date:
    """The last whole day before `deadline`, as a customer would name it."""
    return deadline.astimezone(card.timezone).date() - timedelta(days=1)


def _require_match(
    order: Order, customer: Customer, command: StartReturn, card: ReturnCard, now: datetime
) -> None:
    require_aware(now, "now")
    if order.customer_id != customer.id or command.order_id != order.id:
        raise NotYours(f"order {command.order_id!r} is not for this customer")
    if order.shipping_fee.currency != card.currency:
        raise CardError(f"card {card.id} is in {card.currency}, order {order.id} is not")


def _merged(items: Sequence[ReturnItem]) -> tuple[ReturnItem, ...]:
    """A line named twice is one wish; without this each half would pass on its own."""
    if any(item.quantity < 1 for item in items):
        return tuple(items)
    totals: Counter[int] = Counter()
    for item in items:
        totals[item.line_no] += item.quantity
    return tuple(ReturnItem(line_no, quantity) for line_no, quantity in sorted(totals.items()))


def _order_denial(case: _Case) -> Denied | None:
    order = case.order
    if order.status is OrderStatus.CANCELLED:
        return case.deny("order_cancelled")
    if order.status in (OrderStatus.PENDING, OrderStatus.PROCESSED):
        return case.deny("not_shipped", "cancel")
    if order.refunds and refundable_left(order).amount == 0:
        return case.deny("nothing_left")
    if order.status is OrderStatus.SHIPPED or order.delivered_at is None:
        return case.deny("not_delivered", "after_delivery")
    if order.status is OrderStatus.EXCHANGE_REQUESTED:
        return case.deny("exchange_open")
    return None


def _item_denial(case: _Case, item: ReturnItem) -> Denied | None:
    line = next((each for each in case.order.lines if each.line_no == item.line_no), None)
    number = str(item.line_no)
    if line is None:
        return case.deny("unknown_line", line_no=number)
    left = line.quantity - case.order.returned_quantity(line.line_no)
    if left <= 0:
        return case.deny("nothing_left", line_no=number)
    if not 1 <= item.quantity <= left:
        return case.deny("quantity", line_no=number, asked=str(item.quantity), available=str(left))
    return _line_denial(case, line)


def _line_denial(case: _Case, line: OrderLine) -> Denied | None:
    if line.category in case.rule.excluded:
        return _instead(case, line, "category_excluded", category=line.category.value)
    if line.final_sale and case.rule.excludes_final_sale:
        return _instead(case, line, "final_sale")
    deadline = _deadline(case, case.rule, line.category)
    if case.now < deadline:
        return None
    return _instead(case, line, "window_closed", **_dates("", deadline, case.card))


def _deadline(case: _Case, rule: ReturnRule, category: Category) -> datetime:
    delivered = case.order.delivered_at
    if delivered is None:
        raise ValueError("a deadline needs a delivery")
    return window_end(delivered, rule.days(category), case.card)


def _dates(prefix: str, deadline: datetime, card: ReturnCard) -> dict[str, str]:
    return {
        f"{prefix}deadline": deadline.astimezone(card.timezone).isoformat(),
        f"{prefix}last_day": last_day(deadline, card).isoformat(),
    }


def _instead(case: _Case, line: OrderLine, reason: str, **params: str) -> Denied:
    """Deny a line, naming the nearest thing that is still possible for it."""
    params["line_no"] = str(line.line_no)
    fault = case.card.shop_fault
    if case.rule is not fault and fault.covers(line.category, line.final_sale):
        deadline = _deadline(case, fault, line.category)
        if case.now < deadline:
            code = "shop_fault_until" if reason == "window_closed" else "shop_fault_only"
            return case.deny(reason, code, **params, **_dates("fault_", deadline, case.card))
    ends = _warranty_end(case, line.category)
    if ends and case.now.astimezone(case.card.timezone).date() <= ends:
        return case.deny(reason, "warranty_repair", **params, warranty_until=ends.isoformat())
    return case.deny(reason, **params)


def _warranty_end(case: _Case, category: Category) -> date | None:
    months = case.card.warranty_months.get(category)
    delivered = case.order.delivered_at
    if months is None or delivered is None:
        return None
    start = delivered.astimezone(case.card.timezone).date()
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def _refund_to_allowed(order: Order, customer: Customer, refund_to: str) -> bool:
    """Money goes back where it came from or, on request, to the customer's gift card balance."""
    cards = {item.id for item in customer.payment_methods if item.kind is PaymentKind.GIFT_CARD}
    return refund_to == ORIGINAL or refund_to in {item.method_id for item in order.payments} | cards


def _allow(case: _Case, customer: Customer, wanted: Sequence[ReturnItem]) -> Allowed:
    order, rule = case.order, case.rule
    nothing = Money.zero(case.card.currency)
    items = _valued(order, wanted)
    goods = sum((item.refund for item in items), nothing)
    shipping = nothing
    if _all_comes_back(order, rule is case.card.shop_fault, wanted):
        shipping = min(shipping_paid(order), refundable_left(order) - goods)
    categories = [order.line(item.line_no).category for item in wanted]
    postage, payer = _postage(rule, customer, categories)
    return Allowed(
        rule=rule.id,
        passage=rule.passage,
        items=items,
        refund=max(goods + shipping - postage, nothing),
        postage=postage,
        postage_payer=payer,
        deadline=min(_deadline(case, rule, category) for category in categories),
        shipping=shipping,
    )


def _valued(order: Order, wanted: Sequence[ReturnItem]) -> tuple[ReturnLine, ...]:
    """Put the refund to each wish; together never more than is left of what was paid."""
    left = refundable_left(order)
    valued: list[ReturnLine] = []
    for item in wanted:
        refund = min(line_refund(order, order.line(item.line_no), item.quantity), left)
        valued.append(ReturnLine(item.line_no, item.quantity, refund))
        left = left - refund
    return tuple(valued)


def _all_comes_back(order: Order, shop_fault: bool, wanted: Sequence[ReturnItem]) -> bool:
    asked = {item.line_no: item.quantity for item in wanted}
    whole = all(
        order.returned_quantity(line.line_no) + asked.get(line.line_no, 0) == line.quantity
        for line in order.lines
    )
    return whole and shop_fault and all(item.reason.shop_fault for item in active_returns(order))


def _postage(rule: ReturnRule, customer: Customer, categories: Sequence[Category]) -> tuple[Money, Payer]:
    """One parcel, one postage: the dearest of its categories. The shop's own postage costs nothing."""
    dearest = max(rule.postage_of(category) for category in categories)
    if rule.postage_payer == "shop" or customer.tier in rule.free_for_tiers:
        return Money.zero(dearest.currency), "shop"
    return dearest, "customer"
