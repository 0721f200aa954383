"""May these items be exchanged, for what, and who pays what? The card and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from tools.domain import (
    Category,
    ExchangeStatus,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    StartExchange,
    Swap,
)
from tools.policy.card_file import AnyCategory, CardHead, Currency, Strict
from tools.policy.paying import Problem, RefundTo
from tools.policy.swaps import instead_of, priced, settled
from tools.policy.verdict import Denied, Situation, not_offered
from tools.policy.windows import Payer, WindowRule, WindowRuleFile, dates

OPEN_EXCHANGE = (ExchangeStatus.REQUESTED, ExchangeStatus.IN_TRANSIT, ExchangeStatus.RECEIVED)


@dataclass(frozen=True, slots=True)
class ExchangeCard:
    """`free_options`: changing nothing but these options, for the first time, costs no postage."""

    version: int
    effective_from: date
    effective_until: date | None
    currency: str
    no_reason: WindowRule
    shop_fault: WindowRule
    free_options: Mapping[Category, frozenset[str]]
    once_per_order: bool
    same_variant: bool
    refund_to: RefundTo

    id = "exchange"


@dataclass(frozen=True, slots=True)
class ExchangeAllowed:
    """Exactly what will happen. `due` or `refund` is settled when the goods have come back; `postage` is in it."""

    rule: str
    passage: str
    items: tuple[Swap, ...]
    due: Money
    refund: Money
    postage: Money
    postage_payer: Payer
    method_id: str
    deadline: datetime | None


class _Rules(Strict):
    no_reason: WindowRuleFile
    shop_fault: WindowRuleFile


class ExchangeCardFile(CardHead):
    """`exchange.card.yaml`."""

    id: Literal["exchange"]
    currency: Currency
    free_options: dict[AnyCategory, list[str]] = {}
    once_per_order: bool = False
    same_variant: bool = False
    refund_to: RefundTo = "original"
    rules: _Rules

    def freeze(self) -> ExchangeCard:
        free = {category: frozenset(options) for category, options in self.free_options.items()}
        return ExchangeCard(
            self.version, self.effective_from, self.effective_until, self.currency,
            self.rules.no_reason.freeze("exchange.no_reason", self.currency),
            self.rules.shop_fault.freeze("exchange.shop_fault", self.currency),
            MappingProxyType(free), self.once_per_order, self.same_variant, self.refund_to,
        )  # fmt: skip


def check_exchange(command: StartExchange, situation: Situation) -> ExchangeAllowed | Denied:
    """Decide an exchange by the card in force. One denied line denies the whole command and is named."""
    card, order = situation.cards.exchange, situation.its_order()
    if card is None:
        return not_offered("exchange")
    rule = card.shop_fault if command.reason.shop_fault else card.no_reason
    if denied := _order_denied(card, rule, order):
        return denied
    if denied := _lines_denied(situation, rule, command):
        return denied
    swaps = priced(order, command.items, situation.products, order.left, card.same_variant)
    if isinstance(swaps, Problem):
        other = "return" if swaps.reason in ("out_of_stock", "unknown_variant") else ""
        return Denied(rule.id, rule.passage, swaps.reason, other, swaps.params)
    return _priced(command, situation, card, rule, swaps)


def _order_denied(card: ExchangeCard, rule: WindowRule, order: Order) -> Denied | None:
    def deny(reason: str, counterfactual: str = "") -> Denied:
        return Denied(rule.id, rule.passage, reason, counterfactual)

    status = order.status
    if status is OrderStatus.CANCELLED:
        return deny("order_cancelled")
    if status in (OrderStatus.PENDING, OrderStatus.PROCESSED):
        return deny("not_shipped", "change_items" if status is OrderStatus.PENDING else "after_delivery")
    if status is OrderStatus.SHIPPED or order.delivered_at is None:
        return deny("not_delivered", "after_delivery")
    if status is OrderStatus.RETURN_REQUESTED:
        return deny("return_open")
    if any(item.status in OPEN_EXCHANGE for item in order.exchanges):
        return deny("exchange_open")
    if status is OrderStatus.EXCHANGE_REQUESTED or (card.once_per_order and order.exchanges):
        return deny("already_requested")
    return None


def _priced(
    command: StartExchange,
    situation: Situation,
    card: ExchangeCard,
    rule: WindowRule,
    swaps: tuple[Swap, ...],
) -> ExchangeAllowed | Denied:
    order, zone = situation.its_order(), situation.cards.timezone
    assert order.delivered_at is not None
    lines = [order.line(swap.line_no) for swap in swaps]
    ends = [rule.deadline(line.category, order.delivered_at, zone) for line in lines]
    postage, payer = rule.postage_for(situation.customer, [line.category for line in lines])
    if _free(order, lines, swaps, card, situation.products):
        postage, payer = Money.zero(order.currency), "shop"
    money = settled(order, situation.customer, swaps, command.method_id, card.refund_to, postage)
    if isinstance(money, Problem):
        return Denied(rule.id, rule.passage, money.reason, instead_of(money), money.params)
    return ExchangeAllowed(
        rule.id, rule.passage, swaps, money.due, money.refund, postage, payer, money.method_id,
        min(filter(None, ends), default=None),
    )  # fmt: skip


def _lines_denied(situation: Situation, rule: WindowRule, command: StartExchange) -> Denied | None:
    """Before stock and prices: a sold-out variant of something that cannot come back is no reason to return it."""
    asked = {item.line_no for item in command.items}
    found = (
        _line_denied(situation, rule, line) for line in situation.its_order().lines if line.line_no in asked
    )
    return next((denied for denied in found if denied), None)


def _line_denied(situation: Situation, rule: WindowRule, line: OrderLine) -> Denied | None:
    order, zone = situation.its_order(), situation.cards.timezone
    assert order.delivered_at is not None
    fault = situation.cards.returns.shop_fault
    until = fault.deadline(line.category, order.delivered_at, zone)
    still = fault.covers(line.category, line.final_sale) and (until is None or situation.now < until)
    more = {"line_no": str(line.line_no)} | (dates("fault_", until, zone) if still and until else {})

    def deny(reason: str, **params: str) -> Denied:
        return Denied(rule.id, rule.passage, reason, "return_if_fault" if still else "", params | more)

    if line.category in rule.excluded:
        return deny("category_excluded", category=line.category.value)
    if line.final_sale and rule.excludes_final_sale:
        return deny("final_sale")
    deadline = rule.deadline(line.category, order.delivered_at, zone)
    if deadline is not None and situation.now >= deadline:
        return deny("window_closed", **dates("", deadline, zone))
    return None


def _free(
    order: Order,
    lines: list[OrderLine],
    swaps: tuple[Swap, ...],
    card: ExchangeCard,
    products: Mapping[str, Product],
) -> bool:
    """Whether nothing but free options change, and none of these lines was exchanged before."""
    for line, swap in zip(lines, swaps, strict=True):
        product = products[line.product_id]
        old, new = product.variant(swap.old_sku), product.variant(swap.new_sku)
        if old is None or new is None or order.exchanged_quantity(line.line_no):
            return False
        names = old.options.keys() | new.options.keys()
        changed = {name for name in names if old.options.get(name) != new.options.get(name)}
        if not changed <= card.free_options.get(line.category, frozenset()):
            return False
    return True
