"""What orders and customers lend to the facts: goods, carrier, warehouse, tier, region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Text, cast, select

from tools.store.tables import customers, order_lines, shipments


class _Address(msgspec.Struct):
    region: str = ""


class _Name(msgspec.Struct):
    zh: str = ""
    en: str = ""


_ADDRESS = msgspec.json.Decoder(_Address)
_NAME = msgspec.json.Decoder(_Name)


@dataclass(frozen=True, slots=True)
class Line:
    line_no: int
    product_id: str
    sku: str
    category: str


@dataclass(frozen=True, slots=True)
class Goods:
    """What was ordered and how it was sent. Product, SKU and category are those of the order's first line."""

    lines: tuple[Line, ...] = ()
    carrier: str = ""
    warehouse: str = ""

    @property
    def product_id(self) -> str:
        return self.lines[0].product_id if self.lines else ""

    @property
    def category(self) -> str:
        return self.lines[0].category if self.lines else ""

    def line(self, line_no: int | None) -> Line:
        """The line with this number, else the first; one without names where the order has none."""
        if not self.lines:
            return Line(0, "", "", "")
        return next((line for line in self.lines if line.line_no == line_no), self.lines[0])


@dataclass(frozen=True, slots=True)
class Buyer:
    tier: str = ""
    region: str = ""


NOTHING = Goods()
NOBODY = Buyer()


def goods_of(connection: Connection, order_ids: Collection[str]) -> Mapping[str, Goods]:
    """What these orders hold; an order that the shop does not have is left out."""
    line = order_lines.c
    query = select(line.order_id, line.line_no, line.product_id, line.sku, cast(line.category, Text))
    found: dict[str, list[Line]] = {}
    rows = connection.execute(query.where(line.order_id.in_(order_ids)).order_by(line.order_id, line.seq))
    for order_id, *of_line in rows:
        found.setdefault(order_id, []).append(Line(*of_line))
    sent = _parcels(connection, order_ids)
    return {key: Goods(tuple(lines), *sent.get(key, ("", ""))) for key, lines in found.items()}


def _parcels(connection: Connection, order_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Carrier, by its English name where it has one, and warehouse of each order that was sent."""
    parcel = shipments.c
    query = select(parcel.order_id, cast(parcel.carrier, Text), parcel.warehouse)
    rows = connection.execute(query.where(parcel.order_id.in_(order_ids)))
    return {order_id: (_carrier(carrier), warehouse) for order_id, carrier, warehouse in rows}


def _carrier(name: str) -> str:
    try:
        both = _NAME.decode(name)
    except msgspec.DecodeError:
        return ""
    return both.en or both.zh


def buyers_of(connection: Connection, customer_ids: Collection[str]) -> Mapping[str, Buyer]:
    """Tier and region of these customers; the region is that of the default address."""
    customer = customers.c
    query = select(customer.id, cast(customer.tier, Text), cast(customer.address, Text))
    rows = connection.execute(query.where(customer.id.in_(customer_ids)))
    return {key: Buyer(tier, _region(address)) for key, tier, address in rows}


def _region(address: str) -> str:
    try:
        return _ADDRESS.decode(address).region
    except msgspec.DecodeError:
        return ""
