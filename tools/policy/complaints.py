"""Complaints are taken, not judged; the card says which passage promises what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tools.codec import UNSTORABLE
from tools.domain import OpenComplaint
from tools.policy.card_file import CardHead, PassageName, Strict
from tools.policy.verdict import Denied, Situation, not_offered

MOST_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class ComplaintsCard:
    """`answer_hours`: until when somebody answers."""

    version: int
    effective_from: date
    effective_until: date | None
    answer_hours: int
    passage: str

    id = "complaints"


@dataclass(frozen=True, slots=True)
class ComplaintAllowed:
    rule: str
    passage: str
    answer_hours: int


class _Rule(Strict):
    answer_hours: Annotated[int, Field(ge=1, le=24 * 90)]
    passage: PassageName


class _Rules(Strict):
    open: _Rule


class ComplaintsCardFile(CardHead):
    """`complaints.card.yaml`."""

    id: Literal["complaints"]
    rules: _Rules

    def freeze(self) -> ComplaintsCard:
        rule = self.rules.open
        return ComplaintsCard(
            self.version, self.effective_from, self.effective_until, rule.answer_hours, rule.passage
        )


def check_complaint(command: OpenComplaint, situation: Situation) -> ComplaintAllowed | Denied:
    """Take every complaint that says something."""
    card = situation.cards.complaints
    if card is None:
        return not_offered("complaints")
    if not command.text.strip() or UNSTORABLE.search(command.text):
        return Denied("complaints.open", card.passage, "nothing_said")
    if len(command.text) > MOST_CHARACTERS:
        return Denied("complaints.open", card.passage, "too_long", params={"most": str(MOST_CHARACTERS)})
    return ComplaintAllowed("complaints.open", card.passage, card.answer_hours)
