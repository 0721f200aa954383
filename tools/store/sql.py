"""The real store: SQLAlchemy over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from tools.codec import encode
from tools.desk.records import Event, Proposal
from tools.domain import Customer, Order, OrderStatus, Product, Return, Shop, Text
from tools.errors import ImportRefused, NotFound
from tools.shopdata.checks import problems_of
from tools.store.database import answering, reader, writer
from tools.store.identity import keys
from tools.store.protocol import meta_of
from tools.store.rows import Rows, add_return, event_row, proposal_row, shop_rows
from tools.store.sql_read import (
    find_customers,
    read_customer,
    read_customers,
    read_events,
    read_meta,
    read_order,
    read_orders,
    read_products,
    read_proposal,
)
from tools.store.tables import (
    SHOP_TABLES,
    events,
    meta,
    orders,
    products,
    proposals,
    returns,
    status_changes,
)


class SqlUnit:
    """One transaction. On PostgreSQL reads here lock their rows; SQLite has one writer anyway."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def proposal(self, proposal_id: str) -> Proposal:
        return read_proposal(self._connection, proposal_id, lock=True)

    def customer(self, customer_id: str) -> Customer:
        return read_customer(self._connection, customer_id)

    def order(self, order_id: str, customer_id: str) -> Order:
        return read_order(self._connection, order_id, customer_id, lock=True)

    def add_proposal(self, proposal: Proposal) -> None:
        self._connection.execute(insert(proposals).values(proposal_row(proposal)))

    def save_proposal(self, proposal: Proposal) -> None:
        change = update(proposals).where(proposals.c.id == proposal.id)
        self._connection.execute(change.values(status=proposal.status, receipt=encode(proposal.receipt)))

    def add_return(self, item: Return) -> None:
        count = select(func.count()).select_from(returns).where(returns.c.order_id == item.order_id)
        rows: Rows = {}
        add_return(rows, item, seq=self._connection.scalar(count) or 0)
        _insert(self._connection, rows)

    def set_status(self, order_id: str, status: OrderStatus, at: datetime) -> None:
        history = status_changes.c
        last = select(func.max(history.seq)).where(history.order_id == order_id)
        seq = self._connection.scalar(last)
        row = {"order_id": order_id, "seq": 0 if seq is None else seq + 1, "status": status, "at": at}
        self._connection.execute(insert(status_changes).values(row))
        self._connection.execute(update(orders).where(orders.c.id == order_id).values(status=status))

    def add_event(self, event: Event) -> None:
        self._connection.execute(insert(events).values(event_row(event)))

    def commit(self) -> None:
        self._connection.commit()


class SqlStore:
    """An `OrderStore` over an engine whose database has been migrated."""

    def __init__(self, engine: Engine) -> None:
        self._reader = reader(engine)
        self._writer = writer(engine)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with answering(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnit]:
        # Closing a connection rolls back whatever was not committed.
        with answering(), self._writer.connect() as connection:
            yield SqlUnit(connection)

    def find_customer(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        postcode: str | None = None,
    ) -> Customer | None:
        wanted = keys(email, phone, name, postcode)
        if not wanted.enough:
            return None
        with self._reading() as connection:
            found = find_customers(connection, wanted)
        return found[0] if len(found) == 1 else None

    def customer(self, customer_id: str) -> Customer:
        with self._reading() as connection:
            return read_customer(connection, customer_id)

    def order(self, order_id: str, customer_id: str) -> Order:
        with self._reading() as connection:
            return read_order(connection, order_id, customer_id)

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        with self._reading() as connection:
            mine = read_orders(connection, orders.c.customer_id == customer_id)
        return tuple(sorted(mine, key=lambda each: (each.placed_at, each.id), reverse=True))

    def product(self, product_id: str) -> Product:
        with self._reading() as connection:
            found = read_products(connection, products.c.id == product_id)
        if not found:
            raise NotFound("product", product_id)
        return found[0]

    def products(self) -> tuple[Product, ...]:
        with self._reading() as connection:
            return read_products(connection)

    def proposal(self, proposal_id: str) -> Proposal:
        with self._reading() as connection:
            return read_proposal(connection, proposal_id)

    def events(self, order_id: str) -> tuple[Event, ...]:
        with self._reading() as connection:
            return read_events(connection, order_id)

    def meta(self, key: str) -> str | None:
        with self._reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        problems = problems_of(shop)
        if problems:
            raise ImportRefused(problems)
        with answering(), self._writer.begin() as connection:
            if read_meta(connection) and not replace:
                raise ImportRefused(["the store already holds a shop; replacing it must be asked for"])
            _clear(connection)
            _insert(connection, shop_rows(shop))
            head = [{"key": key, "value": value} for key, value in meta_of(shop).items()]
            connection.execute(insert(meta), head)

    def export_shop(self) -> Shop:
        with self._reading() as connection:
            head = read_meta(connection)
            if not head:
                raise NotFound("shop", "")
            return Shop(
                name=Text(head["name.zh"], head["name.en"]),
                currency=head["currency"],
                sample=head["sample"] == "true",
                products=read_products(connection),
                customers=read_customers(connection),
                orders=read_orders(connection, orders.c.id.is_not(None)),
                extras=_extras(head),
            )


def _extras(head: dict[str, str]) -> dict[str, str]:
    prefix = "extras."
    return {key.removeprefix(prefix): value for key, value in head.items() if key.startswith(prefix)}


def _clear(connection: Connection) -> None:
    for table in reversed(SHOP_TABLES):
        connection.execute(delete(table))
    was_open = update(proposals).where(proposals.c.status == "open")
    connection.execute(was_open.values(status="withdrawn"))


def _insert(connection: Connection, rows: Rows) -> None:
    for table in SHOP_TABLES:
        if rows.get(table):
            connection.execute(insert(table), rows[table])
