"""How one complaint is handled by its plan: its priority, its deadlines, what may be offered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

from tools.domain import CENT, ComplaintPriority, ComplaintStep, Money, Order, Text, Tier
from tools.policy.business_days import business_days_end
from tools.policy.complaint_plans import Compensation, Handling, Plan, Valued

# Until when the customer is answered, has a solution, and after an escalation is answered by a manager.
Deadline = Literal["answer", "resolve", "review"]
Reason = Literal["urgent", "very_angry", "angry", "valued", "calm"]
# How a customer has to sound for one step and for two steps more, and for one step less.
ANGRY: Final = -0.5
VERY_ANGRY: Final = -0.85
CALM: Final = 0.25
_LEVELS: Final = tuple(ComplaintPriority)
_NORMAL: Final = _LEVELS.index(ComplaintPriority.NORMAL)
_WEIGHT: Final = MappingProxyType({"urgent": 1, "very_angry": 2, "angry": 1, "valued": 1, "calm": -1})
REASONS: Final = MappingProxyType(
    {
        "urgent": Text("情况紧急", "it cannot wait"),
        "very_angry": Text("客户非常生气", "the customer is very angry"),
        "angry": Text("客户不满", "the customer is angry"),
        "valued": Text("重要客户", "a valued customer"),
        "calm": Text("客户语气平和", "the customer is calm"),
    }
)


@dataclass(frozen=True, slots=True)
class Priority:
    """`reasons` are keys of `REASONS`, which has them in words."""

    level: ComplaintPriority
    reasons: tuple[Reason, ...]


def priority_of(urgent: bool, sentiment: float, tier: Tier, spent: Money | None, valued: Valued) -> Priority:
    """One step up for urgency, anger (two when very angry) and a valued customer; one down for a calm one.

    `sentiment` is −1 … 1; `spent` is what the customer's orders came to, None where nobody asked.
    """
    reasons: list[Reason] = ["urgent"] if urgent else []
    if sentiment <= ANGRY:
        reasons.append("very_angry" if sentiment <= VERY_ANGRY else "angry")
    if _is_valued(tier, spent, valued):
        reasons.append("valued")
    if sentiment >= CALM and not urgent:
        reasons.append("calm")
    level = _NORMAL + sum(_WEIGHT[reason] for reason in reasons)
    return Priority(_LEVELS[min(max(level, 0), len(_LEVELS) - 1)], tuple(reasons))


def _is_valued(tier: Tier, spent: Money | None, valued: Valued) -> bool:
    enough = valued.spent is not None and spent is not None and spent.currency == valued.spent.currency
    return tier in valued.tiers or (enough and spent >= valued.spent)  # type: ignore[operator]


def spent_of(orders: Sequence[Order], currency: str) -> Money:
    """What a customer has paid and not got back, over all orders in that currency."""
    mine = [order for order in orders if order.currency == currency]
    return sum((order.paid - order.refunded for order in mine), Money.zero(currency))


def answer_by(plan: Plan, opened_at: datetime) -> datetime:
    return opened_at + timedelta(hours=plan.answer_hours)


def resolve_by(plan: Plan, handling: Handling, opened_at: datetime, zone: ZoneInfo) -> datetime:
    """What was promised to all customers, or what the plan says where that is sooner."""
    promised = business_days_end(opened_at, handling.resolve_business_days, zone, handling.holidays)
    if plan.resolve_hours is None:
        return promised
    return min(promised, opened_at + timedelta(hours=plan.resolve_hours))


def review_by(handling: Handling, escalated_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when a manager has answered."""
    days = handling.escalation.review_business_days
    return business_days_end(escalated_at, days, zone, handling.holidays)


def steps_of(plan: Plan, opened_at: datetime) -> tuple[ComplaintStep, ...]:
    return tuple(
        ComplaintStep(step.text, step.department, opened_at + timedelta(hours=step.hours))
        for step in plan.steps
    )


def limit_of(rule: Compensation | None, order: Order | None) -> Money | None:
    """The most that may be offered, rounded down to a cent; None where nothing may be.

    A share is one of the order's value, so a complaint about no order has none.
    """
    if rule is None:
        return None
    found = [rule.amount] if rule.amount is not None else []
    if rule.share is not None:
        if order is None:
            return None
        part = (order.total.amount * rule.share).quantize(CENT, ROUND_DOWN)
        found.append(Money(part, order.currency))
    limit = min(found)
    return limit if limit.amount > 0 else None
