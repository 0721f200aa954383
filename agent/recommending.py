"""When goods may be recommended, and the line that does it with price and stock as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from agent.closing import closes
from agent.mood import ANGRY
from agent.tamed import tamed_product
from agent.types import Decision, Evidence, Part, State, Suggest, Understanding
from agent.understand.labels import NO_COMPLAINT
from tools.domain import ComplaintStatus, Product, Text, Variant
from tools.policy.verdict import Denied
from tools.store.protocol import OrderStore

# One beside a thank-you, and a choice in place of what is sold out. More are asked for, since some may be sold out.
MOST = {"personal": 1, "alternatives": 3}
_ASKED_FOR = 5


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A product, and the one the customer has bought that it is recommended for; "" where it is for none."""

    product_id: str
    because_product_id: str = ""


class Recommender(Protocol):
    """Finds goods for a customer. Gives fewer than `n`, or none, where it knows too little, and none to
    customers who do not allow it. Safe for threads; never raises."""

    def recommend(
        self, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """What this customer may like, best first, without the products of `exclude`."""

    def alternatives(
        self, product_id: str, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        """What may be bought in the place of a product, nearest first."""


class NoRecommendations:
    """A shop that recommends nothing."""

    def recommend(
        self, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        return ()

    def alternatives(
        self, product_id: str, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Recommended:
    """What is said of one product: its cheapest variant that can be had, and why it."""

    product: Product
    variant: Variant
    because: Text | None


def with_suggestion(
    decision: Decision, understanding: Understanding, evidence: Evidence, before: State
) -> Decision:
    """Whether goods may be recommended in this turn: never to somebody whose complaint is not solved.

    Beside thanks after something was done, or praise, once a conversation; and where what somebody wants in an
    exchange is sold out.
    """
    unsolved = any(each.status is not ComplaintStatus.CLOSED for each in evidence.complaints)
    if evidence.identified is None or unsolved or decision.kind == "handover" or decision.state.handed_over:
        return decision
    if sold_out := _sold_out(decision):
        return replace(decision, suggest=Suggest("alternatives", sold_out))
    fits = _glad(decision, understanding, before) and not before.recommended
    return replace(decision, suggest=Suggest("personal")) if fits else decision


def _glad(decision: Decision, understanding: Understanding, before: State) -> bool:
    praised = any(part.template == "praise" for part in decision.parts)
    served = any(each.kind != "complaint_opened" for each in before.done)
    wronged = understanding.sentiment.label == "negative" or understanding.complaint.label != NO_COMPLAINT
    bitter = wronged or any(each <= ANGRY for each in decision.state.moods)
    unsolved = bitter or before.grievance is not None or before.refused is not None or bool(before.requests)
    return closes(decision) and (praised or served) and not unsolved


def _sold_out(decision: Decision) -> str:
    """The product that cannot become what somebody wants, since none of it is left; "" for none."""
    for part in decision.parts:
        if part.template == "ask_new_item" and not part.values["variants"]:
            return str(part.values["line"].product_id)
        denied = part.values.get("denied") if part.template == "denied" else None
        if isinstance(denied, Denied) and denied.reason == "out_of_stock" and part.values["lines"]:
            return str(part.values["lines"][0].product_id)
    return ""


def recommended(
    decision: Decision, evidence: Evidence, recommender: Recommender, store: OrderStore
) -> Decision:
    """The decision with the goods that may be recommended, as the shop has them now; as it was where there are none."""
    if decision.suggest is None or evidence.identified is None:
        return decision
    found = _look_up(_ask(decision.suggest, evidence, recommender), evidence, store)
    items = found[: MOST[decision.suggest.kind]]
    if not items:
        return decision
    part = Part("recommended", {"kind": decision.suggest.kind, "items": items})
    once = decision.state.recommended or decision.suggest.kind == "personal"
    return replace(decision, parts=(*decision.parts, part), state=replace(decision.state, recommended=once))


def _ask(suggest: Suggest, evidence: Evidence, recommender: Recommender) -> tuple[Recommendation, ...]:
    assert evidence.identified is not None
    who, had = evidence.identified.id, _bought(evidence)
    if suggest.kind == "personal":
        return recommender.recommend(who, evidence.now, _ASKED_FOR, sorted(had))
    out = sorted({*had, suggest.product_id})
    return recommender.alternatives(suggest.product_id, who, evidence.now, _ASKED_FOR, out)


def _bought(evidence: Evidence) -> dict[str, Text]:
    """The names of what the customer has bought, by product."""
    return {line.product_id: line.name for order in evidence.orders for line in order.lines}


def _look_up(
    picks: Sequence[Recommendation], evidence: Evidence, store: OrderStore
) -> tuple[Recommended, ...]:
    """Only what the shop sells and has, in the order of the picks."""
    known = store.products_by_id([each.product_id for each in picks])
    goods = {each.id: tamed_product(each) for each in known}
    had = _bought(evidence)
    found = []
    for pick in picks:
        product = goods.get(pick.product_id)
        left = [each for each in product.variants if each.has(1)] if product else []
        if product and left:
            variant = min(left, key=lambda each: each.price.amount)
            found.append(Recommended(product, variant, had.get(pick.because_product_id)))
    return tuple(found)
