"""The tables of a shop in CSV: which there are, what belongs to what, which columns each has."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Union, get_args, get_origin

from tools.codec import optional, shape
from tools.domain import (
    Address,
    Customer,
    Exchange,
    ItemChange,
    Money,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Product,
    Refund,
    Repair,
    Return,
    ReturnLine,
    Shipment,
    StatusChange,
    Swap,
    Text,
    TrackingEvent,
    Variant,
)

HEAD: Final = "shop"
OPTIONS: Final = "options"
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the way to its value within a row's value, and how a cell becomes JSON."""

    name: str
    path: tuple[str, ...]
    needed: bool
    convert: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One file. `link` is the column that names the row it belongs to, `key` the one its own rows are named by.

    `inside` tells which fields of a row are rows of other tables; `single` that there is at most one
    row for each row it belongs to.
    """

    name: str
    kind: type
    link: str = ""
    key: str = "id"
    inside: tuple[tuple[str, Table], ...] = ()
    single: bool = False
    needed: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


VARIANTS = Table("variants", Variant, "product_id", "sku", needed=True)
METHODS = Table("payment_methods", PaymentMethod, "customer_id", needed=True)
EVENTS = Table("tracking_events", TrackingEvent, "order_id", "at")
SHIPMENTS = Table("shipments", Shipment, "order_id", "order_id", (("events", EVENTS),), single=True)
ORDER_PARTS: tuple[tuple[str, Table], ...] = (
    ("lines", Table("order_lines", OrderLine, "order_id", "line_no", needed=True)),
    ("history", Table("status_changes", StatusChange, "order_id", "status")),
    ("shipment", SHIPMENTS),
    ("payments", Table("payments", Payment, "order_id", "method_id")),
    ("refunds", Table("refunds", Refund, "order_id")),
    (
        "returns",
        Table(
            "returns",
            Return,
            "order_id",
            inside=(("lines", Table("return_lines", ReturnLine, "return_id", "line_no")),),
        ),
    ),
    (
        "exchanges",
        Table(
            "exchanges",
            Exchange,
            "order_id",
            inside=(("lines", Table("exchange_lines", Swap, "exchange_id", "line_no")),),
        ),
    ),
    ("repairs", Table("repairs", Repair, "order_id")),
    (
        "item_changes",
        Table(
            "item_changes",
            ItemChange,
            "order_id",
            inside=(("lines", Table("item_change_lines", Swap, "item_change_id", "line_no")),),
        ),
    ),
)
PRODUCTS = Table("products", Product, inside=(("variants", VARIANTS),), needed=True)
CUSTOMERS = Table("customers", Customer, inside=(("payment_methods", METHODS),), needed=True)
ORDERS = Table("orders", Order, inside=ORDER_PARTS, needed=True)
TOP: Final = (PRODUCTS, CUSTOMERS, ORDERS)


def all_tables() -> Iterator[Table]:
    """Every table but the head, parents before what belongs to them."""
    waiting = list(TOP)
    while waiting:
        table = waiting.pop(0)
        yield table
        waiting[:0] = [inner for _, inner in table.inside]


@cache
def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns in the order in which they are written; options of a variant come after them."""
    apart = {name for name, _ in table.inside} | {OPTIONS if table.kind is Variant else ""}
    found = [column for column in _columns(table.kind) if column.path[0] not in apart]
    return tuple(sorted(found, key=lambda column: column.name != table.link))


def linked_by_field(table: Table) -> bool:
    """Whether the link is a field of the rows themselves, as `order_id` of a return."""
    return any(column.name == table.link for column in columns_of(table))


def _columns(kind: Any) -> Iterator[Column]:
    for item, hint in shape(kind):
        if hint in (Text, Address):
            for inner in _columns(hint):
                yield Column(
                    f"{item.name}.{inner.name}", (item.name, *inner.path), inner.needed, inner.convert
                )
        else:
            yield Column(item.name, (item.name,), not optional(item), _converter(hint, item.default))


def _converter(hint: Any, default: Any) -> Callable[[str], Any]:
    if hint is str:
        return str
    nullable = get_origin(hint) in (Union, types.UnionType)
    kind = next(each for each in get_args(hint) if each is not type(None)) if nullable else hint
    convert = {int: _whole, bool: _flag, Money: _amount}.get(kind, str)
    if nullable:
        return lambda cell: convert(cell) if cell else None
    if kind is bool and default is False:
        return lambda cell: convert(cell) if cell else False
    return convert


def _whole(cell: str) -> int | str:
    return int(cell) if _WHOLE.fullmatch(cell) else cell


def _flag(cell: str) -> bool | str:
    """Spreadsheets write TRUE and FALSE."""
    return {"true": True, "false": False}.get(cell.lower(), cell)


def _amount(cell: str) -> str:
    """Spreadsheets take the zeros off 129.00."""
    return f"{Decimal(cell):.2f}" if _AMOUNT.fullmatch(cell) else cell
