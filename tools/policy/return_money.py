"""What a returned line is worth, to the cent.

All arithmetic is done in whole cents, so that the parts always add up to what was paid.
"""

from __future__ import annotations

from decimal import Decimal

from tools.domain import ORIGINAL, Money, Order, OrderLine, Return, ReturnStatus


def cents(money: Money) -> int:
    return int(money.amount.scaleb(2))


def from_cents(value: int, currency: str) -> Money:
    return Money(Decimal(value).scaleb(-2), currency)


def _part(whole: int, numerator: int, denominator: int) -> int:
    """Return whole · numerator / denominator, half a cent rounded up."""
    return (2 * whole * numerator + denominator) // (2 * denominator)


def line_shares(order: Order) -> dict[int, Money]:
    """What the customer paid for each line: its price less its part of the discount.

    The discount is laid out along the running total of the lines, so the shares add up
    to the goods less the discount exactly, and none is below zero. A discount larger
    than the goods takes the rest off the shipping fee, not off the lines.
    """
    currency = order.shipping_fee.currency
    goods = sum(cents(line.total) for line in order.lines)
    discount = min(cents(order.discount), goods)
    shares: dict[int, Money] = {}
    running = taken = 0
    for line in sorted(order.lines, key=lambda item: item.line_no):
        price = cents(line.total)
        running += price
        due = _part(discount, running, goods) if goods else 0
        shares[line.line_no] = from_cents(price - (due - taken), currency)
        taken = due
    return shares


def active_returns(order: Order) -> tuple[Return, ...]:
    return tuple(item for item in order.returns if item.status is not ReturnStatus.REJECTED)


def line_refund(order: Order, line: OrderLine, quantity: int) -> Money:
    """The goods value of `quantity` more of a line; the last ones take what is left of its share.

    `quantity` must not exceed what has not been returned yet.
    """
    gone = sum(
        cents(part.refund)
        for item in active_returns(order)
        for part in item.lines
        if part.line_no == line.line_no
    )
    left = max(0, cents(line_shares(order)[line.line_no]) - gone)
    pieces = line.quantity - order.returned_quantity(line.line_no)
    return from_cents(_part(left, quantity, pieces), order.shipping_fee.currency)


def shipping_paid(order: Order) -> Money:
    """The shipping fee after whatever discount the goods could not take."""
    goods = sum(cents(line.total) for line in order.lines)
    over = max(0, cents(order.discount) - goods)
    return from_cents(max(0, cents(order.shipping_fee) - over), order.shipping_fee.currency)


def refundable_left(order: Order) -> Money:
    """What was paid, less refunds made, refunds promised, and postage kept for earlier returns."""
    left = sum(cents(item.amount) for item in order.payments)
    left -= sum(cents(item.amount) for item in order.refunds)
    for item in active_returns(order):
        value = sum(cents(part.refund) for part in item.lines)
        net = cents(item.refund)
        kept = max(0, value - net)
        # A refund already paid stands among the refunds; only the postage kept is missing there.
        left -= kept if item.status is ReturnStatus.REFUNDED else kept + net
    return from_cents(max(0, left), order.shipping_fee.currency)


def paid_by_method(order: Order) -> dict[str, Money]:
    """What each method has paid and not got back yet, in the order of payment; methods at zero are left out.

    What a method got back beyond its own payments (a difference that went to a gift card) is taken off the
    other methods, the latest first: together it is what was paid less what was refunded.
    """
    left: dict[str, int] = {}
    for payment in order.payments:
        left[payment.method_id] = left.get(payment.method_id, 0) + cents(payment.amount)
    for refund in order.refunds:
        left[refund.method_id] = left.get(refund.method_id, 0) - cents(refund.amount)
    beyond = -sum(value for value in left.values() if value < 0)
    for method in reversed(left):
        if left[method] > 0:
            taken = min(beyond, left[method])
            left[method] -= taken
            beyond -= taken
    return {method: from_cents(value, order.currency) for method, value in left.items() if value > 0}


def split_back(order: Order, amount: Money, to: str) -> dict[str, Money]:
    """How a refund of `amount` is shared out: to the method `to`, or back the way the money came.

    "original" gives no method more than it has paid, the latest payment first; what is left after that
    (it paid for something already refunded elsewhere) goes to the method that paid last.
    """
    paid = paid_by_method(order)
    if to != ORIGINAL or not paid:
        return {to: amount} if amount.amount > 0 else {}
    parts: dict[str, Money] = {}
    for method in reversed(paid):
        part = min(amount, paid[method])
        amount = amount - part
        if part.amount > 0:
            parts[method] = part
    if amount.amount > 0:
        last = next(reversed(paid))
        parts[last] = parts[last] + amount
    return parts
