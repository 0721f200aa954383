"""How the complaints stand that a customer has made before. Pure."""

from __future__ import annotations

from datetime import timedelta

from agent.questions import Step, ask_identity, complaint_reply, person_reply
from agent.types import Evidence, Part, Request, Understanding
from tools.domain import ComplaintStatus
from tools.policy.cards import PolicyCards

MOST_SHOWN = 5


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
    waiting = [each for each in shown if each.status is ComplaintStatus.OPEN]
    late = bool(hours) and any(each.opened_at + timedelta(hours=hours) < evidence.now for each in waiting)
    buttons = person_reply(understanding.language)
    if not shown:
        buttons = (complaint_reply(understanding.language), *buttons)
    part = Part("complaints", {"complaints": shown, "hours": hours, "late": late})
    return Step(
        "answer", "complaint.status", (part,), True, request, awaiting="anything_else", quick_replies=buttons
    )
