"""Computes all facts from the beginning, batch by batch, and goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select

from insights.facts.batches import Batches, Done
from insights.facts.changes import newest_event
from insights.facts.marks import drop_marks, read_marks, set_marks
from insights.facts.write import OF_CONVERSATIONS
from tools.store.database import reader, writer
from tools.store.fact_tables import fact_cases, fact_goods, fact_stages
from tools.store.tables import complaints, conversations, events, orders

BATCH = 500
Progress = Callable[[str, int], None]
# The marks of a rebuild that is under way: how far each kind has come, and which events it began with.
BEGUN = "rebuild.events"
_CURSOR = "rebuild."


@dataclass(frozen=True, slots=True)
class _Kind:
    """`ids` gives the next ids after one, in the order of the database; `compute` their facts."""

    name: str
    ids: Callable[[Connection, str], list[str]]
    compute: Callable[[Batches, list[str]], Done]


def _after(connection: Connection, column: Any, after: str) -> list[str]:
    query = select(column).where(column > after).order_by(column).limit(BATCH)
    return list(connection.execute(query).scalars())


def _only_told(connection: Connection, after: str) -> list[str]:
    """Orders that only events speak of, since another system keeps them."""
    told, kept = events.c.order_id, select(orders.c.id).where(orders.c.id == events.c.order_id)
    query = select(told).where(told > after, ~kept.exists()).distinct().order_by(told).limit(BATCH)
    return list(connection.execute(query).scalars())


_KINDS = (
    _Kind("conversations", lambda c, after: _after(c, conversations.c.id, after), Batches.conversations),
    _Kind("orders", lambda c, after: _after(c, orders.c.id, after), Batches.orders),
    _Kind("told", _only_told, Batches.orders),
    _Kind("complaints", lambda c, after: _after(c, complaints.c.id, after), Batches.complaints),
)


def rebuild(batches: Batches, basis: str, progress: Progress) -> Iterator[tuple[str, Done]]:
    """Compute everything for `basis`, yielding what each batch came to; then the marks tell that it is complete.

    Facts of what is not in the database any more are taken away first.
    """
    engine = batches.engine
    _begin(engine, basis)
    for kind in _KINDS:
        for done in _run(batches, kind, progress):
            yield kind.name, done
    with writer(engine).begin() as connection:
        seen = read_marks(connection)[BEGUN]
        drop_marks(connection, BEGUN, *(_CURSOR + kind.name for kind in _KINDS))
        set_marks(connection, basis=basis, events=seen, at=batches.now.isoformat())


def _begin(engine: Engine, basis: str) -> None:
    """Start anew, unless a rebuild for the same basis was stopped: that one goes on."""
    wanted = f"begun {basis}"
    with writer(engine).begin() as connection:
        if read_marks(connection).get("basis") == wanted:
            return
        _prune(connection)
        drop_marks(connection, "events", "at", *(_CURSOR + kind.name for kind in _KINDS))
        set_marks(connection, **{"basis": wanted, BEGUN: str(newest_event(connection))})


def _prune(connection: Connection) -> None:
    gone = (
        ~select(conversations.c.id)
        .where(conversations.c.id == OF_CONVERSATIONS[0].c.conversation_id)
        .exists()
    )
    stale = list(connection.execute(select(OF_CONVERSATIONS[0].c.conversation_id).where(gone)).scalars())
    for first in range(0, len(stale), BATCH):
        for table in OF_CONVERSATIONS:
            some = stale[first : first + BATCH]
            connection.execute(delete(table).where(table.c.conversation_id.in_(some)))
    # Cases are cheap to make again, and a case can be gone while its order stays.
    for made_again in (fact_stages, fact_cases, fact_goods):
        connection.execute(delete(made_again))


def _run(batches: Batches, kind: _Kind, progress: Progress) -> Iterator[Done]:
    cursor, engine = _CURSOR + kind.name, batches.engine
    while True:
        with reader(engine).begin() as connection:
            ids = kind.ids(connection, read_marks(connection).get(cursor, ""))
        if not ids:
            return
        yield kind.compute(batches, ids)
        with writer(engine).begin() as connection:
            set_marks(connection, **{cursor: ids[-1]})
        progress(kind.name, len(ids))


def size_of(engine: Engine) -> dict[str, int]:
    """How many of each kind a rebuild goes through, for a progress bar."""
    tables = {"conversations": conversations, "orders": orders, "complaints": complaints}
    with reader(engine).begin() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
