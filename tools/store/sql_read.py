"""Reading domain values through one open connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select, true

from tools.codec import UNSTORABLE
from tools.desk.identify import Attempt, Failures
from tools.desk.records import Event, Proposal
from tools.domain import Customer, HandOver, Order, Product
from tools.errors import NotFound
from tools.store.identity import Keys
from tools.store.rows import Row, build, customer_of, event_of, order_of, product_of, proposal_of
from tools.store.tables import (
    customers,
    events,
    exchange_lines,
    exchanges,
    hand_overs,
    identity_failures,
    item_change_lines,
    item_changes,
    meta,
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

Condition = ColumnElement[bool]
# Every order has these; the others are looked for first, with the tables that hang on them.
ALWAYS = (order_lines, status_changes, payments)
SOMETIMES: dict[Table, tuple[Table, ...]] = {
    shipments: (tracking_events,),
    refunds: (),
    returns: (return_lines,),
    exchanges: (exchange_lines,),
    repairs: (),
    item_changes: (item_change_lines,),
}
_CURRENCY = select(meta.c.value).where(meta.c.key == "currency").scalar_subquery().label("shop_currency")


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
    """Orders with everything in them, one query a table that has something, by id.

    With `lock` the order rows stay locked until the transaction ends.
    """
    query = select(orders).where(where)
    heads = _rows(connection, query.with_for_update() if lock else query)
    if not heads:
        return ()
    chosen = select(orders.c.id).where(where)
    parts = {
        table: _grouped(
            connection, _in_order(table)(select(table).where(table.c.order_id.in_(chosen))), "order_id"
        )
        for table in (*ALWAYS, *_present(connection, chosen))
    }
    found = (
        order_of(head, {table: groups.get(head["id"], []) for table, groups in parts.items()})
        for head in heads
    )
    return tuple(sorted(found, key=lambda order: order.id))


def _present(connection: Connection, chosen: Select[Any]) -> Iterator[Table]:
    """The tables that have anything of these orders: most orders were never shipped back, nor exchanged."""
    asked = [exists().where(table.c.order_id.in_(chosen)).label(table.name) for table in SOMETIMES]
    row = connection.execute(select(*asked)).one()
    for table, found in zip(SOMETIMES, row, strict=True):
        if found:
            yield from (table, *SOMETIMES[table])


def require_storable(what: str, key: str) -> None:
    """Raise `NotFound` for a key with characters that no database can hold, or even be asked for."""
    if UNSTORABLE.search(key):
        raise NotFound(what, key)


def read_order(connection: Connection, order_id: str, customer_id: str, lock: bool = False) -> Order:
    """Raise the same `NotFound` for a missing order and for another customer's."""
    require_storable("order", order_id)
    require_storable("customer", customer_id)
    where = (orders.c.id == order_id) & (orders.c.customer_id == customer_id)
    found = read_orders(connection, where, lock)
    if not found:
        raise NotFound("order", order_id)
    return found[0]


def read_order_by_id(connection: Connection, order_id: str, lock: bool = False) -> Order:
    """Whoever's it is; raise `NotFound`."""
    require_storable("order", order_id)
    found = read_orders(connection, orders.c.id == order_id, lock)
    if not found:
        raise NotFound("order", order_id)
    return found[0]


def read_customers(
    connection: Connection, where: Condition | None = None, lock: bool = False
) -> tuple[Customer, ...]:
    condition = true() if where is None else where
    query = select(customers, _CURRENCY).where(condition)
    heads = _rows(connection, query.with_for_update() if lock else query)
    chosen = select(customers.c.id).where(condition)
    ways = select(payment_methods).where(payment_methods.c.customer_id.in_(chosen))
    methods = _grouped(connection, ways.order_by(payment_methods.c.seq), "customer_id")
    found = (customer_of(head, methods.get(head["id"], []), head["shop_currency"] or "") for head in heads)
    return tuple(sorted(found, key=lambda customer: customer.id))


def read_customer(connection: Connection, customer_id: str, lock: bool = False) -> Customer:
    require_storable("customer", customer_id)
    found = read_customers(connection, customers.c.id == customer_id, lock)
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


def read_products(
    connection: Connection, where: Condition | None = None, lock: bool = False
) -> tuple[Product, ...]:
    """Products by id. With `lock` their variants stay locked, in the order of their SKUs."""
    condition = true() if where is None else where
    heads = _rows(connection, select(products, _CURRENCY).where(condition))
    chosen = select(products.c.id).where(condition)
    if lock:
        mine = select(variants.c.sku).where(variants.c.product_id.in_(chosen))
        connection.execute(mine.order_by(variants.c.sku).with_for_update())
    query = select(variants).where(variants.c.product_id.in_(chosen)).order_by(variants.c.seq)
    forms = _grouped(connection, query, "product_id")
    found = (product_of(head, forms.get(head["id"], []), head["shop_currency"] or "") for head in heads)
    return tuple(sorted(found, key=lambda product: product.id))


def read_proposal(connection: Connection, proposal_id: str, lock: bool = False) -> Proposal:
    require_storable("proposal", proposal_id)
    query = select(proposals).where(proposals.c.id == proposal_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound("proposal", proposal_id)
    return proposal_of(row)


def read_open_proposals(connection: Connection, conversation_id: str) -> tuple[Proposal, ...]:
    query = select(proposals).where(
        proposals.c.conversation_id == conversation_id, proposals.c.status == "open"
    )
    # One that is being confirmed now is left to who confirms it: they wait for the customer that we hold.
    ordered = query.order_by(proposals.c.created_at, proposals.c.id)
    return tuple(proposal_of(row) for row in _rows(connection, ordered.with_for_update(skip_locked=True)))


def read_events(connection: Connection, where: Condition) -> tuple[Event, ...]:
    query = select(events).where(where).order_by(events.c.id)
    return tuple(event_of(row) for row in _rows(connection, query))


def read_hand_over(connection: Connection, conversation_id: str) -> HandOver | None:
    found = _rows(connection, select(hand_overs).where(hand_overs.c.conversation_id == conversation_id))
    return build(HandOver, found[0], "") if found else None


def count_failures(connection: Connection, attempt: Attempt, since: datetime) -> Failures:
    table = identity_failures.c

    def count(column: Any, value: str) -> int:
        if not value:
            return 0
        query = select(func.count()).select_from(identity_failures)
        return connection.scalar(query.where(column == value, table.at >= since)) or 0

    return Failures(
        count(table.conversation_id, attempt.conversation_id),
        count(table.source, attempt.source),
        count(table.fact, attempt.fact),
    )
