"""Watches the deadlines of complaints: somebody is told before one, the department above after it; each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from tools.desk import complaint_moves as moves
from tools.desk.complaint_notices import overdue, reminder
from tools.desk.complaints import escalated, fact_of
from tools.domain import Complaint, Text
from tools.policy.cards import PolicyCards
from tools.policy.complaint_plans import Handling
from tools.store.complaint_store import ComplaintStore, ComplaintUnit

_MISSED: Final = MappingProxyType(
    {
        "answer": Text("答复已超过时限", "the answer is overdue"),
        "resolve": Text("解决方案已超过时限", "the solution is overdue"),
    }
)


def watch_deadlines(store: ComplaintStore, cards: PolicyCards, now: datetime) -> int:
    """Remind and escalate where it is time; returns how many complaints that were.

    Each complaint is looked at again under a lock and changed in a transaction of its own: several processes may
    watch at once, and one that dies leaves the rest to the next round. Without handling plans nothing is watched.
    Raises `StoreUnavailable`.
    """
    handling = cards.complaints.handling if cards.complaints else None
    if handling is None:
        return 0
    longest = max(plan.remind_before_hours for plan in handling.plans)
    due = store.due(now, now + timedelta(hours=longest))
    return sum(_see_to(store, complaint_id, cards, handling, now) for complaint_id in due)


def what_is_due(
    complaint: Complaint, remind_before: timedelta, now: datetime
) -> Literal["remind", "escalate", "overdue"] | None:
    """Pure. Above the department that reviews there is nobody: it is told once more that it is late."""
    waiting = moves.deadline_of(complaint)
    if waiting is None:
        return None
    which, until = waiting
    if now >= until:
        if which != "review":
            return "escalate"
        return "overdue" if complaint.reminded_of != "overdue" else None
    return "remind" if now >= until - remind_before and complaint.reminded_of != which else None


def _see_to(
    store: ComplaintStore, complaint_id: str, cards: PolicyCards, handling: Handling, now: datetime
) -> bool:
    with store.unit(complaint_id) as unit:
        before = timedelta(hours=handling.plan(unit.complaint.plan).remind_before_hours)
        what = what_is_due(unit.complaint, before, now)
        if what == "remind":
            _remind(unit, handling, now)
        elif what == "overdue":
            _tell_overdue(unit, handling, now)
        elif what == "escalate":
            _escalate(unit, cards, now)
        if what is not None:
            unit.commit()
        return what is not None


def _remind(unit: ComplaintUnit, handling: Handling, now: datetime) -> None:
    complaint = unit.complaint
    waiting = moves.deadline_of(complaint)
    assert waiting is not None
    which, until = waiting
    unit.save(moves.reminded(complaint, which))
    data = {"deadline": which, "department": complaint.department}
    unit.add_event(fact_of("ComplaintReminded", complaint, now, "agent", data))
    unit.add_notice(reminder(complaint, which, until, handling, now))


def _tell_overdue(unit: ComplaintUnit, handling: Handling, now: datetime) -> None:
    complaint = unit.complaint
    waiting = moves.deadline_of(complaint)
    assert waiting is not None
    which, until = waiting
    unit.save(moves.reminded(complaint, "overdue"))
    data = {"deadline": which, "department": complaint.department}
    unit.add_event(fact_of("ComplaintOverdue", complaint, now, "agent", data))
    unit.add_notice(overdue(complaint, which, until, handling, now))


def _escalate(unit: ComplaintUnit, cards: PolicyCards, now: datetime) -> None:
    before = unit.complaint
    waiting = moves.deadline_of(before)
    assert waiting is not None
    missed = _MISSED[waiting[0]]
    after, notice = escalated(before, cards, missed, now)
    unit.save(after)
    data = {"deadline": waiting[0], "from": before.department, "department": after.department}
    unit.add_event(fact_of("ComplaintEscalated", after, now, "agent", data, missed.en))
    unit.add_notice(notice)
