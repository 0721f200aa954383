"""The writes of the order desk in a conversation: what each needs, how it is read, which command it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.complaints import COMPLAINT, OTHER, needs_number, read_complaint
from agent.resolve.addresses import named_address
from agent.resolve.lines import counted, means_all, named_items, remaining
from agent.resolve.methods import named_kind, named_method
from agent.resolve.orders import find_order, numbered
from agent.resolve.pieces import read_pieces
from agent.swaps import read_swaps
from agent.types import Evidence, Request, Understanding
from agent.understand.cancel_reasons import cancel_reason
from agent.understand.reasons import find_return_reasons, return_reason
from tools.domain import (
    ORIGINAL,
    CancelOrder,
    CancelReason,
    Category,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    ComplaintKind,
    Customer,
    OpenComplaint,
    Order,
    OrderStatus,
    ReturnItem,
    ReturnReason,
    StartExchange,
    StartRepair,
    StartReturn,
)
from tools.policy.cards import PolicyCards
from tools.policy.decide import Allowed
from tools.policy.decide import decide as decide_policy
from tools.policy.verdict import Denied, Situation

S = OrderStatus
# Which orders a task is most likely about.
LIKELY: Mapping[str, tuple[OrderStatus, ...]] = MappingProxyType(
    {
        "return_item": (S.DELIVERED, S.RETURN_REQUESTED, S.REFUNDED, S.RETURNED),
        "exchange_item": (S.DELIVERED, S.REFUNDED, S.RETURNED),
        "repair": (S.DELIVERED, S.RETURN_REQUESTED, S.REFUNDED, S.RETURNED),
        "cancel_order": (S.PENDING, S.PROCESSED),
        "change_items": (S.PENDING,),
        "change_address": (S.PENDING, S.PROCESSED),
        "change_payment": (S.PENDING,),
        # About any order, or none.
        COMPLAINT: (),
    }
)
TASKS = frozenset({*LIKELY, "update_profile"})
# What can be done without knowing of any order.
ORDERLESS = frozenset({"update_profile", COMPLAINT})
_WORN = frozenset({Category.APPAREL, Category.SHOES_BAGS, Category.UNDERWEAR})
_WHOLE = frozenset({"all", "ordinal"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What a task is decided on in this turn."""

    customer: Customer
    evidence: Evidence
    cards: PolicyCards

    def order(self, order_id: str | None) -> Order | None:
        return next((each for each in self.evidence.orders if each.id == order_id), None)


def read(request: Request, text: str, message: Understanding, desk: Desk) -> Request:
    """Take from a text whatever the task can use; what is named anew replaces what was known."""
    request = _read_order(request, text, message, desk)
    if request.intent == COMPLAINT:
        return read_complaint(request, text, message, desk.evidence)
    order = desk.order(request.order_id)
    request = retasked(request, order)
    if order is not None:
        if request.intent in ("return_item", "repair"):
            request = _read_items(request, text, message, order, desk)
        if request.intent in ("exchange_item", "change_items"):
            request = read_swaps(request, text, message, order, desk.evidence.products)
    if request.intent in ("return_item", "exchange_item"):
        request = replace(request, reason=_reason(request, text, message, order) or request.reason)
    if request.intent == "cancel_order":
        why = cancel_reason(text, request.asked == "reason") or _some_reason(request, message, desk)
        request = replace(request, cancel_reason=why or request.cancel_reason)
    if request.intent in ("change_address", "update_profile"):
        request = _read_address(request, text, order, desk)
    if request.intent != "cancel_order":
        request = _read_method(request, text, desk)
    return replace(request, fault=request.fault or request.text) if request.intent == "repair" else request


def _read_order(request: Request, text: str, message: Understanding, desk: Desk) -> Request:
    if request.intent == "update_profile":
        return request
    evidence = desk.evidence
    if request.order_id in {order.id for order in numbered(text, evidence.orders)}:
        # One of several that are listed: each has a wish of its own.
        return request
    found = find_order(text, message, evidence.orders, LIKELY[request.intent], evidence.now)
    if found is None or found.id == request.order_id:
        return request
    if request.intent == COMPLAINT and not found.by_number and needs_number(request, message):
        return request
    if request.order_id is not None and not found.by_number and request.asked != "order_id":
        # Only a number moves a wish to another order; "the lamp" may well stand in two.
        return request
    return replace(request, order_id=found.id, items=None, lines=None, swaps=(), address=None)


def retasked(request: Request, order: Order | None) -> Request:
    """Changing what is in an order is an exchange after delivery and a change of items before."""
    if order is None:
        return request
    if request.intent == "exchange_item" and order.status is OrderStatus.PENDING:
        return replace(request, intent="change_items")
    if request.intent == "change_items" and order.delivered_at is not None:
        return replace(request, intent="exchange_item")
    return request


def _read_items(request: Request, text: str, message: Understanding, order: Order, desk: Desk) -> Request:
    left = [line for line in order.lines if remaining(order, line) > 0]
    pieces = read_pieces(text, order, desk.evidence.products)
    meant = [piece.line for piece in pieces if not piece.excepted]
    named = [line for line in meant if remaining(order, line) > 0]
    kept = {piece.line.line_no for piece in pieces if piece.excepted}
    if kept and not meant:
        named = [line for line in left if line.line_no not in kept]
    if named:
        chosen = tuple(ReturnItem(line.line_no, remaining(order, line)) for line in named)
    elif meant:
        # What has gone back already is refused by its name; nothing else is taken in its place.
        chosen = tuple(ReturnItem(line.line_no, line.quantity) for line in meant)
    else:
        whole = _WHOLE & {e.kind for e in message.entities} or means_all(text, len(left))
        chosen = (named_items(message, order) or ()) if whole else ()
    if not chosen and request.items is None and len(left) == 1:
        chosen = (ReturnItem(left[0].line_no, remaining(order, left[0])),)
    return replace(request, items=_of_each(chosen or request.items, text, order))


def _of_each(items: tuple[ReturnItem, ...] | None, text: str, order: Order) -> tuple[ReturnItem, ...] | None:
    """ "Return one of the three": as many of the one line as the words say, more than there are included."""
    if not items or len(items) != 1 or order.line(items[0].line_no).quantity < 2:
        return items
    count = counted(text)
    return (replace(items[0], quantity=count),) if count else items


def _read_address(request: Request, text: str, order: Order | None, desk: Desk) -> Request:
    default = order.address if order else desk.customer.address
    if request.intent == "update_profile":
        default = desk.customer.address
    found = named_address(text, desk.customer, desk.evidence.orders, order, default)
    return replace(request, address=found or request.address)


def _read_method(request: Request, text: str, desk: Desk) -> Request:
    """A method that the customer does not have is kept as its kind: the refusal has to name it."""
    found = named_method(text, desk.customer)
    if found is None and (kind := named_kind(text)):
        of_kind = [each for each in desk.customer.payment_methods if each.kind is kind]
        found = f"no {kind.value}" if not of_kind else None
    return replace(request, method_id=found or request.method_id)


def _reason(request: Request, text: str, message: Understanding, order: Order | None) -> ReturnReason | None:
    """From the words of the wish itself; from the rest of a message only where that wants nothing else."""
    asked = request.asked == "reason"
    found = return_reason(text, asked)
    if found is None and len([clause for clause in message.clauses if clause.intents]) < 2:
        text, found = message.text, return_reason(message.text, asked)
    if found is ReturnReason.WRONG_SIZE and order is not None and not _worn(request, order):
        # "Too big, I don't want it" of a sofa tells a preference.
        told = {reason for reason, _, _ in find_return_reasons(text)}
        return ReturnReason.NO_LONGER_WANTED if ReturnReason.NO_LONGER_WANTED in told else found
    return found


def _worn(request: Request, order: Order) -> bool:
    numbers = {item.line_no for item in request.items or ()} | set(request.lines or ())
    return any(line.category in _WORN for line in order.lines if line.line_no in numbers or not numbers)


def _some_reason(request: Request, message: Understanding, desk: Desk) -> CancelReason | None:
    """Whoever answers "why?" in words of their own has told a reason, where the shop takes any."""
    card = desk.cards.cancellation
    answered = request.asked == "reason" and request.cancel_reason is None and message.act.label == "inform"
    told = answered and not {"order_id", "email", "name", "all"} & {each.kind for each in message.entities}
    return CancelReason.OTHER if told and card and CancelReason.OTHER in card.reasons else None


def missing(request: Request, desk: Desk) -> str:
    """The first slot that has to be asked for; "" for a complete request."""
    order = desk.order(request.order_id)
    if request.intent == COMPLAINT:
        return "" if request.words else "reason"
    if request.intent != "update_profile" and order is None:
        return "order_id"
    if request.intent in ("return_item", "repair") and not request.items:
        return "items"
    if request.intent in ("exchange_item", "change_items"):
        if not request.lines:
            return "items"
        if len(request.swaps) < len(request.lines):
            return "new_item"
    if request.intent in ("change_address", "update_profile") and request.address is None:
        return "address"
    if request.intent == "change_payment" and request.method_id is None:
        return "payment_method"
    if request.intent == "cancel_order" and request.cancel_reason is None:
        return "reason"
    if request.intent in ("return_item", "exchange_item") and request.reason is None:
        return "" if reason_does_not_matter(request, desk) else "reason"
    return ""


def reason_does_not_matter(request: Request, desk: Desk) -> bool:
    """Whether the cards decide the same for a preference as for a fault: then nobody has to be asked."""
    results = []
    for reason in (ReturnReason.NO_LONGER_WANTED, ReturnReason.QUALITY):
        result = check(replace(request, reason=reason), desk)
        results.append(None if isinstance(result, Denied) else replace(result, rule="", passage=""))
    return results[0] is not None and results[0] == results[1]


def check(request: Request, desk: Desk) -> Allowed | Denied:
    """What the policy says to a complete request."""
    return decide_policy(command_of(request), situation(request, desk))


def situation(request: Request, desk: Desk) -> Situation:
    order = desk.order(request.order_id) if request.intent != "update_profile" else None
    return Situation(desk.customer, order, desk.cards, desk.evidence.now, desk.evidence.products)


def command_of(request: Request) -> Command:
    """The command that a complete request comes to. Raises `ValueError` while something is missing."""
    method = request.method_id or ORIGINAL
    if request.intent == "update_profile" and request.address:
        return ChangeDefaultAddress(request.address)
    if request.intent == COMPLAINT and request.words:
        return OpenComplaint(
            ComplaintKind(request.complaint or OTHER), request.words, request.order_id or "",
            language=request.language, urgent=request.urgent, sentiment=request.mood,
        )  # fmt: skip
    if request.order_id is None:
        raise ValueError("an order is needed")
    if request.intent == "cancel_order" and request.cancel_reason:
        return CancelOrder(request.order_id, request.cancel_reason)
    if request.intent == "return_item" and request.items:
        reason = request.reason or ReturnReason.NO_LONGER_WANTED
        return StartReturn(request.order_id, request.items, reason, method)
    if request.intent == "exchange_item" and request.swaps:
        reason = request.reason or ReturnReason.NO_LONGER_WANTED
        return StartExchange(request.order_id, request.swaps, reason, method)
    if request.intent == "change_items" and request.swaps:
        return ChangeItems(request.order_id, request.swaps, method)
    if request.intent == "change_address" and request.address:
        return ChangeAddress(request.order_id, request.address)
    if request.intent == "change_payment" and request.method_id:
        return ChangePayment(request.order_id, request.method_id)
    if request.intent == "repair" and request.items:
        item = request.items[0]
        return StartRepair(request.order_id, item.line_no, item.quantity, request.fault or request.text)
    raise ValueError(f"{request.intent}: something is missing")
