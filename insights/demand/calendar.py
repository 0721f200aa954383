"""What the calendar does to demand: weekdays that differ, and days on which far more came than is usual then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.stats import kruskal, poisson

from insights.demand.methods import Values
from insights.demand.series import Series

WEEK = 7
# The level around a day is the median of four weeks on either side, which a sale of some days does not move.
AROUND = 28
LONGEST = 14
# Peaks smaller than this are not worth a sentence, however sure they are.
LEAST_TIMES = 1.3
SHORTEST = 8 * WEEK


@dataclass(frozen=True, slots=True)
class Peak:
    """`times` as much as usual came from `first` to `last`, both included. `p` is corrected for all windows."""

    first: date
    last: date
    times: float
    p: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekdays` are multiples of the mean day, Monday first, None where weekdays do not differ beyond chance."""

    weekdays: tuple[float, ...] | None
    weekday_p: float
    peaks: tuple[Peak, ...]


def calendar(series: Series, alpha: float = 0.01) -> Calendar | None:
    """The calendar of a daily series of counts; None where it is shorter than eight weeks or empty.

    `alpha` bounds the chance that anything at all is found in noise; weekdays and peaks have half of it each.
    Weekdays by Kruskal–Wallis over each day's ratio to its week; peaks by a Poisson scan over windows of 1 to 14
    days, with the counts scaled down by how much more than Poisson they scatter.
    """
    values = series.values
    if series.step != "day" or len(values) < SHORTEST or not values.any():
        return None
    days = (np.arange(len(values)) + series.start.weekday()) % WEEK
    ratios = values / np.maximum(_centred(values), 1e-9)
    p = float(kruskal(*(ratios[days == day] for day in range(WEEK))).pvalue) if np.ptp(ratios) else 1.0
    factors = _factors(ratios, days) if p < alpha / 2 else np.ones(WEEK)
    weekdays = tuple(map(float, factors)) if p < alpha / 2 else None
    return Calendar(weekdays, p, _peaks(values, factors[days], series.start, alpha / 2))


def _centred(values: Values) -> Values:
    """The mean of the seven days around each day; the ends repeat their nearest whole week."""
    means = sliding_window_view(values, WEEK).mean(axis=1)
    return np.asarray(np.pad(means, WEEK // 2, mode="edge"), dtype=np.float64)


def _factors(ratios: Values, days: NDArray[np.int_]) -> Values:
    middles = np.array([np.median(ratios[days == day]) for day in range(WEEK)])
    return np.asarray(middles / middles.mean(), dtype=np.float64)


def _peaks(values: Values, factors: Values, start: date, alpha: float) -> tuple[Peak, ...]:
    level = values / np.maximum(factors, 1e-9)
    padded = np.pad(level, AROUND, mode="reflect")
    usual = np.maximum(np.median(sliding_window_view(padded, 2 * AROUND + 1), axis=1), 0.1) * factors
    scatter = _dispersion(values, usual)
    tried = sum(len(values) - width + 1 for width in range(1, LONGEST + 1))
    found: list[tuple[float, float, int, int]] = []
    for width in range(1, LONGEST + 1):
        came, expected = (sliding_window_view(each, width).sum(axis=1) for each in (values, usual))
        chance = poisson.sf(np.ceil(came / scatter) - 1, expected / scatter) * tried
        for at in np.flatnonzero((chance < alpha) & (came > LEAST_TIMES * expected)):
            found.append((float(chance[at]), -float((came - expected)[at]), int(at), width))
    return _apart(sorted(found), values, usual, start)


def _dispersion(values: Values, usual: Values) -> float:
    """Variance by mean, from the middle of the residuals, so that the peaks themselves do not hide each other."""
    residuals = (values - usual) / np.sqrt(usual)
    spread = 1.4826 * float(np.median(np.abs(residuals - np.median(residuals))))
    return max(1.0, spread**2)


def _apart(
    found: list[tuple[float, float, int, int]], values: Values, usual: Values, start: date
) -> tuple[Peak, ...]:
    """The surest windows that do not touch each other, in the order of time."""
    taken = np.zeros(len(values) + 2, dtype=bool)
    peaks = []
    for p, _, at, width in found:
        if taken[at : at + width + 2].any():
            continue
        taken[at + 1 : at + width + 1] = True
        times = float(values[at : at + width].sum() / usual[at : at + width].sum())
        first = start + timedelta(days=at)
        peaks.append(Peak(first, first + timedelta(days=width - 1), times, min(p, 1.0)))
    return tuple(sorted(peaks, key=lambda peak: peak.first))
