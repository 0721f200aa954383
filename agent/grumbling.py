"""Anger without a wish: an apology, one thing that helps, and a record of it for who has reason for one. Pure."""

from __future__ import annotations

from dataclasses import replace

from agent.complaint_words import keeps_it_back, tells_something
from agent.complaints import with_grievance
from agent.mood import ANGRY, VERY_ANGRY
from agent.questions import complaint_reply, first_steps, person_reply
from agent.request_queue import run_queue
from agent.types import Decision, Evidence, Part, State, Understanding
from agent.understand.labels import NO_COMPLAINT
from tools.domain import ComplaintStatus
from tools.policy.cards import PolicyCards

_OFTEN = 2


def grumbling(understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards) -> Decision:
    """We are sorry, this can be done at once; and a complaint or a person, for who wants one.

    Where somebody known is very angry, or angry again, about something that has a name, the complaint is read back
    unasked, once a conversation; it is recorded on their yes only.
    """
    apologise, open_id = not state.apologised, _open(evidence)
    state = with_grievance(understanding, state)
    if not open_id and _warranted(understanding, evidence, state, cards):
        proposed = _proposed(understanding, evidence, state, cards, apologise)
        if proposed.kind == "propose":
            return proposed
    language, label = understanding.language, understanding.complaint.label
    awaiting = state.awaiting if state.requests else "anything_else"
    record = () if open_id else (complaint_reply(language),)
    said = {"complaint": label, "apologise": apologise, "open_id": open_id, "proposed": False}
    return Decision(
        "ask", "talk.complaint", (Part("complaint", said),), awaiting=awaiting,
        quick_replies=(*first_steps(language, label), *record, *person_reply(language)),
        state=replace(state, awaiting=awaiting, offered_person=True),
    )  # fmt: skip


def _open(evidence: Evidence) -> str:
    """The number of the customer's latest complaint that is not solved; "" for none."""
    waiting = (each.id for each in evidence.complaints if each.status is not ComplaintStatus.CLOSED)
    return next(waiting, "")


def _warranted(understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards) -> bool:
    if evidence.identified is None or cards.complaints is None or state.requests or state.record_offered:
        return False
    if understanding.complaint.label == NO_COMPLAINT or keeps_it_back(understanding.text):
        return False
    often = sum(mood <= ANGRY for mood in state.moods) >= _OFTEN
    told = state.grievance is not None and tells_something(state.grievance.words)
    return told and (understanding.mood <= VERY_ANGRY or often)


def _proposed(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards, apologise: bool
) -> Decision:
    assert state.grievance is not None
    bare = replace(understanding, intents=(), clauses=())
    queue = (state.grievance,)
    step = run_queue(queue, [], bare, evidence, replace(state, record_offered=True), cards)
    label = understanding.complaint.label
    said = {"complaint": label, "apologise": apologise, "open_id": "", "proposed": True}
    rest = tuple(part for part in step.parts if part.template != "sorry")
    return replace(step, parts=(Part("complaint", said), *rest))
