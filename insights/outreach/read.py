"""Reads the world from the shop's tables; nothing older than what is looked back on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from insights.outreach.world import Bought, GoingBack, Grievance, Parcel, World
from tools.domain import OrderStatus
from tools.store.database import answering, reader
from tools.store.service_tables import consents
from tools.store.tables import (
    complaints,
    conversations,
    customers,
    events,
    order_lines,
    orders,
    returns,
    shipments,
    tracking_events,
)

LOOK_BACK = timedelta(days=270)
PURPOSE = "proactive_messages"
# An event of this kind is written for everyone who is on a list that was handed out.
LISTED = "OutreachListed"
_STEPS = ("ReturnSentBack", "ReturnReceived", "ReturnRefunded", "ReturnRejected")


def read_world(engine: Engine, now: datetime, zone: ZoneInfo) -> World:
    """Everything from the last 270 days, in one snapshot of the database."""
    since = now - LOOK_BACK
    with answering(), reader(engine).begin() as connection:
        return World(
            _parcels(connection, since),
            _bought(connection, since, zone),
            _returns(connection, since),
            _complaints(connection, since),
            _contacts(connection, since),
            {
                row.id: row.language
                for row in connection.execute(select(customers.c.id, customers.c.language))
            },
        )


def read_consents(engine: Engine) -> frozenset[str]:
    """The customers who allow messages that they did not ask for."""
    query = select(consents.c.customer_id).where(consents.c.purpose == PURPOSE, consents.c.granted)
    with answering(), reader(engine).begin() as connection:
        return frozenset(connection.scalars(query))


def read_listed(connection: Connection, since: datetime) -> frozenset[str]:
    """The customers who were on a list that was handed out after `since`."""
    query = select(events.c.customer_id).where(events.c.kind == LISTED, events.c.at > since)
    return frozenset(connection.scalars(query))


def _parcels(connection: Connection, since: datetime) -> tuple[Parcel, ...]:
    moved: dict[str, list[datetime]] = defaultdict(list)
    track = select(tracking_events.c.order_id, tracking_events.c.at).where(tracking_events.c.at >= since)
    for row in connection.execute(track.order_by(tracking_events.c.at)):
        moved[row.order_id].append(row.at)
    query = (
        select(shipments, orders.c.customer_id, orders.c.address)
        .join(orders, orders.c.id == shipments.c.order_id)
        .where(shipments.c.shipped_at >= since, orders.c.status != OrderStatus.CANCELLED)
    )
    return tuple(
        Parcel(
            row.order_id, row.customer_id, row.carrier, row.address.region, row.shipped_at, row.expected_at,
            row.delivered_at, tuple(moved.get(row.order_id, ())),
        )
        for row in connection.execute(query.order_by(shipments.c.order_id))
    )  # fmt: skip


def _bought(connection: Connection, since: datetime, zone: ZoneInfo) -> tuple[Bought, ...]:
    line = order_lines.c
    query = (
        select(
            line.order_id, line.sku, line.name, line.category, line.final_sale, orders.c.customer_id,
            orders.c.address, orders.c.placed_at, shipments.c.delivered_at,
        )
        .join(orders, orders.c.id == line.order_id)
        .join(shipments, shipments.c.order_id == line.order_id)
        .where(shipments.c.delivered_at >= since)
        .order_by(line.order_id, line.line_no)
    )  # fmt: skip
    return tuple(
        Bought(
            row.order_id, row.customer_id, row.sku, row.name, row.category, row.final_sale, row.address.country,
            row.placed_at.astimezone(zone).date(), row.delivered_at,
        )
        for row in connection.execute(query)
    )  # fmt: skip


def _returns(connection: Connection, since: datetime) -> tuple[GoingBack, ...]:
    steps = _steps(connection, since)
    query = (
        select(returns, orders.c.customer_id)
        .join(orders, orders.c.id == returns.c.order_id)
        .where(returns.c.requested_at >= since)
    )
    found = []
    for row in connection.execute(query.order_by(returns.c.id)):
        # Events of older versions name the order alone.
        at = steps.get(row.order_id, {}) | steps.get(row.id, {})
        closed = at.get("ReturnRefunded") or at.get("ReturnRejected")
        found.append(
            GoingBack(
                row.id, row.order_id, row.customer_id, row.reason, row.requested_at, at.get("ReturnSentBack"),
                at.get("ReturnReceived"), closed,
            )
        )  # fmt: skip
    return tuple(found)


def _steps(connection: Connection, since: datetime) -> Mapping[str, dict[str, datetime]]:
    """When each step of a return was, by the return's id, or the order's where the event names no return."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    query = select(events.c.kind, events.c.at, events.c.order_id, events.c.data).where(
        events.c.kind.in_(_STEPS), events.c.at >= since
    )
    for row in connection.execute(query.order_by(events.c.id)):
        found[str(row.data.get("return_id") or row.order_id)].setdefault(row.kind, row.at)
    return found


def _complaints(connection: Connection, since: datetime) -> tuple[Grievance, ...]:
    query = select(complaints).where(complaints.c.opened_at >= since).order_by(complaints.c.id)
    return tuple(
        Grievance(
            row.id, row.order_id, row.customer_id, row.opened_at, row.answer_by, row.resolve_by,
            row.acknowledged_at, row.closed_at,
        )
        for row in connection.execute(query)
    )  # fmt: skip


def _contacts(connection: Connection, since: datetime) -> dict[str, tuple[datetime, ...]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    table = conversations.c
    query = select(table.customer_id, table.created_at).where(
        table.customer_id.is_not(None), table.created_at >= since
    )
    for row in connection.execute(query.order_by(table.created_at)):
        found[row.customer_id].append(row.created_at.astimezone(UTC))
    return {customer: tuple(moments) for customer, moments in found.items()}
