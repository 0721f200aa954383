"""What may still be changed about an order that has not left, and about the customer's own data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from pydantic import Field

from tools.domain import (
    Address,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Money,
    Order,
    OrderStatus,
    Swap,
)
from tools.policy.card_file import Amount, AnyStatus, CardHead, Currency, Name, PassageName, Strict, money
from tools.policy.paying import Problem, RefundTo, cannot_pay, method_of
from tools.policy.return_money import paid_by_method
from tools.policy.swaps import instead_of, priced, settled
from tools.policy.verdict import Denied, MoneyMove, Situation, not_offered

LONGEST_FIELD = 200
_NEEDED = ("recipient", "line1", "city", "country")


@dataclass(frozen=True, slots=True)
class Tariff:
    """What standard delivery costs: `fee`, nothing from goods worth `free_from`; other figures by region."""

    regions: frozenset[str]
    fee: Money
    free_from: Money

    def fee_for(self, goods: Money) -> Money:
        return Money.zero(self.fee.currency) if goods >= self.free_from else self.fee


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """When one kind of change is possible. `after_item_change`: also once items were changed."""

    id: str
    statuses: frozenset[OrderStatus]
    after_item_change: bool
    passage: str


@dataclass(frozen=True, slots=True)
class OrderChangesCard:
    """`tariffs`: the first is the standard one, the others are for regions; none: moving costs nothing."""

    version: int
    effective_from: date
    effective_until: date | None
    currency: str
    address: ChangeRule
    items: ChangeRule
    payment: ChangeRule
    default_address: ChangeRule
    refund_to: RefundTo
    tariffs: tuple[Tariff, ...]

    id = "order_changes"


@dataclass(frozen=True, slots=True)
class AddressAllowed:
    """`due` is the dearer delivery, paid by `method_id`."""

    rule: str
    passage: str
    before: Address
    due: Money
    method_id: str


@dataclass(frozen=True, slots=True)
class ItemsAllowed:
    rule: str
    passage: str
    items: tuple[Swap, ...]
    due: Money
    refund: Money
    method_id: str
    final: bool


@dataclass(frozen=True, slots=True)
class PaymentAllowed:
    """`charge` is taken from the new method, `refunds` go back to the old ones."""

    rule: str
    passage: str
    charge: MoneyMove
    refunds: tuple[MoneyMove, ...]


@dataclass(frozen=True, slots=True)
class DefaultAddressAllowed:
    rule: str
    passage: str
    before: Address


class _Tariff(Strict):
    regions: list[Name] = []
    fee: Amount
    free_from: Amount


class _ChangeRule(Strict):
    statuses: list[AnyStatus] = Field(min_length=1)
    after_item_change: bool
    passage: PassageName


class _ProfileRule(Strict):
    passage: PassageName


class _Rules(Strict):
    address: _ChangeRule
    items: _ChangeRule
    payment: _ChangeRule
    default_address: _ProfileRule


class OrderChangesCardFile(CardHead):
    """`order_changes.card.yaml`."""

    id: Literal["order_changes"]
    currency: Currency
    refund_to: RefundTo = "original"
    tariffs: list[_Tariff] = []
    rules: _Rules

    def freeze(self) -> OrderChangesCard:
        rules = self.rules
        profile = ChangeRule(
            "order_changes.default_address", frozenset(), True, rules.default_address.passage
        )
        return OrderChangesCard(
            self.version, self.effective_from, self.effective_until, self.currency,
            _rule("address", rules.address), _rule("items", rules.items), _rule("payment", rules.payment),
            profile, self.refund_to, tuple(self._tariff(each) for each in self.tariffs),
        )  # fmt: skip

    def _tariff(self, tariff: _Tariff) -> Tariff:
        fee, free_from = money(tariff.fee, self.currency), money(tariff.free_from, self.currency)
        return Tariff(frozenset(tariff.regions), fee, free_from)


def _rule(name: str, rule: _ChangeRule) -> ChangeRule:
    return ChangeRule(f"order_changes.{name}", frozenset(rule.statuses), rule.after_item_change, rule.passage)


def check_address(command: ChangeAddress, situation: Situation) -> AddressAllowed | Denied:
    """Decide another address for an order that has not left."""
    card, order = situation.cards.order_changes, situation.its_order()
    if card is None:
        return not_offered("order_changes")
    rule = card.address
    if denied := _too_late(rule, order):
        return denied
    if problem := address_problem(command.address):
        return Denied(rule.id, rule.passage, "address_incomplete", params={"field": problem})
    if command.address == order.address:
        return Denied(rule.id, rule.passage, "same_address")
    if card.tariffs and command.address.country != order.address.country:
        return Denied(rule.id, rule.passage, "other_country", "cancel_and_reorder")
    # Without its region nobody knows what the delivery costs.
    if card.tariffs and order.address.region and not command.address.region.strip():
        return Denied(rule.id, rule.passage, "address_incomplete", params={"field": "region"})
    due = _dearer(card, order, command.address)
    method = method_of(order, "original")
    if due.amount > 0 and (lacking := cannot_pay(situation.customer, method, due)):
        return Denied(rule.id, rule.passage, lacking.reason, "person", lacking.params)
    return AddressAllowed(rule.id, rule.passage, order.address, due, method if due.amount > 0 else "")


def check_items(command: ChangeItems, situation: Situation) -> ItemsAllowed | Denied:
    """Decide other variants for lines of a pending order."""
    card, order = situation.cards.order_changes, situation.its_order()
    if card is None:
        return not_offered("order_changes")
    rule = card.items
    if denied := _too_late(rule, order):
        return denied
    swaps = priced(order, command.items, situation.products, lambda number: order.line(number).quantity)
    if isinstance(swaps, Problem):
        return Denied(rule.id, rule.passage, swaps.reason, "", swaps.params)
    money = settled(order, situation.customer, swaps, command.method_id, card.refund_to)
    if isinstance(money, Problem):
        return Denied(rule.id, rule.passage, money.reason, instead_of(money), money.params)
    return ItemsAllowed(
        rule.id, rule.passage, swaps, money.due, money.refund, money.method_id,
        final=not rule.after_item_change,
    )  # fmt: skip


def check_payment(command: ChangePayment, situation: Situation) -> PaymentAllowed | Denied:
    """Decide another payment method for a pending order: it pays everything, the old one gets it back."""
    card, order = situation.cards.order_changes, situation.its_order()
    if card is None:
        return not_offered("order_changes")
    rule = card.payment
    if denied := _too_late(rule, order):
        return denied
    paid = paid_by_method(order)
    if not paid:
        return Denied(rule.id, rule.passage, "not_paid")
    if command.method_id in paid:
        return Denied(rule.id, rule.passage, "same_method", "other_method")
    total = sum(paid.values(), Money.zero(order.currency))
    if lacking := cannot_pay(situation.customer, command.method_id, total):
        return Denied(rule.id, rule.passage, lacking.reason, "other_method", lacking.params)
    refunds = tuple(MoneyMove(method, amount) for method, amount in paid.items())
    return PaymentAllowed(rule.id, rule.passage, MoneyMove(command.method_id, total), refunds)


def check_default_address(
    command: ChangeDefaultAddress, situation: Situation
) -> DefaultAddressAllowed | Denied:
    """Decide another address for the orders to come."""
    card = situation.cards.order_changes
    if card is None:
        return not_offered("order_changes")
    rule, before = card.default_address, situation.customer.address
    if problem := address_problem(command.address):
        return Denied(rule.id, rule.passage, "address_incomplete", params={"field": problem})
    if command.address == before:
        return Denied(rule.id, rule.passage, "same_address")
    return DefaultAddressAllowed(rule.id, rule.passage, before)


def address_problem(address: Address) -> str:
    """The first field that is missing, too long or not one line; "" for an address that can be written on a parcel."""
    for field in fields(address):
        value = getattr(address, field.name)
        # The wide space is how Chinese addresses are typed, and not "printable" to Python.
        if len(value) > LONGEST_FIELD or not value.replace("\u3000", " ").isprintable():
            return field.name
        if field.name in _NEEDED and not value.strip():
            return field.name
    return ""


def _too_late(rule: ChangeRule, order: Order) -> Denied | None:
    status = order.status
    if status is OrderStatus.CANCELLED:
        return Denied(rule.id, rule.passage, "order_cancelled")
    if status not in rule.statuses:
        other = "exchange" if status is OrderStatus.DELIVERED and rule.id.endswith(".items") else ""
        if status is OrderStatus.SHIPPED and rule.id.endswith(".address"):
            other = "carrier_redirect"
        return Denied(rule.id, rule.passage, "status", other, {"status": status.value})
    if order.item_changes and not rule.after_item_change:
        return Denied(rule.id, rule.passage, "items_changed")
    return None


def _dearer(card: OrderChangesCard, order: Order, address: Address) -> Money:
    """How much more the delivery costs to another region; nothing within the same."""
    nothing = Money.zero(order.currency)
    if not card.tariffs or address.region == order.address.region:
        return nothing
    goods = sum((line.total for line in order.lines), nothing)
    # Of equally dear regions none costs more, whatever discount or express fee the order had.
    before = max(order.shipping_fee, _tariff_of(card, order.address).fee_for(goods))
    return max(nothing, _tariff_of(card, address).fee_for(goods) - before)


def _tariff_of(card: OrderChangesCard, address: Address) -> Tariff:
    standard, *others = card.tariffs
    return next((each for each in others if address.region.strip() in each.regions), standard)
