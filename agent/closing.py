"""The moment to ask how satisfied somebody is: once, when they close a matter or a person takes over. Pure."""

from __future__ import annotations

from dataclasses import replace

from agent.handing_over import DANGER, ESCALATED
from agent.loops import ANSWERS
from agent.mood import ANGRY
from agent.types import Decision, State, Understanding

_CLOSES = frozenset({"thanks", "farewell", "praise"})
# A refusal answers what was asked, too.
_SERVES = ANSWERS | {"denied"}


def closes(decision: Decision) -> bool:
    """Whether the customer has just thanked, praised, taken leave or said that this was all, and nothing is open."""
    templates = {part.template for part in decision.parts}
    nothing_open = not decision.state.requests and decision.awaiting in (None, "anything_else")
    return decision.rule.startswith("talk.") and bool(templates & _CLOSES) and nothing_open


def with_rating(decision: Decision, understanding: Understanding, before: State) -> Decision:
    """The decision with the question for a rating where it is the moment for it; never where a life is in danger."""
    served = decision.kind == "done" or any(part.template in _SERVES for part in decision.parts)
    state = replace(decision.state, answered=before.answered or served)
    if decision.rule == DANGER:
        return replace(decision, state=replace(state, rating_asked=True))
    calm = understanding.mood > ANGRY and decision.rule != ESCALATED
    announced = decision.kind == "handover" and not before.handed_over
    closed = closes(decision) and before.answered
    ask = calm and (announced or closed) and not before.rating_asked
    # Who was handed over in anger is not asked later either.
    over = before.rating_asked or ask or (announced and not calm)
    return replace(decision, ask_rating=ask, state=replace(state, rating_asked=over))
