"""A confirmed complaint becomes a case: its plan, its deadlines, and the ticket for who looks into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tools.desk.complaint_notices import ticket
from tools.desk.notices import Notice
from tools.desk.records import Proposal
from tools.domain import Complaint, ComplaintStatus, OpenComplaint
from tools.policy.complaint_plans import Handling
from tools.policy.handling import Priority, answer_by, limit_of, priority_of, resolve_by, steps_of
from tools.policy.verdict import Situation


@dataclass(frozen=True, slots=True)
class Opening:
    """`facts` go with the event of the complaint."""

    complaint: Complaint
    notices: tuple[Notice, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def opening_of(
    complaint_id: str, proposal: Proposal, command: OpenComplaint, situation: Situation
) -> Opening:
    """What a confirmed complaint gives rise to. Without handling plans it is only written down."""
    who = situation.customer
    complaint = Complaint(
        complaint_id, who.id, command.order_id, proposal.conversation_id, command.kind, command.text,
        ComplaintStatus.OPEN, situation.now, language=command.language or who.language, urgent=command.urgent,
    )  # fmt: skip
    handling = situation.cards.complaints.handling if situation.cards.complaints else None
    if handling is None:
        return Opening(complaint, facts={"kind": command.kind.value})
    priority = priority_of(command.urgent, command.sentiment, who.tier, situation.spent, handling.valued)
    complaint = _planned(complaint, priority, handling, situation)
    facts = {
        "kind": complaint.kind.value,
        "priority": complaint.priority.value,
        "reasons": " ".join(priority.reasons),
        "department": complaint.department,
        "plan": complaint.plan,
    }
    return Opening(complaint, (ticket(complaint, priority, handling),), facts)


def _planned(complaint: Complaint, priority: Priority, handling: Handling, situation: Situation) -> Complaint:
    plan, now = handling.plan_for(complaint.kind, complaint.urgent), situation.now
    return replace(
        complaint,
        priority=priority.level,
        plan=plan.id,
        department=plan.department,
        answer_by=answer_by(plan, now),
        resolve_by=resolve_by(plan, handling, now, situation.cards.timezone),
        compensation_limit=limit_of(plan.compensation, situation.order),
        steps=steps_of(plan, now),
    )
