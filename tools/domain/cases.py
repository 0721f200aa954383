"""What people at the shop have to look into: complaints, and conversations handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tools.domain.values import DomainError, Money, Text, require_aware


class ComplaintKind(StrEnum):
    QUALITY = "quality"
    LOGISTICS = "logistics"
    SERVICE = "service"
    PRICE = "price"
    COUNTERFEIT = "counterfeit"
    OTHER = "other"


class ComplaintStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    CLOSED = "closed"


class ComplaintPriority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class ComplaintOutcome(StrEnum):
    SOLVED = "solved"
    UNJUSTIFIED = "unjustified"
    WITHDRAWN = "withdrawn"
    COMPENSATED = "compensated"


@dataclass(frozen=True, slots=True)
class ComplaintStep:
    """What a department has to do for a complaint; `done_at` and `done_by` once it has."""

    text: Text
    department: str
    due_at: datetime | None
    done_at: datetime | None = None
    done_by: str = ""

    def __post_init__(self) -> None:
        if self.due_at is not None:
            require_aware(self.due_at, "complaint step: due_at")


@dataclass(frozen=True, slots=True)
class Complaint:
    """`order_id` is "" for a complaint that is about no order.

    `plan` names the handling plan of the card, "" for a complaint older than plans. `answer_by` is until when the
    customer hears who is responsible, `resolve_by` until when there is a solution; after an escalation, until when a
    manager has answered. `compensation` was offered and is not paid here; null limits mean that none may be.
    `reminded_of` is the deadline ("answer", "resolve", "review") that the department was last reminded of;
    "overdue" once it was told that the review is late.
    """

    id: str
    customer_id: str
    order_id: str
    conversation_id: str
    kind: ComplaintKind
    text: str
    status: ComplaintStatus
    opened_at: datetime
    language: str = ""
    urgent: bool = False
    priority: ComplaintPriority = ComplaintPriority.NORMAL
    plan: str = ""
    department: str = ""
    answer_by: datetime | None = None
    resolve_by: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    escalated_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    compensation: Money | None = None
    compensation_limit: Money | None = None
    reminded_of: str = ""
    steps: tuple[ComplaintStep, ...] = ()

    def __post_init__(self) -> None:
        require_aware(self.opened_at, f"complaint {self.id}: opened_at")
        limit, offered = self.compensation_limit, self.compensation
        if offered is not None and (limit is None or not Money.zero(limit.currency) < offered <= limit):
            raise DomainError(
                f"complaint {self.id}: compensation {offered} is not within {limit or 'any limit'}"
            )

    @property
    def currency(self) -> str:
        """Of the amounts; "" where there are none."""
        return self.compensation_limit.currency if self.compensation_limit else ""

    @property
    def next_step(self) -> ComplaintStep | None:
        """The first thing that is still to do."""
        return next((each for each in self.steps if each.done_at is None), None)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A conversation that a person takes on. `customer_id` is "" while nobody knows who is asking."""

    id: str
    conversation_id: str
    customer_id: str
    reason: str
    summary: str
    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, f"hand-over {self.id}: at")
