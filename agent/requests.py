"""How each kind of request is served: what it needs, what to ask for, when it is done. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.resolve.lines import mention, named_items, named_order, remaining
from agent.types import (
    Awaiting,
    Command,
    DecisionKind,
    Evidence,
    Part,
    QuickReply,
    Request,
    Understanding,
)
from tools.domain import Customer, Language, Order, OrderStatus, ReturnItem, ReturnReason, StartReturn
from tools.policy.return_card import ReturnCard
from tools.policy.returns import ReturnAllowed, check_return
from tools.policy.verdict import Denied

ORDER_INTENTS = frozenset({"order_status", "tracking", "refund_status", "return_status"})
# Writes that the order desk does not do by itself yet: the rule is quoted and a person offered.
DESK_INTENTS = frozenset(
    {
        "exchange_item",
        "repair",
        "cancel_order",
        "change_address",
        "change_items",
        "change_payment",
        "update_profile",
    }
)
KNOWLEDGE_INTENTS = frozenset(
    {
        "policy_question", "product_question", "stock_question", "price_protection", "invoice", "coupon_points",
        "gift_card", "payment_problem", "account", "delivery_time",
    }
)  # fmt: skip
MOST_CHOICES = 5
_UNSHIPPED = re.compile(r"发货|没发|不发|\bship(?:ped|ping)?\b|dispatch", re.IGNORECASE)
_WAITING = (OrderStatus.PENDING, OrderStatus.PROCESSED)


@dataclass(frozen=True, slots=True)
class Step:
    """What serving one request comes to in this turn. A request that is not `done` stays first in the queue."""

    kind: DecisionKind
    rule: str
    parts: tuple[Part, ...]
    done: bool
    request: Request
    awaiting: Awaiting | None = None
    action: str | None = None
    command: Command | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    offers_person: bool = False


def serve(request: Request, understanding: Understanding, evidence: Evidence, card: ReturnCard) -> Step:
    """Take a request one step further."""
    if request.intent == "return_item":
        return _serve_return(request, understanding, evidence, card)
    if request.intent in ORDER_INTENTS:
        return _serve_order(request, understanding, evidence)
    return _serve_knowledge(request, understanding, evidence)


def candidates(intent: str, evidence: Evidence, text: str) -> tuple[Order, ...]:
    """The orders that a request can be about, newest first; the same list is shown and counted by the customer."""
    orders = evidence.orders
    if intent == "return_item":
        fit = [o for o in orders if o.delivered_at and any(remaining(o, line) for line in o.lines)]
    elif intent in ("return_status", "refund_status"):
        fit = [o for o in orders if o.returns or o.refunds]
    else:
        waiting = [o for o in orders if o.status in _WAITING] if _UNSHIPPED.search(text) else []
        fit = waiting or [o for o in orders if o.status in (*_WAITING, OrderStatus.SHIPPED)]
    return tuple(fit or orders)[:MOST_CHOICES]


def _serve_knowledge(request: Request, understanding: Understanding, evidence: Evidence) -> Step:
    language = understanding.language
    desk = request.intent in DESK_INTENTS
    if not evidence.answerable:
        return Step(
            "answer", "knowledge.none", (Part("no_answer"),), True, request,
            awaiting="anything_else", quick_replies=person_reply(language), offers_person=True,
        )  # fmt: skip
    parts: tuple[Part, ...] = (Part("policy", {"question": request.text, "hits": evidence.hits}),)
    if desk:
        parts += (Part("desk_person", {"intent": request.intent}),)
    return Step(
        "answer", "desk.not_by_chat" if desk else "knowledge.found", parts, True, request,
        quick_replies=person_reply(language) if desk else (), offers_person=desk,
    )  # fmt: skip


def _serve_order(request: Request, understanding: Understanding, evidence: Evidence) -> Step:
    found = _find_order(request, understanding, evidence)
    if isinstance(found, Step):
        return found
    request = replace(request, order_id=found.id)
    values = {"order": found, "customer": evidence.identified, "now": evidence.now, "asked": request.intent}
    return Step(
        "answer",
        f"order.{request.intent}",
        (Part("order_facts", values),),
        True,
        request,
        action=request.intent,
    )


def _find_order(request: Request, understanding: Understanding, evidence: Evidence) -> Order | Step:
    """The order that a request is about, or the question that finds it out."""
    if evidence.identified is None:
        return _ask_identity(request, understanding)
    if not evidence.orders:
        return Step("answer", "order.none", (Part("no_orders"),), True, request)
    listed = candidates(request.intent, evidence, request.text)
    chosen = named_order(understanding, evidence.orders, listed)
    chosen = chosen or next((o for o in evidence.orders if o.id == request.order_id), None)
    unknown = evidence.order_unknown or request.order_id
    if not chosen and unknown:
        parts: tuple[Part, ...] = (Part("order_not_found", {"order_id": unknown}),)
        return _ask_order(replace(request, order_id=None), listed, understanding.language, parts)
    # "Return the lamp" may have been said before anybody knew whose lamp.
    chosen = chosen or named_order(_as_asked(request, understanding), evidence.orders)
    if chosen:
        return chosen
    if evidence.order and _same_subject(request, evidence.order, listed):
        return evidence.order
    return listed[0] if len(listed) == 1 else _ask_order(request, listed, understanding.language)


def _as_asked(request: Request, understanding: Understanding) -> Understanding:
    """The words of the request itself, without entities, which were taken from it then."""
    return replace(understanding, text=request.text, entities=())


def _same_subject(request: Request, order: Order, listed: tuple[Order, ...]) -> bool:
    """The order just spoken of is meant again, where the request fits it and names nothing else."""
    return order in listed and not any(
        mention(request.text, line) for other in listed if other != order for line in other.lines
    )


def _ask_identity(request: Request, understanding: Understanding) -> Step:
    number = understanding.first("order_id")
    request = replace(request, order_id=number) if number else request
    values = {"intent": request.intent, "order_id": request.order_id}
    return Step(
        "ask", "identity.needed", (Part("ask_identity", values),), False, request, awaiting="identity"
    )


def _ask_order(
    request: Request, listed: tuple[Order, ...], language: Language, before: tuple[Part, ...] = ()
) -> Step:
    parts = (*before, Part("ask_order", {"orders": listed, "intent": request.intent}))
    quick = tuple(QuickReply(f"{o.id} · {o.lines[0].name.in_(language)}", o.id) for o in listed)
    return Step("ask", "order.which", parts, False, request, awaiting="order_id", quick_replies=quick)


def _serve_return(
    request: Request, understanding: Understanding, evidence: Evidence, card: ReturnCard
) -> Step:
    request = replace(request, reason=_reason(understanding) or request.reason)
    found = _find_order(request, understanding, evidence)
    if isinstance(found, Step):
        return found
    assert evidence.identified is not None
    if found.id != request.order_id:
        request = replace(request, order_id=found.id, items=None)
    request = replace(request, items=_items(request, understanding, found))
    if request.items is None:
        refused = _nothing_left(request, found) or _whole_order_refused(request, found, evidence, card)
        return refused or _ask_items(request, found, understanding.language)
    if request.reason is None:
        refused = _refused_whatever(request, found, evidence, card)
        return refused or _ask_reason(request, understanding.language)
    return _propose(request, found, evidence.identified, evidence, card)


def _reason(understanding: Understanding) -> ReturnReason | None:
    value = understanding.first("reason")
    reasons = [ReturnReason(v) for v in understanding.values("reason")]
    # "The size is fine but it arrived broken": a fault outweighs a preference.
    return next((reason for reason in reasons if reason.shop_fault), ReturnReason(value) if value else None)


def _items(request: Request, understanding: Understanding, order: Order) -> tuple[ReturnItem, ...] | None:
    left = [line for line in order.lines if remaining(order, line) > 0]
    named = named_items(understanding, order)
    if named or request.items:
        return named or request.items
    earlier = named_items(_as_asked(request, understanding), order)
    if earlier:
        return earlier
    return (ReturnItem(left[0].line_no, remaining(order, left[0])),) if len(left) == 1 else None


def _nothing_left(request: Request, order: Order) -> Step | None:
    if order.delivered_at and not any(remaining(order, line) for line in order.lines):
        return Step("refuse", "return.nothing_left", (Part("nothing_left", {"order": order}),), True, request)
    return None


def _whole_order_refused(request: Request, order: Order, evidence: Evidence, card: ReturnCard) -> Step | None:
    """No need to ask which item, where nothing of the order can come back whatever the reason."""
    everything = tuple(
        ReturnItem(line.line_no, line.quantity) for line in order.lines if remaining(order, line) > 0
    )
    return (
        _refused_whatever(replace(request, items=everything), order, evidence, card) if everything else None
    )


def _ask_items(request: Request, order: Order, language: Language) -> Step:
    left = [line for line in order.lines if remaining(order, line) > 0]
    quick = tuple(
        QuickReply(line.name.in_(language), line.name.in_(language)) for line in left[:MOST_CHOICES]
    )
    everything = "全部" if language == "zh" else "All of them"
    parts = (Part("ask_items", {"order": order, "lines": left}),)
    return Step(
        "ask", "return.items", parts, False, request,
        awaiting="items", quick_replies=(*quick, QuickReply(everything, everything)),
    )  # fmt: skip


def _ask_reason(request: Request, language: Language) -> Step:
    choices = (
        ("质量问题", "收到时破损", "发错商品", "尺码不合适", "不想要了")
        if language == "zh"
        else ("Faulty", "Arrived damaged", "Wrong item", "Doesn't fit", "I don't want it")
    )
    quick = tuple(QuickReply(choice, choice) for choice in choices)
    return Step(
        "ask", "return.reason", (Part("ask_reason"),), False, request, awaiting="reason", quick_replies=quick
    )


def _refused_whatever(request: Request, order: Order, evidence: Evidence, card: ReturnCard) -> Step | None:
    """No need to ask why, where no reason would help."""
    assert evidence.identified is not None
    faulty = replace(request, reason=ReturnReason.QUALITY)
    step = _propose(faulty, order, evidence.identified, evidence, card)
    return replace(step, request=request) if step.kind == "refuse" else None


def _propose(
    request: Request, order: Order, customer: Customer, evidence: Evidence, card: ReturnCard
) -> Step:
    checks = {
        item.line_no: _check(request, (item,), order, customer, evidence, card)
        for item in request.items or ()
    }
    denied = {number: check for number, check in checks.items() if isinstance(check, Denied)}
    allowed = tuple(item for item in request.items or () if item.line_no not in denied)
    if not allowed:
        first = next(iter(denied.values()))
        values = {"denied": first, "order": order, "lines": [order.line(n) for n in denied]}
        return Step("refuse", first.rule, (Part("denied", values),), True, request, action="return")
    request = replace(request, items=allowed)
    together = _check(request, allowed, order, customer, evidence, card)
    if isinstance(together, Denied):
        values = {"denied": together, "order": order, "lines": list(order.lines)}
        return Step("refuse", together.rule, (Part("denied", values),), True, request, action="return")
    parts = tuple(
        Part("denied", {"denied": d, "order": order, "lines": [order.line(n)]}) for n, d in denied.items()
    )
    return Step(
        "propose", together.rule, (*parts, Part("proposal", {"order": order})), False, request,
        awaiting="confirmation", action="return", command=Command("propose_return", request),
    )  # fmt: skip


def _check(
    request: Request,
    items: tuple[ReturnItem, ...],
    order: Order,
    customer: Customer,
    evidence: Evidence,
    card: ReturnCard,
) -> ReturnAllowed | Denied:
    return check_return(order, customer, start_return(replace(request, items=items)), card, evidence.now)


def start_return(request: Request) -> StartReturn:
    """The command that a complete request comes to. Raises `ValueError` while something is missing."""
    if request.order_id is None or request.items is None or request.reason is None:
        raise ValueError("order, items and reason are needed to start a return")
    return StartReturn(request.order_id, request.items, request.reason)


def person_reply(language: Language) -> tuple[QuickReply, ...]:
    return (
        QuickReply("转人工客服", "转人工")
        if language == "zh"
        else QuickReply("Talk to a person", "Talk to a person"),
    )
