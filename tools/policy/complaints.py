"""Complaints are taken, not judged; the card says which passage promises what, and who looks into them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.codec import UNSTORABLE
from tools.domain import ADDED, OpenComplaint, Text
from tools.policy.verdict import Denied, Situation, not_offered

MOST_CHARACTERS = 4000
_NOBODY = Text("", "")


@dataclass(frozen=True, slots=True)
class ComplaintAllowed:
    """`department` is who looks into it, in words; empty where the card has no handling plans."""

    rule: str
    passage: str
    answer_hours: int
    department: Text = field(default=_NOBODY, metadata=ADDED)


def check_complaint(command: OpenComplaint, situation: Situation) -> ComplaintAllowed | Denied:
    """Take every complaint that says something."""
    card = situation.cards.complaints
    if card is None:
        return not_offered("complaints")
    if not command.text.strip() or UNSTORABLE.search(command.text):
        return Denied("complaints.open", card.passage, "nothing_said")
    if len(command.text) > MOST_CHARACTERS:
        return Denied("complaints.open", card.passage, "too_long", params={"most": str(MOST_CHARACTERS)})
    department = _NOBODY
    if card.handling is not None:
        department = card.handling.department(card.handling.plan_for(command.kind, command.urgent).department)
    return ComplaintAllowed("complaints.open", card.passage, card.answer_hours, department)
