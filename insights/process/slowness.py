"""Tests of one stage: is a group of cases slower than the others, does the stage get slower over time?

Scores are summed over a group. Their variance is the largest of three: of a random draw from the strata, and
with all cases of a customer, or of a day, moving together. So neither a customer of many orders nor a day on which
everything lay still passes for a slow group.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

from insights.process.censored import slow_scores
from insights.process.groupings import Cells, Floats, Ints, joined
from insights.process.selecting import Candidate
from insights.process.stages import Stage, Tested


def strata_of(stage: Stage, known: Sequence[Candidate], timely: bool) -> Ints:
    """What is compared only with its like: cases of one month, and of each group that is known to differ."""
    parts = [each.stratum for each in known] + ([] if timely else [stage.months])
    return joined(*parts) if parts else np.zeros(len(stage.hours), dtype=np.int64)


def scores_of(stage: Stage, strata: Ints) -> Floats:
    return slow_scores(stage.hours, stage.ended, strata)


def group_log_p(tested: Tested, scores: Floats, strata: Ints) -> Floats:
    """Logarithm of each value's one-sided p of being slower, 0 for those with too few cases.

    Of Student's t with the smaller number of clusters; with many it is the normal distribution.
    """
    codes, width = tested.grouping.codes, len(tested.grouping.values)
    known = codes >= 0
    sums = np.bincount(codes[known], weights=scores[known], minlength=width)
    variance, count = _drawn(codes, width, scores, strata)
    apart = 1 - count / len(codes)
    clusters: Floats = np.full(width, np.inf)
    for cells in (tested.by_customer, tested.by_day):
        together, number = _moving_together(cells, scores, sums / np.maximum(count, 1), count)
        variance, clusters = np.maximum(variance, apart * together), np.minimum(clusters, number)
    fit = tested.enough & (variance > 1e-9) & (clusters > 1)
    t = sums / np.sqrt(np.where(fit, variance, 1.0))
    return np.where(fit, student.logsf(t, np.where(fit, clusters - 1, 1)), 0.0)


def _drawn(codes: Ints, width: int, scores: Floats, strata: Ints) -> tuple[Floats, Floats]:
    """Variance of each value's sum when scores are drawn within strata, and how many rows each has."""
    size = np.bincount(strata)
    spread = np.bincount(strata, weights=scores**2) / np.maximum(size - 1, 1)
    known = codes >= 0
    here, count = np.unique(strata[known] * width + codes[known], return_counts=True)
    stratum, value = here // width, here % width
    part = spread[stratum] * count * (size[stratum] - count) / size[stratum]
    rows = np.bincount(codes[known], minlength=width).astype(np.float64)
    return np.bincount(value, weights=part, minlength=width).astype(np.float64), rows


def _moving_together(cells: Cells, scores: Floats, mean: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Variance of each value's sum when clusters move together, around its own mean; and how many clusters."""
    known = cells.value >= 0
    value = cells.value[known]
    sums = np.bincount(cells.of_row, weights=scores, minlength=len(cells.value))[known]
    usual = np.bincount(cells.of_row, minlength=len(cells.value))[known] * mean[value]
    number = np.bincount(value, minlength=len(count)).astype(np.float64)
    squares = np.bincount(value, weights=(sums - usual) ** 2, minlength=len(count))
    return np.asarray(squares * number / np.maximum(number - 1, 1)), number


def drift_z(stage: Stage, known: Sequence[Candidate]) -> float:
    """Of the stage getting slower with time; weeks move together. Positive is slower."""
    strata = strata_of(stage, known, timely=True)
    scores, size = scores_of(stage, strata), np.bincount(strata)
    time = stage.day - (np.bincount(strata, weights=stage.day) / np.maximum(size, 1))[strata]
    square = float((time**2).sum())
    if square < 1e-9:
        return 0.0
    slope = float((time * scores).sum()) / square
    weeks = np.bincount(joined(stage.day // 7), weights=time * (scores - slope * time))
    variance = max(float(scores.var()) * square, float((weeks**2).sum()), 1e-9)
    return slope * square / float(np.sqrt(variance))


def log_p(t: float, day: Ints) -> float:
    """Logarithm of the one-sided p of a drift, with as many degrees of freedom as there are weeks, less two."""
    weeks = int(day.max() // 7 - day.min() // 7) + 1
    return float(student.logsf(t, max(1, weeks - 2)))
