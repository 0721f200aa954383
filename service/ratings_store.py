"""Keeps what customers say about the service: ratings of conversations, thumbs for replies, consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from tools.store.database import answering, reader, writer
from tools.store.service_tables import consents, feedback, ratings
from tools.store.tables import conversations, turns

CHANGEABLE = timedelta(hours=24)


class UnknownTurn(LookupError):
    """There is no turn with this id."""


class RatingClosed(RuntimeError):
    """The rating was given too long ago to be changed."""


class NobodyKnown(RuntimeError):
    """Nobody has said yet who they are in this conversation."""


@dataclass(frozen=True, slots=True)
class StoredRating:
    """`at` is when it was last changed, `first_at` when it was given."""

    score: int
    reason: str
    at: datetime
    first_at: datetime

    @property
    def changeable_until(self) -> datetime:
        return self.first_at + CHANGEABLE


@dataclass(frozen=True, slots=True)
class StoredThumb:
    turn_id: str
    up: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredConsent:
    purpose: str
    granted: bool
    at: datetime


class RatingStore:
    """Every write stands alone; sent again it changes nothing but the time. Ids have to be checked before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(self, conversation_id: str, score: int, reason: str, at: datetime) -> StoredRating:
        """Rate a conversation that there is, or change its rating.

        Raises `RatingClosed` more than `CHANGEABLE` after the first time.
        """
        row = {"conversation_id": conversation_id, "score": score, "reason": reason, "at": at}
        first_at = func.coalesce(ratings.c.first_at, ratings.c.at)
        with answering(), writer(self._engine).begin() as connection:
            found = _upsert(connection, ratings, row, {"first_at": first_at}, first_at >= at - CHANGEABLE)
        if found is None:
            raise RatingClosed(conversation_id)
        return _rating(found)

    def rating(self, conversation_id: str) -> StoredRating | None:
        query = select(ratings).where(ratings.c.conversation_id == conversation_id)
        with answering(), reader(self._engine).begin() as connection:
            row = connection.execute(query).one_or_none()
        return _rating(row) if row else None

    def thumb(self, turn_id: str, up: bool, reason: str, at: datetime) -> StoredThumb:
        """Say what a customer thought of a reply, or change it. Raises `UnknownTurn`."""
        of_turn = select(turns.c.conversation_id).where(turns.c.id == turn_id)
        with answering(), writer(self._engine).begin() as connection:
            conversation_id = connection.scalar(of_turn) if _possible(turn_id) else None
            if conversation_id is None:
                raise UnknownTurn(turn_id)
            row = {"turn_id": turn_id, "conversation_id": conversation_id, "reason": reason, "at": at}
            _upsert(connection, feedback, row | {"thumb": 1 if up else -1})
        return StoredThumb(turn_id, up, reason, at)

    def thumbs(self, conversation_id: str) -> list[StoredThumb]:
        """Those of a conversation, in the order in which they were given."""
        query = select(feedback).where(feedback.c.conversation_id == conversation_id)
        with answering(), reader(self._engine).begin() as connection:
            rows = connection.execute(query.order_by(feedback.c.at, feedback.c.turn_id)).all()
        return [StoredThumb(row.turn_id, row.thumb > 0, row.reason, row.at) for row in rows]

    def allow(self, conversation_id: str, purpose: str, granted: bool, at: datetime) -> StoredConsent:
        """What the customer of a conversation allows or forbids. Raises `NobodyKnown`."""
        with answering(), writer(self._engine).begin() as connection:
            row = {
                "customer_id": _customer(connection, conversation_id),
                "purpose": purpose,
                "granted": granted,
                "at": at,
                "source": f"conversation:{conversation_id}",
            }
            _upsert(connection, consents, row)
        return StoredConsent(purpose, granted, at)

    def consents(self, conversation_id: str) -> list[StoredConsent]:
        """What the customer of a conversation has said. Raises `NobodyKnown`."""
        with answering(), reader(self._engine).begin() as connection:
            customer_id = _customer(connection, conversation_id)
            rows = connection.execute(select(consents).where(consents.c.customer_id == customer_id)).all()
        return [StoredConsent(row.purpose, row.granted, row.at) for row in rows]


def _customer(connection: Connection, conversation_id: str) -> str:
    query = select(conversations.c.customer_id).where(conversations.c.id == conversation_id)
    customer_id: str | None = connection.scalar(query)
    if not customer_id:
        raise NobodyKnown(conversation_id)
    return customer_id


def _upsert(
    connection: Connection, table: Table, row: dict[str, Any], also: dict[str, Any] | None = None, where: Any = None
) -> Row[Any] | None:  # fmt: skip
    """Insert, or change the row with the same key if it fits `where`; the row as it is then, None if it did not fit.

    One statement, so that two at once cannot both insert. `also` is only set where there was a row.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    given = {name: value for name, value in row.items() if name not in keys}
    statement = insert(table).values(row)
    statement = statement.on_conflict_do_update(index_elements=keys, set_=given | (also or {}), where=where)
    return connection.execute(statement.returning(table)).one_or_none()


def _rating(row: Row[Any]) -> StoredRating:
    return StoredRating(row.score, row.reason, row.at, row.first_at or row.at)


def _possible(key: str) -> bool:
    """Whether it can be an id at all; PostgreSQL refuses to compare with some of what comes in a URL."""
    return key.isascii() and key.isprintable()
