"""Between rows and domain values. Columns carry the names of the fields, so most is by name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from sqlalchemy import Table

from tools.codec import decode, encode
from tools.desk.records import Event, Proposal, Receipt
from tools.domain import (
    Customer,
    Money,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Product,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    Shop,
    StartReturn,
    StatusChange,
    TrackingEvent,
    Variant,
)
from tools.policy.returns import Allowed
from tools.store.identity import keys_of
from tools.store.tables import (
    customers,
    order_lines,
    orders,
    payment_methods,
    payments,
    products,
    proposals,
    refunds,
    return_lines,
    returns,
    shipments,
    status_changes,
    tracking_events,
    variants,
)

Row = Mapping[Any, Any]
Rows = dict[Table, list[dict[str, Any]]]
T = TypeVar("T")


@cache
def _money_fields(kind: Any) -> frozenset[str]:
    hints = get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if hint in (Money, Money | None))


def build(kind: type[T], row: Row, currency: str, **parts: object) -> T:
    """Make a domain value of a row; `parts` are the fields that live in other tables."""
    money = _money_fields(cast(Hashable, kind))
    values = dict(parts)
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name in parts:
            continue
        value = row[item.name]
        if item.name in money and isinstance(value, Decimal):
            value = Money(value, currency)
        values[item.name] = value
    return kind(**values)


def flat(table: Table, value: object, **extra: object) -> dict[str, Any]:
    """The row of a domain value: every column that is a field, plus `extra`."""
    names = (column.name for column in table.columns if column.name not in extra)
    return {name: getattr(value, name) for name in names} | extra


def order_of(row: Row, parts: Mapping[Table, list[Row]]) -> Order:
    """Put an order together of its row and its children's rows, each list in order."""
    currency = str(row["currency"])

    def many(kind: type[T], table: Table) -> tuple[T, ...]:
        return tuple(build(kind, each, currency) for each in parts.get(table, ()))

    shipment = next(iter(parts.get(shipments, ())), None)
    return build(
        Order,
        row,
        currency,
        lines=many(OrderLine, order_lines),
        history=many(StatusChange, status_changes),
        shipment=shipment
        and build(Shipment, shipment, currency, events=many(TrackingEvent, tracking_events)),
        payments=many(Payment, payments),
        refunds=many(Refund, refunds),
        returns=tuple(_return(each, parts, currency) for each in parts.get(returns, ())),
    )


def _return(row: Row, parts: Mapping[Table, list[Row]], currency: str) -> Return:
    mine = (each for each in parts.get(return_lines, ()) if each["return_id"] == row["id"])
    lines = tuple(build(ReturnLine, each, currency) for each in mine)
    return build(Return, row, currency, lines=lines)


def customer_of(row: Row, methods: Iterable[Row], currency: str) -> Customer:
    ways = tuple(build(PaymentMethod, each, currency) for each in methods)
    return build(Customer, row, currency, payment_methods=ways)


def product_of(row: Row, forms: Iterable[Row], currency: str) -> Product:
    return build(Product, row, currency, variants=tuple(build(Variant, each, currency) for each in forms))


def shop_rows(shop: Shop) -> Rows:
    """All rows of a shop, by table."""
    rows: Rows = {}
    for customer in shop.customers:
        found = keys_of(customer)
        add(rows, customers, flat(customers, customer, **_prefixed(found)))
        for seq, method in enumerate(customer.payment_methods):
            add(rows, payment_methods, flat(payment_methods, method, customer_id=customer.id, seq=seq))
    for product in shop.products:
        add(rows, products, flat(products, product))
        for seq, variant in enumerate(product.variants):
            add(rows, variants, flat(variants, variant, product_id=product.id, seq=seq))
    for order in shop.orders:
        _add_order(rows, order)
    return rows


def add(rows: Rows, table: Table, row: dict[str, Any]) -> None:
    rows.setdefault(table, []).append(row)


def _prefixed(found: Any) -> dict[str, str]:
    return {f"{item.name}_key": getattr(found, item.name) for item in fields(found)}


def _add_order(rows: Rows, order: Order) -> None:
    add(rows, orders, flat(orders, order, currency=order.shipping_fee.currency))
    children: tuple[tuple[Table, Iterable[object]], ...] = (
        (order_lines, order.lines),
        (status_changes, order.history),
        (payments, order.payments),
        (refunds, order.refunds),
    )
    for table, items in children:
        for seq, item in enumerate(items):
            add(rows, table, flat(table, item, order_id=order.id, seq=seq))
    if order.shipment:
        add(rows, shipments, flat(shipments, order.shipment, order_id=order.id))
        for seq, event in enumerate(order.shipment.events):
            add(rows, tracking_events, flat(tracking_events, event, order_id=order.id, seq=seq))
    for seq, item in enumerate(order.returns):
        add_return(rows, item, seq)


def add_return(rows: Rows, item: Return, seq: int) -> None:
    """The rows of one return, the `seq`-th of its order."""
    add(rows, returns, flat(returns, item, seq=seq))
    for number, line in enumerate(item.lines):
        extra = {"return_id": item.id, "order_id": item.order_id, "seq": number}
        add(rows, return_lines, flat(return_lines, line, **extra))


def proposal_row(item: Proposal) -> dict[str, Any]:
    return flat(
        proposals,
        item,
        order_id=item.command.order_id,
        currency=item.effect.refund.currency,
        command=encode(item.command),
        effect=encode(item.effect),
        receipt=encode(item.receipt),
    )


def proposal_of(row: Row) -> Proposal:
    currency = row["currency"]
    receipt = row["receipt"]
    return build(
        Proposal,
        row,
        currency,
        command=decode(StartReturn, row["command"], currency),
        effect=decode(Allowed, row["effect"], currency),
        receipt=receipt and decode(Receipt, receipt, currency),
    )


def event_row(event: Event) -> dict[str, Any]:
    return {item.name: getattr(event, item.name) for item in fields(event)}


def event_of(row: Row) -> Event:
    return build(Event, row, "")
