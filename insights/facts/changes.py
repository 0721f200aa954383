"""Finds what has changed since the facts were computed, each kind of change by what it leaves in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Text, case, cast, func, or_, select

from insights.facts.order_history import read_data
from insights.facts.processes import COMPLAINT, DELIVERY
from tools.store.fact_tables import fact_cases, fact_conversations
from tools.store.service_tables import feedback, ratings
from tools.store.tables import complaints, events, orders, turns

PAGE = 20_000
# Ids are given before their transactions end, so on PostgreSQL one can appear below ids that were seen already.
SEEN_AGAIN = 2_000
MOVED = "DefaultAddressChanged"


@dataclass(slots=True)
class Touched:
    """What a page of events speaks of, up to and with the event `last`."""

    last: int = 0
    orders: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    complaints: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


def touched_by_events(connection: Connection, after: int, recent: datetime) -> Touched:
    """What the next page of events after the id `after` touches, and the ones shortly before it since `recent`."""
    event = events.c
    late = (event.id > after - SEEN_AGAIN) & (event.at >= recent)
    query = select(
        event.id, event.kind, event.order_id, event.conversation_id, event.customer_id, cast(event.data, Text)
    )
    rows = connection.execute(query.where(or_(event.id > after, late)).order_by(event.id).limit(PAGE))
    found = Touched(after)
    for key, kind, order_id, conversation_id, customer_id, raw in rows:
        found.last = max(found.last, key)
        found.orders.add(order_id)
        found.conversations.add(conversation_id)
        if kind.startswith("Complaint"):
            found.complaints.add((read_data(raw) or {}).get(COMPLAINT.id_key, ""))
        if kind == MOVED:
            found.moved.add(customer_id)
    for each in (found.orders, found.conversations, found.complaints, found.moved):
        each.discard("")
    return found


def newest_event(connection: Connection) -> int:
    return connection.scalar(select(func.max(events.c.id))) or 0


def changed_conversations(connection: Connection) -> Iterator[str]:
    """Conversations with turns or ratings that their facts do not know, and those that still ran."""
    fact = fact_conversations.c
    said = (
        select(turns.c.conversation_id, func.count().label("n")).group_by(turns.c.conversation_id).subquery()
    )
    unknown = select(said.c.conversation_id).outerjoin(
        fact_conversations, fact.conversation_id == said.c.conversation_id
    )
    yield from connection.execute(unknown.where(or_(fact.turns.is_(None), fact.turns != said.c.n))).scalars()
    yield from connection.execute(select(fact.conversation_id).where(fact.resolution == "open")).scalars()
    rated = select(fact.conversation_id).join(ratings, ratings.c.conversation_id == fact.conversation_id)
    yield from connection.execute(rated.where(fact.csat.is_distinct_from(ratings.c.score))).scalars()
    yield from _other_thumbs(connection)


def _other_thumbs(connection: Connection) -> Iterator[str]:
    fact, given = fact_conversations.c, feedback.c
    counted = (
        select(
            given.conversation_id,
            func.sum(case((given.thumb > 0, 1), else_=0)).label("up"),
            func.sum(case((given.thumb < 0, 1), else_=0)).label("down"),
        )
        .group_by(given.conversation_id)
        .subquery()
    )
    query = select(fact.conversation_id).join(counted, counted.c.conversation_id == fact.conversation_id)
    differs = or_(fact.thumbs_up != counted.c.up, fact.thumbs_down != counted.c.down)
    yield from connection.execute(query.where(differs)).scalars()


def new_orders(connection: Connection) -> list[str]:
    """Orders without a delivery."""
    known = select(fact_cases.c.case_id).where(
        fact_cases.c.process == DELIVERY.name, fact_cases.c.case_id == orders.c.id
    )
    return list(connection.execute(select(orders.c.id).where(~known.exists())).scalars())


def new_complaints(connection: Connection) -> list[str]:
    """Complaints without a case."""
    known = select(fact_cases.c.case_id).where(
        fact_cases.c.process == COMPLAINT.name, fact_cases.c.case_id == complaints.c.id
    )
    return list(connection.execute(select(complaints.c.id).where(~known.exists())).scalars())


def about_orders(connection: Connection, order_ids: list[str]) -> tuple[list[str], list[str]]:
    """Conversations and complaints about these orders, which take carrier and goods from them."""
    spoken, kept = fact_conversations.c, fact_cases.c
    talks = select(spoken.conversation_id).where(spoken.order_id.in_(order_ids))
    told = select(kept.case_id).where(kept.process == COMPLAINT.name, kept.order_id.in_(order_ids))
    return list(connection.execute(talks).scalars()), list(connection.execute(told).scalars())


def told_too_early(connection: Connection, conversation_ids: list[str]) -> tuple[list[str], list[str]]:
    """Orders and complaints with cases from these conversations that were computed before these had come."""
    kept = fact_cases.c
    found = (kept.conversation_id.in_(conversation_ids), kept.channel == "")
    bought = select(kept.order_id).where(*found, kept.process != COMPLAINT.name).distinct()
    told = select(kept.case_id).where(*found, kept.process == COMPLAINT.name)
    return list(connection.execute(bought).scalars()), list(connection.execute(told).scalars())


def of_customers(connection: Connection, customer_ids: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Conversations, orders and complaints of these customers, which take tier and region from them."""
    found = (
        select(table.c[key]).where(table.c.customer_id.in_(customer_ids))
        for table, key in ((fact_conversations, "conversation_id"), (orders, "id"), (complaints, "id"))
    )
    talks, bought, told = (list(connection.execute(query).scalars()) for query in found)
    return talks, bought, told
