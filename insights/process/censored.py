"""Rank scores of durations some of which still run."""

from __future__ import annotations

import numpy as np

from insights.process.groupings import Bools, Floats, Ints


def slow_scores(hours: Floats, ended: Bools, strata: Ints) -> Floats:
    """How slow each case is among those of its stratum, between −1 and 1, with mean 0 in each stratum.

    The negated scores of Peto and Peto (1972): 1 − S(t−) − S(t) for what ended after t, 1 − S(t) for what has been
    open for t, with the Kaplan–Meier estimate S. Without open cases their sums give Wilcoxon's test.
    """
    scores = np.zeros(len(hours))
    order = np.lexsort((hours, strata))
    bounds = np.flatnonzero(np.diff(strata[order], prepend=-1))
    for rows in np.split(order, bounds[1:]):
        if len(rows) > 1:
            scores[rows] = _scores(hours[rows], ended[rows])
    return scores


def _scores(hours: Floats, ended: Bools) -> Floats:
    """For sorted hours of one stratum."""
    _, first, place, size = np.unique(hours, return_index=True, return_inverse=True, return_counts=True)
    events = np.bincount(place, weights=ended, minlength=len(size))
    after = np.cumprod(1 - events / (len(hours) - first))
    before = np.concatenate(([1.0], after[:-1]))
    found = np.where(ended, 1 - before[place] - after[place], 1 - after[place])
    return np.asarray(found - found.mean())
