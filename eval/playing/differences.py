"""How a shop differs from what it was, in the form of `After`: only what changed, and what is new in lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, text

from tools.codec import encode
from tools.domain import Complaint
from tools.store import tables
from tools.store.complaint_rows import read_complaints
from tools.store.protocol import OrderStore

# A new status says the same.
_DERIVED = frozenset({"history"})
_SHOP_OF_ORDER = tuple(
    table for table in tables.metadata.sorted_tables if "order_id" in table.c and table.name not in
    ("complaints", "hand_overs", "proposals", "events", "conversations", "turns")
)  # fmt: skip


def differences(before: Path, after: Engine, old: OrderStore, new: OrderStore) -> dict[str, Any]:
    """Orders, customers and stock that changed, complaints that are new or changed, and whether there is a hand-over.

    `before` is the database file that `after` was copied from.
    """
    with after.connect() as connection:
        connection.execute(text("ATTACH DATABASE :path AS before"), {"path": str(before)})
        try:
            orders = _changed(connection, tables.orders, "id")
            for table in _SHOP_OF_ORDER:
                orders |= _changed(connection, table, "order_id")
            customers = _changed(connection, tables.customers, "id")
            customers |= _changed(connection, tables.payment_methods, "customer_id")
            stock = _stock(connection)
            complained = _changed(connection, tables.complaints, "id")
            owners = {each: _owner(connection, each) for each in sorted(orders)}
        finally:
            connection.rollback()
            connection.execute(text("DETACH DATABASE before"))
        found: dict[str, Any] = {
            "orders": _filled(
                {each: _of(old.order(each, owner), new.order(each, owner)) for each, owner in owners.items()}
            ),
            "customers": _filled(
                {each: _of(old.customer(each), new.customer(each)) for each in sorted(customers)}
            ),
            "stock": stock,
            "complaints": _complaints(connection, complained),
            "handed_over": bool(connection.scalar(select(tables.hand_overs.c.id).limit(1))),
        }
    return _filled(found)


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}


def _changed(connection: Connection, table: Table, key: str) -> set[str]:
    """The values of `key` in rows that are only in one of the two databases."""
    now, then = f'main."{table.name}"', f'before."{table.name}"'
    found: set[str] = set()
    for one, other in ((now, then), (then, now)):
        rows = connection.execute(
            text(f'SELECT "{key}" FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other})')
        )
        found |= {str(each) for each in rows.scalars()}
    return found


def _owner(connection: Connection, order_id: str) -> str:
    orders = tables.orders
    return str(connection.scalar(select(orders.c.customer_id).where(orders.c.id == order_id)))


def _stock(connection: Connection) -> dict[str, int]:
    """By SKU: how many pieces there are more."""
    rows = connection.execute(
        text(
            "SELECT a.sku, a.stock - b.stock FROM main.variants a JOIN before.variants b USING (sku) "
            "WHERE a.stock IS NOT b.stock ORDER BY a.sku"
        )
    )
    return {str(sku): int(more) for sku, more in rows}


def _complaints(connection: Connection, ids: set[str]) -> list[dict[str, Any]]:
    """The complaints with these ids in the form of `Filed`, the first filed first."""
    found = read_complaints(connection, tables.complaints.c.id.in_(sorted(ids)))
    return [_filed(each) for each in sorted(found, key=lambda each: (each.opened_at, each.id))]


def _filed(complaint: Complaint) -> dict[str, Any]:
    limit = complaint.compensation_limit
    return {
        "kind": complaint.kind.value,
        "order_id": complaint.order_id,
        "status": complaint.status.value,
        "text": complaint.text,
        "priority": complaint.priority.value,
        "urgent": complaint.urgent,
        "plan": complaint.plan,
        "department": complaint.department,
        "answer_hours": _hours(complaint.opened_at, complaint.answer_by),
        "resolve_hours": _hours(complaint.opened_at, complaint.resolve_by),
        "compensation_limit": str(limit.amount) if limit else "",
    }


def _hours(since: datetime, until: datetime | None) -> int | None:
    """Whole hours: a deadline at midnight is not told to the second."""
    return None if until is None else round((until - since).total_seconds() / 3600)


def _of(old: object, new: object) -> dict[str, Any]:
    before, after = encode(old), encode(new)
    return dict(_fields(before, after))


def _fields(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in after.items():
        was = before.get(name)
        if value == was or name in _DERIVED:
            continue
        old = was if isinstance(was, list) else None
        yield name, value[len(old) :] if old is not None and value[: len(old)] == old else value
