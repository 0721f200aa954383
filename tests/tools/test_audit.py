"""The audit trail only grows: the database itself refuses to rewrite it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.tools.builders import NOW
from tests.tools.desk_builders import COMMANDS, agreed, desk_shop, proposed
from tools.desk.records import Event
from tools.policy.cards import PolicyCards
from tools.store.database import make_engine
from tools.store.sql import SqlStore
from tools.store.tables import events

SAYS = "events are only ever added"


@pytest.fixture
def desk(empty_sql_store: SqlStore, cards: PolicyCards) -> SqlStore:
    """A store with one executed cancellation."""
    empty_sql_store.import_shop(desk_shop())
    agreed(empty_sql_store, cards, proposed(empty_sql_store, cards, COMMANDS["cancel_order"]))
    return empty_sql_store


@pytest.mark.parametrize(
    "tampering",
    [
        update(events).values(actor="staff"),
        update(events).where(events.c.id == select(func.max(events.c.id)).scalar_subquery()).values(why="x"),
        delete(events),
        delete(events).where(events.c.kind == "OrderCancelled"),
    ],
    ids=["rewrite all", "rewrite one", "remove all", "remove one"],
)
def test_what_is_on_record_cannot_be_changed(desk: SqlStore, database_url: str, tampering: object) -> None:
    before = desk.events_of_conversation("K-1")
    assert [each.kind for each in before] == ["CancellationProposed", "OrderCancelled"]
    engine = make_engine(database_url)
    with pytest.raises(DBAPIError, match=SAYS), engine.begin() as connection:
        connection.execute(tampering)  # type: ignore[call-overload]
    engine.dispose()
    assert desk.events_of_conversation("K-1") == before


def test_the_record_cannot_be_emptied(desk: SqlStore, database_url: str) -> None:
    """TRUNCATE, which fires no trigger of a row; SQLite has none."""
    before = desk.events_of_conversation("K-1")
    engine = make_engine(database_url)
    if engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match=SAYS), engine.begin() as connection:
            connection.execute(text("TRUNCATE events"))
    else:
        with pytest.raises(DBAPIError, match="syntax"), engine.begin() as connection:
            connection.execute(text("TRUNCATE events"))
    engine.dispose()
    assert desk.events_of_conversation("K-1") == before


def test_an_event_cannot_be_replaced_by_its_id(desk: SqlStore, database_url: str) -> None:
    """SQLite's INSERT OR REPLACE removes the old row without saying DELETE."""
    before = desk.events_of_conversation("K-1")
    engine = make_engine(database_url)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        replace_first(connection, before[0].id)
    engine.dispose()
    assert desk.events_of_conversation("K-1") == before


def replace_first(connection: Connection, event_id: int) -> None:
    row = {
        "id": event_id, "at": NOW, "kind": "Nothing", "customer_id": "", "order_id": "", "conversation_id": "",
        "proposal_id": "", "rule": "", "receipt_id": "", "data": {},
    }  # fmt: skip
    statement = insert(events)
    if connection.dialect.name == "sqlite":
        statement = statement.prefix_with("OR REPLACE")
    connection.execute(statement.values(row))


def test_importing_a_shop_anew_keeps_the_record(desk: SqlStore) -> None:
    before = desk.events_of_conversation("K-1")
    desk.import_shop(desk_shop(), replace=True)
    assert desk.events_of_conversation("K-1") == before


def test_events_are_numbered_in_the_order_in_which_they_came(desk: SqlStore) -> None:
    with desk.unit_of_work() as unit:
        for number in range(20):
            unit.add_event(Event("SomethingHappened", NOW, conversation_id="K-9", why=str(number)))
        unit.commit()
    found = desk.events_of_conversation("K-9")
    assert [each.why for each in found] == [str(number) for number in range(20)]
    ids = [each.id for each in found]
    assert ids == sorted(set(ids))
