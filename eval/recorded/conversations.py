"""Reads recorded conversations, whole and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, inspect, select

from eval.cases.errors import EvalError
from service.schema import Turn
from tools.domain import Language
from tools.store.database import reader
from tools.store.tables import conversations, turns

_TELLS_WHO = frozenset({"email", "phone", "postcode"})


class NotRecorded(EvalError):
    """No conversation is recorded that fits."""


@dataclass(frozen=True)
class RecordedTurn:
    """A turn as the channel got it, and its trace."""

    turn: Turn
    trace: dict[str, Any]

    @property
    def customer_id(self) -> str:
        """Who the agent took the customer for after this message."""
        return str(self.trace["retrieval"]["customer_id"] or "")


@dataclass(frozen=True)
class Recorded:
    """A conversation with at least one turn."""

    id: str
    channel: str
    locale: str
    began: datetime
    turns: tuple[RecordedTurn, ...]

    @property
    def language(self) -> Language:
        return "en" if self.locale.lower().startswith("en") else "zh"

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Everybody that somebody in this conversation was taken for."""
        return tuple(dict.fromkeys(each.customer_id for each in self.turns if each.customer_id))

    @property
    def signed_in(self) -> str:
        """The customer whom the channel vouched for: known at the first message, which does not tell who they are."""
        first = self.turns[0]
        told = any(each.kind in _TELLS_WHO for each in first.turn.understanding.entities)
        return "" if told else first.customer_id


def read(
    engine: Engine, ids: Sequence[str] = (), limit: int = 50, since: datetime | None = None, channel: str = ""
) -> list[Recorded]:
    """Those with these ids, or the newest ones, oldest first. Raises `NotRecorded`."""
    if not inspect(engine).has_table(conversations.name):
        raise NotRecorded("no conversation is recorded here: the database has no tables yet")
    query = select(conversations).where(conversations.c.id.in_(select(turns.c.conversation_id)))
    if ids:
        query = query.where(conversations.c.id.in_(ids))
    if since is not None:
        query = query.where(conversations.c.created_at >= since)
    if channel:
        query = query.where(conversations.c.channel == channel)
    query = query.order_by(conversations.c.created_at.desc(), conversations.c.id)
    with reader(engine).begin() as connection:
        rows = connection.execute(query if ids else query.limit(limit)).all()
        found = [
            Recorded(row.id, row.channel, row.locale, row.created_at, _turns(connection, row.id))
            for row in rows
        ]
    missing = sorted(set(ids) - {each.id for each in found})
    if missing:
        raise NotRecorded(f"no conversation {', '.join(missing)} with a turn is recorded here")
    if not found:
        raise NotRecorded(
            "no conversation is recorded here that fits; the service records every one that it has"
        )
    return found[::-1]


def _turns(connection: Any, conversation_id: str) -> tuple[RecordedTurn, ...]:
    query = select(turns.c.record).where(turns.c.conversation_id == conversation_id).order_by(turns.c.seq)
    return tuple(
        RecordedTurn(msgspec.convert(record["turn"], Turn, strict=False), record["trace"])
        for record in connection.execute(query).scalars()
    )
