"""The situations that a phrase bank has words for, and what may be filled into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tools.domain import CancelReason, ReturnReason

PLAIN = "plain"
# What the shop's codes are called in its records, besides those that commands take.
_MORE_REASONS = ("changed_mind", "none")
REASONS: tuple[str, ...] = tuple(
    dict.fromkeys([*(each.value for each in ReturnReason), *(each.value for each in CancelReason), *_MORE_REASONS])
)  # fmt: skip
# By intent: what an opening may already tell.
OPENINGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "return_item": frozenset({"order", "items"}),
        "exchange_item": frozenset({"order", "items", "new_item"}),
        "change_items": frozenset({"order", "items", "new_item"}),
        "cancel_order": frozenset({"order", "items"}),
        "change_address": frozenset({"order", "address"}),
        "change_payment": frozenset({"order", "payment_method"}),
        "update_profile": frozenset({"address"}),
        "repair": frozenset({"order", "items", "fault"}),
        "complaint": frozenset({"order", "items", "complaint"}),
        "order_status": frozenset({"order", "items"}),
        "tracking": frozenset({"order", "items"}),
        "refund_status": frozenset({"order", "items"}),
        "return_status": frozenset({"order", "items"}),
        "talk_to_human": frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """`must` stands in each of its sentences, `may` in some. One sentence at least does with `must` alone."""

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        return self.must | self.may


def _of(must: str = "", may: str = "") -> Situation:
    return Situation(frozenset(must.split()), frozenset(may.split()))


SITUATIONS: Mapping[str, Situation] = MappingProxyType(
    {f"open.{intent}": Situation(may=told) for intent, told in OPENINGS.items()}
    | {f"reason.{code}": Situation() for code in REASONS}
    | {
        "identity.email": _of("email"),
        "identity.name": _of("name"),
        "identity.name_postcode": _of("name postcode"),
        "identity.phone": _of("name phone"),
        "identity.none": _of(),
        "order_id": _of("order", "items"),
        "order_id.unknown": _of(may="items"),
        "items": _of("items"),
        "items.all": _of(),
        "new_item": _of("new_item"),
        "payment_method": _of("payment_method"),
        "address": _of("address"),
        "fault": _of("fault"),
        "complaint": _of("complaint"),
        "unknown": _of(),
        "confirm": _of(),
        "confirm_again": _of(),
        "refuse": _of(),
        "reconsider": _of("wish"),
        "correct.order": _of("order"),
        "correct.items": _of("items"),
        "correct.identity": _of("email"),
        "correct.new_item": _of("new_item"),
        "push_back": _of(),
        "accept_refusal": _of(),
        "ask_again": _of("wish"),
        "next": _of("wish"),
        "also": _of("first second"),
        "chat": _of(),
        "thanks": _of(),
    }
)
