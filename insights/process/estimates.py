"""How large a difference is, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, chi2

from insights.process.groupings import Floats, Ints

REPEATS = 300
SAMPLE = 4000
SLOW = 0.9


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians in hours; the interval (95 %) is of their difference. `limit` is the hours that mark a slow
    case, `slow_here` and `slow_elsewhere` are the shares of such cases."""

    here: float
    elsewhere: float
    low: float
    high: float
    limit: float
    slow_here: float
    slow_elsewhere: float

    @property
    def difference(self) -> float:
        return self.here - self.elsewhere


def compare(here: Floats, owner: Ints, others: Floats, other_owner: Ints) -> Compared:
    """Two groups of durations; the interval is a percentile bootstrap over customers with a fixed seed.

    A case is slow that takes longer than nine of ten elsewhere. Of large groups a sample is resampled.
    """
    rng = np.random.default_rng(0)
    medians = _medians(here, owner, rng) - _medians(others, other_owner, rng)
    low, high = np.quantile(medians, (0.025, 0.975))
    limit = float(np.quantile(others, SLOW))
    return Compared(
        float(np.median(here)), float(np.median(others)), float(low), float(high), limit,
        float((here > limit).mean()), float((others > limit).mean()),
    )  # fmt: skip


def _medians(hours: Floats, owner: Ints, rng: np.random.Generator) -> Floats:
    """Medians of resamples in which each customer counts a Poisson number of times."""
    if len(hours) > SAMPLE:
        chosen = rng.choice(len(hours), SAMPLE, replace=False)
        hours, owner = hours[chosen], owner[chosen]
    order = np.argsort(hours)
    _, person = np.unique(owner[order], return_inverse=True)
    times = rng.poisson(1.0, (REPEATS, int(person.max()) + 1))[:, person]
    running = times.cumsum(axis=1)
    place = (running * 2 < running[:, -1:]).sum(axis=1)
    return np.asarray(hours[order][np.minimum(place, len(hours) - 1)])


def ratio_interval(events: float, all_events: float, share: float) -> tuple[float, float]:
    """95 % interval of observed to expected relative to the others: Clopper and Pearson's, of two Poisson counts.

    `share` is the part of all events that would be here if all were alike.
    """
    k, n = round(events), max(1, round(all_events))
    interval = binomtest(min(k, n), n).proportion_ci(0.95, method="exact")
    return tuple(_odds(part) / max(_odds(share), 1e-12) for part in (interval.low, interval.high))  # type: ignore[return-value]


def _odds(share: float) -> float:
    return share / max(1 - share, 1e-12)


def count_interval(events: float, expected: float) -> tuple[float, float]:
    """95 % interval of a Poisson count relative to what was expected."""
    low = float(chi2.ppf(0.025, 2 * events)) / 2 if events > 0 else 0.0
    return low / expected, float(chi2.ppf(0.975, 2 * events + 2)) / 2 / expected
