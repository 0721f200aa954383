"""What happens to an order, one step a function: each returns the order with one more line of history."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from examples.shop.drafts import GoingBack
from examples.shop.world import Mint
from tools.domain import (
    CENT,
    Category,
    Money,
    Order,
    OrderStatus,
    PaymentKind,
    Refund,
    Return,
    ReturnItem,
    ReturnLine,
    ReturnStatus,
    Shipment,
    StatusChange,
    Tier,
)

ORIGINAL = "original"
"""Refund to where the money came from, as `tools.domain.StartReturn` has it."""
BULKY = frozenset({Category.LARGE_APPLIANCES, Category.FURNITURE})


def step(order: Order, status: OrderStatus, at: datetime, **changes: Any) -> Order:
    """Move on to `status`, together with whatever else changes at that moment."""
    history = (*order.history, StatusChange(status, at))
    return replace(order, status=status, history=history, **changes)


def ship(order: Order, shipment: Shipment) -> Order:
    """Also hand it over, if the shipment has arrived."""
    order = step(order, OrderStatus.SHIPPED, shipment.shipped_at, shipment=shipment)
    if shipment.delivered_at is None:
        return order
    return step(order, OrderStatus.DELIVERED, shipment.delivered_at)


def cancel(order: Order, mint: Mint, at: datetime, refunded_at: datetime, reason: str) -> Order:
    """Everything that was paid goes back the way it came."""
    refunds = money_back(order, mint, order.total, ORIGINAL, refunded_at, "cancelled")
    return step(order, OrderStatus.CANCELLED, at, cancel_reason=reason, refunds=refunds)


def request_return(order: Order, mint: Mint, at: datetime, back: GoingBack, tier: Tier) -> Order:
    lines = tuple(_return_line(order, item) for item in back.items)
    goods = sum((line.refund for line in lines), Money.zero())
    due = Money.zero() if back.reason.shop_fault else postage(order, back.items, tier)
    made = Return(
        id=mint.number("R", 7),
        order_id=order.id,
        status=ReturnStatus.REQUESTED,
        reason=back.reason,
        lines=lines,
        refund=goods - due,
        postage=due,
        refund_to=back.to or ORIGINAL,
        requested_at=at,
        rule="returns.shop_fault" if back.reason.shop_fault else "returns.no_reason",
    )
    return step(order, OrderStatus.RETURN_REQUESTED, at, returns=(*order.returns, made))


def returning(order: Order, status: ReturnStatus) -> Order:
    """The same order with its latest return in another state; the order's own status stays."""
    *earlier, latest = order.returns
    return replace(order, returns=(*earlier, replace(latest, status=status)))


def pay_return(order: Order, mint: Mint, at: datetime) -> Order:
    order = returning(order, ReturnStatus.REFUNDED)
    latest = order.returns[-1]
    refunds = money_back(order, mint, latest.refund, latest.refund_to, at, "return")
    return step(order, OrderStatus.REFUNDED, at, refunds=(*order.refunds, *refunds))


def money_back(
    order: Order, mint: Mint, amount: Money, to: str, at: datetime, reason: str
) -> tuple[Refund, ...]:
    """Refunds of `amount`: to the method `to` first, and never more than was paid with a method.

    A method that the order was not paid with takes the whole amount: the customer asked for it.
    """
    paid = {payment.method_id: payment.amount for payment in order.payments}
    to = main_method(order) if to == ORIGINAL else to
    if to not in paid:
        return (Refund(mint.number("F", 7), amount, to, at, reason),)
    refunds = []
    for method in sorted(paid, key=lambda method: method != to):
        part = min(amount, paid[method])
        amount -= part
        if part.amount > 0:
            refunds.append(Refund(mint.number("F", 7), part, method, at, reason))
    return tuple(refunds)


def main_method(order: Order) -> str:
    """The method that paid; of two, the one that is not a gift card."""
    return max(order.payments, key=lambda payment: payment.kind is not PaymentKind.GIFT_CARD).method_id


def postage(order: Order, items: tuple[ReturnItem, ...], tier: Tier) -> Money:
    """What sending back for no reason costs the customer."""
    if tier is Tier.GOLD:
        return Money.zero()
    bulky = any(order.line(item.line_no).category in BULKY for item in items)
    return Money.parse("80.00" if bulky else "12.00")


def _return_line(order: Order, item: ReturnItem) -> ReturnLine:
    """Its price less its share of the discount, rounded down so that shares never exceed what was paid."""
    value = order.line(item.line_no).unit_price.amount * item.quantity
    goods = sum((line.total.amount for line in order.lines), Decimal(0))
    kept = (value - order.discount.amount * value / goods).quantize(CENT, ROUND_DOWN)
    return ReturnLine(item.line_no, item.quantity, Money(kept))
