"""The writes of the order desk in a conversation: what each needs, how it is read, which command it comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.complaints import COMPLAINT, OTHER, read_complaint
from agent.resolve.addresses import named_address
from agent.resolve.lines import named_items, remaining
from agent.resolve.methods import named_kind, named_method
from agent.resolve.orders import find_order
from agent.resolve.pieces import read_pieces
from agent.resolve.variants import after_marker, swap_of, wanted_variant
from agent.types import Evidence, Request, Understanding
from agent.understand.understand import clear_no, clear_yes
from tools.domain import (
    ORIGINAL,
    CancelOrder,
    CancelReason,
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
_CANCEL_REASONS: tuple[tuple[CancelReason, re.Pattern[str]], ...] = (
    (
        CancelReason.ORDERED_BY_MISTAKE,
        re.compile(r"mistake|accident|wrong(?:ly)?|twice|误|错|多拍|重复|手滑|不小心", re.IGNORECASE),
    ),
    (CancelReason.FOUND_CHEAPER, re.compile(r"cheaper|better price|更便宜|便宜的|降价", re.IGNORECASE)),
    (
        CancelReason.TOO_SLOW,
        re.compile(
            r"too (?:slow|long|late)|taking (?:forever|so long|too long)|太慢|太久|一直不发|等不及",
            re.IGNORECASE,
        ),
    ),
    (
        CancelReason.NO_LONGER_NEEDED,
        re.compile(
            r"no longer|don'?t (?:need|want)|do not (?:need|want)|not needed|changed? my mind|doesn'?t need|needed (?:it )?(?:any|no)"
            r"|不(?:想)?要|不需要|用不(?:上|着|到)|不用了|改变主意|后悔",
            re.IGNORECASE,
        ),
    ),
    (CancelReason.OTHER, re.compile(r"\bother\b|something else|其他原因|别的原因", re.IGNORECASE)),
)
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
            request = _read_swaps(request, text, message, order, desk)
    if request.intent in ("return_item", "exchange_item"):
        request = replace(request, reason=reason_in(message) or request.reason)
    if request.intent == "cancel_order":
        request = replace(request, cancel_reason=cancel_reason_in(text) or request.cancel_reason)
    if request.intent in ("change_address", "update_profile"):
        request = _read_address(request, text, order, desk)
    if request.intent != "cancel_order":
        request = _read_method(request, text, desk)
    return replace(request, fault=request.fault or request.text) if request.intent == "repair" else request


def _read_order(request: Request, text: str, message: Understanding, desk: Desk) -> Request:
    if request.intent == "update_profile":
        return request
    evidence = desk.evidence
    found = find_order(text, message, evidence.orders, LIKELY[request.intent], evidence.now)
    if found is None or found.id == request.order_id:
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
    named = [piece.line for piece in pieces if not piece.excepted and remaining(order, piece.line) > 0]
    kept = {piece.line.line_no for piece in pieces if piece.excepted}
    if kept and not named:
        named = [line for line in left if line.line_no not in kept]
    if named:
        chosen = tuple(ReturnItem(line.line_no, remaining(order, line)) for line in named)
    else:
        chosen = (named_items(message, order) or ()) if _WHOLE & {e.kind for e in message.entities} else ()
    if not chosen and request.items is None and len(left) == 1:
        chosen = (ReturnItem(left[0].line_no, remaining(order, left[0])),)
    return replace(request, items=chosen or request.items)


def _read_swaps(request: Request, text: str, message: Understanding, order: Order, desk: Desk) -> Request:
    if clear_yes(text) or clear_no(text):
        # An answer to a question, even where an option of the goods is called "yes".
        return request
    products = desk.evidence.products
    pieces = [piece for piece in read_pieces(text, order, products) if not piece.excepted]
    known = {swap.line_no: swap for swap in request.swaps}
    lines = list(request.lines or ())
    offered: tuple[str, ...] = ()
    if not pieces:
        missing = [number for number in lines if number not in known]
        # "Actually the blue one": the line that has been spoken of. Somebody's name may be Black.
        spoken_of = lines if request.read and not request.asked and not message.first("name") else []
        lonely = missing or spoken_of or ([order.lines[0].line_no] if len(order.lines) == 1 else [])
        if len(lonely) != 1:
            return request
        product = products.get(order.line(lonely[0]).product_id)
        if product is None:
            return request
        wanted = wanted_variant(text, order.line(lonely[0]), product)
        lines = lines or lonely
        wishes = [wanted]
    else:
        if request.read and all(piece.line.line_no not in lines for piece in pieces) and request.asked == "":
            known, lines = {}, []
        wishes = [
            wanted_variant(after_marker(piece.text), piece.line, products[piece.line.product_id])
            for piece in pieces
            if piece.line.product_id in products
        ]
        lines += [piece.line.line_no for piece in pieces if piece.line.line_no not in lines]
    for wanted in wishes:
        if len(wanted.fits) == 1:
            known[wanted.line.line_no] = swap_of(wanted)
        elif wanted.said:
            known.pop(wanted.line.line_no, None)
            offered = tuple(variant.sku for variant in wanted.fits)
    swaps = tuple(known[number] for number in lines if number in known)
    return replace(request, lines=tuple(lines), swaps=swaps, offered=offered)


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


def reason_in(message: Understanding) -> ReturnReason | None:
    """ "The size is fine but it arrived broken": a fault outweighs a preference."""
    reasons = [ReturnReason(value) for value in message.values("reason")]
    return next((each for each in reasons if each.shop_fault), reasons[0] if reasons else None)


def cancel_reason_in(text: str) -> CancelReason | None:
    return next((reason for reason, pattern in _CANCEL_REASONS if pattern.search(text)), None)


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
        return OpenComplaint(ComplaintKind(request.complaint or OTHER), request.words, request.order_id or "")
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
