"""What people at the shop have to look into: complaints, and conversations handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tools.domain.values import require_aware


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


@dataclass(frozen=True, slots=True)
class Complaint:
    """`order_id` is "" for a complaint that is about no order."""

    id: str
    customer_id: str
    order_id: str
    conversation_id: str
    kind: ComplaintKind
    text: str
    status: ComplaintStatus
    opened_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.opened_at, f"complaint {self.id}: opened_at")


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
