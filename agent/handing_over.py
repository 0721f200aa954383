"""The decision that a person takes the conversation on, and what that person is told. Pure."""

from __future__ import annotations

from dataclasses import replace

from agent.mood import trend
from agent.notes import Dropped, Finished, HandOverNote
from agent.slots import slots_of, without_private
from agent.types import Command, Decision, Evidence, Part, State, Understanding

# Why a person takes over from somebody who may take their life.
DANGER = "danger"
# From somebody whose anger lasts or grows.
ESCALATED = "mood.escalated"


def hand_over(state: State, rule: str) -> Decision:
    """`rule` is why: it chooses the words for the customer and stands in the note for the person."""
    said = Part("danger") if rule == DANGER else Part("handover", {"why": rule})
    return Decision(
        "handover", rule, (said,), action="hand_over",
        command=Command("hand_over", proposal=state.proposal, reason=rule, open_requests=state.requests),
        state=replace(
            state, handed_over=True, proposal=None, awaiting=None, requests=(), offered_person=False, confused=0,
            unclear=None, stuck=0, filled=(),
        ),
    )  # fmt: skip


def with_note(decision: Decision, understanding: Understanding, evidence: Evidence, state: State) -> Decision:
    """A hand-over with its note. `state` is the conversation as it was before the decision."""
    command = decision.command
    if command is None or command.kind != "hand_over":
        return decision
    return replace(decision, command=replace(command, note=_note(command, understanding, evidence, state)))


def _note(command: Command, understanding: Understanding, evidence: Evidence, state: State) -> HandOverNote:
    identified, waiting = evidence.identified is not None, command.proposal is not None
    wishes = tuple(
        slots_of(each, evidence.orders, state.language, identified, complete=waiting and number == 0)
        for number, each in enumerate(command.open_requests)
    )
    finished = tuple(
        Finished(each.kind, each.order_id, each.subject_id, each.receipt_id) for each in state.done
    )
    ref = command.proposal
    addressed = any(each.address for each in command.open_requests) or state.awaiting == "address"
    return HandOverNote(
        why=command.reason,
        customer_id=state.customer_id or "",
        language=understanding.language,
        last_words="" if addressed else without_private(understanding.text),
        sentiment=understanding.sentiment.label,
        complaint=understanding.complaint.label,
        urgent=command.reason == DANGER
        or understanding.urgent
        or any(each.urgent for each in command.open_requests),
        failed_identities=state.identity_failures,
        wishes=wishes,
        finished=finished,
        grievance=without_private(state.grievance.words) if state.grievance else "",
        dropped=Dropped(ref.kind, ref.order_id, ref.id) if ref else None,
        moods=state.moods,
        trend=trend(state.moods),
    )
