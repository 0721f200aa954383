"""From complaints as they are kept to the rows of their cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, select

from insights.facts.case_rows import CaseRows, Surroundings, of_line, rows
from insights.facts.dimensions import NOTHING
from insights.facts.processes import COMPLAINT, course_of
from tools.store.tables import complaints


def read_complaints(connection: Connection, complaint_ids: Collection[str]) -> list[Row[*tuple[Any, ...]]]:
    """What the facts need of these complaints."""
    told = complaints.c
    columns = [
        told.id,
        told.customer_id,
        told.order_id,
        told.conversation_id,
        cast(told.kind, Text).label("kind"),
    ]
    times = [told.opened_at, told.acknowledged_at, told.closed_at, told.language]
    return list(connection.execute(select(*columns, *times).where(told.id.in_(complaint_ids))))


def complaint_case(row: Row[*tuple[Any, ...]], around: Surroundings) -> CaseRows:
    """The case of a complaint; product and SKU are those of the first line of the order that it is about."""
    moments: dict[str, datetime] = {}
    if row.acknowledged_at is not None:
        moments["ComplaintAcknowledged"] = row.acknowledged_at
    if row.closed_at is not None:
        moments["ComplaintClosed"] = row.closed_at
    told = {
        "order_id": row.order_id, "customer_id": row.customer_id, "conversation_id": row.conversation_id,
        "reason": row.kind,
    }  # fmt: skip
    spoken = {"language": row.language} if row.language else {}
    line = around.goods.get(row.order_id, NOTHING).line(None)
    return rows(
        COMPLAINT, row.id, course_of(COMPLAINT, row.opened_at, moments), told | spoken | of_line(line), around
    )
