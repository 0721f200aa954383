"""A row of the outbox: what is told, and how far that has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from tools.desk.notices import Notice
from tools.store.service_tables import outbox

State = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """`attempts` counts those that began, `first_at` is when the first one did.

    `next_at`: not before. `transport` is what the last attempt went by, `reference` the receiver's own number.
    """

    notice: Notice
    state: State
    transport: str
    attempts: int
    next_at: datetime
    first_at: datetime | None = None
    delivered_at: datetime | None = None
    reference: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many notices of a department are in a state, and when the oldest of them was written."""

    department: str
    state: State
    count: int
    oldest: datetime


def insert_notice(connection: Connection, notice: Notice) -> None:
    insert_notices(connection, [notice])


def insert_notices(connection: Connection, notices: Iterable[Notice]) -> None:
    """Leave rows whose id is there already as they are."""
    rows = [
        {
            "id": each.id,
            "kind": each.kind,
            "subject_id": each.subject_id,
            "department": each.department,
            "transport": "",
            "body": each.body,
            "created_at": each.at,
            "next_at": each.at,
        }
        for each in notices
    ]
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(outbox).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite.insert(outbox).on_conflict_do_nothing(), rows)


def read_outbox(
    connection: Connection,
    states: Sequence[State] = (),
    subject_id: str = "",
    limit: int | None = None,
) -> tuple[OutboxRow, ...]:
    """Oldest first; all states and subjects where none is named."""
    query = select(outbox).order_by(outbox.c.created_at, outbox.c.id).limit(limit)
    if states:
        query = query.where(outbox.c.state.in_(states))
    if subject_id:
        query = query.where(outbox.c.subject_id == subject_id)
    return rows_of(connection, query)


def read_standing(connection: Connection) -> tuple[Standing, ...]:
    """By department and state."""
    groups = outbox.c.department, outbox.c.state
    query = select(*groups, func.count().label("count"), func.min(outbox.c.created_at).label("oldest"))
    found = connection.execute(query.group_by(*groups).order_by(*groups))
    return tuple(Standing(row.department, row.state, row._mapping["count"], row.oldest) for row in found)


def rows_of(connection: Connection, query: Select[Any]) -> tuple[OutboxRow, ...]:
    return tuple(map(_row, connection.execute(query)))


def _row(row: Row[Any]) -> OutboxRow:
    notice = Notice(row.id, row.kind, row.subject_id, row.department, row.created_at, row.body)
    return OutboxRow(
        notice,
        row.state,
        row.transport,
        row.attempts,
        row.next_at,
        row.first_at,
        row.delivered_at,
        row.reference,
        row.error,
    )
