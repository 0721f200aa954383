"""Who stays angry gets a person before they have to ask for one. Pure.

Three angry messages, two very angry ones, or three that get worse each time up to anger, with nothing done in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from agent.handing_over import ESCALATED, hand_over
from agent.mood import ANGRY, STEADY, VERY_ANGRY
from agent.types import Decision, State

LASTING, FURIOUS, WORSENING = 3, 2, 3
# From here on a mood is bad enough to be part of a fall.
_BAD = -0.3
# What is said all the same where a person takes over: answers are still answers.
_TELLS = ("answer", "refuse")
_OFFERS = frozenset({"offer_person", "person_instead", "still_refused", "hello_name"})


def escalated(decision: Decision, before: State) -> Decision:
    """The decision, or a hand-over in its place. `before` is the conversation as it came into the turn."""
    if not _open_to_it(decision, before) or not overdue(decision.state.moods):
        return decision
    said = decision.parts if decision.kind in _TELLS else ()
    sorry = tuple(part for part in decision.parts if part.template == "sorry" and part not in said)
    kept = tuple(part for part in (*sorry, *said) if part.template not in _OFFERS)
    over = hand_over(decision.state, ESCALATED)
    return replace(over, parts=(*kept, *over.parts), tried=decision.tried)


def overdue(moods: Sequence[float]) -> bool:
    """Whether the last message was angry, and the ones before it too, or each worse than the one before."""
    if not moods or moods[-1] > ANGRY:
        return False
    lasting = sum(mood <= ANGRY for mood in moods) >= LASTING
    furious = sum(mood <= VERY_ANGRY for mood in moods) >= FURIOUS
    return lasting or furious or _falling(moods[-WORSENING:])


def _falling(last: Sequence[float]) -> bool:
    worse = all(after <= mood - STEADY for mood, after in pairwise(last))
    return len(last) == WORSENING and worse and last[-2] <= _BAD


def _open_to_it(decision: Decision, before: State) -> bool:
    """Not where something is being done or a person has come already, nor while what solves it waits for a yes."""
    if before.handed_over or decision.kind in ("handover", "propose", "done") or decision.command is not None:
        return False
    waiting = decision.state.proposal
    # A record that nobody asked for does not solve what it is about.
    return waiting is None or (waiting.kind == "open_complaint" and before.record_offered)
