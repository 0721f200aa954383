"""Which method pays or is paid, and whether it can. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tools.domain import ORIGINAL, Customer, Money, Order, PaymentKind
from tools.policy.return_money import paid_by_method

# Whom a difference may be given back to: "original" is the methods of the order and gift cards.
RefundTo = Literal["original", "any"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it cannot be done: the code and params of a denial that the caller makes of it."""

    reason: str
    params: dict[str, str] = field(default_factory=dict)


def method_of(order: Order, method_id: str) -> str:
    """The method meant: "original" is the one that first paid what is still paid; "" where nothing is."""
    if method_id != ORIGINAL:
        return method_id
    return next(iter(paid_by_method(order)), "")


def cannot_pay(customer: Customer, method_id: str, amount: Money) -> Problem | None:
    """Why the method cannot pay `amount`; None where it can."""
    method = customer.method(method_id)
    if method is None:
        return Problem("unknown_method", {"method_id": method_id})
    if method.kind is PaymentKind.GIFT_CARD and method.balance is not None and method.balance < amount:
        return Problem(
            "gift_card_too_low",
            {
                "method_id": method_id,
                "balance": str(method.balance),
                "needed": str(amount),
            },
        )
    return None


def may_receive(order: Order, customer: Customer, method_id: str, allowed: RefundTo) -> bool:
    """Whether money may go to this method: where it came from, or a gift card of the customer."""
    method = customer.method(method_id)
    if allowed == "any":
        return method is not None
    gift_card = method is not None and method.kind is PaymentKind.GIFT_CARD
    return gift_card or method_id in paid_by_method(order)
