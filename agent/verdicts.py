"""What the policy says to a request: a proposal, or a refusal as soon as no answer could change it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.complaints import COMPLAINT
from agent.questions import Step, action_name
from agent.resolve.lines import remaining
from agent.resolve.parts import part_of
from agent.tasks import Desk, check
from agent.types import (
    Command,
    Part,
    Request,
)
from tools.domain import (
    ORIGINAL,
    CancelReason,
    Order,
    OrderStatus,
    ReturnItem,
    ReturnReason,
    SwapItem,
)
from tools.policy.verdict import Denied

# A change of payment that is refused for what the order is, and not for the method.
_WHATEVER_METHOD = ("status", "order_cancelled", "items_changed")
_WHOLE = re.compile(
    r"\b(?:whole|entire|complete|full) (?:order|thing)|\ball of it\b|\beverything\b|\bthe order\b|整[个单]|全部|都取消|全都",
    re.IGNORECASE,
)


def hopeless(request: Request, order: Order, desk: Desk, said: str = "") -> Step | None:
    """A refusal that no further answer would change: nothing needs to be asked for it.

    `said` is the message of this turn: "only the flask" may come after the wish itself.
    """
    if request.intent == "return_item":
        return _nothing_left(request, order, desk) or _return_refused_whatever(request, order, desk)
    if request.intent == "cancel_order" and (partial := _only_a_part(request, order, desk, said)):
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
    if request.intent == "change_payment" and request.method_id is None:
        result = check(replace(request, method_id=ORIGINAL), desk)
        if isinstance(result, Denied) and result.reason in _WHATEVER_METHOD:
            return _refusal(result, request, order)
    return None


def _only_a_part(request: Request, order: Order, desk: Desk, said: str) -> Step | None:
    """ "Cancel only the hose": an order is cancelled as a whole or not at all."""
    card = desk.cards.cancellation
    if card is None or len(order.lines) < 2:
        return None
    texts = (request.text, said) if said not in request.text else (request.text,)
    parts = next((found for text in texts if (found := part_of(text, order, desk.evidence.products))), None)
    # Who says the whole order afterwards has heard that there is no other way.
    if not parts or (said not in request.text and _WHOLE.search(said)):
        return None
    denied = Denied("cancellation.cancel", card.passage, "only_whole_orders")
    return _refusal(denied, request, order, parts)


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


def _nothing_left(request: Request, order: Order, desk: Desk) -> Step | None:
    """What is on its way back already, with what will be paid for it."""
    if order.delivered_at and not any(remaining(order, line) for line in order.lines):
        values = {
            "order": order,
            "customer": desk.customer,
            "now": desk.evidence.now,
            "asked": "refund_status",
        }
        parts = (Part("nothing_left", {"order": order}), Part("order_facts", values))
        return Step("refuse", "return.nothing_left", parts, True, request)
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
    step = propose(faulty, order, desk)
    return replace(step, request=request) if step.kind == "refuse" else None


def propose(request: Request, order: Order | None, desk: Desk) -> Step:
    if request.intent == "return_item":
        assert order is not None
        return _propose_return(request, order, desk)
    result = check(request, desk)
    if isinstance(result, Denied):
        number = result.params.get("line_no", "")
        lines = (int(number),) if number.isdigit() and int(number) in _numbers(order) else ()
        return _refusal(result, request, order, lines)
    before = (Part("sorry", {"complaint": request.complaint}),) if request.intent == COMPLAINT else ()
    return _proposal(request, order, str(getattr(result, "rule", "")), before)


def _numbers(order: Order | None) -> set[int]:
    return {line.line_no for line in order.lines} if order else set()


def _proposal(request: Request, order: Order | None, rule: str, before: tuple[Part, ...] = ()) -> Step:
    # Nothing is asked for any more: what is said next is no answer to the last question.
    request = replace(request, asked="", times=0)
    return Step(
        "propose", rule, (*before, Part("proposal", {"order": order})), False, request,
        awaiting="confirmation", action=action_name(request.intent), command=Command("propose", request),
    )  # fmt: skip


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
