"""Stage three: what happens next, and why. A pure function over typed data.

The branches are tried in order; the first that fits decides, and its name goes into the trace as `rule`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from agent.asked import SERVED, moves_on, new_requests, only_fills
from agent.questions import Step, action_name, person_reply
from agent.requests import KNOWLEDGE_INTENTS, serve
from agent.resolve.orders import numbered
from agent.tasks import TASKS, Desk, command_of, missing, read
from agent.types import Command, Decision, Evidence, Part, QuickReply, Request, State, Understanding
from agent.understand.clauses import says
from agent.understand.understand import affirms, clear_no, clear_yes, denies
from tools.domain import Language
from tools.policy.cards import PolicyCards

CONFUSED_TRIES = 3
# How often in a row one thing is asked for before a person is asked instead.
SAME_QUESTION = 4
_REJECTS = re.compile(
    r"^\s*(?:no\b|not? that|wrong|that's (?:not|wrong)|不对|不是(?:这|那)|错了)", re.IGNORECASE
)
_CORRECTING = re.compile(r"instead|actually|rather|改成|换成|还是|应该是", re.IGNORECASE)
_SOCIAL_ACTS = {"greeting": "greeting", "thanks": "thanks", "farewell": "farewell", "wait": "wait"}

Branch = Callable[[Understanding, Evidence, State, PolicyCards], Decision | None]


def decide(understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards) -> Decision:
    """Choose the one thing that this turn does; the new state of the conversation is part of it."""
    state = _carry(understanding, evidence, state)
    for branch in _BRANCHES:
        if decision := branch(understanding, evidence, state, cards):
            return _with_tone(understanding, decision)
    return _confused(understanding, state)


def _carry(understanding: Understanding, evidence: Evidence, state: State) -> State:
    state = replace(state, language=understanding.language)
    if evidence.identified and state.customer_id is None:
        return replace(state, customer_id=evidence.identified.id, identity_failures=0)
    if evidence.identity_failed:
        return replace(state, identity_failures=state.identity_failures + 1)
    return state


def _person(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    wanted = "talk_to_human" in understanding.intent_names
    accepted = state.offered_person and state.awaiting in (None, "anything_else") and affirms(understanding)
    if wanted or accepted:
        return _hand_over(state, "person.asked" if wanted else "person.accepted")
    if state.offered_person and clear_no(understanding.text) and state.awaiting != "confirmation":
        return _social(understanding, state, "anything_else", "person.declined")
    return None


def _hand_over(state: State, rule: str) -> Decision:
    return Decision(
        "handover", rule, (Part("handover", {"why": rule}),),
        action="hand_over", command=Command("hand_over", proposal=state.proposal, reason=rule, open_requests=state.requests),
        state=replace(state, handed_over=True, proposal=None, awaiting=None, requests=(), offered_person=False, confused=0),
    )  # fmt: skip


def _confirmation(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """A yes, a no, or a change to the proposal that waits; anything else leaves it waiting."""
    if state.awaiting != "confirmation" or state.proposal is None or not state.requests:
        return None
    withdrawal, rest = Command("withdraw", proposal=state.proposal), state.requests[1:]
    if clear_yes(understanding.text):
        return _confirmed(understanding, evidence, state, cards)
    if moved := _moved_on(understanding, evidence, state):
        left = replace(state, requests=(*moved, *rest), proposal=None, awaiting=None)
        following = _run_queue(left.requests, [], understanding, evidence, left, cards)
        parts = (Part("withdrawn_for_now", {"intent": state.requests[0].intent}), *following.parts)
        return replace(following, parts=parts, command=following.command or withdrawal)
    if changed := _changes(understanding, evidence, state, cards):
        fresh = _run_queue(
            (changed, *rest), [], understanding, evidence, replace(state, proposal=None), cards
        )
        return fresh if fresh.command else replace(fresh, command=withdrawal)
    if affirms(understanding):
        return _confirmed(understanding, evidence, state, cards)
    if _REJECTS.search(understanding.text) or (denies(understanding) and not understanding.first("order_id")):
        left = replace(state, requests=rest, proposal=None, awaiting="anything_else")
        return Decision(
            "answer", "proposal.declined", (Part("withdrawn", {"intent": state.requests[0].intent}),),
            awaiting="anything_else", action=action_name(state.requests[0].intent), command=withdrawal, state=left,
        )  # fmt: skip
    if understanding.act.label == "wait":
        return _keep(state, "proposal.wait", (Part("wait"),), understanding.language)
    return _between(understanding, evidence, state, cards) or _keep(
        state, "proposal.unclear", (Part("confirm_again"),), understanding.language
    )


def _moved_on(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    """Wishes of another kind, or for another order, than the one that waits: the customer goes on to them."""
    active = state.requests[0]
    fresh = _tasks(understanding, evidence, state)
    return tuple(each for each in fresh if _another(each, active, evidence))


def _another(request: Request, active: Request, evidence: Evidence) -> bool:
    numbers = [order.id for order in numbered(request.text, evidence.orders)]
    if numbers and active.order_id and active.order_id not in numbers:
        return True
    alike = ("exchange_item", "change_items")
    return request.intent != active.intent and not (request.intent in alike and active.intent in alike)


def _changes(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Request | None:
    """The pending request, where the message names something else for it: items, order, variant, method …"""
    active = state.requests[0]
    if evidence.identified is None or active.intent not in TASKS:
        return None
    if understanding.act.label in ("question", "ask_back") and not _CORRECTING.search(understanding.text):
        return None
    desk = Desk(evidence.identified, evidence, cards)
    # "That's wrong" is no reason for anything.
    changed = read(active, _REJECTS.sub("", understanding.text), understanding, desk)
    if understanding.act.label == "deny" and changed.items == active.items:
        changed = replace(changed, reason=active.reason)
    if missing(changed, desk):
        before = (active.order_id, active.lines, active.swaps)
        return changed if (changed.order_id, changed.lines, changed.swaps) != before else None
    return changed if command_of(changed) != command_of(active) else None


def _confirmed(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision:
    """Execute, then go on with what else was asked for."""
    active, rest = state.requests[0], state.requests[1:]
    done = Decision(
        "done", "proposal.confirmed", (Part("receipt"),), action=action_name(active.intent),
        command=Command("confirm", active, state.proposal),
        state=replace(state, requests=rest, proposal=None, awaiting="anything_else", confused=0),
        awaiting="anything_else",
    )  # fmt: skip
    if not rest:
        return done
    silent = replace(understanding, text="", entities=(), clauses=(), intents=())
    following = _run_queue(rest, [], silent, evidence, replace(state, requests=rest, proposal=None), cards)
    return replace(
        done, parts=done.parts + following.parts, awaiting=following.awaiting or "anything_else",
        quick_replies=following.quick_replies, then=following.command,
        state=replace(following.state, last_order_id=state.last_order_id, awaiting=following.awaiting),
    )  # fmt: skip


def _between(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """A question in the middle: answered, then back to the proposal."""
    asked = [name for name in understanding.intent_names if name in SERVED and name not in TASKS]
    if not asked and understanding.act.label in ("question", "ask_back"):
        asked = ["policy_question"]
    if not asked:
        return None
    step = serve(Request(asked[0], understanding.text), understanding, evidence, cards, state.done)
    if not step.done:
        return None
    return _keep(state, step.rule, (*step.parts, Part("proposal_waits")), understanding.language)


def _keep(state: State, rule: str, parts: tuple[Part, ...], language: Language) -> Decision:
    return Decision(
        "ask", rule, parts, awaiting="confirmation",
        action=action_name(state.requests[0].intent) if state.requests else None,
        quick_replies=confirm_replies(language), state=state,
    )  # fmt: skip


def confirm_replies(language: Language) -> tuple[QuickReply, ...]:
    """The two buttons under a proposal."""
    if language == "zh":
        return (QuickReply("确认提交", "确认"), QuickReply("先不办了", "先不办了"))
    return (QuickReply("Confirm", "Yes, confirm"), QuickReply("Don't do it", "No, cancel"))


def _identity(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    if not evidence.identity_failed:
        return None
    if evidence.identity_throttled:
        return _hand_over(state, "identity.too_many")
    requests = state.requests or new_requests(understanding, evidence, state)
    return Decision(
        "ask", "identity.no_match", (Part("identity_failed"),), awaiting="identity",
        state=replace(state, requests=requests, awaiting="identity"),
    )  # fmt: skip


def _requests(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Serve what can be answered at once, then take the first open request a step further."""
    fresh = () if only_fills(understanding, state) else new_requests(understanding, evidence, state)
    active = state.requests[0] if state.requests else None
    if active is not None and active.intent in TASKS:
        asked = active.asked in ("items", "new_item", "address", "payment_method", "reason", "order_id")
        moved = tuple(
            each
            for each in _tasks(understanding, evidence, state)
            if _another(each, active, evidence) and (says(each.intent, each.text) or not asked)
        )
        if moved:
            # What waits for an answer stands back; it is asked for again when the new wish is done.
            waiting = replace(state, requests=(*moved, *state.requests))
            return _run_queue(waiting.requests, [], understanding, evidence, waiting, cards)
    known = {request.intent for request in state.requests}
    fresh = tuple(
        request for request in fresh if request.intent not in known or request.intent in KNOWLEDGE_INTENTS
    )
    if not fresh and not (state.requests and moves_on(understanding, evidence, state)):
        return None
    instant = [r for r in fresh if r.intent in KNOWLEDGE_INTENTS][:1]
    queue = state.requests + tuple(r for r in fresh if r not in instant and r.intent not in KNOWLEDGE_INTENTS)
    steps = [serve(request, understanding, evidence, cards, state.done) for request in instant]
    return _run_queue(queue, steps, understanding, evidence, state, cards)


def _tasks(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    return tuple(each for each in new_requests(understanding, evidence, state) if each.intent in TASKS)


def _run_queue(
    queue: tuple[Request, ...], steps: list[Step], understanding: Understanding, evidence: Evidence,
    state: State, cards: PolicyCards,
) -> Decision:  # fmt: skip
    """Serve requests in order until one has to wait for the customer."""
    while queue:
        step = serve(queue[0], understanding, evidence, cards, state.done)
        steps.append(step)
        queue = queue[1:] if step.done else (step.request, *queue[1:])
        if not step.done:
            break
    last = steps[-1]
    if not last.done and last.request.times >= SAME_QUESTION:
        return _hand_over(replace(state, requests=queue), "loop.same_question")
    if (
        len(steps) > 1
        and not last.done
        and last.rule == "identity.needed"
        and steps[0].rule == "knowledge.none"
    ):
        steps = steps[1:]
    quick = confirm_replies(understanding.language) if last.kind == "propose" else last.quick_replies
    order_id = next((s.request.order_id for s in reversed(steps) if s.request.order_id), state.last_order_id)
    own = any(order.id == order_id for order in evidence.orders)
    return Decision(
        last.kind, last.rule, _once(part for step in steps for part in step.parts),
        awaiting=last.awaiting, action=last.action, command=last.command, quick_replies=quick,
        state=replace(
            state, requests=queue, awaiting=last.awaiting, confused=0, offered_person=last.offers_person,
            last_order_id=order_id if own else state.last_order_id,
            last_intent=next((s.request.intent for s in reversed(steps) if s.request.order_id), state.last_intent),
        ),
    )  # fmt: skip


def _once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Two questions may have the same answer; it is given once."""
    found: list[Part] = []
    for part in parts:
        if part not in found:
            found.append(part)
    return tuple(found)


def _known_now(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Somebody said who they are before asking for anything."""
    if understanding.first("email") and evidence.identified and not state.requests:
        return _social(understanding, state, "hello_again", "identity.matched", name=evidence.identified.name)
    return None


def _talk(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Words that ask for nothing that a shop does."""
    intents, act = understanding.intent_names, understanding.act.label
    if "complaint" in intents or act == "abuse":
        values = {"complaint": understanding.complaint.label}
        part = Part("complaint", values)
        state = replace(state, awaiting="anything_else", offered_person=True)
        return Decision(
            "ask", "talk.complaint", (part,), awaiting="anything_else",
            quick_replies=complaint_replies(understanding.language) + person_reply(understanding.language), state=state,
        )  # fmt: skip
    for intent in ("praise", "out_of_scope", "smalltalk"):
        if intent in intents:
            template = "greeting" if intent == "smalltalk" and act == "greeting" else intent
            return _social(understanding, state, template, f"talk.{intent}")
    if act in _SOCIAL_ACTS:
        return _social(understanding, state, _SOCIAL_ACTS[act], f"talk.{act}")
    plain = affirms(understanding) or denies(understanding)
    if plain and act in ("affirm", "deny") and state.awaiting in (None, "anything_else"):
        return _social(
            understanding, state, "anything_else" if act == "affirm" else "farewell", f"talk.{act}"
        )
    return None


def complaint_replies(language: Language) -> tuple[QuickReply, ...]:
    if language == "zh":
        return (QuickReply("查订单", "查一下我的订单"), QuickReply("我要退货", "我要退货"))
    return (
        QuickReply("Check my order", "Where is my order?"),
        QuickReply("Return it", "I want to return it"),
    )


def _social(understanding: Understanding, state: State, template: str, rule: str, **values: str) -> Decision:
    """Friendly words; an open question stays open."""
    waiting = state.awaiting if state.requests else None
    return Decision(
        "answer", rule, (Part(template, dict(values)),), awaiting=waiting,
        state=replace(state, awaiting=waiting, confused=0, offered_person=False),
    )  # fmt: skip


def _confused(understanding: Understanding, state: State) -> Decision:
    """Not understood: say so with choices, and after a few times bring a person."""
    state = replace(state, confused=state.confused + 1)
    if state.confused >= CONFUSED_TRIES:
        return _hand_over(state, "confused.too_often")
    awaiting = state.awaiting if state.requests else "anything_else"
    values = {"awaiting": awaiting}
    return Decision(
        "ask", "confused", (Part("not_understood", values),), awaiting=awaiting,
        quick_replies=complaint_replies(understanding.language) + person_reply(understanding.language),
        state=replace(state, awaiting=awaiting, offered_person=True),
    )  # fmt: skip


def _with_tone(understanding: Understanding, decision: Decision) -> Decision:
    """An angry customer hears first that we are sorry."""
    upset = understanding.sentiment.label == "negative" and understanding.sentiment.probability >= 0.6
    angry = upset and (understanding.act.label == "abuse" or understanding.complaint.label != "none")
    already = {"complaint", "receipt", "identity_failed"} & {part.template for part in decision.parts}
    if angry and not already:
        return replace(
            decision, parts=(Part("sorry", {"complaint": understanding.complaint.label}), *decision.parts)
        )
    return decision


_BRANCHES: tuple[Branch, ...] = (_person, _confirmation, _identity, _requests, _known_now, _talk)
