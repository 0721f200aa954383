"""Orders: what was bought, what was paid, where the parcel is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tools.domain.aftersales import (
    Exchange,
    ExchangeStatus,
    ItemChange,
    Repair,
    RepairStatus,
    Return,
    ReturnStatus,
)
from tools.domain.catalogue import Category
from tools.domain.customers import Address, PaymentKind
from tools.domain.values import DomainError, Money, Text, require_aware


class OrderStatus(StrEnum):
    """What the shop is doing with an order; returns and exchanges keep states of their own."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    REFUNDED = "refunded"
    EXCHANGE_REQUESTED = "exchange_requested"


_S = OrderStatus
# The legal state machine. A step to the same state is none.
TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        _S.PENDING: frozenset({_S.PROCESSED, _S.CANCELLED}),
        _S.PROCESSED: frozenset({_S.SHIPPED, _S.CANCELLED}),
        _S.SHIPPED: frozenset({_S.DELIVERED}),
        _S.DELIVERED: frozenset({_S.RETURN_REQUESTED, _S.EXCHANGE_REQUESTED}),
        _S.RETURN_REQUESTED: frozenset({_S.RETURNED, _S.REFUNDED, _S.DELIVERED}),
        _S.RETURNED: frozenset({_S.REFUNDED, _S.RETURN_REQUESTED, _S.EXCHANGE_REQUESTED, _S.DELIVERED}),
        _S.REFUNDED: frozenset({_S.RETURN_REQUESTED, _S.EXCHANGE_REQUESTED}),
        _S.EXCHANGE_REQUESTED: frozenset({_S.DELIVERED, _S.REFUNDED, _S.RETURNED}),
        _S.CANCELLED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was bought, at the price then paid for one. `name` and `options` as sold."""

    line_no: int
    sku: str
    product_id: str
    name: Text
    options: Text
    category: Category
    quantity: int
    unit_price: Money
    final_sale: bool = False

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise DomainError(f"line {self.line_no}: quantity must be at least 1")

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    place: Text
    text: Text

    def __post_init__(self) -> None:
        require_aware(self.at, "tracking event")


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel on its way. `warehouse` is where it left from, "" where the shop has only one."""

    carrier: Text
    tracking_no: str
    shipped_at: datetime
    delivered_at: datetime | None
    expected_at: datetime | None
    events: tuple[TrackingEvent, ...] = ()
    warehouse: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    method_id: str
    kind: PaymentKind
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back. `reason` is free text; the desk writes the members of `RefundReason`."""

    id: str
    amount: Money
    method_id: str
    at: datetime
    reason: str


class RefundReason(StrEnum):
    CANCELLED = "cancelled"
    RETURN = "return"
    EXCHANGE = "exchange"
    ITEMS_CHANGED = "items_changed"
    PAYMENT_CHANGED = "payment_changed"


# These refunds put right what was paid too much; the order is still worth what remains.
ADJUSTMENTS = frozenset({RefundReason.EXCHANGE, RefundReason.ITEMS_CHANGED, RefundReason.PAYMENT_CHANGED})


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: OrderStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    customer_id: str
    status: OrderStatus
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    shipping_fee: Money
    discount: Money
    address: Address
    history: tuple[StatusChange, ...] = ()
    shipment: Shipment | None = None
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    repairs: tuple[Repair, ...] = ()
    item_changes: tuple[ItemChange, ...] = ()
    cancel_reason: str = ""
    expected_ship_at: datetime | None = None
    presale: bool = False

    def __post_init__(self) -> None:
        require_aware(self.placed_at, f"order {self.id}: placed_at")
        if not self.lines:
            raise DomainError(f"order {self.id}: an order needs at least one line")

    @property
    def currency(self) -> str:
        return self.shipping_fee.currency

    @property
    def total(self) -> Money:
        """What the customer had to pay: lines + shipping − discount."""
        goods = sum((line.total for line in self.lines), Money.zero(self.currency))
        return goods + self.shipping_fee - self.discount

    @property
    def paid(self) -> Money:
        return self._sum(payment.amount for payment in self.payments)

    @property
    def refunded(self) -> Money:
        return self._sum(refund.amount for refund in self.refunds)

    @property
    def adjusted(self) -> Money:
        """What was given back because something else was paid or bought instead."""
        return self._sum(refund.amount for refund in self.refunds if refund.reason in ADJUSTMENTS)

    @property
    def owed(self) -> Money:
        """What the customer has to have paid by now: the total, and what exchanges came to."""
        done = [item for item in self.exchanges if item.status is ExchangeStatus.COMPLETED]
        return self.total + self._sum(item.due for item in done) - self._sum(item.refund for item in done)

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum(amounts, Money.zero(self.currency))

    @property
    def delivered_at(self) -> datetime | None:
        return self.shipment.delivered_at if self.shipment else None

    def returned_quantity(self, line_no: int) -> int:
        """How many of a line are on their way back or back; rejected returns do not count."""
        return sum(
            line.quantity
            for item in self.returns
            if item.status is not ReturnStatus.REJECTED
            for line in item.lines
            if line.line_no == line_no
        )

    def exchanged_quantity(self, line_no: int) -> int:
        """How many of a line are being or were exchanged; rejected exchanges do not count."""
        return sum(
            swap.quantity
            for item in self.exchanges
            if item.status is not ExchangeStatus.REJECTED
            for swap in item.lines
            if swap.line_no == line_no
        )

    def in_repair_quantity(self, line_no: int) -> int:
        """How many of a line are away to be mended."""
        away = (RepairStatus.REQUESTED, RepairStatus.IN_TRANSIT, RepairStatus.RECEIVED)
        return sum(item.quantity for item in self.repairs if item.line_no == line_no and item.status in away)

    def left(self, line_no: int) -> int:
        """How many of a line the customer still has, as they were bought."""
        gone = (
            self.returned_quantity(line_no)
            + self.exchanged_quantity(line_no)
            + self.in_repair_quantity(line_no)
        )
        return max(0, self.line(line_no).quantity - gone)

    def kept_lines(self) -> tuple[OrderLine, ...]:
        """The lines of which nothing is going back."""
        gone = (self.returned_quantity, self.exchanged_quantity)
        return tuple(line for line in self.lines if not any(count(line.line_no) for count in gone))

    def kept_total(self) -> Money:
        return self._sum(line.total for line in self.kept_lines())

    def line(self, line_no: int) -> OrderLine:
        """Raise `DomainError` when the order has no such line."""
        for line in self.lines:
            if line.line_no == line_no:
                return line
        raise DomainError(f"order {self.id}: no line {line_no}")
