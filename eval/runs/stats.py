"""Differences between shares with 95 % intervals, and tests whether there is one at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.stats import binomtest, fisher_exact

from eval.retrieval.intervals import Estimate, share


@dataclass(frozen=True, slots=True)
class Difference:
    """One share less the other, in points of share (-1..1), with its 95 % interval and the p value of no difference."""

    one: Estimate
    other: Estimate
    value: float
    low: float
    high: float
    p: float

    def json(self) -> dict[str, object]:
        figures = {name: round(getattr(self, name), 4) for name in ("value", "low", "high", "p")}
        return {"one": self.one.json(), "other": self.other.json(), **figures}

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def independent(one: Sequence[bool], other: Sequence[bool]) -> Difference | None:
    """Shares of different cases: Newcombe (1998), Statistics in Medicine 17:873-890, method 10; Fisher's exact test.

    None where either is empty.
    """
    first, second = share(one), share(other)
    if first is None or second is None:
        return None
    table = [[sum(one), len(one) - sum(one)], [sum(other), len(other) - sum(other)]]
    return _difference(first, second, 0.0, float(fisher_exact(table)[1]))


def paired(one: Sequence[bool], other: Sequence[bool]) -> Difference | None:
    """Shares of the same cases, in the same order: Newcombe (1998), Statistics in Medicine 17:2635-2650, method 10;
    McNemar's exact test.

    None of nothing; raises ValueError where the two are not of the same length.
    """
    pairs = list(zip(one, other, strict=True))
    first, second = share(one), share(other)
    if first is None or second is None:
        return None
    only_one, only_other = pairs.count((True, False)), pairs.count((False, True))
    correlation = _correlation(pairs.count((True, True)), only_one, only_other, pairs.count((False, False)))
    return _difference(first, second, correlation, mcnemar(only_one, only_other))


def mcnemar(only_one: int, only_other: int) -> float:
    """McNemar's test, exact and two-sided, of the cases in which two ways of doing them differ; 1.0 of none."""
    differing = only_one + only_other
    return float(binomtest(only_one, differing, 0.5).pvalue) if differing else 1.0


def holm(values: Sequence[float]) -> list[float]:
    """p values as they hold when so many questions are asked at once; Holm (1979)."""
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=lambda each: values[each])):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = highest
    return corrected


def _correlation(both: int, only_one: int, only_other: int, neither: int) -> float:
    """Newcombe's phi: a positive one is lessened by half a case of all of them."""
    product = (both + only_one) * (only_other + neither) * (both + only_other) * (only_one + neither)
    if not product:
        return 0.0
    found = float(both * neither - only_one * only_other)
    if found > 0:
        found = max(found - (both + only_one + only_other + neither) / 2, 0.0)
    return found / sqrt(product)


def _difference(one: Estimate, other: Estimate, correlation: float, p: float) -> Difference:
    value = one.value - other.value
    low = _reach(one.value - one.low, other.high - other.value, correlation)
    high = _reach(one.high - one.value, other.value - other.low, correlation)
    return Difference(one, other, value, max(-1.0, value - low), min(1.0, value + high), p)


def _reach(one: float, other: float, correlation: float) -> float:
    # Nothing but rounding makes it negative.
    return sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))
