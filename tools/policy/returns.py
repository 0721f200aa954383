"""May this be returned, and for how much? Pure functions of order, customer, card and time."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tools.domain import (
    ORIGINAL,
    Category,
    Customer,
    ExchangeStatus,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    ReturnItem,
    ReturnLine,
    ReturnReason,
    StartReturn,
    require_aware,
)
from tools.errors import CardError, NotYours
from tools.policy.paying import may_receive
from tools.policy.return_card import ReturnCard
from tools.policy.return_money import active_returns, line_refund, refundable_left, shipping_paid
from tools.policy.verdict import Denied
from tools.policy.windows import Payer, WindowRule, dates


@dataclass(frozen=True, slots=True)
class ReturnAllowed:
    """Exactly what will happen.

    `refund` is the goods (`items`) plus `shipping` given back, less `postage`, never below
    zero. `deadline` is the last moment (exclusive, UTC) at which the return may be asked for;
    None is no limit.
    """

    rule: str
    passage: str
    items: tuple[ReturnLine, ...]
    refund: Money
    postage: Money
    postage_payer: Payer
    deadline: datetime | None
    shipping: Money


@dataclass(frozen=True, slots=True)
class _Case:
    """What every check below looks at."""

    order: Order
    rule: WindowRule
    card: ReturnCard
    now: datetime

    def deny(self, reason: str, counterfactual: str = "", **params: str) -> Denied:
        return Denied(self.rule.id, self.rule.passage, reason, counterfactual, params)


def check_return(
    order: Order, customer: Customer, command: StartReturn, card: ReturnCard, now: datetime
) -> ReturnAllowed | Denied:
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
) -> dict[int, ReturnAllowed | Denied]:
    """Decide each line on its own, by line number, for all pieces of it that are still there."""
    results: dict[int, ReturnAllowed | Denied] = {}
    for line in order.lines:
        left = max(1, order.left(line.line_no))
        command = StartReturn(order.id, (ReturnItem(line.line_no, left),), reason)
        results[line.line_no] = check_return(order, customer, command, card, now)
    return results


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
    if case.card.once_per_order and order.returns:
        return case.deny("already_requested")
    if order.refunds and refundable_left(order).amount == 0:
        return case.deny("nothing_left")
    if order.status is OrderStatus.SHIPPED or order.delivered_at is None:
        return case.deny("not_delivered", "after_delivery")
    closed = (ExchangeStatus.COMPLETED, ExchangeStatus.REJECTED)
    if order.status is OrderStatus.EXCHANGE_REQUESTED or any(e.status not in closed for e in order.exchanges):
        return case.deny("exchange_open")
    return None


def _item_denial(case: _Case, item: ReturnItem) -> Denied | None:
    line = next((each for each in case.order.lines if each.line_no == item.line_no), None)
    number = str(item.line_no)
    if line is None:
        return case.deny("unknown_line", line_no=number)
    left = case.order.left(line.line_no)
    if left <= 0:
        # What came in exchange may go back too, but stands on no line of the order.
        exchanged = case.order.exchanged_quantity(line.line_no) > 0
        return case.deny("nothing_left", "person" if exchanged else "", line_no=number)
    if not 1 <= item.quantity <= left:
        return case.deny("quantity", line_no=number, asked=str(item.quantity), available=str(left))
    return _line_denial(case, line)


def _line_denial(case: _Case, line: OrderLine) -> Denied | None:
    if line.category in case.rule.excluded:
        return _instead(case, line, "category_excluded", category=line.category.value)
    if line.final_sale and case.rule.excludes_final_sale:
        return _instead(case, line, "final_sale")
    deadline = _deadline(case, case.rule, line.category)
    if deadline is None or case.now < deadline:
        return None
    return _instead(case, line, "window_closed", **dates("", deadline, case.card.timezone))


def _deadline(case: _Case, rule: WindowRule, category: Category) -> datetime | None:
    delivered = case.order.delivered_at
    if delivered is None:
        raise ValueError("a deadline needs a delivery")
    return rule.deadline(category, delivered, case.card.timezone)


def _instead(case: _Case, line: OrderLine, reason: str, **params: str) -> Denied:
    """Deny a line, naming the nearest thing that is still possible for it."""
    params["line_no"] = str(line.line_no)
    fault, zone = case.card.shop_fault, case.card.timezone
    if case.rule is not fault and fault.covers(line.category, line.final_sale):
        deadline = _deadline(case, fault, line.category)
        if deadline is None or case.now < deadline:
            code = "shop_fault_until" if deadline and reason == "window_closed" else "shop_fault_only"
            return case.deny(reason, code, **params, **(dates("fault_", deadline, zone) if deadline else {}))
    exchange = case.card.exchange
    if exchange and exchange.covers(line.category, line.final_sale):
        deadline = _deadline(case, exchange, line.category)
        if deadline is None or case.now < deadline:
            until = dates("exchange_", deadline, zone) if deadline else {}
            return case.deny(reason, "exchange_instead", **params, **until)
    delivered = case.order.delivered_at
    ends = warranty_end(delivered, line.category, case.card.warranty_months, zone) if delivered else None
    if ends and case.now.astimezone(zone).date() <= ends:
        return case.deny(reason, "warranty_repair", **params, warranty_until=ends.isoformat())
    return case.deny(reason, **params)


def warranty_end(
    delivered_at: datetime, category: Category, months_of: Mapping[Category, int], zone: ZoneInfo
) -> date | None:
    """The last day of the warranty, counted in months from the day of delivery; None for none."""
    months = months_of.get(category)
    if months is None:
        return None
    start = delivered_at.astimezone(zone).date()
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def _refund_to_allowed(order: Order, customer: Customer, refund_to: str) -> bool:
    """Money goes back where it came from or, on request, to the customer's gift card balance."""
    return refund_to == ORIGINAL or may_receive(order, customer, refund_to, "original")


def _allow(case: _Case, customer: Customer, wanted: Sequence[ReturnItem]) -> ReturnAllowed:
    order, rule = case.order, case.rule
    nothing = Money.zero(case.card.currency)
    items = _valued(order, wanted)
    goods = sum((item.refund for item in items), nothing)
    shipping = nothing
    if _all_comes_back(order, rule is case.card.shop_fault, wanted):
        shipping = min(shipping_paid(order), refundable_left(order) - goods)
    categories = [order.line(item.line_no).category for item in wanted]
    ends = [_deadline(case, rule, category) for category in categories]
    postage, payer = rule.postage_for(customer, categories)
    return ReturnAllowed(
        rule=rule.id,
        passage=rule.passage,
        items=items,
        refund=max(goods + shipping - postage, nothing),
        postage=postage,
        postage_payer=payer,
        deadline=min(filter(None, ends), default=None),
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
