"""What each kind of request needs, and how far a request has got. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from agent.notes import Slots
from agent.types import Request
from agent.understand.entities import find_entities
from tools.domain import Language, Order

MOST_WORDS = 300
# The names are those of what is awaited; a request that is not here needs nothing.
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "return_item": ("order_id", "items", "reason"),
        "exchange_item": ("order_id", "items", "new_item", "reason"),
        "change_items": ("order_id", "items", "new_item"),
        "repair": ("order_id", "items"),
        "cancel_order": ("order_id", "reason"),
        "change_address": ("order_id", "address"),
        "change_payment": ("order_id", "payment_method"),
        "update_profile": ("address",),
        "complaint": ("reason",),
        "order_status": ("order_id",),
        "tracking": ("order_id",),
        "refund_status": ("order_id",),
        "return_status": ("order_id",),
    }
)
# Of a card, most likely.
_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d(?:[ -]?\d){12,18}(?!\d)")
_PRIVATE = frozenset({"email", "phone", "name", "postcode"})


def slots_of(
    request: Request,
    orders: Sequence[Order] = (),
    language: Language = "zh",
    identified: bool = True,
    complete: bool = False,
) -> Slots:
    """How far a request has got. `orders` give the items their names; `complete` is a request that has been
    read back: the shop's rules may need less of it than this table."""
    known = known_slots(request, orders, language)
    missing = () if complete else tuple(slot for slot in NEEDS.get(request.intent, ()) if slot not in known)
    if not identified and NEEDS.get(request.intent):
        missing = ("identity", *missing)
    # Where an address was asked for, all that was said may be one.
    words = "" if "address" in NEEDS.get(request.intent, ()) else without_private(request.text)
    return Slots(request.intent, known, missing, words)


def known_slots(request: Request, orders: Sequence[Order] = (), language: Language = "zh") -> dict[str, str]:
    """The slots that are filled, as plain text. An address is only said to be there."""
    lines = tuple(item.line_no for item in request.items or ()) or request.lines or ()
    reason = request.cancel_reason or request.reason
    found = {
        "order_id": request.order_id or "",
        "items": ", ".join(_named(number, request, orders, language) for number in lines),
        "new_item": ", ".join(swap.new_sku for swap in request.swaps) if _all_swaps(request) else "",
        "reason": reason.value if reason else without_private(request.words),
        "payment_method": request.method_id or "",
        "address": "given" if request.address else "",
        "complaint": request.complaint,
    }
    return {slot: value for slot, value in found.items() if value}


def _all_swaps(request: Request) -> bool:
    return bool(request.lines) and len(request.swaps) == len(request.lines or ())


def _named(line_no: int, request: Request, orders: Sequence[Order], language: Language) -> str:
    """A line by its name, or by its number where the order is not there to look."""
    order = next((each for each in orders if each.id == request.order_id), None)
    line = next((each for each in order.lines if each.line_no == line_no), None) if order else None
    if line is None:
        return f"#{line_no}"
    taken = next((item.quantity for item in request.items or () if item.line_no == line_no), line.quantity)
    return f"{line.name.in_(language)} ×{taken}"


def without_private(text: str) -> str:
    """A text cut to `MOST_WORDS` characters, with mail addresses, names and the like named but not told."""
    text = _LONG_NUMBER.sub("[number]", text)
    for entity in sorted(find_entities(text), key=lambda each: -each.start):
        if entity.kind in _PRIVATE:
            text = f"{text[: entity.start]}[{entity.kind}]{text[entity.end :]}"
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]}…"
