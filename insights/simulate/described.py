"""What a plan has planted, in the terms of findings: what to look for, where, and how strong it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from insights.simulate.contacts import PROMOTED
from insights.simulate.people import cast_of, customer_id
from insights.simulate.plan import NAMES, Plan
from insights.simulate.wording import question


@dataclass(frozen=True, slots=True)
class Truth:
    """One planted truth.

    `where` names the values of each dimension that it holds for; `process` and `stage` are those of the facts, `reason`
    a contact reason. `effect` is in `unit`: "hours", "times", "share" or "stars". `first` and `last` are the days
    (of orders for a batch, else of contacts) that it is confined to, null for the whole plan.
    """

    name: str
    text: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    process: str = ""
    stage: str = ""
    reasons: tuple[str, ...] = ()
    effect: float = 0.0
    unit: str = ""
    first: date | None = None
    last: date | None = None


def truths(plan: Plan) -> tuple[Truth, ...]:
    """All that is planted, in the order of `NAMES`; empty for noise."""
    found = (_DESCRIBED[name](plan) for name in NAMES if getattr(plan, name) is not None)
    return tuple(truth for truth in found if truth is not None)


def _slow_carrier(plan: Plan) -> Truth | None:
    if not (slow := plan.slow_carrier):
        return None
    text = f"{slow.carrier} takes {slow.hours:.0f} hours longer to bring returns back from the south"
    where = {"carrier": (slow.carrier,), "region": slow.regions}
    return Truth("slow_carrier", text, where, "return", "received", effect=slow.hours, unit="hours")


def _slow_warehouse(plan: Plan) -> Truth | None:
    if not (slow := plan.slow_warehouse):
        return None
    text = f"the warehouse {slow.warehouse} processes orders {slow.hours:.0f} hours later"
    where = {"warehouse": (slow.warehouse,)}
    return Truth("slow_warehouse", text, where, "delivery", "processed", effect=slow.hours, unit="hours")


def _defective_batch(plan: Plan) -> Truth | None:
    if not (batch := plan.defective_batch):
        return None
    first, last = _days(plan, batch.first_day, batch.days)
    text = f"{batch.share:.0%} of the pieces of {batch.sku} ordered from {first} to {last} are broken"
    where = {"sku": (batch.sku,), "product_id": (batch.sku.split("-")[0],)}
    return Truth(
        "defective_batch",
        text,
        where,
        "return",
        "",
        ("return_item", "complaint"),
        batch.share,
        "share",
        first,
        last,
    )


def _confusing_promotion(plan: Plan) -> Truth | None:
    if not (promotion := plan.confusing_promotion):
        return None
    first, last = _days(plan, promotion.first_day, promotion.days)
    text = (
        f"questions about prices and coupons come {promotion.times:g} times as often from {first} to {last}"
    )
    return Truth(
        "confusing_promotion",
        text,
        reasons=PROMOTED,
        effect=promotion.times,
        unit="times",
        first=first,
        last=last,
    )


def _seasonality(plan: Plan) -> Truth | None:
    if not (season := plan.seasonality):
        return None
    sales = ", ".join(f"{month}/{day}" for month, day in season.sales)
    text = f"contacts and orders follow the week, and come {season.sale_times:g} times as often in the sales of {sales}"
    return Truth("seasonality", text, effect=season.sale_times, unit="times")


def _trend(plan: Plan) -> Truth | None:
    if not (trend := plan.trend):
        return None
    text = f"contacts and orders grow by {trend.growth:.0%} within a year"
    return Truth("trend", text, effect=trend.growth, unit="share")


def _abuse_ring(plan: Plan) -> Truth | None:
    if not (ring := plan.abuse_ring):
        return None
    who = tuple(map(customer_id, cast_of(plan)[0]))
    text = (
        f"{ring.accounts} accounts share a door, a phone and a card and send {ring.share:.0%} back as broken"
    )
    return Truth("abuse_ring", text, {"customer_id": who}, "return", effect=ring.share, unit="share")


def _serial_returner(plan: Plan) -> Truth | None:
    number = cast_of(plan)[1]
    if not (returner := plan.serial_returner) or number is None:
        return None
    text = f"one customer sends {returner.share:.0%} of {returner.orders} orders back"
    who = {"customer_id": (customer_id(number),)}
    return Truth("serial_returner", text, who, "return", effect=returner.share, unit="share")


def _takeovers(plan: Plan) -> Truth | None:
    if not (stolen := plan.takeovers):
        return None
    who = tuple(map(customer_id, cast_of(plan)[2]))
    text = f"{stolen.accounts} accounts are taken over: a new address from a new source, then gift cards"
    return Truth("takeovers", text, {"customer_id": who})


def _gift_card_refunds(plan: Plan) -> Truth | None:
    if not (odd := plan.gift_card_refunds):
        return None
    text = f"{odd.staff} pays {odd.share:.0%} of the refunds to gift cards where there is one"
    return Truth("gift_card_refunds", text, {"staff": (odd.staff,)}, "return", effect=odd.share, unit="share")


def _tastes(plan: Plan) -> Truth | None:
    if not (tastes := plan.tastes):
        return None
    text = f"{tastes.share:.0%} of what a customer buys comes from one group of products"
    return Truth("tastes", text, effect=tastes.share, unit="share")


def _asked_in_vain(plan: Plan) -> Truth | None:
    if not (vain := plan.asked_in_vain):
        return None
    asked = (question("zh", vain.question), question("en", vain.question))
    text = f"{vain.share:.0%} more conversations come to “{asked[0]}” / “{asked[1]}”, which nothing answers"
    return Truth("asked_in_vain", text, {"question": asked}, effect=vain.share, unit="share")


def _handed_over_reason(plan: Plan) -> Truth | None:
    if not (often := plan.handed_over_reason):
        return None
    text = f"{often.share:.0%} of the conversations about {often.reason} are handed over"
    return Truth("handed_over_reason", text, reasons=(often.reason,), effect=often.share, unit="share")


def _low_channel(plan: Plan) -> Truth | None:
    if not (low := plan.low_channel):
        return None
    text = f"{low.share:.0%} of the ratings on {low.channel} are two stars lower"
    return Truth("low_channel", text, {"channel": (low.channel,)}, effect=low.share, unit="share")


def _days(plan: Plan, first: int, days: int) -> tuple[date, date]:
    return plan.start + timedelta(days=first), plan.start + timedelta(days=first + days - 1)


_DESCRIBED: dict[str, Callable[[Plan], Truth | None]] = {
    "slow_carrier": _slow_carrier,
    "slow_warehouse": _slow_warehouse,
    "defective_batch": _defective_batch,
    "confusing_promotion": _confusing_promotion,
    "seasonality": _seasonality,
    "trend": _trend,
    "abuse_ring": _abuse_ring,
    "serial_returner": _serial_returner,
    "takeovers": _takeovers,
    "gift_card_refunds": _gift_card_refunds,
    "tastes": _tastes,
    "asked_in_vain": _asked_in_vain,
    "handed_over_reason": _handed_over_reason,
    "low_channel": _low_channel,
}
