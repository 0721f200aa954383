"""Who had to come back about the same: the one fact of a conversation that rests on other conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from insights.satisfaction.resolution import CAME_BACK_WITHIN, Contact, came_back
from tools.store.fact_tables import fact_conversations, fact_reasons


def mark_returners(connection: Connection, customer_ids: Collection[str]) -> None:
    """Set `came_back` of every conversation of these customers anew; rows that are right are left alone."""
    known = [key for key in customer_ids if key]
    if not known:
        return
    changed = [
        {"key": row.conversation_id, "came": came}
        for row, came in _returned(connection, known)
        if bool(row.came_back) is not came
    ]
    if changed:
        table = fact_conversations
        statement = update(table).where(table.c.conversation_id == bindparam("key"))
        connection.execute(statement.values(came_back=bindparam("came")), changed)


def _returned(
    connection: Connection, customer_ids: Sequence[str]
) -> Iterator[tuple[Row[*tuple[Any, ...]], bool]]:
    fact = fact_conversations.c
    of_them = fact.customer_id.in_(customer_ids)
    columns = (
        fact.conversation_id, fact.customer_id, fact.started_at, fact.last_at, fact.resolution, fact.order_id,
        fact.came_back,
    )  # fmt: skip
    rows = connection.execute(
        select(*columns).where(of_them).order_by(fact.customer_id, fact.started_at)
    ).all()
    told = (
        select(fact_reasons.c.conversation_id, fact_reasons.c.reason)
        .join(fact_conversations, fact.conversation_id == fact_reasons.c.conversation_id)
        .where(of_them)
    )
    reasons: dict[str, set[str]] = {}
    for key, reason in connection.execute(told):
        reasons.setdefault(key, set()).add(reason)
    for _, own in groupby(rows, lambda row: row.customer_id):
        theirs = list(own)
        contacts = [_contact(row, reasons) for row in theirs]
        for number, row in enumerate(theirs):
            yield row, came_back(contacts[number], _soon_after(contacts, number))


def _soon_after(contacts: Sequence[Contact], number: int) -> Iterator[Contact]:
    """The contacts after one for as long as they can count; somebody who writes all day would have thousands."""
    end = contacts[number].last_at + CAME_BACK_WITHIN
    for later in islice(contacts, number + 1, None):
        if later.began_at > end:
            return
        yield later


def _contact(row: Row[*tuple[Any, ...]], reasons: dict[str, set[str]]) -> Contact:
    about = frozenset(reasons.get(row.conversation_id, ()))
    return Contact(row.customer_id, row.started_at, row.last_at, row.resolution, about, row.order_id)
