"""The conversations behind a number, newest first, and one of them as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Text, cast, func, select, tuple_

from insights.facts.filters import require_plain
from insights.pseudonyms import Masks
from insights.queries.selection import Selection, require_sound, values_of, where
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations
from tools.store.tables import conversations as kept
from tools.store.tables import turns

MOST = 200
# A day begins where another one ends, so this is the order of the beginnings, and an index has it.
_ORDER = (fact_conversations.c.day, fact_conversations.c.started_at, fact_conversations.c.conversation_id)


class Listed(Struct, frozen=True):
    """A conversation in a list. `customer` is a pseudonym unless names may be seen; `opening` its first message."""

    conversation_id: str
    started_at: datetime
    channel: str
    language: str
    customer: str
    order_id: str
    product_id: str
    reason: str
    complaint: str
    resolution: str
    came_back: bool
    turns: int
    mood: float
    csat: int | None
    opening: str


class Page(Struct, frozen=True):
    """`next` is what to pass on for the conversations after these, "" at the end."""

    conversations: list[Listed]
    next: str


class Said(Struct, frozen=True):
    """A turn. `mood` is −1 … 1 and None in records older than moods; a damaged record has no texts."""

    at: datetime
    text: str
    reply: str
    rule: str
    kind: str
    mood: float | None


class Transcript(Struct, frozen=True):
    conversation_id: str
    channel: str
    customer: str
    turns: list[Said]


# A customer's id to the pseudonym that a selection names them by.
Who = Callable[[str], str]


def conversations(
    engine: Engine,
    selection: Selection,
    masks: Masks,
    after: str = "",
    limit: int = 50,
    who: Who | None = None,
) -> Page:
    """The conversations of a selection, newest first; `after` is the `next` of the page before.

    `who` gives the pseudonyms that the selection names customers by, `masks` how ids are shown. Raises `FilterError`.
    """
    fact, limit = fact_conversations.c, min(limit, MOST)
    require_plain("after", after)
    require_sound(selection)
    with answering(), reader(engine).begin() as connection:
        query = select(fact_conversations).where(*where(selection, _customers(connection, selection, who)))
        if after:
            last = connection.execute(select(*_ORDER).where(fact.conversation_id == after)).one_or_none()
            if last is None:
                return Page([], "")
            query = query.where(tuple_(*_ORDER) < tuple_(*last, types=[column.type for column in _ORDER]))
        newest = query.order_by(*(column.desc() for column in _ORDER))
        rows = connection.execute(newest.limit(limit + 1)).all()
        shown = rows[:limit]
        openings = _openings(connection, [row.conversation_id for row in shown])
    listed = [_listed(row, openings.get(row.conversation_id, ""), masks) for row in shown]
    return Page(listed, shown[-1].conversation_id if len(rows) > limit else "")


def count(engine: Engine, selection: Selection, who: Who | None = None) -> int:
    """How many conversations a selection opens. Raises `FilterError`."""
    require_sound(selection)
    with answering(), reader(engine).begin() as connection:
        chosen = where(selection, _customers(connection, selection, who))
        query = select(func.count()).select_from(fact_conversations).where(*chosen)
        return int(connection.execute(query).scalar_one())


def _customers(connection: Connection, selection: Selection, who: Who | None) -> list[str]:
    """The ids behind the pseudonyms of a selection: nobody can be found from one but by trying everybody."""
    wanted, key = frozenset(values_of(selection.customer)), fact_conversations.c.customer_id
    if not wanted or who is None:
        return []
    return [
        each for each in connection.scalars(select(key).where(key != "").distinct()) if who(each) in wanted
    ]


def _listed(row: Any, opening: str, masks: Masks) -> Listed:
    return Listed(
        row.conversation_id, row.started_at, row.channel, row.language, masks.customer(row.customer_id),
        masks.order(row.order_id),
        row.product_id, row.reason, row.complaint, row.resolution, row.came_back, row.turns, row.sentiment,
        row.csat, masks.text(opening),
    )  # fmt: skip


def _openings(connection: Any, ids: list[str]) -> dict[str, str]:
    column = turns.c
    query = select(column.conversation_id, cast(column.record, Text)).where(
        column.conversation_id.in_(ids), column.seq == 1
    )
    return {key: _read(record).text for key, record in connection.execute(query)}


def transcript(engine: Engine, conversation_id: str, masks: Masks) -> Transcript | None:
    """A conversation as it was; None where there is none. Raises `FilterError`."""
    require_plain("conversation_id", conversation_id)
    head, column = kept.c, turns.c
    found = select(head.id, head.channel, head.customer_id).where(head.id == conversation_id)
    query = select(column.at, cast(column.record, Text).label("record"))
    with answering(), reader(engine).begin() as connection:
        row = connection.execute(found).one_or_none()
        of_it = query.where(column.conversation_id == conversation_id).order_by(column.seq)
        said = connection.execute(of_it).all()
    if row is None:
        return None
    turns_said = [_said(each.at, each.record, masks) for each in said]
    return Transcript(row.id, row.channel, masks.customer(row.customer_id or ""), turns_said)


class _Heard(Struct):
    mood: float | None = None


class _Decided(Struct):
    kind: str = ""
    rule: str = ""


class _Turn(Struct):
    text: str = ""
    reply: str = ""
    decision: _Decided = msgspec.field(default_factory=_Decided)
    understanding: _Heard = msgspec.field(default_factory=_Heard)


class _Record(Struct):
    turn: _Turn = msgspec.field(default_factory=_Turn)


_DECODER = msgspec.json.Decoder(_Record)


def _read(record: str) -> _Turn:
    try:
        return _DECODER.decode(record).turn
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _Turn()


def _said(at: datetime, record: str, masks: Masks) -> Said:
    turn = _read(record)
    text, reply, decided = masks.text(turn.text), masks.text(turn.reply), turn.decision
    return Said(at, text, reply, decided.rule, decided.kind, turn.understanding.mood)
