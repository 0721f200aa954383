"""What was sent, or is about to be, kept until it is certain what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from tools.codec import decode, encode
from tools.desk.records import Event, Receipt
from tools.store.tables import intents, proposals


@dataclass(frozen=True, slots=True)
class Intent:
    """A command's body, and the receipt and events that are to be kept once it is done."""

    proposal_id: str
    body: str
    receipt: Receipt
    events: tuple[Event, ...]
    at: datetime


def add_intent(connection: Connection, intent: Intent) -> None:
    row = {
        "proposal_id": intent.proposal_id,
        "body": intent.body,
        "receipt": encode(intent.receipt),
        "events": encode(intent.events),
        "at": intent.at,
    }
    connection.execute(insert(intents).values(row))


def read_intent(connection: Connection, proposal_id: str) -> Intent | None:
    query = select(intents, proposals.c.currency).join(proposals, proposals.c.id == intents.c.proposal_id)
    row = connection.execute(query.where(intents.c.proposal_id == proposal_id)).one_or_none()
    if row is None:
        return None
    return Intent(
        row.proposal_id,
        row.body,
        decode(Receipt, row.receipt, row.currency),
        decode(tuple[Event, ...], row.events),
        row.at,
    )


def open_intents(connection: Connection) -> tuple[str, ...]:
    """The proposals that were sent, oldest first."""
    return tuple(connection.scalars(select(intents.c.proposal_id).order_by(intents.c.at)))


def remove_intent(connection: Connection, proposal_id: str) -> None:
    connection.execute(delete(intents).where(intents.c.proposal_id == proposal_id))
