"""Conversations that get nowhere end with a person. Pure.

A turn gets somewhere when it answers a question, carries something out, learns who is asking, or fills a slot that
had not been filled since something was last answered or done. Asking two questions in turns, changing a proposal for
ever, or taking up and dropping the same wish fills nothing new.
"""

from __future__ import annotations

from dataclasses import replace

from agent.handing_over import hand_over
from agent.questions import person_reply
from agent.slots import known_slots
from agent.types import Decision, Part, State
from tools.domain import Language

OFFER_AFTER = 8
HAND_OVER_AFTER = 10
# Templates that answer something.
ANSWERS = frozenset(
    {
        "policy", "approved", "order_facts", "order_details", "totals", "balances", "offers", "product_facts", "bought", "complaints",
        "receipt", "no_orders", "nothing_left", "return_window",
    }
)  # fmt: skip
_IDLE = ("talk.", "identity.matched", "person.declined")
# Talk that leaves somebody without what they came for.
_IN_VAIN = ("talk.complaint", "talk.out_of_scope")


def watched(decision: Decision, before: State, state: State, language: Language) -> Decision:
    """Count the turns that got nowhere: offer a person, then bring one.

    `before` is the conversation as it came into the turn, `state` with what this message told of the customer.
    """
    if decision.kind == "handover":
        return decision
    if decision.kind == "done" or any(part.template in ANSWERS for part in decision.parts):
        return replace(decision, state=replace(decision.state, stuck=0, filled=_filled(decision.state)))
    filled = tuple(sorted({*before.filled, *_filled(decision.state)}))
    if len(filled) > len(before.filled) or before.customer_id != decision.state.customer_id:
        return replace(decision, state=replace(decision.state, stuck=0, filled=filled))
    stuck = before.stuck + (0 if _idle(decision, before) else 1)
    if stuck >= HAND_OVER_AFTER:
        return replace(hand_over(state, "loop.no_progress"), tried=decision.tried)
    decision = replace(decision, state=replace(decision.state, stuck=stuck, filled=filled))
    return _with_offer(decision, language) if stuck >= OFFER_AFTER else decision


def _filled(state: State) -> tuple[str, ...]:
    return tuple(sorted({f"{each.intent}:{slot}" for each in state.requests for slot in known_slots(each)}))


def _idle(decision: Decision, before: State) -> bool:
    """Friendly words where nothing is open: nobody is stuck."""
    if before.requests or decision.state.requests or decision.rule in _IN_VAIN:
        return False
    return decision.rule.startswith(_IDLE)


def _with_offer(decision: Decision, language: Language) -> Decision:
    """The offer stands first: what is asked last is what a yes is an answer to."""
    buttons = tuple(each for each in person_reply(language) if each not in decision.quick_replies)
    return replace(
        decision, parts=(Part("offer_person"), *decision.parts),
        quick_replies=(*decision.quick_replies, *buttons), state=replace(decision.state, offered_person=True),
    )  # fmt: skip
