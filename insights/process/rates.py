"""Does something happen more often in a group than elsewhere? A test that no single customer can pass.

Two counts are held against what the strata's rates lead to expect, both given how many there are in all: the
customers to whom it happened in the group, and all events divided by how much they cluster in customers. The larger
p counts. The first is not moved by a customer of many events, the second not by groups whose customers buy more.
Expecting from rates of whole strata makes either binomial tail an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr
from scipy.stats import binom

from insights.process.groupings import Bools, Cells, Floats, Grouping, Ints

MOST_LIKELY = 0.98


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """By value: events and what was expected; `events_all` and `expected_all` include all values and none.

    `clustering` is the mean number of events that come with one, itself included.
    """

    log_p: Floats
    events: Floats
    expected: Floats
    events_all: float
    expected_all: float
    clustering: float

    @property
    def ratio(self) -> Floats:
        """Observed to expected, relative to the others."""
        here = self.events / np.maximum(self.expected, 1e-9)
        others = (self.events_all - self.events) / np.maximum(self.expected_all - self.expected, 1e-9)
        return np.asarray(here / np.maximum(others, 1e-9))


def expected_of(happened: Bools, strata: Ints) -> Floats:
    """Each row's probability if only its stratum mattered."""
    size = np.bincount(strata)
    rate = np.bincount(strata, weights=happened) / np.maximum(size, 1)
    return np.asarray(np.minimum(rate, MOST_LIKELY)[strata])


def count(happened: Bools, expected: Floats, grouping: Grouping, cells: Cells) -> Counted:
    """Test every value of a grouping; `expected` is that of `expected_of`."""
    width = len(grouping.values)
    where = np.flatnonzero(happened)
    known = cells.value >= 0
    of_cell = np.bincount(cells.of_row[where], minlength=len(cells.value)).astype(np.float64)
    met = _sums(cells.value[known], (of_cell > 0)[known], width)
    likely = -np.expm1(np.bincount(cells.of_row, weights=np.log1p(-expected), minlength=len(cells.value)))
    met_expected = _sums(cells.value[known], likely[known], width)
    events = _sums(cells.value[known], of_cell[known], width)
    in_group = _sums(grouping.codes[grouping.codes >= 0], expected[grouping.codes >= 0], width)
    clustering = clustered(of_cell)
    people = log_tail(met, float((of_cell > 0).sum()), met_expected / max(float(likely.sum()), 1e-9))
    share = in_group / max(float(expected.sum()), 1e-9)
    total = float(len(where))
    log_p = np.maximum(people, log_tail(events / clustering, total / clustering, share))
    return Counted(log_p, events, in_group, total, float(expected.sum()), clustering)


def clustered(events: Floats) -> float:
    """The design effect of counts by cluster: the sum of squares over the sum, at least 1."""
    return max(1.0, float((events**2).sum() / max(events.sum(), 1.0)))


def log_tail(events: Floats, total: Floats | float, share: Floats) -> Floats:
    """Logarithm of the chance of at least so many out of `total`, each being here with probability `share`.

    Where that is too small for a float, Chernoff's upper bound of it.
    """
    k, n = np.floor(events), np.ceil(total)
    found = np.where(k > 0, binom.logsf(k - 1, n, np.clip(share, 1e-12, 1 - 1e-12)), 0.0)
    return np.where(np.isfinite(found), found, _chernoff(k, n, share))


def _chernoff(k: Floats, n: Floats | float, share: Floats) -> Floats:
    here = np.minimum(k / np.maximum(n, 1.0), 1.0)
    return np.asarray(-n * (rel_entr(here, share) + rel_entr(1 - here, 1 - share)))


def _sums(places: Ints, weights: Floats | Bools, width: int) -> Floats:
    return np.bincount(places, weights=weights, minlength=width).astype(np.float64)
