"""How the complaints stand that a customer has made before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.questions import Step, ask_identity, complaint_reply, person_reply
from agent.types import Evidence, Part, Request, Understanding
from tools.desk.complaint_moves import deadline_of, is_overdue
from tools.domain import Complaint, ComplaintStatus, Text
from tools.policy.cards import PolicyCards

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """A complaint as its customer hears of it.

    `department` is who has it, in words. `done` is what was done last: "acknowledged", "step" (`done_text` says what),
    "answered", "escalated", or "" for nothing yet. `deadline` and `until` are what comes next.
    """

    complaint: Complaint
    department: Text | None
    done: str
    done_at: datetime | None
    done_text: Text | None
    next_text: Text | None
    deadline: str
    until: datetime | None
    overdue: bool


def serve_status(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards
) -> Step:
    """How the customer's complaints stand: the one whose number is named, else the open ones, else the last."""
    if evidence.identified is None:
        return ask_identity(request, understanding)
    mine = evidence.complaints
    named = tuple(each for each in mine if each.id.casefold() in request.text.casefold())
    still_open = tuple(each for each in mine if each.status is not ComplaintStatus.CLOSED)
    shown = (named or still_open or mine[:1])[:MOST_SHOWN]
    hours = cards.complaints.answer_hours if cards.complaints else 0
    late = bool(hours) and any(_late(each, hours, evidence.now) for each in shown)
    buttons = person_reply(understanding.language)
    if not shown:
        buttons = (complaint_reply(understanding.language), *buttons)
    standings = tuple(standing_of(each, cards, evidence.now) for each in shown)
    part = Part("complaints", {"complaints": standings, "hours": hours, "late": late})
    return Step(
        "answer", "complaint.status", (part,), True, request, awaiting="anything_else", quick_replies=buttons
    )


def standing_of(complaint: Complaint, cards: PolicyCards, now: datetime) -> Standing:
    handling = cards.complaints.handling if cards.complaints else None
    named = handling is not None and complaint.department in handling.departments
    department = handling.department(complaint.department) if handling is not None and named else None
    done, done_at, done_text = _last(complaint)
    waiting = deadline_of(complaint)
    step = complaint.next_step if waiting is not None else None
    return Standing(
        complaint, department, done, done_at, done_text, step.text if step else None,
        waiting[0] if waiting else "", waiting[1] if waiting else None, is_overdue(complaint, now),
    )  # fmt: skip


def _last(complaint: Complaint) -> tuple[str, datetime | None, Text | None]:
    """What was done last, and when; of two things at the same moment the weightier one."""
    found: list[tuple[datetime, int, str, Text | None]] = [
        (at, weight, what, None)
        for weight, (what, at) in enumerate(
            (
                ("acknowledged", complaint.acknowledged_at),
                ("answered", complaint.answered_at),
                ("escalated", complaint.escalated_at),
            )
        )
        if at is not None
    ]
    found += [(each.done_at, 3, "step", each.text) for each in complaint.steps if each.done_at is not None]
    if not found:
        return "", None, None
    at, _, what, text = max(found, key=lambda each: each[:2])
    return what, at, text


def _late(complaint: Complaint, hours: int, now: datetime) -> bool:
    """Whether something promised is overdue; a complaint older than plans was promised an answer by the card."""
    if complaint.answer_by is not None:
        return is_overdue(complaint, now)
    return complaint.status is ComplaintStatus.OPEN and complaint.opened_at + timedelta(hours=hours) < now
