"""Complaints and their steps as rows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from tools.domain import Complaint, ComplaintStep
from tools.store.rows import build, flat
from tools.store.tables import complaint_steps, complaints

_NEWEST_FIRST = (complaints.c.opened_at.desc(), complaints.c.id)


def insert_complaint(connection: Connection, complaint: Complaint) -> None:
    connection.execute(insert(complaints).values(flat(complaints, complaint)))
    if complaint.steps:
        connection.execute(insert(complaint_steps), _step_rows(complaint))


def update_complaint(connection: Connection, complaint: Complaint) -> None:
    """Everything but the id may have changed; of the steps only what is done."""
    row = flat(complaints, complaint)
    connection.execute(update(complaints).where(complaints.c.id == row.pop("id")).values(row))
    for step in _step_rows(complaint):
        here = (complaint_steps.c.complaint_id == complaint.id) & (complaint_steps.c.seq == step["seq"])
        done = {name: step[name] for name in ("done_at", "done_by")}
        connection.execute(update(complaint_steps).where(here).values(done))


def read_complaints(
    connection: Connection, where: ColumnElement[bool], limit: int | None = None
) -> tuple[Complaint, ...]:
    """Latest first."""
    return read_selected(connection, select(complaints).where(where).order_by(*_NEWEST_FIRST).limit(limit))


def read_selected(connection: Connection, query: Select[Any]) -> tuple[Complaint, ...]:
    """The complaints that a query of their table finds, in its order, each with its steps."""
    heads = list(connection.execute(query).mappings())
    ids = [head["id"] for head in heads]
    steps: dict[str, list[ComplaintStep]] = defaultdict(list)
    if ids:
        mine = select(complaint_steps).where(complaint_steps.c.complaint_id.in_(ids))
        for row in connection.execute(mine.order_by(complaint_steps.c.seq)).mappings():
            steps[row["complaint_id"]].append(build(ComplaintStep, row, ""))
    return tuple(build(Complaint, head, head["currency"], steps=tuple(steps[head["id"]])) for head in heads)


def _step_rows(complaint: Complaint) -> list[dict[str, Any]]:
    return [
        flat(complaint_steps, step, complaint_id=complaint.id, seq=seq)
        for seq, step in enumerate(complaint.steps)
    ]
