"""Orders as they run: placed, processed, shipped, delivered, and what follows. A purchase is written when it rests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from insights.simulate.data import read
from insights.simulate.people import Person
from tools.domain import (
    Address,
    Exchange,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Refund,
    Repair,
    Return,
    Shipment,
    StatusChange,
    Text,
    TrackingEvent,
)

_S = OrderStatus


def text_of(line: str) -> Text:
    zh, en = (part.strip() for part in line.split("|"))
    return Text(zh, en)


@dataclass(slots=True)
class Purchase:
    """One order with all its moments, those after the end of the plan included; `order` tells what has happened."""

    id: str
    person: Person
    address: Address
    method: PaymentMethod
    lines: tuple[OrderLine, ...]
    fee: Money
    carrier: Text
    warehouse: str
    placed_at: datetime
    processed_at: datetime
    shipped_at: datetime
    delivered_at: datetime
    expected_at: datetime
    cancelled_at: datetime | None = None
    # True once something of it goes back or is exchanged: one such thing an order.
    going_back: bool = False
    later_steps: list[StatusChange] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    @property
    def total(self) -> Money:
        return sum((line.total for line in self.lines), self.fee)

    def order(self, end: datetime) -> Order:
        """The order as it stands at `end`."""
        history = tuple(step for step in self._steps() if step.at < end)
        return Order(
            id=self.id, customer_id=self.person.customer.id, status=history[-1].status,
            placed_at=self.placed_at, lines=self.lines, shipping_fee=self.fee, discount=Money.zero(),
            address=self.address, history=history, shipment=self._shipment(end),
            payments=(Payment(self.method.id, self.method.kind, self.total, self.placed_at),),
            refunds=tuple(each for each in self.refunds if each.at < end), returns=tuple(self.returns),
            exchanges=tuple(self.exchanges), repairs=tuple(self.repairs),
            cancel_reason="no_longer_needed" if history[-1].status is _S.CANCELLED else "",
            expected_ship_at=self.placed_at + timedelta(hours=48),
        )  # fmt: skip

    def _steps(self) -> list[StatusChange]:
        begin = [StatusChange(_S.PENDING, self.placed_at)]
        if self.cancelled_at:
            return [*begin, StatusChange(_S.CANCELLED, self.cancelled_at)]
        moments = (self.processed_at, self.shipped_at, self.delivered_at)
        way = [
            StatusChange(*each)
            for each in zip((_S.PROCESSED, _S.SHIPPED, _S.DELIVERED), moments, strict=True)
        ]
        return [*begin, *way, *self.later_steps]

    def _shipment(self, end: datetime) -> Shipment | None:
        if self.cancelled_at or self.shipped_at >= end:
            return None
        there = self.delivered_at if self.delivered_at < end else None
        return Shipment(
            self.carrier,
            f"TR{self.id[1:]}",
            self.shipped_at,
            there,
            self.expected_at,
            self._tracking(end),
            self.warehouse,
        )

    def _tracking(self, end: datetime) -> tuple[TrackingEvent, ...]:
        texts = read("world")["tracking"]
        way = (self.delivered_at - self.shipped_at) / (len(texts) - 1)
        place = Text(self.warehouse, self.warehouse)
        events = (
            TrackingEvent((self.shipped_at + way * number).replace(microsecond=0), place, text_of(line))
            for number, line in enumerate(texts)
        )
        return tuple(event for event in events if event.at < end)
