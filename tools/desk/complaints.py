"""The staff's side of complaints: each move once, on the record, in one transaction with what departments are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tools.codec import UNSTORABLE
from tools.desk import complaint_moves as moves
from tools.desk.complaint_notices import escalation
from tools.desk.notices import Notice
from tools.desk.records import Actor, Event
from tools.domain import Complaint, ComplaintOutcome, Money, Text
from tools.errors import WrongState
from tools.policy.cards import PolicyCards
from tools.policy.complaint_plans import Handling
from tools.policy.handling import review_by
from tools.store.complaint_store import ComplaintStore

MOST_CHARACTERS = 4000


@dataclass(slots=True)
class Move:
    """A complaint while somebody is at it; what is added here lands together with it."""

    complaint: Complaint
    notices: list[Notice] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComplaintDesk:
    """`cards` are those in force. All raise `NotFound` and `WrongState`; then nothing changed."""

    store: ComplaintStore
    cards: PolicyCards
    staff: str = "staff"

    def acknowledge(self, complaint_id: str, now: datetime) -> Complaint:
        """Somebody has begun to look into it."""
        with self.store.unit(complaint_id) as unit:
            after = moves.acknowledged(unit.complaint, now)
            unit.save(after)
            unit.add_event(fact_of("ComplaintAcknowledged", after, now, "staff", {"staff": self.staff}))
            unit.commit()
            return after

    def finish_step(self, complaint_id: str, number: int, now: datetime) -> Complaint:
        """A step of the plan is done; `number` counts from 1."""
        with self._move(complaint_id, "ComplaintStepDone", now) as move:
            move.complaint = moves.step_done(move.complaint, number, self.staff, now)
            move.data["step"] = str(number)
        return move.complaint

    def offer(self, complaint_id: str, amount: Money, now: datetime) -> Complaint:
        """Offer compensation within the limit of the plan. It is on the record; who pays it is not Kefu."""
        with self._move(complaint_id, "ComplaintCompensated", now) as move:
            move.complaint = moves.compensation_offered(move.complaint, amount)
            move.data |= {"amount": str(amount.amount), "currency": amount.currency}
        return move.complaint

    def answer(self, complaint_id: str, text: str, now: datetime) -> Complaint:
        """What the customer is told, in words that they can ask for in the chat."""
        said = _required(complaint_id, "an answer", text)
        with self._move(complaint_id, "ComplaintAnswered", now) as move:
            move.complaint = moves.answered(move.complaint, said, now)
        return move.complaint

    def escalate(self, complaint_id: str, why: str, now: datetime) -> Complaint:
        """Have a manager look at it again."""
        reason = _required(complaint_id, "a reason", why)
        with self._move(complaint_id, "ComplaintEscalated", now, reason) as move:
            move.data["from"] = move.complaint.department
            move.complaint, notice = escalated(move.complaint, self.cards, Text(reason, reason), now)
            move.data["department"] = move.complaint.department
            move.notices.append(notice)
        return move.complaint

    def close(self, complaint_id: str, outcome: ComplaintOutcome, why: str, now: datetime) -> Complaint:
        """It is over; `why` may be empty."""
        reason = _storable(complaint_id, why)
        with self._move(complaint_id, "ComplaintClosed", now, reason) as move:
            move.complaint = moves.closed(move.complaint, outcome, now)
            move.data["outcome"] = outcome.value
        return move.complaint

    @contextmanager
    def _move(self, complaint_id: str, fact: str, now: datetime, why: str = "") -> Iterator[Move]:
        """The first move of a person is what acknowledges a complaint."""
        with self.store.unit(complaint_id) as unit:
            who = {"staff": self.staff}
            move = Move(unit.complaint, data=dict(who))
            yield move
            if move.complaint.acknowledged_at is None:
                move.complaint = moves.seen(move.complaint, now)
                unit.add_event(fact_of("ComplaintAcknowledged", move.complaint, now, "staff", who))
            unit.save(move.complaint)
            unit.add_event(fact_of(fact, move.complaint, now, "staff", move.data, why))
            for notice in move.notices:
                unit.add_notice(notice)
            unit.commit()


def escalated(complaint: Complaint, cards: PolicyCards, why: Text, now: datetime) -> tuple[Complaint, Notice]:
    """The complaint with the department above, and what that is told. Raises `WrongState`."""
    handling = handling_of(cards)
    above = handling.plan(complaint.plan).escalate_to
    after = moves.escalated(complaint, above, review_by(handling, now, cards.timezone), now)
    return after, escalation(after, why, handling, now)


def handling_of(cards: PolicyCards) -> Handling:
    """Raises `WrongState` where the shop has no handling plans."""
    handling = cards.complaints.handling if cards.complaints else None
    if handling is None:
        raise WrongState("the complaints card has no handling plans, so there is nobody to escalate to")
    return handling


def fact_of(
    kind: str, complaint: Complaint, now: datetime, actor: Actor, data: dict[str, str], why: str = ""
) -> Event:
    return Event(
        kind, now, actor, complaint.customer_id, complaint.order_id, complaint.conversation_id, why=why,
        data={"complaint_id": complaint.id} | data,
    )  # fmt: skip


def _required(complaint_id: str, what: str, text: str) -> str:
    said = _storable(complaint_id, text)
    if not said:
        raise WrongState(f"complaint {complaint_id}: {what} in words is needed")
    return said


def _storable(complaint_id: str, text: str) -> str:
    if UNSTORABLE.search(text):
        raise WrongState(f"complaint {complaint_id}: the text holds a character that cannot be stored")
    if len(text) > MOST_CHARACTERS:
        raise WrongState(f"complaint {complaint_id}: the text is longer than {MOST_CHARACTERS} characters")
    return text.strip()
