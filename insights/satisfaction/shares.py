"""A share with the interval that its size allows."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `value`, `low` and `high` are 0 … 1, and None, 0 and 1 where there is nothing to count.

    `low` and `high` are Wilson's interval (Wilson, JASA 1927) at 95 %: it holds for small numbers too.
    """

    part: int
    whole: int
    value: float | None
    low: float
    high: float


def share(part: int, whole: int) -> Share:
    """Raises `ValueError` for a part that is none."""
    from scipy.stats import binomtest

    if not whole:
        return Share(part, whole, None, 0.0, 1.0)
    interval = binomtest(part, whole).proportion_ci(CONFIDENCE, method="wilson")
    return Share(part, whole, part / whole, float(interval.low), float(interval.high))
