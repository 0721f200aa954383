"""What a policy card decides by, as figures, states and payers that its passages have to agree with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from tools.policy.cancellation import CancellationCard
from tools.policy.cards import Card
from tools.policy.complaint_plans import ComplaintsCard
from tools.policy.exchange import ExchangeCard
from tools.policy.order_changes import ChangeRule, OrderChangesCard
from tools.policy.repair import RepairCard
from tools.policy.return_card import ReturnCard
from tools.policy.windows import WindowRule

Value = Fraction | str
_NONE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one kind. `usual` is None where the card has no limit; `by_category` are the exceptions."""

    kind: str
    usual: Value | None
    by_category: Mapping[str, Value] = field(default_factory=lambda: _NONE)

    @property
    def values(self) -> frozenset[Value]:
        return frozenset(self.by_category.values()) | (
            {self.usual} if self.usual is not None else frozenset()
        )

    def of(self, category: str) -> Value | None:
        return self.by_category.get(category, self.usual)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a card. `acts` are what it is about, `other_cases` those that its passage says for other rules."""

    id: str
    card: Card
    passage: str
    acts: frozenset[str]
    other_cases: frozenset[str] = frozenset()
    length: Figures | None = None
    postage: Figures | None = None
    payer: str = ""
    excluded: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    statuses: frozenset[str] | None = None
    tariffs: tuple[Value, ...] = ()

    @property
    def source(self) -> str:
        return f"{self.card.id} v{self.card.version}: {self.id}"


def rules_of(card: Card) -> Iterator[Rule]:
    """The rules of a card that stand on a passage."""
    if isinstance(card, ReturnCard):
        yield _window(card, card.no_reason, "return", {"fault", "abroad"})
        yield _window(card, card.shop_fault, "return", {"no_reason"})
        if card.no_reason_abroad:
            yield _window(card, card.no_reason_abroad, "return", {"fault"})
    elif isinstance(card, ExchangeCard):
        # Both are said in one sentence as a rule, so either passage may speak of both cases.
        yield _window(card, card.no_reason, "exchange", set())
        yield _window(card, card.shop_fault, "exchange", set())
    elif isinstance(card, RepairCard):
        months = {category.value: Fraction(count) for category, count in card.warranty_months.items()}
        yield Rule("repair.warranty", card, card.passage, frozenset({"warranty", "repair"}), length=Figures("months", None, months))  # fmt: skip
    elif isinstance(card, ComplaintsCard):
        hours = Figures("minutes", Fraction(60 * card.answer_hours))
        yield Rule("complaints.open", card, card.passage, frozenset({"answer"}), length=hours)
        yield from _handling(card)
    elif isinstance(card, CancellationCard):
        yield Rule("cancellation.cancel", card, card.passage, frozenset({"cancel"}), statuses=frozenset(card.statuses))  # fmt: skip
    elif isinstance(card, OrderChangesCard):
        yield from _order_changes(card)


def _handling(card: ComplaintsCard) -> Iterator[Rule]:
    """What handling plans promise; the passage of the first may also say how long an escalation takes."""
    if card.handling is None:
        return
    above = card.handling.escalation
    review = Fraction(above.review_business_days)
    days = Figures("business days", Fraction(card.handling.resolve_business_days), {above.id: review})
    yield Rule("complaints.resolve", card, card.passage, frozenset({"answer", "solve"}), length=days)
    yield Rule(above.id, card, above.passage, frozenset({"answer"}), length=Figures("business days", review))


def _order_changes(card: OrderChangesCard) -> Iterator[Rule]:
    tariffs = tuple(_money(each) for tariff in card.tariffs for each in (tariff.fee, tariff.free_from))
    yield _change(card, card.address, tariffs)
    yield _change(card, card.items)
    yield _change(card, card.payment)


def _change(card: OrderChangesCard, rule: ChangeRule, tariffs: tuple[Value, ...] = ()) -> Rule:
    return Rule(
        rule.id, card, rule.passage, frozenset({"modify"}), statuses=frozenset(rule.statuses), tariffs=tariffs
    )  # fmt: skip


def _window(card: Card, rule: WindowRule, act: str, other_cases: set[str]) -> Rule:
    days = {category.value: Fraction(count) for category, count in rule.window_by_category.items()}
    usual = Fraction(rule.window_days) if rule.window_days is not None else None
    postage = None
    if rule.postage_payer == "customer" and rule.postage.amount:
        dear = {category.value: _money(amount) for category, amount in rule.postage_by_category.items()}
        postage = Figures("money", _money(rule.postage), dear)
    return Rule(
        rule.id, card, rule.passage, frozenset({act}), frozenset(other_cases),
        Figures("days", usual, days), postage, rule.postage_payer,
        frozenset(category.value for category in rule.excluded), frozenset(tier.value for tier in rule.free_for_tiers),
    )  # fmt: skip


def _money(money: object) -> str:
    amount, currency = getattr(money, "amount", 0), getattr(money, "currency", "")
    return f"{float(amount):.2f} {currency}"
