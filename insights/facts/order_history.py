"""Reads what happened to orders: their states, returns, exchanges, repairs, and the events about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, Text, cast, select

from insights.facts.processes import EXCHANGE, OF_ORDERS, REPAIR, RETURN
from tools.store.tables import (
    events,
    exchange_lines,
    exchanges,
    orders,
    repairs,
    return_lines,
    returns,
    shipments,
    status_changes,
)

KINDS = frozenset[str]().union(*(process.kinds for process in OF_ORDERS))
_DATA = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Happening:
    """An event about an order. `data` is empty where it cannot be read."""

    kind: str
    at: datetime
    customer_id: str = ""
    conversation_id: str = ""
    proposal_id: str = ""
    why: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A return, an exchange or a repair as the shop keeps it. `line_no` is that of its first line, None if unknown."""

    case_id: str
    status: str
    opened_at: datetime
    reason: str = ""
    line_no: int | None = None


@dataclass(slots=True)
class OrderHistory:
    """Everything about one order; `placed_at` is None for orders that only events speak of.

    `records` are by the name of their process, `moments` by the state that the order then took.
    """

    order_id: str
    customer_id: str = ""
    placed_at: datetime | None = None
    moments: dict[str, datetime] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    damaged: int = 0


def read_histories(connection: Connection, order_ids: Collection[str]) -> dict[str, OrderHistory]:
    """The histories of these orders, also of those that only events know."""
    found = {key: OrderHistory(key) for key in order_ids}
    query = select(orders.c.id, orders.c.customer_id, orders.c.placed_at)
    for key, customer_id, placed_at in connection.execute(query.where(orders.c.id.in_(order_ids))):
        found[key].customer_id, found[key].placed_at = customer_id, placed_at
    _read_states(connection, order_ids, found)
    for process, table, reason in (
        (RETURN, returns, True),
        (EXCHANGE, exchanges, True),
        (REPAIR, repairs, False),
    ):
        lines = _first_lines(connection, process.name, order_ids)
        for key, record in _records(connection, table, order_ids, reason, lines):
            found[key].records.setdefault(process.name, []).append(record)
    _read_events(connection, order_ids, found)
    return found


def _read_states(
    connection: Connection, order_ids: Collection[str], found: Mapping[str, OrderHistory]
) -> None:
    """The first moment of each state; what a parcel tells of itself counts where no state does."""
    state = status_changes.c
    query = select(state.order_id, cast(state.status, Text), state.at).where(state.order_id.in_(order_ids))
    for key, status, at in connection.execute(query.order_by(state.order_id, state.seq)):
        found[key].moments.setdefault(status, at)
    parcel = shipments.c
    sent = select(parcel.order_id, parcel.shipped_at, parcel.delivered_at)
    for key, shipped_at, delivered_at in connection.execute(sent.where(parcel.order_id.in_(order_ids))):
        found[key].moments.setdefault("shipped", shipped_at)
        if delivered_at is not None:
            found[key].moments.setdefault("delivered", delivered_at)


def _records(
    connection: Connection, table: Table, order_ids: Collection[str], reason: bool, lines: Mapping[str, int]
) -> Iterable[tuple[str, Record]]:
    columns = [table.c.order_id, table.c.id, cast(table.c.status, Text), table.c.requested_at]
    columns += [cast(table.c.reason, Text)] if reason else []
    query = select(*columns).where(table.c.order_id.in_(order_ids)).order_by(table.c.order_id, table.c.seq)
    for order_id, case_id, status, at, *why in connection.execute(query):
        yield order_id, Record(case_id, status, at, why[0] if why else "", lines.get(case_id))


def _first_lines(connection: Connection, process: str, order_ids: Collection[str]) -> dict[str, int]:
    """The first line of each case by its id."""
    table, key = {
        RETURN.name: (return_lines, return_lines.c.return_id),
        EXCHANGE.name: (exchange_lines, exchange_lines.c.exchange_id),
        REPAIR.name: (repairs, repairs.c.id),
    }[process]
    query = select(key, table.c.line_no).where(table.c.order_id.in_(order_ids))
    found: dict[str, int] = {}
    for case_id, line_no in connection.execute(query.order_by(key, table.c.seq)):
        found.setdefault(case_id, line_no)
    return found


def _read_events(
    connection: Connection, order_ids: Collection[str], found: Mapping[str, OrderHistory]
) -> None:
    event = events.c
    query = select(
        event.order_id, event.kind, event.at, event.customer_id, event.conversation_id, event.proposal_id,
        event.why, cast(event.data, Text),
    )  # fmt: skip
    about = query.where(event.order_id.in_(order_ids), event.kind.in_(KINDS)).order_by(event.at, event.id)
    for key, kind, at, customer_id, conversation_id, proposal_id, why, raw in connection.execute(about):
        data = read_data(raw)
        found[key].damaged += data is None
        told = Happening(kind, at, customer_id, conversation_id, proposal_id, why, data or {})
        found[key].happenings.append(told)


def read_data(raw: str | None) -> dict[str, str] | None:
    """An event's data as texts; None where it is no JSON object."""
    try:
        data = _DATA.decode(raw or "")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return {name: str(value) for name, value in data.items() if value is not None}
