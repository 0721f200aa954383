"""Who writes on a day and about what: customers of their own accord, and those whom something made write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate
from random import Random

from insights.simulate.chance import poisson
from insights.simulate.purchases import Purchase
from insights.simulate.world import Ahead, World
from tools.domain import OrderLine

# How often each reason comes up, in no particular unit.
WEIGHTS = {
    "order_status": 9.0, "tracking": 12.0, "delivery_time": 6.0, "return_item": 14.0, "exchange_item": 5.0, "repair": 3.0,
    "change_address": 3.0, "change_payment": 1.5, "refund_status": 6.0, "return_status": 4.0, "complaint": 6.0,
    "policy_question": 8.0, "product_question": 7.0, "stock_question": 4.0, "price_protection": 3.0, "coupon_points": 3.0,
    "invoice": 4.0, "gift_card": 1.5, "payment_problem": 2.0, "account": 2.5, "praise": 2.0, "smalltalk": 1.0,
}  # fmt: skip
PROMOTED = ("price_protection", "coupon_points")
# How many days old an order is that somebody writes about, from and to.
AGES = {
    "order_status": (0, 2), "change_address": (0, 1), "change_payment": (0, 1), "tracking": (1, 6), "delivery_time": (1, 6),
    "return_item": (3, 16), "exchange_item": (3, 16), "repair": (6, 28), "complaint": (2, 24), "praise": (4, 20),
    "refund_status": (4, 14), "return_status": (1, 8),
}  # fmt: skip
TRIES = 30
ANONYMOUS = 0.5

_REASONS, _SUMS = tuple(WEIGHTS), list(accumulate(WEIGHTS.values()))


def of_day(world: World, rng: Random, day: int) -> Iterator[tuple[datetime, Ahead]]:
    """All contacts that begin on a day, but those that lie ahead from earlier days."""
    mean = world.pace.contacts(day)
    for _ in range(poisson(rng, mean)):
        yield from _contact(world, rng, day, rng.choices(_REASONS, cum_weights=_SUMS)[0])
    for reason in _promoted(world, rng, day, mean):
        yield from _contact(world, rng, day, reason)
    vain = world.plan.asked_in_vain
    for _ in range(poisson(rng, mean * vain.share) if vain else 0):
        who = world.crowd.anyone(rng) if rng.random() >= ANONYMOUS else None
        yield world.moment(rng, day), Ahead("policy_question", who, manner="vain", outcome="unanswered")


def _promoted(world: World, rng: Random, day: int, mean: float) -> list[str]:
    """What a promotion adds that people did not understand."""
    promotion = world.plan.confusing_promotion
    if not promotion or not promotion.first_day <= day < promotion.first_day + promotion.days:
        return []
    usual = mean * sum(WEIGHTS[reason] for reason in PROMOTED) / _SUMS[-1]
    return [rng.choice(PROMOTED) for _ in range(poisson(rng, usual * (promotion.times - 1)))]


def _contact(world: World, rng: Random, day: int, reason: str) -> Iterator[tuple[datetime, Ahead]]:
    at = world.moment(rng, day)
    if reason not in AGES:
        known = rng.random() >= ANONYMOUS
        yield at, Ahead(reason, world.crowd.anyone(rng) if known else None)
    elif made := _purchase(world, rng, day, reason, at):
        yield at, Ahead(reason, made.person, made, rng.choice(made.lines).line_no)


def _purchase(world: World, rng: Random, day: int, reason: str, at: datetime) -> Purchase | None:
    """An order that this can be about; a few contacts find none and are not made."""
    window = world.returning if reason in ("refund_status", "return_status") else world.window
    low, high = AGES[reason]
    for _ in range(TRIES):
        made = window.any_of(rng, day - rng.randint(low, high))
        if made and not made.cancelled_at and _FITS[reason](made, at):
            return made
    return None


def can_go_back(made: Purchase, at: datetime) -> bool:
    return made.delivered_at < at and not made.going_back


def _delivered(made: Purchase, at: datetime) -> bool:
    return made.delivered_at < at


def _under_way(made: Purchase, at: datetime) -> bool:
    return made.shipped_at < at < made.delivered_at


def _waiting(made: Purchase, at: datetime) -> bool:
    return made.placed_at < at < made.shipped_at


def _any(made: Purchase, at: datetime) -> bool:
    return made.placed_at < at


_FITS: dict[str, Callable[[Purchase, datetime], bool]] = {
    "order_status": _waiting, "change_address": _waiting, "change_payment": _waiting, "tracking": _under_way,
    "delivery_time": _under_way, "return_item": can_go_back, "exchange_item": can_go_back, "repair": _delivered,
    "complaint": _any, "praise": _delivered, "refund_status": _any, "return_status": _any,
}  # fmt: skip


def line_of(made: Purchase, line_no: int) -> OrderLine:
    return made.lines[line_no - 1]
