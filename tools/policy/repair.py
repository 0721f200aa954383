"""Is this still under warranty? The card and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from tools.codec import UNSTORABLE
from tools.domain import Category, OrderStatus, StartRepair
from tools.policy.card_file import AnyCategory, CardHead, Months, PassageName, Strict
from tools.policy.returns import warranty_end
from tools.policy.verdict import Denied, Situation, not_offered

MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class RepairCard:
    version: int
    effective_from: date
    effective_until: date | None
    warranty_months: Mapping[Category, int]
    passage: str

    id = "repair"


@dataclass(frozen=True, slots=True)
class RepairAllowed:
    """Mended for nothing; the warranty ends with the day `warranty_until`."""

    rule: str
    passage: str
    warranty_until: date


class _Rule(Strict):
    months: dict[AnyCategory, Months]
    passage: PassageName


class _Rules(Strict):
    warranty: _Rule


class RepairCardFile(CardHead):
    """`repair.card.yaml`."""

    id: Literal["repair"]
    rules: _Rules

    def freeze(self) -> RepairCard:
        rule = self.rules.warranty
        return RepairCard(
            self.version,
            self.effective_from,
            self.effective_until,
            MappingProxyType(dict(rule.months)),
            rule.passage,
        )


def check_repair(command: StartRepair, situation: Situation) -> RepairAllowed | Denied:
    """Decide a repair by the card in force."""
    card, order = situation.cards.repair, situation.its_order()
    if card is None:
        return not_offered("repair")

    def deny(reason: str, counterfactual: str = "", **params: str) -> Denied:
        return Denied("repair.warranty", card.passage, reason, counterfactual, params)

    line = next((each for each in order.lines if each.line_no == command.line_no), None)
    if order.status is OrderStatus.CANCELLED:
        return deny("order_cancelled")
    if order.delivered_at is None:
        return deny("not_delivered", "after_delivery")
    if line is None:
        return deny("unknown_line", line_no=str(command.line_no))
    number, left = str(line.line_no), order.left(line.line_no)
    if left <= 0:
        if order.in_repair_quantity(line.line_no):
            return deny("repair_open", line_no=number)
        # What came in exchange has a warranty too, but stands on no line of the order.
        exchanged = order.exchanged_quantity(line.line_no) > 0
        return deny("nothing_left", "person" if exchanged else "", line_no=number)
    if not 1 <= command.quantity <= left:
        return deny("quantity", line_no=number, asked=str(command.quantity), available=str(left))
    if not command.fault.strip() or UNSTORABLE.search(command.fault) or len(command.fault) > MOST_CHARACTERS:
        return deny("fault_missing", line_no=number)
    ends = warranty_end(order.delivered_at, line.category, card.warranty_months, situation.cards.timezone)
    if ends is None:
        return deny("no_warranty", "person", line_no=number, category=line.category.value)
    if situation.now.astimezone(situation.cards.timezone).date() > ends:
        return deny("warranty_ended", "paid_repair", line_no=number, warranty_until=ends.isoformat())
    return RepairAllowed("repair.warranty", card.passage, ends)
