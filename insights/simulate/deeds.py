"""What a solved conversation does: returns, exchanges, repairs, cancellations, changes and complaints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insights.simulate import aftercare, complaining, misuse, ordering
from insights.simulate.contacts import can_go_back
from insights.simulate.purchases import Purchase
from insights.simulate.talk import Talk
from tools.domain import ComplaintKind, OrderLine, ReturnReason

# Does it, and answers with the id of what began.
Deed = Callable[[Talk], str]
ACTIONS = {
    "return_item": "start_return", "exchange_item": "start_exchange", "repair": "start_repair", "cancel_order": "cancel_order",
    "change_address": "change_address", "change_payment": "change_payment", "complaint": "open_complaint",
    "account": "change_default_address",
}  # fmt: skip
RECEIPTS = {
    "start_return": "return_started", "start_exchange": "exchange_started", "start_repair": "repair_started",
    "cancel_order": "order_cancelled", "change_address": "address_changed", "change_payment": "payment_changed",
    "open_complaint": "complaint_opened", "change_default_address": "default_address_changed",
}  # fmt: skip
_R = ReturnReason
WHY = {
    "": ((_R.NO_LONGER_WANTED, _R.WRONG_SIZE, _R.QUALITY, _R.DAMAGED, _R.WRONG_ITEM, _R.NOT_AS_DESCRIBED),
         (35, 20, 14, 10, 8, 13)),
    "defect": ((_R.QUALITY, _R.DAMAGED), (70, 30)),
    "abuse": ((_R.QUALITY, _R.DAMAGED), (60, 40)),
    "habit": ((_R.NO_LONGER_WANTED, _R.NOT_AS_DESCRIBED), (60, 40)),
}  # fmt: skip
MOVES = 0.3


def deed_of(talk: Talk, reason: str) -> Deed | None:
    """What this conversation would do if it is solved; None where it only asks."""
    made, line = talk.made, talk.line
    if reason == "account":
        moves = talk.ahead.manner == "takeover" or talk.rng.random() < MOVES
        return _move if talk.person and moves else None
    if made is None or line is None or reason not in ACTIONS or made.cancelled_at:
        return None
    if reason in ("return_item", "exchange_item") and not can_go_back(made, talk.at):
        return None
    if reason == "cancel_order" and talk.at > made.processed_at:
        return None
    return lambda talk: _DEEDS[reason](talk, made, line)


def receipt_of(talk: Talk, action: str, subject: str) -> dict[str, Any]:
    return {
        "id": f"R-{subject or talk.id}", "kind": RECEIPTS[action], "order_id": talk.order_id,
        "return_id": subject if action == "start_return" else "", "subject_id": subject, "refund": "0.00", "due": "0.00",
        "currency": "CNY", "postage": "0.00", "postage_payer": "none", "method_id": "", "at": talk.at.isoformat(),
    }  # fmt: skip


def _return(talk: Talk, made: Purchase, line: OrderLine) -> str:
    reasons, weights = WHY.get(talk.ahead.manner, WHY[""])
    reason = talk.rng.choices(reasons, weights)[0]
    return aftercare.start_return(talk.world, talk.rng, made, line, reason, talk.at, talk.id).id


def _exchange(talk: Talk, made: Purchase, line: OrderLine) -> str:
    return aftercare.start_exchange(talk.world, talk.rng, made, line, talk.at, talk.id).id


def _repair(talk: Talk, made: Purchase, line: OrderLine) -> str:
    return aftercare.start_repair(talk.world, talk.rng, made, line, talk.at, talk.id).id


def _cancel(talk: Talk, made: Purchase, line: OrderLine) -> str:
    return ordering.cancel(talk.world, made, talk.at, talk.id)


def _complain(talk: Talk, made: Purchase, line: OrderLine) -> str:
    kind = ComplaintKind(talk.complaint)
    return complaining.open_complaint(talk.world, talk.rng, made, kind, talk.first, talk.at, talk.id)


def _change_address(talk: Talk, made: Purchase, line: OrderLine) -> str:
    who = made.person.customer.id
    talk.world.log.add("OrderAddressChanged", talk.at, "customer", who, made.id, talk.id)
    return ""


def _change_payment(talk: Talk, made: Purchase, line: OrderLine) -> str:
    who = made.person.customer.id
    talk.world.log.add("OrderPaymentChanged", talk.at, "customer", who, made.id, talk.id)
    return ""


def _move(talk: Talk) -> str:
    if talk.person:
        talk.world.log.add("DefaultAddressChanged", talk.at, "customer", talk.person.customer.id, "", talk.id)
        if talk.ahead.manner == "takeover":
            misuse.order_gift_cards(talk.world, talk.rng, talk.person, talk.at)
    return ""


_DEEDS: dict[str, Callable[[Talk, Purchase, OrderLine], str]] = {
    "return_item": _return,
    "exchange_item": _exchange,
    "repair": _repair,
    "cancel_order": _cancel,
    "complaint": _complain,
    "change_address": _change_address,
    "change_payment": _change_payment,
}
