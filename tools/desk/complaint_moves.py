"""What may happen to a complaint, and what it is then. Pure; `WrongState` says why something may not.

open → answered → closed, and from both of the first: → escalated → closed. The first move of a person acknowledges it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from tools.domain import Complaint, ComplaintOutcome, ComplaintStatus, Money
from tools.errors import WrongState
from tools.policy.handling import Deadline

_S = ComplaintStatus


def deadline_of(complaint: Complaint) -> tuple[Deadline, datetime] | None:
    """What is waited for now and until when; None when nothing has a deadline any more."""
    if complaint.status is _S.OPEN and complaint.answer_by is not None:
        return "answer", complaint.answer_by
    if complaint.status is _S.ANSWERED and complaint.resolve_by is not None:
        return "resolve", complaint.resolve_by
    if complaint.status is _S.ESCALATED and complaint.resolve_by is not None and not _reviewed(complaint):
        return "review", complaint.resolve_by
    return None


def is_overdue(complaint: Complaint, now: datetime) -> bool:
    due = deadline_of(complaint)
    return due is not None and due[1] < now


def acknowledged(complaint: Complaint, now: datetime) -> Complaint:
    """Somebody has it in hand."""
    _require_open(complaint)
    if complaint.acknowledged_at is not None:
        raise WrongState(f"complaint {complaint.id} was acknowledged already")
    return replace(complaint, acknowledged_at=now)


def seen(complaint: Complaint, now: datetime) -> Complaint:
    """Acknowledged, by whatever else a person did."""
    return replace(complaint, acknowledged_at=now)


def step_done(complaint: Complaint, number: int, by: str, now: datetime) -> Complaint:
    """`number` counts from 1."""
    _require_open(complaint)
    if not 1 <= number <= len(complaint.steps):
        raise WrongState(f"complaint {complaint.id} has no step {number}, only {len(complaint.steps)}")
    step = complaint.steps[number - 1]
    if step.done_at is not None:
        raise WrongState(f"complaint {complaint.id}: step {number} was done already")
    done = replace(step, done_at=now, done_by=by)
    return replace(complaint, steps=(*complaint.steps[: number - 1], done, *complaint.steps[number:]))


def compensation_offered(complaint: Complaint, amount: Money) -> Complaint:
    """Within the limit that the plan allowed when the complaint was taken; what is offered is not paid here."""
    _require_open(complaint)
    limit = complaint.compensation_limit
    if complaint.compensation is not None:
        raise WrongState(f"complaint {complaint.id}: {complaint.compensation} was offered already")
    if limit is None:
        raise WrongState(f"complaint {complaint.id}: its plan allows no compensation")
    if amount.currency != limit.currency:
        raise WrongState(f"complaint {complaint.id}: its currency is {limit.currency}, not {amount.currency}")
    if not Money.zero(limit.currency) < amount <= limit:
        raise WrongState(f"complaint {complaint.id}: {amount} is not above zero and at most {limit}")
    return replace(complaint, compensation=amount)


def answered(complaint: Complaint, text: str, now: datetime) -> Complaint:
    """The customer has been told who is responsible or what is proposed; after an escalation, by a manager."""
    _require_open(complaint)
    if complaint.status is _S.ANSWERED or (complaint.status is _S.ESCALATED and _reviewed(complaint)):
        raise WrongState(f"complaint {complaint.id} was answered already")
    status = _S.ANSWERED if complaint.status is _S.OPEN else complaint.status
    return replace(complaint, status=status, answered_at=now, answer=text)


def escalated(complaint: Complaint, department: str, review_by: datetime, now: datetime) -> Complaint:
    """A manager looks at it again, until `review_by`."""
    _require_open(complaint)
    if complaint.status is _S.ESCALATED:
        raise WrongState(f"complaint {complaint.id} was escalated already")
    return replace(
        complaint, status=_S.ESCALATED, department=department, escalated_at=now, resolve_by=review_by
    )


def reminded(complaint: Complaint, which: Deadline | Literal["overdue"]) -> Complaint:
    return replace(complaint, reminded_of=which)


def closed(complaint: Complaint, outcome: ComplaintOutcome, now: datetime) -> Complaint:
    """It is over. "compensated" needs an offer."""
    _require_open(complaint)
    if outcome is ComplaintOutcome.COMPENSATED and complaint.compensation is None:
        raise WrongState(f"complaint {complaint.id}: no compensation was offered")
    return replace(complaint, status=_S.CLOSED, outcome=outcome.value, closed_at=now)


def _reviewed(complaint: Complaint) -> bool:
    """Whether somebody has answered since the escalation."""
    at, since = complaint.answered_at, complaint.escalated_at
    return at is not None and since is not None and at >= since


def _require_open(complaint: Complaint) -> None:
    if complaint.status is _S.CLOSED:
        raise WrongState(f"complaint {complaint.id} is closed")
