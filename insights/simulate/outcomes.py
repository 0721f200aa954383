"""How conversations end. Without planted truths, every reason, channel and product ends in the same shares."""

from __future__ import annotations

from random import Random
from typing import Literal

from insights.simulate.plan import Plan

Outcome = Literal["solved", "handed_over", "abandoned", "refused", "unanswered"]
OUTCOMES: tuple[Outcome, ...] = ("solved", "handed_over", "abandoned", "refused", "unanswered")
SHARES = (70, 10, 9, 6, 5)
COMES_AGAIN = {"solved": 0.05}
ELSE_AGAIN = 0.25


def outcome_of(plan: Plan, rng: Random, reason: str) -> Outcome:
    often = plan.handed_over_reason
    if often and often.reason == reason:
        others = [share for name, share in zip(OUTCOMES, SHARES, strict=True) if name != "handed_over"]
        rest = (1 - often.share) / sum(others)
        shares = [
            often.share if name == "handed_over" else share * rest
            for name, share in zip(OUTCOMES, SHARES, strict=True)
        ]
        return rng.choices(OUTCOMES, shares)[0]
    return rng.choices(OUTCOMES, SHARES)[0]


def comes_again(rng: Random, outcome: str) -> bool:
    return rng.random() < COMES_AGAIN.get(outcome, ELSE_AGAIN)


def stars(plan: Plan, rng: Random, outcome: str, channel: str) -> int:
    """A rating, 1 to 5: it rests on how the conversation ended and, where planted, on the channel."""
    weights = (2, 3, 10, 35, 50) if outcome == "solved" else (22, 23, 25, 20, 10)
    given: int = rng.choices((1, 2, 3, 4, 5), weights)[0]
    low = plan.low_channel
    if low and low.channel == channel and rng.random() < low.share:
        return max(1, given - 2)
    return given
