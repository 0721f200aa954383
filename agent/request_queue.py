"""The open requests of a conversation: which is served now, which waits for its turn. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from agent.asked import moves_on, names_own_goods, new_requests, only_fills
from agent.complaints import COMPLAINT, STATUS
from agent.handing_over import hand_over
from agent.questions import Step, action_name, confirm_replies
from agent.requests import ORDER_INTENTS, REFUND_INTENTS, serve
from agent.resolve.orders import numbered
from agent.tasks import TASKS
from agent.types import Command, Decision, Evidence, Part, Request, State, Understanding
from agent.understand.clauses import says
from agent.understand.labels import KNOWLEDGE_INTENTS
from agent.understand.understand import clear_no
from tools.policy.cards import PolicyCards

# How often in a row one thing is asked for before a person is asked instead.
SAME_QUESTION = 4
_HAS_NUMBER = re.compile(r"(?<![A-Za-z0-9])W\d{7}(?!\d)", re.IGNORECASE)
_AT_ONCE = KNOWLEDGE_INTENTS | {STATUS}
_DROPS = re.compile(r"算了|不退|不办|不换|别退|别办|never ?mind|forget|leave it", re.IGNORECASE)
# Where why is asked, these may be the reason.
_STOPS = re.compile(
    rf"{_DROPS.pattern}|不用|先不|取消|没事|stop|cancel|changed my mind|not now", re.IGNORECASE
)


def open_requests(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Serve what can be answered at once, then take the first open request a step further."""
    fresh = () if only_fills(understanding, state) else new_requests(understanding, evidence, state)
    active = state.requests[0] if state.requests else None
    if active is not None and active.intent in TASKS:
        asked = active.asked in ("items", "new_item", "address", "payment_method", "reason", "order_id")
        moved = tuple(
            each
            for each in new_tasks(understanding, evidence, state)
            if another(each, active, evidence) and (not asked or _said(each))
        )
        if moved:
            # What waits for an answer stands back; it is asked for again when the new wish is done.
            behind = tuple(
                each for each in state.requests if not any(_same_wish(new, each, evidence) for new in moved)
            )
            resumed = tuple(_resumed(each, state.requests, evidence) for each in moved)
            waiting = replace(state, requests=(*resumed, *behind))
            return run_queue(waiting.requests, [], understanding, evidence, waiting, cards)
    known = {request.intent for request in state.requests}
    fresh = tuple(request for request in fresh if request.intent not in known or request.intent in _AT_ONCE)
    if not fresh and not (state.requests and moves_on(understanding, evidence, state)):
        return None
    instant = [r for r in fresh if r.intent in _AT_ONCE][:1]
    queue = state.requests + _looked_up_first(tuple(r for r in fresh if r.intent not in _AT_ONCE), evidence)
    steps = [serve(request, understanding, evidence, cards, state.done) for request in instant]
    # Who is asking may have to be known first: then the question waits like any other.
    queue = (*(step.request for step in steps if not step.done), *queue)
    return run_queue(queue, [step for step in steps if step.done], understanding, evidence, state, cards)


def _looked_up_first(fresh: tuple[Request, ...], evidence: Evidence) -> tuple[Request, ...]:
    """What only has to be looked up, of an order that is named, does not wait until something else is done."""
    first = tuple(
        each
        for each in fresh
        if each.intent in ORDER_INTENTS
        and (each.order_id or _HAS_NUMBER.search(each.text) or names_own_goods(each.text, evidence))
    )
    return (*first, *(each for each in fresh if each not in first))


def given_up(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """ "Never mind": what was being asked about is let go. A bare "no" may be an answer to the question."""
    if not state.requests or state.requests[0].intent not in TASKS or state.awaiting == "anything_else":
        return None
    active, rest = state.requests[0], state.requests[1:]
    asked_why = state.awaiting == "reason" or active.intent == "cancel_order"
    text = understanding.text
    lets_go = clear_no(text) or (understanding.act.label == "deny" and _DROPS.search(text))
    if not lets_go or not (_DROPS if asked_why else _STOPS).search(text):
        return None
    left = replace(state, requests=rest, awaiting="anything_else", offered_person=False, confused=0)
    return let_go(active, Command("withdraw"), "request.given_up", understanding, evidence, left, cards)


def let_go(
    dropped: Request, command: Command, rule: str, understanding: Understanding, evidence: Evidence,
    state: State, cards: PolicyCards,
) -> Decision:  # fmt: skip
    """Say that nothing of it is done, and go on with what else was asked for."""
    part = Part("withdrawn", {"intent": dropped.intent, "more": bool(state.requests)})
    if not state.requests:
        return Decision(
            "answer", rule, (part,), awaiting="anything_else", action=action_name(dropped.intent),
            command=command, state=replace(state, awaiting="anything_else"),
        )  # fmt: skip
    following = run_rest(understanding, evidence, state, cards)
    return replace(following, parts=(part, *following.parts), command=command, then=following.command)


def run_rest(understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards) -> Decision:
    """Take up what waits, without the words of this message: they were about something else."""
    silent = replace(understanding, text="", entities=(), clauses=(), intents=())
    # Nobody has left its question unanswered this time.
    queue = tuple(replace(each, times=0) for each in state.requests)
    return run_queue(queue, [], silent, evidence, state, cards)


def _said(request: Request) -> bool:
    """Whether a wish is there in so many words; a complaint never comes otherwise."""
    return request.intent == COMPLAINT or says(request.intent, request.text)


def _resumed(fresh: Request, waiting: tuple[Request, ...], evidence: Evidence) -> Request:
    """The same wish said anew goes on with what is known of it: a queue does not grow by being asked twice."""
    twin = next((each for each in waiting if _same_wish(fresh, each, evidence)), None)
    if twin is None:
        return fresh
    text = fresh.text if twin.read or twin.text in fresh.text else f"{twin.text} {fresh.text}"
    return replace(twin, text=text, words=fresh.words or twin.words, read=False, asked="", times=0)


def _same_wish(fresh: Request, waiting: Request, evidence: Evidence) -> bool:
    numbers = {order.id for order in numbered(fresh.text, evidence.orders)} | {fresh.order_id} - {None}
    return fresh.intent == waiting.intent and (
        not numbers or waiting.order_id is None or waiting.order_id in numbers
    )


def run_queue(
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
        return hand_over(replace(state, requests=queue), "loop.same_question")
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
            refused=last.request if last.kind == "refuse" and last.request.intent in TASKS else None,
            last_intent=next((s.request.intent for s in reversed(steps) if s.request.order_id), state.last_intent),
        ),
    )  # fmt: skip


def another(request: Request, active: Request, evidence: Evidence) -> bool:
    numbers = [order.id for order in numbered(request.text, evidence.orders)]
    if numbers and active.order_id and active.order_id not in numbers:
        return True
    alike = ("exchange_item", "change_items")
    return request.intent != active.intent and not (request.intent in alike and active.intent in alike)


def new_tasks(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    return tuple(each for each in new_requests(understanding, evidence, state) if each.intent in TASKS)


def _once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Two questions may have the same answer; it is given once."""
    found: list[Part] = []
    told: dict[str, int] = {}
    for part in parts:
        if part.template == "order_facts":
            place = told.setdefault(part.values["order"].id, len(found))
            if place < len(found):
                found[place] = _of_both(found[place], part)
                continue
        if part not in found:
            found.append(part)
    return tuple(found)


def _of_both(first: Part, second: Part) -> Part:
    """An order's facts for two questions: how it stands and where it is get the same lines, its refunds one more."""
    asked = [part.values.get("asked") for part in (first, second)]
    refunds = any(each in REFUND_INTENTS for each in asked) or first.values.get("refunds", False)
    other = next((each for each in asked if each not in REFUND_INTENTS), asked[0])
    return replace(first, values={**first.values, "asked": other, "refunds": refunds})
