"""Reading domain values through one open connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, select, true

from tools.desk.records import Event, Proposal
from tools.domain import Customer, Order, Product
from tools.errors import NotFound
from tools.store.identity import Keys
from tools.store.rows import Row, customer_of, event_of, order_of, product_of, proposal_of
from tools.store.tables import (
    ORDER_PARTS,
    customers,
    events,
    meta,
    orders,
    payment_methods,
    products,
    proposals,
    variants,
)

Condition = ColumnElement[bool]


def read_meta(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(meta))}


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return list(connection.execute(query).mappings())


def _grouped(connection: Connection, query: Select[Any], key: str) -> Mapping[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(connection, query):
        groups[row[key]].append(row)
    return groups


def _in_order(table: Table) -> Callable[[Select[Any]], Select[Any]]:
    """`seq` is the place among siblings; a shipment has none because it is alone."""
    return lambda query: query.order_by(table.c.seq) if "seq" in table.c else query


def read_orders(connection: Connection, where: Condition, lock: bool = False) -> tuple[Order, ...]:
    """Orders with everything in them, one query a table, by id.

    With `lock` the order rows stay locked until the transaction ends.
    """
    query = select(orders).where(where)
    heads = _rows(connection, query.with_for_update() if lock else query)
    chosen = select(orders.c.id).where(where)
    parts = {
        table: _grouped(
            connection, _in_order(table)(select(table).where(table.c.order_id.in_(chosen))), "order_id"
        )
        for table in ORDER_PARTS
    }
    found = (
        order_of(head, {table: groups.get(head["id"], []) for table, groups in parts.items()})
        for head in heads
    )
    return tuple(sorted(found, key=lambda order: order.id))


def read_order(connection: Connection, order_id: str, customer_id: str, lock: bool = False) -> Order:
    """Raise the same `NotFound` for a missing order and for another customer's."""
    where = (orders.c.id == order_id) & (orders.c.customer_id == customer_id)
    found = read_orders(connection, where, lock)
    if not found:
        raise NotFound("order", order_id)
    return found[0]


def read_customers(connection: Connection, where: Condition | None = None) -> tuple[Customer, ...]:
    condition = true() if where is None else where
    heads = _rows(connection, select(customers).where(condition))
    chosen = select(customers.c.id).where(condition)
    query = select(payment_methods).where(payment_methods.c.customer_id.in_(chosen))
    methods = _grouped(connection, query.order_by(payment_methods.c.seq), "customer_id")
    currency = read_meta(connection).get("currency", "")
    found = (customer_of(head, methods.get(head["id"], []), currency) for head in heads)
    return tuple(sorted(found, key=lambda customer: customer.id))


def read_customer(connection: Connection, customer_id: str) -> Customer:
    found = read_customers(connection, customers.c.id == customer_id)
    if not found:
        raise NotFound("customer", customer_id)
    return found[0]


def find_customers(connection: Connection, wanted: Keys) -> tuple[Customer, ...]:
    where: Condition = true()
    for column, key in (
        (customers.c.email_key, wanted.email),
        (customers.c.phone_key, wanted.phone),
        (customers.c.name_key, wanted.name),
        (customers.c.postcode_key, wanted.postcode),
    ):
        where = where & (column == key) if key else where
    return read_customers(connection, where)


def read_products(connection: Connection, where: Condition | None = None) -> tuple[Product, ...]:
    condition = true() if where is None else where
    heads = _rows(connection, select(products).where(condition))
    chosen = select(products.c.id).where(condition)
    query = select(variants).where(variants.c.product_id.in_(chosen)).order_by(variants.c.seq)
    forms = _grouped(connection, query, "product_id")
    currency = read_meta(connection).get("currency", "")
    found = (product_of(head, forms.get(head["id"], []), currency) for head in heads)
    return tuple(sorted(found, key=lambda product: product.id))


def read_proposal(connection: Connection, proposal_id: str, lock: bool = False) -> Proposal:
    query = select(proposals).where(proposals.c.id == proposal_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound("proposal", proposal_id)
    return proposal_of(row)


def read_events(connection: Connection, order_id: str) -> tuple[Event, ...]:
    query = select(events).where(events.c.order_id == order_id).order_by(events.c.id)
    return tuple(event_of(row) for row in _rows(connection, query))
