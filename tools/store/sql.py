"""The real store: SQLAlchemy over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, text, update

from tools.codec import encode
from tools.desk.changes import Changes
from tools.desk.identify import Attempt, Failures
from tools.desk.notices import Notice
from tools.desk.records import Event, Proposal
from tools.domain import Complaint, Customer, HandOver, Order, Product, Shop, Text
from tools.errors import ImportRefused, NotFound
from tools.shopdata.checks import problems_of
from tools.store.columns import NOT_COUNTED
from tools.store.complaint_rows import insert_complaint, read_complaints
from tools.store.database import answering, reader, writer
from tools.store.fact_tables import fact_marks
from tools.store.identity import keys
from tools.store.outbox_rows import insert_notice
from tools.store.protocol import ALREADY, meta_of
from tools.store.rows import (
    Rows,
    add_customer,
    add_order,
    differences,
    event_row,
    flat,
    proposal_row,
    shop_rows,
)
from tools.store.sql_read import (
    count_failures,
    find_customers,
    read_customer,
    read_customers,
    read_events,
    read_hand_over,
    read_meta,
    read_open_proposals,
    read_order,
    read_order_by_id,
    read_orders,
    read_products,
    read_proposal,
    require_storable,
)
from tools.store.tables import (
    SHOP_TABLES,
    complaints,
    events,
    hand_overs,
    identity_failures,
    meta,
    orders,
    products,
    proposals,
    variants,
)

# Any fixed number does; it only has to be the same in every process.
FAILURES_LOCK: Final = 0x6B6566
# Longer than any identity card counts back.
FAILURES_KEPT: Final = timedelta(days=30)


class SqlUnit:
    """One transaction. On PostgreSQL reads here lock their rows; SQLite has one writer anyway."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._orders: dict[str, Order] = {}
        self._customers: dict[str, Customer] = {}

    @property
    def connection(self) -> Connection:
        """For whoever keeps more in the same transaction."""
        return self._connection

    def proposal(self, proposal_id: str) -> Proposal:
        return read_proposal(self._connection, proposal_id, lock=True)

    def open_proposals(self, conversation_id: str) -> tuple[Proposal, ...]:
        return read_open_proposals(self._connection, conversation_id)

    def customer(self, customer_id: str) -> Customer:
        found = read_customer(self._connection, customer_id, lock=True)
        self._customers[found.id] = found
        return found

    def order(self, order_id: str, customer_id: str) -> Order:
        return self._seen(read_order(self._connection, order_id, customer_id, lock=True))

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        return read_orders(self._connection, orders.c.customer_id == customer_id)

    def owner_of(self, order_id: str) -> str:
        require_storable("order", order_id)
        owner: str | None = self._connection.scalar(
            select(orders.c.customer_id).where(orders.c.id == order_id)
        )
        if owner is None:
            raise NotFound("order", order_id)
        return owner

    def order_by_id(self, order_id: str) -> Order:
        return self._seen(read_order_by_id(self._connection, order_id, lock=True))

    def _seen(self, order: Order) -> Order:
        self._orders[order.id] = order
        return order

    def products(self, ids: Sequence[str]) -> tuple[Product, ...]:
        if not ids:
            return ()
        return read_products(self._connection, products.c.id.in_(ids), lock=True)

    def add_proposal(self, proposal: Proposal) -> None:
        self._connection.execute(insert(proposals).values(proposal_row(proposal)))

    def save_proposal(self, proposal: Proposal) -> None:
        change = update(proposals).where(proposals.c.id == proposal.id)
        self._connection.execute(change.values(status=proposal.status, receipt=encode(proposal.receipt)))

    def execute(self, proposal: Proposal, changes: Changes) -> None:
        self.save(changes)
        self.save_proposal(proposal)

    def save(self, changes: Changes) -> None:
        if changes.order is not None:
            self._save_order(self._orders[changes.order.id], changes.order)
        if changes.customer is not None:
            self._save_customer(self._customers[changes.customer.id], changes.customer)
        self._take(changes.taken)
        if changes.complaint is not None:
            insert_complaint(self._connection, changes.complaint)

    def _save_order(self, before: Order, after: Order) -> None:
        old: Rows = {}
        new: Rows = {}
        add_order(old, before)
        add_order(new, after)
        _carry_over(self._connection, old, new)
        self._orders[after.id] = after

    def _save_customer(self, before: Customer, after: Customer) -> None:
        old: Rows = {}
        new: Rows = {}
        add_customer(old, before)
        add_customer(new, after)
        _carry_over(self._connection, old, new)
        self._customers[after.id] = after

    def _take(self, taken: Mapping[str, int]) -> None:
        """Locked in the database's own order of the SKUs, as in `products`: no two units wait for each other."""
        left = variants.c.stock
        if len(taken) > 1:
            mine = select(variants.c.sku).where(variants.c.sku.in_(sorted(taken)))
            self._connection.execute(mine.order_by(variants.c.sku).with_for_update())
        for sku in sorted(taken):
            change = update(variants).where(variants.c.sku == sku, left != NOT_COUNTED)
            self._connection.execute(change.values(stock=left - taken[sku]))

    def add_event(self, event: Event) -> None:
        self._connection.execute(insert(events).values(event_row(event)))

    def _alone(self, task: str) -> None:
        """Wait until no other unit is at this task. There is no row yet to lock; SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            lock = func.pg_advisory_xact_lock(func.hashtextextended(task, 0))
            self._connection.execute(select(lock))

    def hand_over(self, conversation_id: str) -> HandOver | None:
        self._alone(f"hand over {conversation_id}")
        return read_hand_over(self._connection, conversation_id)

    def add_hand_over(self, item: HandOver) -> None:
        self._connection.execute(insert(hand_overs).values(flat(hand_overs, item)))

    def add_notice(self, notice: Notice) -> None:
        insert_notice(self._connection, notice)

    def failures(self, attempt: Attempt, since: datetime) -> Failures:
        self._alone("identify")
        if self._connection.dialect.name == "postgresql":
            # Guesses at once would all see the count before the others'; SQLite has one writer anyway.
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            self._connection.execute(lock, {"key": FAILURES_LOCK})
        return count_failures(self._connection, attempt, since)

    def add_failure(self, attempt: Attempt, at: datetime) -> None:
        row = flat(identity_failures, attempt, at=at, id=None)
        row.pop("id")
        self._connection.execute(insert(identity_failures).values(row))
        old = identity_failures.c.at < at - FAILURES_KEPT
        self._connection.execute(delete(identity_failures).where(old))

    def commit(self) -> None:
        self._connection.commit()


class SqlStore:
    """A `LocalStore` over an engine whose database has been migrated."""

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
        require_storable("product", product_id)
        with self._reading() as connection:
            found = read_products(connection, products.c.id == product_id)
        if not found:
            raise NotFound("product", product_id)
        return found[0]

    def products(self) -> tuple[Product, ...]:
        with self._reading() as connection:
            return read_products(connection)

    def products_by_id(self, ids: Sequence[str]) -> tuple[Product, ...]:
        if not ids:
            return ()
        with self._reading() as connection:
            return read_products(connection, products.c.id.in_(ids))

    def proposal(self, proposal_id: str) -> Proposal:
        with self._reading() as connection:
            return read_proposal(connection, proposal_id)

    def complaints_of(self, customer_id: str) -> tuple[Complaint, ...]:
        with self._reading() as connection:
            return read_complaints(connection, complaints.c.customer_id == customer_id)

    def events(self, order_id: str) -> tuple[Event, ...]:
        with self._reading() as connection:
            return read_events(connection, events.c.order_id == order_id)

    def events_of_conversation(self, conversation_id: str) -> tuple[Event, ...]:
        with self._reading() as connection:
            return read_events(connection, events.c.conversation_id == conversation_id)

    def meta(self, key: str) -> str | None:
        with self._reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        if problems := problems_of(shop):
            raise ImportRefused(problems)
        with answering(), self._writer.begin() as connection:
            if read_meta(connection) and not replace:
                raise ImportRefused([ALREADY])
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
    # What was computed of the old shop is computed anew.
    connection.execute(delete(fact_marks))
    was_open = update(proposals).where(proposals.c.status == "open")
    connection.execute(was_open.values(status="withdrawn"))


def _insert(connection: Connection, rows: Rows) -> None:
    for table in SHOP_TABLES:
        if rows.get(table):
            connection.execute(insert(table), rows[table])


def _carry_over(connection: Connection, old: Rows, new: Rows) -> None:
    """Write nothing but what is different."""
    for table, what, rows in differences(old, new):
        if what == "insert":
            connection.execute(insert(table), rows)
            continue
        keys_of = [column.name for column in table.primary_key.columns]
        for row in rows:
            here = and_(*(table.c[name] == row[name] for name in keys_of))
            if what == "delete":
                connection.execute(delete(table).where(here))
            else:
                rest = {name: value for name, value in row.items() if name not in keys_of}
                connection.execute(update(table).where(here).values(rest))
