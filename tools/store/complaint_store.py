"""Complaints in our own database, wherever the orders live: found, listed, and changed one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, true

from tools.desk.notices import Notice
from tools.desk.records import Event
from tools.domain import Complaint, ComplaintStatus
from tools.errors import NotFound
from tools.store.complaint_rows import read_complaints, read_selected, update_complaint
from tools.store.database import answering, reader, writer
from tools.store.outbox_rows import OutboxRow, insert_notice, read_outbox
from tools.store.rows import event_row
from tools.store.sql_read import read_events, require_storable
from tools.store.tables import complaints, events

Condition = ColumnElement[bool]
MOST_LISTED = 200
_C = complaints.c
_S = ComplaintStatus
# Nobody has answered since the escalation.
_UNREVIEWED = and_(_C.status == _S.ESCALATED, or_(_C.answered_at.is_(None), _C.answered_at < _C.escalated_at))


@dataclass(frozen=True, slots=True)
class ComplaintQuery:
    """Which complaints, latest first: those that come behind the complaint `after`, at most `limit`."""

    status: ComplaintStatus | None = None
    department: str = ""
    overdue: bool = False
    limit: int = 50
    after: str = ""


class ComplaintUnit:
    """One complaint under a lock; what is written lands at `commit`, together or not at all."""

    def __init__(self, connection: Connection, complaint: Complaint) -> None:
        self._connection = connection
        self.complaint = complaint

    def save(self, complaint: Complaint) -> None:
        update_complaint(self._connection, complaint)
        self.complaint = complaint

    def add_event(self, event: Event) -> None:
        self._connection.execute(insert(events).values(event_row(event)))

    def add_notice(self, notice: Notice) -> None:
        insert_notice(self._connection, notice)

    def commit(self) -> None:
        self._connection.commit()


class ComplaintStore:
    """Over an engine whose database has been migrated. All raise `StoreUnavailable` when it does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._reader = reader(engine)
        self._writer = writer(engine)

    @contextmanager
    def unit(self, complaint_id: str) -> Iterator[ComplaintUnit]:
        """Lock a complaint; raises `NotFound`."""
        require_storable("complaint", complaint_id)
        with answering(), self._writer.connect() as connection:
            query = select(complaints).where(_C.id == complaint_id).with_for_update()
            yield ComplaintUnit(connection, _one(read_selected(connection, query), complaint_id))

    def complaint(self, complaint_id: str) -> Complaint:
        """Raises `NotFound`."""
        require_storable("complaint", complaint_id)
        with answering(), self._reader.connect() as connection:
            return _one(read_complaints(connection, _C.id == complaint_id), complaint_id)

    def find(self, query: ComplaintQuery, now: datetime) -> tuple[Complaint, ...]:
        """Raises `NotFound` when `after` names none."""
        require_storable("department", query.department)
        conditions: list[Condition] = []
        if query.status is not None:
            conditions.append(_C.status == query.status)
        if query.department:
            conditions.append(_C.department == query.department)
        if query.overdue:
            conditions.append(_passed(now))
        if query.after:
            last = self.complaint(query.after)
            conditions.append(
                or_(_C.opened_at < last.opened_at, and_(_C.opened_at == last.opened_at, _C.id > last.id))
            )
        with answering(), self._reader.connect() as connection:
            return read_complaints(connection, and_(true(), *conditions), min(query.limit, MOST_LISTED))

    def due(self, now: datetime, soon: datetime) -> tuple[str, ...]:
        """Complaints that have to be escalated now, or that somebody may have to be reminded of before `soon`."""
        remind = or_(
            and_(_C.status == _S.OPEN, _C.answer_by <= soon, _C.reminded_of != "answer"),
            and_(_C.status == _S.ANSWERED, _C.resolve_by <= soon, _C.reminded_of != "resolve"),
            and_(_UNREVIEWED, _C.resolve_by <= soon, _C.reminded_of.not_in(("review", "overdue"))),
            and_(_UNREVIEWED, _C.resolve_by <= now, _C.reminded_of != "overdue"),
        )
        escalate = or_(
            and_(_C.status == _S.OPEN, _C.answer_by <= now),
            and_(_C.status == _S.ANSWERED, _C.resolve_by <= now),
        )
        with answering(), self._reader.connect() as connection:
            return tuple(connection.scalars(select(_C.id).where(or_(remind, escalate)).order_by(_C.id)))

    def history(self, complaint: Complaint) -> tuple[Event, ...]:
        """What happened to a complaint, oldest first."""
        mine = and_(
            events.c.conversation_id == complaint.conversation_id,
            events.c.customer_id == complaint.customer_id,
            events.c.kind.like("Complaint%"),
        )
        with answering(), self._reader.connect() as connection:
            found = read_events(connection, mine)
        return tuple(each for each in found if each.data.get("complaint_id") == complaint.id)

    def notices(self, complaint_id: str) -> tuple[OutboxRow, ...]:
        """What departments are told of it, oldest first."""
        with answering(), self._reader.connect() as connection:
            return read_outbox(connection, subject_id=complaint_id)


def _passed(now: datetime) -> Condition:
    return or_(
        and_(_C.status == _S.OPEN, _C.answer_by < now),
        and_(_C.status == _S.ANSWERED, _C.resolve_by < now),
        and_(_UNREVIEWED, _C.resolve_by < now),
    )


def _one(found: tuple[Complaint, ...], complaint_id: str) -> Complaint:
    if not found:
        raise NotFound("complaint", complaint_id)
    return found[0]
