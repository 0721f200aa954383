"""Keeps conversations and their turns in the shop's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from agent.types import State
from service.schema import Turn
from tools.store.database import answering, reader, writer
from tools.store.tables import conversations, turns, unanswered


class ConversationMoved(RuntimeError):
    """Another process wrote the next turn of this conversation first."""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    id: str
    channel: str
    locale: str
    source: str
    created_at: datetime
    state: State
    next_seq: int


class ConversationStore:
    """Reads and writes stand alone; saving a turn moves the conversation's state in the same transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        return self._engine

    def create(
        self, conversation_id: str, channel: str, locale: str, at: datetime, state: State, source: str = ""
    ) -> None:
        row = {
            "id": conversation_id,
            "channel": channel,
            "locale": locale,
            "source": source,
            "created_at": at,
        }
        row |= {"customer_id": state.customer_id, "state": _state_row(state)}
        with answering(), writer(self._engine).begin() as connection:
            connection.execute(insert(conversations).values(row))

    def exists(self, conversation_id: str) -> bool:
        if not _possible(conversation_id):
            return False
        query = select(conversations.c.id).where(conversations.c.id == conversation_id)
        with answering(), reader(self._engine).begin() as connection:
            return connection.scalar(query) is not None

    def load(self, conversation_id: str) -> StoredConversation | None:
        if not _possible(conversation_id):
            return None
        with answering(), reader(self._engine).begin() as connection:
            row = connection.execute(
                select(conversations).where(conversations.c.id == conversation_id)
            ).one_or_none()
            if row is None:
                return None
            last = connection.execute(
                select(turns.c.seq)
                .where(turns.c.conversation_id == conversation_id)
                .order_by(turns.c.seq.desc())
                .limit(1)
            ).scalar_one_or_none()
        state = msgspec.convert(row.state, State)
        return StoredConversation(
            row.id, row.channel, row.locale, row.source, row.created_at, state, (last or 0) + 1
        )

    def turn_for_message(self, conversation_id: str, message_id: str) -> Turn | None:
        """The turn that already answered this message."""
        found = self._records(turns.c.conversation_id == conversation_id, turns.c.message_id == message_id)
        return _turn(found[0]) if found else None

    def turns(self, conversation_id: str) -> list[Turn]:
        return [_turn(record) for record in self._records(turns.c.conversation_id == conversation_id)]

    def trace(self, turn_id: str) -> dict[str, Any] | None:
        found = self._records(turns.c.id == turn_id) if _possible(turn_id) else []
        return found[0] if found else None

    def save_turn(
        self, turn: Turn, trace: dict[str, Any], seq: int, state: State, at: datetime, missed: str = ""
    ) -> None:
        """Append a turn, and `missed`, what it found no document for, "" for nothing.

        Raises `ConversationMoved` when the place is taken already.
        """
        row = {
            "id": turn.turn_id,
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            "seq": seq,
            "at": at,
            "record": {"turn": msgspec.to_builtins(turn), "trace": trace},
        }
        moved = {"state": _state_row(state), "customer_id": state.customer_id}
        with answering(), writer(self._engine).begin() as connection:
            try:
                connection.execute(insert(turns).values(row))
            except IntegrityError as error:
                raise ConversationMoved(turn.conversation_id) from error
            if missed:
                connection.execute(insert(unanswered).from_select(*_missed_row(turn, missed, at)))
            connection.execute(
                update(conversations).where(conversations.c.id == turn.conversation_id).values(moved)
            )

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The records of the last turns of all conversations, newest first."""
        with answering(), reader(self._engine).begin() as connection:
            query = select(turns.c.record).order_by(turns.c.at.desc()).limit(limit)
            return list(connection.execute(query).scalars())

    def _records(self, *conditions: Any) -> list[dict[str, Any]]:
        with answering(), reader(self._engine).begin() as connection:
            query = select(turns.c.record).where(*conditions).order_by(turns.c.seq)
            return list(connection.execute(query).scalars())


def _missed_row(turn: Turn, missed: str, at: datetime) -> tuple[list[str], Select[Any]]:
    """The channel comes from the conversation itself."""
    values = {
        "turn_id": turn.turn_id,
        "at": at,
        "question": missed,
        "language": turn.language,
        "snapshot_id": turn.snapshot_id,
    }
    columns = [literal(value, unanswered.c[name].type).label(name) for name, value in values.items()]
    query = select(*columns, conversations.c.channel).where(conversations.c.id == turn.conversation_id)
    return [*values, "channel"], query


def _possible(key: str) -> bool:
    """Whether it can be an id at all; PostgreSQL refuses to compare with some of what comes in a URL."""
    return key.isascii() and key.isprintable()


def _state_row(state: State) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(state)
    return row


def _turn(record: dict[str, Any]) -> Turn:
    return msgspec.convert(record["turn"], Turn)
