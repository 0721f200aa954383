"""What departments are told of a complaint: a ticket when it comes, reminders, that it was escalated, that it is late."""

from __future__ import annotations

from datetime import datetime

from tools.codec import encode
from tools.desk.notices import Notice
from tools.domain import Complaint, Text
from tools.policy.complaint_plans import Handling
from tools.policy.handling import REASONS, Deadline, Priority


def ticket(complaint: Complaint, priority: Priority, handling: Handling) -> Notice:
    """The one ticket of a complaint; named by it, so that it is told once."""
    reasons = [REASONS[reason] for reason in priority.reasons]
    body = _body(complaint, handling)
    body["reasons"] = {"zh": [each.zh for each in reasons], "en": [each.en for each in reasons]}
    return Notice(
        f"ticket:{complaint.id}", "ticket", complaint.id, complaint.department, complaint.opened_at, body
    )


def reminder(
    complaint: Complaint, which: Deadline, due_at: datetime, handling: Handling, now: datetime
) -> Notice:
    body = _body(complaint, handling) | {"deadline": which, "due_at": encode(due_at)}
    return Notice(
        f"reminder:{complaint.id}:{which}", "reminder", complaint.id, complaint.department, now, body
    )


def overdue(
    complaint: Complaint, which: Deadline, due_at: datetime, handling: Handling, now: datetime
) -> Notice:
    body = _body(complaint, handling) | {"deadline": which, "due_at": encode(due_at)}
    return Notice(f"overdue:{complaint.id}", "overdue", complaint.id, complaint.department, now, body)


def escalation(complaint: Complaint, why: Text, handling: Handling, now: datetime) -> Notice:
    body = _body(complaint, handling) | {"why": encode(why)}
    return Notice(f"escalation:{complaint.id}", "escalation", complaint.id, complaint.department, now, body)


def _body(complaint: Complaint, handling: Handling) -> dict[str, object]:
    """The complaint as a receiver reads it: the customer's own words, and of the customer no more than the id."""
    limit = complaint.compensation_limit
    return {
        "complaint_id": complaint.id,
        "kind": complaint.kind.value,
        "priority": complaint.priority.value,
        "status": complaint.status.value,
        "urgent": complaint.urgent,
        "language": complaint.language,
        "text": complaint.text,
        "order_id": complaint.order_id,
        "customer_id": complaint.customer_id,
        "plan": complaint.plan,
        "department": {"id": complaint.department, **encode(handling.department(complaint.department))},
        "opened_at": encode(complaint.opened_at),
        "answer_by": encode(complaint.answer_by),
        "resolve_by": encode(complaint.resolve_by),
        "compensation_limit": f"{limit.amount} {limit.currency}" if limit else None,
        "steps": [encode(step) for step in complaint.steps],
    }
