"""May this order be cancelled? The card and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tools.domain import CancelOrder, CancelReason, Money, Order, OrderStatus
from tools.policy.card_file import AnyStatus, CardHead, PassageName, Strict
from tools.policy.return_money import paid_by_method
from tools.policy.verdict import Denied, MoneyMove, Situation, not_offered

AnyReason = Annotated[CancelReason, Field(strict=False)]
# What can be done instead in a state in which an order cannot be cancelled any more.
_INSTEAD = {
    OrderStatus.PROCESSED: "ask_warehouse",
    OrderStatus.SHIPPED: "refuse_or_return",
    OrderStatus.DELIVERED: "return",
}


@dataclass(frozen=True, slots=True)
class CancellationCard:
    version: int
    effective_from: date
    effective_until: date | None
    statuses: frozenset[OrderStatus]
    reasons: tuple[CancelReason, ...]
    after_item_change: bool
    presale: bool
    passage: str
    passage_by_status: dict[OrderStatus, str]

    id = "cancellation"


@dataclass(frozen=True, slots=True)
class CancelAllowed:
    """Every payment goes back the way it came; `refund` is their sum."""

    rule: str
    passage: str
    refund: Money
    refunds: tuple[MoneyMove, ...]


class _Rule(Strict):
    statuses: list[AnyStatus] = Field(min_length=1)
    reasons: list[AnyReason] = Field(min_length=1)
    after_item_change: bool
    presale: bool
    passage: PassageName
    passage_by_status: dict[AnyStatus, PassageName] = {}


class _Rules(Strict):
    cancel: _Rule


class CancellationCardFile(CardHead):
    """`cancellation.card.yaml`."""

    id: Literal["cancellation"]
    rules: _Rules

    def freeze(self) -> CancellationCard:
        rule = self.rules.cancel
        return CancellationCard(
            self.version, self.effective_from, self.effective_until, frozenset(rule.statuses),
            tuple(rule.reasons), rule.after_item_change, rule.presale, rule.passage,
            dict(rule.passage_by_status),
        )  # fmt: skip


def check_cancel(command: CancelOrder, situation: Situation) -> CancelAllowed | Denied:
    """Decide a cancellation by the card in force."""
    card, order = situation.cards.cancellation, situation.its_order()
    if card is None:
        return not_offered("cancellation")
    if denied := _denied(card, command, order):
        return denied
    refunds = tuple(MoneyMove(method, amount) for method, amount in paid_by_method(order).items())
    total = sum((move.amount for move in refunds), Money.zero(order.currency))
    return CancelAllowed("cancellation.cancel", card.passage, total, refunds)


def _denied(card: CancellationCard, command: CancelOrder, order: Order) -> Denied | None:
    def deny(reason: str, counterfactual: str = "", **params: str) -> Denied:
        passage = card.passage_by_status.get(order.status, card.passage)
        return Denied("cancellation.cancel", passage, reason, counterfactual, params)

    if order.status is OrderStatus.CANCELLED:
        return deny("order_cancelled")
    if order.status not in card.statuses:
        return deny("status", _INSTEAD.get(order.status, "person"), status=order.status.value)
    if order.item_changes and not card.after_item_change:
        return deny("items_changed")
    if order.presale and not card.presale:
        return deny("presale", "person")
    if command.reason not in card.reasons:
        return deny("reason_not_accepted", accepted=", ".join(card.reasons), asked=command.reason.value)
    return None
