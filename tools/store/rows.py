"""Between rows and domain values. Columns carry the names of the fields, so most is by name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from sqlalchemy import Table

from tools.codec import decode, encode
from tools.desk.actions import BY_KIND
from tools.desk.records import Event, Proposal, Receipt
from tools.domain import (
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
    Shop,
    StatusChange,
    Swap,
    TrackingEvent,
    Variant,
    order_id_of,
)
from tools.store.identity import keys_of
from tools.store.tables import (
    SHOP_TABLES,
    customers,
    exchange_lines,
    exchanges,
    item_change_lines,
    item_changes,
    order_lines,
    orders,
    payment_methods,
    payments,
    products,
    proposals,
    refunds,
    repairs,
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
        returns=_with_lines(Return, ReturnLine, returns, return_lines, "return_id", parts, currency),
        exchanges=_with_lines(Exchange, Swap, exchanges, exchange_lines, "exchange_id", parts, currency),
        repairs=many(Repair, repairs),
        item_changes=_with_lines(
            ItemChange, Swap, item_changes, item_change_lines, "item_change_id", parts, currency
        ),
    )


def _with_lines(
    kind: type[T],
    line: type,
    table: Table,
    line_table: Table,
    key: str,
    parts: Mapping[Table, list[Row]],
    currency: str,
) -> tuple[T, ...]:
    """Returns, exchanges and the like, each with its own lines."""

    def one(row: Row) -> T:
        mine = (each for each in parts.get(line_table, ()) if each[key] == row["id"])
        return build(kind, row, currency, lines=tuple(build(line, each, currency) for each in mine))

    return tuple(one(row) for row in parts.get(table, ()))


def customer_of(row: Row, methods: Iterable[Row], currency: str) -> Customer:
    ways = tuple(build(PaymentMethod, each, currency) for each in methods)
    return build(Customer, row, currency, payment_methods=ways)


def product_of(row: Row, forms: Iterable[Row], currency: str) -> Product:
    return build(Product, row, currency, variants=tuple(build(Variant, each, currency) for each in forms))


def shop_rows(shop: Shop) -> Rows:
    """All rows of a shop, by table."""
    rows: Rows = {}
    for customer in shop.customers:
        add_customer(rows, customer)
    for product in shop.products:
        add(rows, products, flat(products, product))
        for seq, variant in enumerate(product.variants):
            add(rows, variants, flat(variants, variant, product_id=product.id, seq=seq))
    for order in shop.orders:
        add_order(rows, order)
    return rows


def add(rows: Rows, table: Table, row: dict[str, Any]) -> None:
    rows.setdefault(table, []).append(row)


def _prefixed(found: Any) -> dict[str, str]:
    return {f"{item.name}_key": getattr(found, item.name) for item in fields(found)}


def add_order(rows: Rows, order: Order) -> None:
    """The rows of an order and of everything in it."""
    add(rows, orders, flat(orders, order, currency=order.shipping_fee.currency))
    children: tuple[tuple[Table, Iterable[object]], ...] = (
        (order_lines, order.lines),
        (status_changes, order.history),
        (payments, order.payments),
        (refunds, order.refunds),
        (repairs, order.repairs),
    )
    for table, items in children:
        for seq, item in enumerate(items):
            add(rows, table, flat(table, item, order_id=order.id, seq=seq))
    if order.shipment:
        add(rows, shipments, flat(shipments, order.shipment, order_id=order.id))
        for seq, event in enumerate(order.shipment.events):
            add(rows, tracking_events, flat(tracking_events, event, order_id=order.id, seq=seq))
    _add_with_lines(rows, order.returns, returns, return_lines, "return_id")
    _add_with_lines(rows, order.exchanges, exchanges, exchange_lines, "exchange_id")
    _add_with_lines(rows, order.item_changes, item_changes, item_change_lines, "item_change_id")


def _add_with_lines(rows: Rows, items: Iterable[Any], table: Table, line_table: Table, key: str) -> None:
    for seq, item in enumerate(items):
        add(rows, table, flat(table, item, seq=seq))
        for number, line in enumerate(item.lines):
            extra = {key: item.id, "order_id": item.order_id, "seq": number}
            add(rows, line_table, flat(line_table, line, **extra))


def add_customer(rows: Rows, customer: Customer) -> None:
    """The rows of a customer and of their payment methods."""
    add(rows, customers, flat(customers, customer, **_prefixed(keys_of(customer))))
    for seq, method in enumerate(customer.payment_methods):
        add(rows, payment_methods, flat(payment_methods, method, customer_id=customer.id, seq=seq))


def proposal_row(item: Proposal) -> dict[str, Any]:
    return flat(
        proposals,
        item,
        order_id=order_id_of(item.command),
        command=encode(item.command),
        effect=encode(item.effect),
        receipt=encode(item.receipt),
    )


def proposal_of(row: Row) -> Proposal:
    currency, receipt, action = row["currency"], row["receipt"], BY_KIND[row["kind"]]
    return build(
        Proposal,
        row,
        currency,
        command=decode(action.command, row["command"], currency),
        effect=decode(action.effect, row["effect"], currency),
        receipt=receipt and decode(Receipt, receipt, currency),
    )


def event_row(event: Event) -> dict[str, Any]:
    return {item.name: getattr(event, item.name) for item in fields(event) if item.name != "id"}


def event_of(row: Row) -> Event:
    return build(Event, row, "")


def differences(before: Rows, after: Rows) -> Iterator[tuple[Table, str, list[dict[str, Any]]]]:
    """What turns the rows `before` into `after`: (table, "delete" | "insert" | "update", rows).

    Rows are the same thing when they have the same primary key. Deletes come first and children before
    their parents, so that a place is free before it is taken.
    """
    inserts, deletes = [], []
    for table in SHOP_TABLES:
        old, new = _by_key(table, before), _by_key(table, after)
        gone = [row for key, row in old.items() if key not in new]
        fresh = [row for key, row in new.items() if key not in old]
        other = [row for key, row in new.items() if key in old and old[key] != row]
        deletes += [(table, "delete", gone)] if gone else []
        inserts += [(table, "insert", fresh)] if fresh else []
        inserts += [(table, "update", other)] if other else []
    yield from reversed(deletes)
    yield from inserts


def _by_key(table: Table, rows: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
    names = [column.name for column in table.primary_key.columns]
    return {tuple(row[name] for name in names): row for row in rows.get(table, ())}
