"""What the staff's complaints endpoint takes and gives; what says who a customer is is masked unless asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from agent.understand.masking import masked
from tools.codec import encode
from tools.desk.complaint_moves import deadline_of, is_overdue
from tools.desk.records import Event
from tools.domain import Complaint, Money, Text
from tools.policy.complaint_plans import Handling
from tools.store.outbox_rows import OutboxRow

Words = Annotated[str, Meta(max_length=4000)]
ActionName = Literal["acknowledge", "finish_step", "offer", "answer", "escalate", "close"]
OutcomeName = Literal["solved", "unjustified", "withdrawn", "compensated"]


class WordsView(Struct, frozen=True):
    zh: str
    en: str


class StepView(Struct, frozen=True):
    number: int
    text: WordsView
    department: str
    due_at: str | None
    done_at: str | None
    done_by: str


class ComplaintView(Struct, frozen=True):
    """`deadline` is what is waited for now ("answer", "resolve", "review"), `due_at` until when."""

    id: str
    status: str
    kind: str
    priority: str
    urgent: bool
    language: str
    text: str
    customer: str
    order_id: str
    conversation_id: str
    plan: str
    department: str
    department_name: WordsView
    opened_at: str
    answer_by: str | None
    resolve_by: str | None
    deadline: str | None
    due_at: str | None
    overdue: bool
    acknowledged_at: str | None
    answered_at: str | None
    answer: str
    escalated_at: str | None
    closed_at: str | None
    outcome: str
    compensation: str | None
    compensation_limit: str | None
    currency: str
    steps: list[StepView]


class ComplaintList(Struct, frozen=True):
    """Latest first; `after` of the next page, null on the last one."""

    complaints: list[ComplaintView]
    after: str | None


class ComplaintEvent(Struct, frozen=True):
    at: str
    kind: str
    actor: str
    why: str
    data: dict[str, str]


class NoticeView(Struct, frozen=True):
    id: str
    kind: str
    department: str
    state: str
    created_at: str
    attempts: int
    delivered_at: str | None
    reference: str
    error: str


class ComplaintDetail(Struct, frozen=True):
    complaint: ComplaintView
    events: list[ComplaintEvent]
    notices: list[NoticeView]


class ActionOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """`staff` is who does it. "finish_step" needs `step`, "offer" an `amount` such as "20.00" (in the shop's
    currency), "answer" and "escalate" a `text`, "close" an `outcome`."""

    action: ActionName
    staff: Annotated[str, Meta(min_length=1, max_length=100)]
    step: Annotated[int, Meta(ge=1, le=1000)] | None = None
    amount: Annotated[str, Meta(pattern=r"^[0-9]{1,9}\.[0-9]{2}$")] | None = None
    text: Words = ""
    outcome: OutcomeName | None = None


@dataclass(frozen=True)
class Shown:
    """How complaints are put: `customer` names a customer, `words` are what somebody wrote."""

    handling: Handling | None
    now: datetime
    customer: Callable[[str], str]
    unmasked: bool = False

    def words(self, text: str) -> str:
        return text if self.unmasked else masked(text)

    def complaint(self, item: Complaint) -> ComplaintView:
        waiting = deadline_of(item)
        name = self.handling.department(item.department) if self.handling else Text("", "")
        return ComplaintView(
            item.id, item.status.value, item.kind.value, item.priority.value, item.urgent, item.language,
            self.words(item.text), item.customer_id if self.unmasked else self.customer(item.customer_id),
            item.order_id, item.conversation_id, item.plan, item.department, WordsView(name.zh, name.en),
            item.opened_at.isoformat(), encode(item.answer_by), encode(item.resolve_by),
            waiting[0] if waiting else None, encode(waiting[1]) if waiting else None, is_overdue(item, self.now),
            encode(item.acknowledged_at), encode(item.answered_at), self.words(item.answer) if item.answer else "",
            encode(item.escalated_at), encode(item.closed_at), item.outcome, _amount(item.compensation),
            _amount(item.compensation_limit), item.currency, _steps(item),
        )  # fmt: skip

    def event(self, event: Event) -> ComplaintEvent:
        why = self.words(event.why) if event.why else ""
        return ComplaintEvent(event.at.isoformat(), event.kind, event.actor, why, event.data)


def notice_view(row: OutboxRow) -> NoticeView:
    told = row.notice
    return NoticeView(
        told.id, told.kind, told.department, row.state, told.at.isoformat(), row.attempts, encode(row.delivered_at),
        row.reference, row.error,
    )  # fmt: skip


def _steps(item: Complaint) -> list[StepView]:
    return [
        StepView(
            number, WordsView(step.text.zh, step.text.en), step.department, encode(step.due_at),
            encode(step.done_at), step.done_by,
        )
        for number, step in enumerate(item.steps, 1)
    ]  # fmt: skip


def _amount(money: Money | None) -> str | None:
    return str(money.amount) if money is not None else None
