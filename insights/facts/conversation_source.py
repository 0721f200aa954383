"""Reads conversations with their turns, as many at a time as fit into memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from sqlalchemy import Connection, Text, cast, select

from insights.facts.conversation_rows import Spoken
from insights.facts.records import TurnRecord, read_turn
from tools.store.service_tables import feedback, ratings
from tools.store.tables import conversations, events, turns, unanswered

T = TypeVar("T")


def read_conversations(connection: Connection, ids: Collection[str]) -> list[Spoken]:
    """These conversations, without those in which nobody has said anything."""
    said = _turns(connection, ids)
    missed = _missed(connection, [turn.turn_id for each in said.values() for turn in each])
    changed, scores, thumbs = _changed(connection, ids), _scores(connection, ids), _thumbs(connection, ids)
    head = conversations.c
    query = select(head.id, head.channel, head.locale, head.customer_id).where(head.id.in_(ids))
    return [
        Spoken(
            key, channel, locale, customer_id or "", said[key], missed, changed.get(key, ()), scores.get(key),
            thumbs.get(key, ()),
        )
        for key, channel, locale, customer_id in connection.execute(query.order_by(head.id))
        if key in said
    ]  # fmt: skip


def _turns(connection: Connection, ids: Collection[str]) -> dict[str, list[TurnRecord]]:
    turn = turns.c
    query = select(turn.conversation_id, turn.id, turn.at, cast(turn.record, Text))
    rows = connection.execute(
        query.where(turn.conversation_id.in_(ids)).order_by(turn.conversation_id, turn.seq)
    )
    grouped = groupby(rows, lambda row: str(row[0]))
    return {key: [read_turn(*row[1:]) for row in each] for key, each in grouped}


def _missed(connection: Connection, turn_ids: Sequence[str]) -> frozenset[str]:
    query = select(unanswered.c.turn_id).where(unanswered.c.turn_id.in_(turn_ids))
    return frozenset(connection.execute(query).scalars())


def _changed(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The orders that the events of each conversation speak of."""
    event = events.c
    query = select(event.conversation_id, event.order_id).where(event.conversation_id.in_(ids))
    return _grouped(connection.execute(query.where(event.order_id != "").order_by(event.at, event.id)))


def _scores(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    query = select(ratings.c.conversation_id, ratings.c.score).where(ratings.c.conversation_id.in_(ids))
    return {row.conversation_id: row.score for row in connection.execute(query)}


def _thumbs(connection: Connection, ids: Collection[str]) -> dict[str, tuple[int, ...]]:
    query = select(feedback.c.conversation_id, feedback.c.thumb).where(feedback.c.conversation_id.in_(ids))
    return _grouped(connection.execute(query))


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(each) for key, each in found.items()}
