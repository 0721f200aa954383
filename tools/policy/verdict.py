"""What a policy answers: exactly what will happen, or why not and what else could be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from tools.domain import Customer, Money, Order, Product

if TYPE_CHECKING:
    from tools.policy.cards import PolicyCards


@dataclass(frozen=True, slots=True)
class Denied:
    """Why not, by which rule, and what would be possible instead (`counterfactual`, "" for nothing).

    `reason` and `counterfactual` are codes that docs/tools.md lists; the templates put them into words.
    `params` holds dates (ISO, in the card's timezone), `line_no`, quantities, amounts.
    """

    rule: str
    passage: str
    reason: str
    counterfactual: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoneyMove:
    """An amount to or from one of the customer's payment methods."""

    method_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a decision may look at. `products` are those of the order's lines, by id.

    `spent` is what the customer's orders came to, where somebody asked: it says how pressing a complaint is.
    """

    customer: Customer
    order: Order | None
    cards: PolicyCards
    now: datetime
    products: Mapping[str, Product] = field(default_factory=lambda: MappingProxyType({}))
    spent: Money | None = None

    def its_order(self) -> Order:
        """Raise `ValueError` where the command is about no order."""
        if self.order is None:
            raise ValueError("this command needs an order")
        return self.order


def not_offered(policy: str) -> Denied:
    """There is no card for this: the shop does not do it by chat."""
    return Denied(f"{policy}.not_offered", "", "not_offered", "person")
