"""How each kind of request is served: what it needs, what to ask for, when it is done. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.facts import answer_from_data, wants_details
from agent.resolve.lines import name_mention, named_order, remaining
from agent.resolve.orders import find_order, numbered, order_key
from agent.resolve.pieces import read_pieces
from agent.tasks import LIKELY, TASKS, Desk, check, missing, read
from agent.types import (
    Awaiting,
    Command,
    DecisionKind,
    Done,
    Evidence,
    Part,
    QuickReply,
    Request,
    Understanding,
)
from tools.domain import (
    CancelReason,
    Language,
    Order,
    OrderStatus,
    PaymentMethod,
    ReturnItem,
    ReturnReason,
    SwapItem,
)
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied

ORDER_INTENTS = frozenset({"order_status", "tracking", "refund_status", "return_status"})
KNOWLEDGE_INTENTS = frozenset(
    {
        "policy_question", "product_question", "stock_question", "price_protection", "invoice", "coupon_points",
        "gift_card", "payment_problem", "account", "delivery_time",
    }
)  # fmt: skip
MOST_CHOICES = 5
MOST_ASKED = 4
_UNSHIPPED = re.compile(r"发货|没发|不发|\bship(?:ped|ping)?\b|dispatch", re.IGNORECASE)
LOOK_UP = re.compile(
    r"look (?:it|them|that)? ?up|don'?t (?:remember|know|have)|not sure which|查一下|不记得|忘了|不知道|记不清",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\bonly\b|\bjust\b|\bkeep\b|not the (?:entire|whole)|只|单独|保留|留着|不要取消整单|其他不动",
    re.IGNORECASE,
)
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


def serve(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards,
    done: tuple[Done, ...] = (),
) -> Step:  # fmt: skip
    """Take a request one step further. `done` is what the conversation has brought about so far."""
    if request.intent in TASKS:
        return _serve_task(request, understanding, evidence, cards)
    if request.intent in ORDER_INTENTS:
        return _serve_order(request, understanding, evidence, done)
    return _serve_knowledge(request, understanding, evidence, done)


def candidates(intent: str, evidence: Evidence, text: str) -> tuple[Order, ...]:
    """The orders that a request can be about, newest first; the same list is shown and counted by the customer."""
    orders = evidence.orders
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


def _serve_knowledge(
    request: Request, understanding: Understanding, evidence: Evidence, done: tuple[Done, ...]
) -> Step:
    language = understanding.language
    if part := answer_from_data(request.intent, request.text, understanding, evidence, done):
        return Step("answer", f"data.{part.template}", (part,), True, request, awaiting="anything_else")
    if not evidence.answerable:
        return Step(
            "answer", "knowledge.none", (Part("no_answer"),), True, request,
            awaiting="anything_else", quick_replies=person_reply(language), offers_person=True,
        )  # fmt: skip
    parts: tuple[Part, ...] = (Part("policy", {"question": request.text, "hits": evidence.hits}),)
    return Step("answer", "knowledge.found", parts, True, request)


def _serve_order(
    request: Request, understanding: Understanding, evidence: Evidence, done: tuple[Done, ...]
) -> Step:
    if evidence.identified is None:
        return _ask_identity(request, understanding)
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
    parts = (Part("order_facts", values), *_details(request, found))
    return Step("answer", f"order.{request.intent}", parts, True, request, action=request.intent)


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
        return _ask_identity(request, understanding)
    if not evidence.orders:
        return Step("answer", "order.none", (Part("no_orders"),), True, request)
    listed = candidates(request.intent, evidence, request.text)
    by_number = numbered(understanding.text, evidence.orders) or numbered(request.text, evidence.orders)
    if by_number:
        return by_number[0]
    chosen = named_order(understanding, evidence.orders, listed)
    chosen = chosen or next((o for o in evidence.orders if o.id == request.order_id), None)
    unknown = evidence.order_unknown or request.order_id
    if not chosen and unknown:
        parts: tuple[Part, ...] = (Part("order_not_found", {"order_id": unknown}),)
        return _ask_order(replace(request, order_id=None), listed, understanding.language, parts)
    # "Return the lamp" may have been said before anybody knew whose lamp.
    chosen = chosen or named_order(_as_asked(request, understanding), evidence.orders)
    if chosen is None and (found := find_order(request.text, understanding, evidence.orders, ())):
        chosen = found.order
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
        name_mention(request.text, line) for other in listed if other != order for line in other.lines
    )


def _ask_identity(request: Request, understanding: Understanding) -> Step:
    number = understanding.first("order_id")
    request = replace(request, order_id=number) if number and not request.order_id else request
    values = {"intent": request.intent, "order_id": request.order_id}
    return Step(
        "ask", "identity.needed", (Part("ask_identity", values),), False, request, awaiting="identity"
    )


def _ask_order(
    request: Request, listed: tuple[Order, ...], language: Language, before: tuple[Part, ...] = ()
) -> Step:
    parts = (*before, Part("ask_order", {"orders": listed, "intent": request.intent}))
    quick = tuple(QuickReply(f"{o.id} · {o.lines[0].name.in_(language)}", o.id) for o in listed)
    return Step(
        "ask",
        "order.which",
        parts,
        False,
        _asked(request, "order_id"),
        awaiting="order_id",
        quick_replies=quick,
    )


def _asked(request: Request, slot: str) -> Request:
    times = request.times + 1 if request.asked == slot else 1
    return replace(request, asked=slot, times=times)


def _serve_task(
    request: Request, understanding: Understanding, evidence: Evidence, cards: PolicyCards
) -> Step:
    """Read what was said, ask for the first thing that is missing, else propose or refuse."""
    if evidence.identified is None:
        return _ask_identity(request, understanding)
    if not evidence.orders and request.intent != "update_profile":
        return Step("answer", "order.none", (Part("no_orders"),), True, request)
    desk = Desk(evidence.identified, evidence, cards)
    number = request.order_id
    request = _with_known_order(request, desk)
    if number and request.order_id is None and not request.read:
        request = replace(request, order_id=None)
    request = _read_all(request, understanding, desk)
    if request.order_id is None and request.intent != "update_profile":
        listed = candidates(request.intent, evidence, request.text)
        likely = evidence.order if evidence.order and _same_subject(request, evidence.order, listed) else None
        likely = likely or (listed[0] if len(listed) == 1 else None)
        if likely is None or number or evidence.order_unknown:
            return _task_order(request, number, understanding, evidence)
        request = _read_all(replace(request, order_id=likely.id, read=False), understanding, desk)
    return _next(request, understanding, desk)


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
        whole = understanding if request.text in understanding.text else _as_asked(request, understanding)
        request = replace(read(request, request.text, whole, desk), read=True)
        if request.text in understanding.text:
            return request
    return read(request, understanding.text, understanding, desk)


def _answered_order(request: Request, understanding: Understanding, desk: Desk) -> Request:
    """ "The one with the camera" says which order, not what of it: that was said with the wish itself."""
    found = find_order(understanding.text, understanding, desk.evidence.orders, LIKELY[request.intent])
    if found is None:
        return read(request, understanding.text, understanding, desk)
    known = replace(request, order_id=found.id, read=False)
    return replace(read(known, request.text, _as_asked(request, understanding), desk), read=True)


def _task_order(
    request: Request, number: str | None, understanding: Understanding, evidence: Evidence
) -> Step:
    listed = candidates(request.intent, evidence, request.text)
    unknown = evidence.order_unknown or number
    before: tuple[Part, ...] = (Part("order_not_found", {"order_id": unknown}),) if unknown else ()
    return _ask_order(request, listed, understanding.language, before)


def _next(request: Request, understanding: Understanding, desk: Desk) -> Step:
    language = understanding.language
    order = desk.order(request.order_id)
    if order is not None and (refused := _hopeless(request, order, desk)):
        return refused
    slot = missing(request, desk)
    if slot == "items":
        assert order is not None
        return _ask_items(request, order, language)
    if slot == "reason":
        return _ask_reason(request, language)
    if slot == "new_item":
        assert order is not None
        return _ask_new_item(request, order, desk, language)
    if slot == "address":
        values = {"intent": request.intent, "order": order}
        return Step(
            "ask", "address.which", (Part("ask_address", values),), False, _asked(request, "address"),
            awaiting="address",
        )  # fmt: skip
    if slot == "payment_method":
        return _ask_method(request, desk, language)
    return _propose(request, order, desk)


def _hopeless(request: Request, order: Order, desk: Desk) -> Step | None:
    """A refusal that no further answer would change: nothing needs to be asked for it."""
    if request.intent == "return_item":
        return _nothing_left(request, order) or _return_refused_whatever(request, order, desk)
    if request.intent == "cancel_order" and (partial := _only_a_part(request, order, desk)):
        return partial
    if request.intent == "cancel_order" and request.cancel_reason is None:
        accepted = desk.cards.cancellation.reasons if desk.cards.cancellation else ()
        likely = accepted[0] if accepted else CancelReason.OTHER
        return _refused(replace(request, cancel_reason=likely), request, order, desk)
    if request.intent == "exchange_item" and order.delivered_at is None:
        swaps = request.swaps
        return _refused(replace(request, swaps=swaps or _any_swap(order)), request, order, desk)
    if request.intent == "change_items" and (order.status is not OrderStatus.PENDING or order.item_changes):
        return _refused(replace(request, swaps=request.swaps or _any_swap(order)), request, order, desk)
    if request.intent == "change_address" and request.address is None:
        elsewhere = replace(order.address, line1=f"{order.address.line1}?")
        return _refused(replace(request, address=elsewhere), request, order, desk)
    return None


def _only_a_part(request: Request, order: Order, desk: Desk) -> Step | None:
    """ "Cancel only the hose": an order is cancelled as a whole or not at all."""
    card = desk.cards.cancellation
    if card is None or not _ONLY.search(request.text) or len(order.lines) < 2:
        return None
    named = {piece.line.line_no for piece in read_pieces(request.text, order, desk.evidence.products)}
    if not named or len(named) == len(order.lines):
        return None
    denied = Denied("cancellation.cancel", card.passage, "only_whole_orders")
    return _refusal(denied, request, order, tuple(sorted(named)))


def _any_swap(order: Order) -> tuple[SwapItem, ...]:
    line = order.lines[0]
    return (SwapItem(line.line_no, 1, line.sku),)


def _refused(attempt: Request, request: Request, order: Order, desk: Desk) -> Step | None:
    result = check(attempt, desk)
    return _refusal(result, request, order) if isinstance(result, Denied) else None


def _refusal(denied: Denied, request: Request, order: Order | None, lines: tuple[int, ...] = ()) -> Step:
    named = [order.line(number) for number in lines] if order else []
    values = {"denied": denied, "order": order, "lines": named, "intent": request.intent}
    return Step(
        "refuse", denied.rule, (Part("denied", values),), True, request, action=request.intent,
        awaiting="anything_else", offers_person=denied.counterfactual == "person",
    )  # fmt: skip


def _nothing_left(request: Request, order: Order) -> Step | None:
    if order.delivered_at and not any(remaining(order, line) for line in order.lines):
        return Step("refuse", "return.nothing_left", (Part("nothing_left", {"order": order}),), True, request)
    return None


def _return_refused_whatever(request: Request, order: Order, desk: Desk) -> Step | None:
    """No need to ask which item or why, where nothing of it can come back whatever the reason."""
    if request.items and request.reason is not None:
        return None
    items = request.items or tuple(
        ReturnItem(line.line_no, line.quantity) for line in order.lines if remaining(order, line) > 0
    )
    if not items:
        return None
    faulty = replace(request, items=items, reason=ReturnReason.QUALITY, method_id=None)
    step = _propose(faulty, order, desk)
    return replace(step, request=request) if step.kind == "refuse" else None


def _ask_items(request: Request, order: Order, language: Language) -> Step:
    left = [line for line in order.lines if remaining(order, line) > 0]
    quick = tuple(
        QuickReply(line.name.in_(language), line.name.in_(language)) for line in left[:MOST_CHOICES]
    )
    everything = "全部" if language == "zh" else "All of them"
    parts = (Part("ask_items", {"order": order, "lines": left, "intent": request.intent}),)
    rule = "return.items" if request.intent == "return_item" else f"{request.intent}.items"
    return Step(
        "ask", rule, parts, False, _asked(request, "items"),
        awaiting="items", quick_replies=(*quick, QuickReply(everything, everything)),
    )  # fmt: skip


def _ask_reason(request: Request, language: Language) -> Step:
    zh = language == "zh"
    if request.intent == "cancel_order":
        choices: tuple[str, ...] = (
            ("不需要了", "下错单了") if zh else ("No longer needed", "Ordered by mistake")
        )
        rule = "cancel.reason"
    else:
        choices = (
            ("质量问题", "收到时破损", "发错商品", "尺码不合适", "不想要了")
            if zh
            else ("Faulty", "Arrived damaged", "Wrong item", "Doesn't fit", "I don't want it")
        )
        rule = "return.reason" if request.intent == "return_item" else "exchange.reason"
    quick = tuple(QuickReply(choice, choice) for choice in choices)
    parts = (Part("ask_reason", {"intent": request.intent}),)
    return Step("ask", rule, parts, False, _asked(request, "reason"), awaiting="reason", quick_replies=quick)


def _ask_new_item(request: Request, order: Order, desk: Desk, language: Language) -> Step:
    known = {swap.line_no for swap in request.swaps}
    line = order.line(next(number for number in request.lines or () if number not in known))
    product = desk.evidence.products.get(line.product_id)
    available = [v for v in product.variants if v.has(line.quantity)] if product else []
    offered = [v for v in available if v.sku in request.offered and v.sku != line.sku]
    shown = offered or [v for v in available if v.sku != line.sku]
    quick = tuple(
        QuickReply(v.described().in_(language), v.described().in_(language)) for v in shown[:MOST_CHOICES]
    )
    values = {"line": line, "variants": shown, "narrowed": bool(offered), "said": bool(request.offered)}
    return Step(
        "ask", "exchange.new_item", (Part("ask_new_item", values),), False, _asked(request, "new_item"),
        awaiting="new_item", quick_replies=quick,
    )  # fmt: skip


def _ask_method(request: Request, desk: Desk, language: Language) -> Step:
    methods = desk.customer.payment_methods
    names = {each.id: method_name(each, language) for each in methods}
    parts = (Part("ask_method", {"methods": methods, "names": names}),)
    quick = tuple(QuickReply(*[method_name(each, language)] * 2) for each in methods[:MOST_CHOICES])
    return Step(
        "ask", "payment.which", parts, False, _asked(request, "payment_method"),
        awaiting="payment_method", quick_replies=quick,
    )  # fmt: skip


def method_name(method: PaymentMethod, language: Language) -> str:
    """A payment method as a customer would call it."""
    kind, last4 = method.kind.value, method.last4
    brand = method.brand.capitalize()
    zh = {
        "card": "银行卡",
        "alipay": "支付宝",
        "wechat_pay": "微信支付",
        "paypal": "PayPal",
        "gift_card": "礼品卡",
    }
    en = {
        "card": "card",
        "alipay": "Alipay",
        "wechat_pay": "WeChat Pay",
        "paypal": "PayPal",
        "gift_card": "gift card",
    }
    name = (zh if language == "zh" else en)[kind]
    if not last4:
        return name
    return (
        f"尾号 {last4} 的{brand}{name}" if language == "zh" else f"{brand} {name} ending in {last4}".strip()
    )


def _propose(request: Request, order: Order | None, desk: Desk) -> Step:
    if request.intent == "return_item":
        assert order is not None
        return _propose_return(request, order, desk)
    result = check(request, desk)
    if isinstance(result, Denied):
        number = result.params.get("line_no", "")
        lines = (int(number),) if number.isdigit() and int(number) in _numbers(order) else ()
        return _refusal(result, request, order, lines)
    return _proposal(request, order, str(getattr(result, "rule", "")))


def _numbers(order: Order | None) -> set[int]:
    return {line.line_no for line in order.lines} if order else set()


def _proposal(request: Request, order: Order | None, rule: str, before: tuple[Part, ...] = ()) -> Step:
    return Step(
        "propose", rule, (*before, Part("proposal", {"order": order})), False,
        replace(request, asked="", times=0), awaiting="confirmation", action=action_name(request.intent),
        command=Command("propose", request),
    )  # fmt: skip


def action_name(intent: str) -> str:
    """What the API calls an action; a return has been "return" from the first version on."""
    return "return" if intent == "return_item" else intent


def _propose_return(request: Request, order: Order, desk: Desk) -> Step:
    """Items that cannot come back are named and left out; the others are proposed."""
    checks = {item.line_no: check(replace(request, items=(item,)), desk) for item in request.items or ()}
    denied = {number: each for number, each in checks.items() if isinstance(each, Denied)}
    allowed = tuple(item for item in request.items or () if item.line_no not in denied)
    if not allowed:
        first = next(iter(denied.values()))
        return replace(_refusal(first, request, order, tuple(denied)), action="return", awaiting=None)
    request = replace(request, items=allowed)
    together = check(request, desk)
    if isinstance(together, Denied):
        lines = tuple(line.line_no for line in order.lines)
        return replace(_refusal(together, request, order, lines), action="return", awaiting=None)
    values = {"order": order, "intent": request.intent}
    parts = tuple(
        Part("denied", values | {"denied": each, "lines": [order.line(number)]})
        for number, each in denied.items()
    )
    return _proposal(request, order, str(getattr(together, "rule", "")), parts)


def person_reply(language: Language) -> tuple[QuickReply, ...]:
    return (
        QuickReply("转人工客服", "转人工")
        if language == "zh"
        else QuickReply("Talk to a person", "Talk to a person"),
    )
