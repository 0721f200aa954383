"""What a message asks for: new requests, or an answer to the question that was put. Pure."""

from __future__ import annotations

import re

from agent.requests import DESK_INTENTS, KNOWLEDGE_INTENTS, ORDER_INTENTS
from agent.resolve.lines import named_items, named_order
from agent.types import Evidence, Request, State, Understanding

SERVED = ORDER_INTENTS | DESK_INTENTS | KNOWLEDGE_INTENTS | {"return_item"}
_RETURNING = re.compile(r"退(?!款)|\breturn|send .{0,20}back", re.IGNORECASE)
_LETTERS = re.compile(r"[\w]", re.UNICODE)


def new_requests(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    """One request an intent, in the order of confidence; several questions of knowledge are one search."""
    names = [
        _about_order(name, understanding, evidence) for name in understanding.intent_names if name in SERVED
    ]
    names = list(dict.fromkeys(names))
    knowledge = [name for name in names if name in KNOWLEDGE_INTENTS]
    kept = [name for name in names if name not in knowledge[1:]]
    if not kept and not state.requests and _same_again(understanding, evidence, state):
        return (Request(state.last_intent or "order_status", understanding.text, state.last_order_id),)
    if not kept and not understanding.intents:
        kept = _unspoken(understanding, evidence)
    return tuple(Request(name, understanding.text, understanding.first("order_id")) for name in kept)


def _unspoken(understanding: Understanding, evidence: Evidence) -> list[str]:
    """What a message without a clear intent most likely wants; none of it does anything by itself."""
    if understanding.act.label in ("question", "request", "ask_back"):
        return [_about_order("policy_question", understanding, evidence)]
    if understanding.first("reason") and named_order(understanding, evidence.orders):
        # "I don't want the phone case any more."
        return ["return_item"]
    return ["order_status"] if understanding.first("order_id") else []


def _about_order(name: str, understanding: Understanding, evidence: Evidence) -> str:
    """A rule asked about one order is a question about that order.

    "When will it arrive?" means the one just spoken of; "can W1000001 be returned?" wants its own answer, which
    reads back what would happen and does nothing.
    """
    order = evidence.order
    under_way = order is not None and order.status.value in ("pending", "processed", "shipped")
    if name == "delivery_time" and (understanding.first("order_id") or under_way):
        return "order_status"
    if (
        name == "policy_question"
        and understanding.first("order_id")
        and _RETURNING.search(understanding.text)
    ):
        return "return_item"
    return name


def _same_again(understanding: Understanding, evidence: Evidence, state: State) -> bool:
    """ "Then the sneakers": the same wish as before, for something else of the same order."""
    if state.last_intent is None or evidence.order is None:
        return False
    return bool(named_items(understanding, evidence.order)) and not understanding.intents


def only_fills(understanding: Understanding, state: State) -> bool:
    """An answer to what was just asked: a number, a mail address, a choice, with hardly a word around it."""
    if not state.requests or state.awaiting is None:
        return False
    text = understanding.text
    for entity in sorted(understanding.entities, key=lambda e: -e.start):
        text = text[: entity.start] + text[max(entity.end, entity.start) :]
    short = len(_LETTERS.findall(text)) <= 8
    if state.awaiting in ("items", "reason", "order_id"):
        return short or understanding.act.label not in ("question", "ask_back")
    return short or understanding.act.label in ("inform", "affirm", "correct")


def moves_on(understanding: Understanding, evidence: Evidence, state: State) -> bool:
    """Whether the message moves the first open request on."""
    if state.awaiting == "identity":
        return evidence.identified is not None
    if understanding.entities:
        return True
    order = next((o for o in evidence.orders if o.id == state.requests[0].order_id), evidence.order)
    if order is not None and named_items(understanding, order):
        return True
    return named_order(understanding, evidence.orders) is not None
