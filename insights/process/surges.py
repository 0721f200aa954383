"""A scan of daily counts for windows that hold more than the weeks around them lead to expect.

A series is measured against the shop's other contacts of the same day, so that a busy season is no spike, with a
factor for each weekday. A window is held against the eight weeks on either side, without three days next to it:
given how many there are in both, the count is binomial. Counts are first divided by how much the series' weeks
scatter beyond Poisson's law, the window's own left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insights.process.groupings import Bools, Floats, Ints
from insights.process.rates import log_tail

LENGTHS = (1, 2, 3, 5, 7, 10, 14, 21)
AROUND = 56
GAP = 3
# What one unusual week may add to the scatter, and the weight of "no weekday pattern".
MOST_SCATTER = 9.0
SHRINK = 30.0
# From so many other contacts a day on, the day itself counts more than its week.
HALF_TRUSTED = 10.0


@dataclass(frozen=True, slots=True)
class Surge:
    """A window of days, first and last included, of one series."""

    series: int
    first: int
    last: int
    log_p: float
    contacts: float
    expected: float


def windows_of(days: int) -> int:
    """How many windows a series of so many days has."""
    return sum(max(0, days - long + 1) for long in LENGTHS if long * 3 <= days)


def surges(
    counts: Floats, others: Floats, left_out: Bools, chosen: Ints, below: float, ratio: float, least: int
) -> Iterator[Surge]:
    """Windows of the chosen series whose log p is below, with at least `ratio` of and `least` above what is usual.

    All tables are series × days; counts of days that are left out must be 0.
    """
    y = counts[chosen]
    measure, least_scatter = _measure(y, others[chosen])
    measure = measure * ~left_out[chosen]
    for long in LENGTHS:
        if long * 3 > y.shape[1]:
            continue
        k, exposure = _sums(y, long), _sums(measure, long)
        near, near_exposure = _around(y, long), _around(measure, long)
        usual = exposure * near / np.maximum(near_exposure, 1e-9)
        fit = (k >= ratio * usual) & (k - usual >= least) & (near_exposure > 0)
        for row in np.flatnonzero(fit.any(axis=1)):
            first = np.flatnonzero(fit[row])
            scatter = np.maximum(_scatter(y[row], measure[row], first, long), least_scatter[row])
            share = exposure[row, first] / (exposure[row, first] + near_exposure[row, first])
            total = k[row, first] + near[row, first]
            log_p = log_tail(k[row, first] / scatter, total / scatter, share)
            for place in np.flatnonzero(log_p < below):
                start = int(first[place])
                yield Surge(
                    int(chosen[row]), start, start + long - 1, float(log_p[place]),
                    float(k[row, start]), float(usual[row, start]),
                )  # fmt: skip


def _measure(y: Floats, others: Floats) -> tuple[Floats, Floats]:
    """What counts are proportional to, by weekday; and how much its own chance adds to each series' scatter.

    It is the other contacts of the day, mixed with their weekly mean the more, the fewer there are: of three
    contacts a day one says little about how busy the day was.
    """
    mean = others.mean(axis=1, keepdims=True)
    trust = mean / (mean + HALF_TRUSTED)
    busy = trust * others + (1 - trust) * _weekly(others) + 1e-3
    level = y.sum(axis=1, keepdims=True) / busy.sum(axis=1, keepdims=True)
    factor = np.ones_like(busy)
    for weekday in range(7):
        seen, usual = y[:, weekday::7].sum(axis=1), (busy * level)[:, weekday::7].sum(axis=1)
        factor[:, weekday::7] = ((seen + SHRINK) / (usual + SHRINK))[:, None]
    return busy * factor, 1 + (level * trust**2)[:, 0]


def _weekly(table: Floats) -> Floats:
    """Means over the week around each day."""
    days = table.shape[1]
    running = np.concatenate([np.zeros((len(table), 1)), table.cumsum(axis=1)], axis=1)
    begin, end = np.maximum(np.arange(days) - 3, 0), np.minimum(np.arange(days) + 4, days)
    return np.asarray((running[:, end] - running[:, begin]) / (end - begin))


def _sums(table: Floats, long: int) -> Floats:
    running = np.concatenate([np.zeros((len(table), 1)), table.cumsum(axis=1)], axis=1)
    return np.asarray(running[:, long:] - running[:, :-long])


def _around(table: Floats, long: int) -> Floats:
    """Sums over the weeks on either side of each window, without the days next to it."""
    days = table.shape[1]
    running = np.concatenate([np.zeros((len(table), 1)), table.cumsum(axis=1)], axis=1)
    first = np.arange(days - long + 1)
    left = running[:, np.maximum(first - GAP, 0)] - running[:, np.maximum(first - GAP - AROUND, 0)]
    begin, end = np.minimum(first + long + GAP, days), np.minimum(first + long + GAP + AROUND, days)
    return np.asarray(left + running[:, end] - running[:, begin])


def _scatter(y: Floats, measure: Floats, first: Ints, long: int) -> Floats:
    """How much the series scatters, at least 1, as seen without the weeks that each window touches."""
    found = np.ones(len(first))
    for span in (7, 14):
        weeks = len(y) // span
        if weeks < 5:
            continue
        seen = y[: weeks * span].reshape(weeks, span).sum(axis=1)
        size = measure[: weeks * span].reshape(weeks, span).sum(axis=1)
        usual = np.maximum(_nearby(seen, size, max(1, AROUND // span)), 1e-9)
        square = np.minimum((seen - usual) ** 2 / usual, MOST_SCATTER)
        running = np.concatenate(([0.0], square.cumsum()))
        begin, end = np.minimum(first // span, weeks), np.minimum((first + long - 1) // span + 1, weeks)
        left = np.maximum(weeks - (end - begin), 1)
        found = np.maximum(found, (square.sum() - (running[end] - running[begin])) / left)
    return found


def _nearby(seen: Floats, size: Floats, reach: int) -> Floats:
    """What each week's neighbours lead to expect of it."""
    kernel = np.ones(2 * reach + 1)
    kernel[reach] = 0.0
    return np.asarray(size * _spread(seen, kernel, reach) / np.maximum(_spread(size, kernel, reach), 1e-9))


def _spread(values: Floats, kernel: Floats, reach: int) -> Floats:
    return np.convolve(values, kernel)[reach : reach + len(values)]
