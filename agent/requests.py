"""How each kind of request is served: what it needs, what to ask for, when it is done. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.complaint_status import serve_status
from agent.complaints import COMPLAINT, STATUS
from agent.facts import answer_from_data, asks_of_inspection, only_others_know, wants_details
from agent.questions import (
    MOST_CHOICES,
    Step,
    ask_identity,
    ask_items,
    ask_method,
    ask_new_item,
    ask_order,
    ask_reason,
    ask_words,
    asked,
)
from agent.questions_answered import serve_knowledge
from agent.resolve.carriers import brought_by
from agent.resolve.lines import name_mention, named_order, remaining
from agent.resolve.orders import find_order, numbered, order_key, the_other
from agent.resolve.others import asks_for_others
from agent.resolve.when import orders_when
from agent.return_window import with_windows
from agent.tasks import LIKELY, ORDERLESS, TASKS, Desk, missing, read
from agent.types import (
    Done,
    Evidence,
    Part,
    Request,
    Understanding,
)
from agent.verdicts import hopeless, propose
from agent.wishes import as_asked, as_said, said_in, with_sold_out
from tools.domain import Order, OrderStatus, ReturnStatus
from tools.policy.cards import PolicyCards

REFUND_INTENTS = frozenset({"refund_status", "return_status"})
ORDER_INTENTS = REFUND_INTENTS | {"order_status", "tracking"}
_UNSHIPPED = re.compile(r"发货|没发|不发|\bship(?:ped|ping)?\b|dispatch", re.IGNORECASE)
LOOK_UP = re.compile(
    r"look (?:it|them|that)? ?up|don'?t (?:remember|know|have)|not sure which|查一下|不记得|忘了|不知道|记不清",
    re.IGNORECASE,
)
_WAITING = (OrderStatus.PENDING, OrderStatus.PROCESSED)


def serve(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards,
    done: tuple[Done, ...] = (),
) -> Step:  # fmt: skip
    """Take a request one step further. `done` is what the conversation has brought about so far."""
    step = _served(request, understanding, evidence, cards, done)
    if evidence.identified is None or request.intent == COMPLAINT:
        return step
    return with_windows(step, understanding.text, Desk(evidence.identified, evidence, cards))


def _served(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards,
    done: tuple[Done, ...],
) -> Step:  # fmt: skip
    if request.intent in TASKS:
        return _serve_task(request, understanding, evidence, cards)
    if request.intent == STATUS:
        return serve_status(request, understanding, evidence, cards)
    # A complaint moves no money.
    done = tuple(each for each in done if each.kind != "complaint_opened")
    if request.intent in ORDER_INTENTS:
        return _serve_order(request, understanding, evidence, done)
    found = serve_knowledge(request, understanding, evidence, done)
    return found if isinstance(found, Step) else _serve_order(found, understanding, evidence, done)


def candidates(intent: str, evidence: Evidence, text: str, answer: str = "") -> tuple[Order, ...]:
    """The orders that a request can be about, newest first; the same list is shown and counted by the customer.

    A day that `text` or the `answer` to "which order?" names leaves only the orders of that day.
    """
    orders: Sequence[Order] = evidence.orders
    for said in (text, answer):
        orders = orders_when(said, orders, evidence.now) or orders
        orders = brought_by(said, orders) or orders
    if intent in ("return_item", "exchange_item", "repair"):
        fit = [o for o in orders if o.delivered_at and any(remaining(o, line) for line in o.lines)]
    elif intent in LIKELY:
        fit = [o for o in orders if o.status in LIKELY[intent]]
    elif intent in ("return_status", "refund_status"):
        fit = [o for o in orders if o.returns or o.refunds]
    else:
        waiting = [o for o in orders if o.status in _WAITING] if _UNSHIPPED.search(text) else []
        fit = waiting or [o for o in orders if o.status in (*_WAITING, OrderStatus.SHIPPED)]
    return tuple(fit or orders)[:MOST_CHOICES]


def _serve_order(
    request: Request, understanding: Understanding, evidence: Evidence, done: tuple[Done, ...]
) -> Step:
    if evidence.identified is None:
        return ask_identity(request, understanding)
    if asks_for_others(request.text, evidence.identified, evidence.orders):
        return Step(
            "refuse", "order.not_yours", (Part("not_yours"),), True, request, awaiting="anything_else"
        )
    part = answer_from_data(request.intent, request.text, understanding, evidence, done)
    if part and (part.template in ("totals", "balances") or part.values.get("total")):
        parts = (part, *_priced_orders(request, evidence))
        return Step("answer", f"data.{part.template}", parts, True, request, awaiting="anything_else")
    if request.asked == "order_id" and LOOK_UP.search(understanding.text):
        return _all_orders(request, evidence)
    found = _find_order(request, understanding, evidence)
    if isinstance(found, Step):
        return found
    request = replace(request, order_id=found.id)
    values = {"order": found, "customer": evidence.identified, "now": evidence.now, "asked": request.intent}
    parts = (*_unrecorded(request, found), Part("order_facts", values), *_details(request, found))
    return Step("answer", f"order.{request.intent}", parts, True, request, action=request.intent)


def _unrecorded(request: Request, order: Order) -> tuple[Part, ...]:
    """What is said first where the record has no answer to what is asked: who may have one."""
    if any(each.status is ReturnStatus.REJECTED for each in order.returns) and asks_of_inspection(
        request.text
    ):
        return (Part("not_recorded", {"by": "warehouse"}),)
    return (Part("not_recorded", {"by": "carrier"}),) if only_others_know(request.text) else ()


def _details(request: Request, order: Order) -> tuple[Part, ...]:
    return (Part("order_details", {"order": order}),) if wants_details(request.text) else ()


def _priced_orders(request: Request, evidence: Evidence) -> tuple[Part, ...]:
    """The orders that a question about sums names by their numbers."""
    return tuple(Part("order_details", {"order": each}) for each in numbered(request.text, evidence.orders))


def _all_orders(request: Request, evidence: Evidence) -> Step:
    """Somebody who does not know the number wants to hear of all that it can be."""
    values = {"customer": evidence.identified, "now": evidence.now, "asked": request.intent}
    parts: tuple[Part, ...] = ()
    for order in candidates(request.intent, evidence, request.text):
        parts += (Part("order_facts", values | {"order": order}), Part("order_details", {"order": order}))
    return Step("answer", "order.all", parts, True, request, awaiting="anything_else")


def _find_order(request: Request, understanding: Understanding, evidence: Evidence) -> Order | Step:
    """The order that a request is about, or the question that finds it out."""
    if evidence.identified is None:
        return ask_identity(request, understanding)
    if not evidence.orders:
        return Step("answer", "order.none", (Part("no_orders"),), True, request)
    listed = candidates(request.intent, evidence, request.text, understanding.text)
    texts = (request.text, understanding.text)
    # Of a message with two wishes the part for this one; an answer to "which order?" before what was asked.
    first, second = texts if said_in(*texts) else reversed(texts)
    by_number = numbered(first, evidence.orders) or numbered(second, evidence.orders)
    if by_number:
        return by_number[0]
    chosen = named_order(understanding, evidence.orders, listed)
    chosen = chosen or next((o for o in evidence.orders if o.id == request.order_id), None)
    unknown = evidence.order_unknown or request.order_id
    if not chosen and unknown:
        parts: tuple[Part, ...] = (Part("order_not_found", {"order_id": unknown}),)
        return ask_order(replace(request, order_id=None), listed, understanding.language, parts)
    # "Return the lamp" may have been said before anybody knew whose lamp.
    chosen = chosen or named_order(as_asked(request, understanding), evidence.orders)
    if chosen is None and (
        found := find_order(request.text, understanding, evidence.orders, (), evidence.now)
    ):
        chosen = found.order
    if chosen:
        return chosen
    if evidence.order and (other := the_other(request.text, evidence.order, evidence.orders)):
        return other
    if evidence.order and _same_subject(request, evidence.order, listed):
        return evidence.order
    return listed[0] if len(listed) == 1 else ask_order(request, listed, understanding.language)


def _same_subject(request: Request, order: Order, listed: tuple[Order, ...]) -> bool:
    """The order just spoken of is meant again, where the request fits it and names nothing else."""
    return order in listed and not any(
        name_mention(request.text, line) for other in listed if other != order for line in other.lines
    )


def _serve_task(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards
) -> Step:
    """Read what was said, ask for the first thing that is missing, else propose or refuse."""
    if evidence.identified is None:
        return ask_identity(request, understanding)
    if not evidence.orders and request.intent not in ORDERLESS:
        return Step("answer", "order.none", (Part("no_orders"),), True, request)
    desk = Desk(evidence.identified, evidence, cards)
    if request.intent == COMPLAINT:
        return _serve_complaint(request, understanding, desk)
    number = request.order_id
    request = _with_known_order(request, desk)
    if _unknown_number(request, number, evidence):
        return _task_order(request, number, understanding, evidence)
    request = _read_all(request, understanding, desk)
    if request.order_id is None and request.intent != "update_profile":
        listed = candidates(request.intent, evidence, request.text, understanding.text)
        likely = evidence.order if evidence.order and _same_subject(request, evidence.order, listed) else None
        likely = likely or (listed[0] if len(listed) == 1 else None)
        if likely is None or number or evidence.order_unknown:
            return _task_order(request, number, understanding, evidence)
        request = _read_all(replace(request, order_id=likely.id, read=False), understanding, desk)
    return _next(request, understanding, desk)


def _serve_complaint(request: Request, understanding: Understanding, desk: Desk) -> Step:
    """A number that is none of the customer's orders is said to be so, and stands in the way of nothing."""
    step = _next(_read_all(request, understanding, desk), understanding, desk)
    unknown = desk.evidence.order_unknown
    if not unknown:
        return step
    return replace(step, parts=(Part("order_not_found", {"order_id": unknown}), *step.parts))


def _unknown_number(request: Request, number: str | None, evidence: Evidence) -> bool:
    """Whether the wish names an order that this customer does not have: no other one is taken instead."""
    if request.intent == "update_profile" or request.order_id is not None or request.asked == "order_id":
        return False
    said = evidence.order_unknown
    return bool(number) or bool(said and not request.read and order_key(said) in order_key(request.text))


def _with_known_order(request: Request, desk: Desk) -> Request:
    """A number kept from before anybody was known: now it is one of the customer's orders, or none."""
    if request.order_id is None or desk.order(request.order_id):
        return request
    key = order_key(request.order_id)
    mine = next((o for o in desk.evidence.orders if order_key(o.id) == key), None)
    return replace(request, order_id=mine.id if mine else None)


def _read_all(request: Request, understanding: Understanding, desk: Desk) -> Request:
    """First the words of the wish itself, then those of this message, where it is another one."""
    if request.asked == "order_id" and request.order_id is None:
        return _answered_order(request, understanding, desk)
    if not request.read:
        here = said_in(request.text, understanding.text)
        whole = understanding if here else as_said(request, understanding, desk.evidence.now.date())
        request = replace(read(request, request.text, whole, desk), read=True)
        if here:
            return request
    return read(request, understanding.text, understanding, desk)


def _answered_order(request: Request, understanding: Understanding, desk: Desk) -> Request:
    """ "The one with the camera" says which order, not what of it: that was said with the wish itself."""
    evidence = desk.evidence
    found = find_order(
        understanding.text, understanding, evidence.orders, LIKELY[request.intent], evidence.now
    )
    if found is None:
        return read(request, understanding.text, understanding, desk)
    known = replace(request, order_id=found.id, read=False)
    return replace(
        read(known, request.text, as_said(request, understanding, desk.evidence.now.date()), desk), read=True
    )


def _task_order(
    request: Request, number: str | None, understanding: Understanding, evidence: Evidence
) -> Step:
    listed = candidates(request.intent, evidence, request.text, understanding.text)
    unknown = evidence.order_unknown or number
    before: tuple[Part, ...] = (Part("order_not_found", {"order_id": unknown}),) if unknown else ()
    return ask_order(request, listed, understanding.language, before)


def _next(request: Request, understanding: Understanding, desk: Desk) -> Step:
    language = understanding.language
    order = desk.order(request.order_id)
    if order is not None and (refused := hopeless(request, order, desk, understanding.text)):
        return refused
    slot = missing(request, desk)
    if slot == "items":
        assert order is not None
        return ask_items(request, order, language)
    if slot == "reason":
        return ask_words(request) if request.intent == COMPLAINT else ask_reason(request, language)
    if slot == "new_item":
        assert order is not None
        return with_sold_out(ask_new_item(request, order, desk, language), desk)
    if slot == "address":
        values = {"intent": request.intent, "order": order}
        return Step(
            "ask", "address.which", (Part("ask_address", values),), False, asked(request, "address"),
            awaiting="address",
        )  # fmt: skip
    if slot == "payment_method":
        return ask_method(request, desk, language)
    return propose(request, order, desk)
