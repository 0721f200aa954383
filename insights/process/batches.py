"""A scan for bad batches: one SKU, ordered within some weeks, of which too many come back or are complained about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from insights.process.groupings import Bools, Floats, Ints, codes_of
from insights.process.outcomes import Exposed
from insights.process.rates import clustered, log_tail

WEEKS = (1, 2, 3, 4, 6, 8, 13)
LEAST_LINES = 20
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class Window:
    """One SKU's orders of some weeks, with the unadjusted logarithm of p."""

    sku: int
    first: int
    last: int
    log_p: float


class Scan:
    """All windows of all SKUs of some order lines; weeks begin on the first day of the lines."""

    def __init__(self, exposed: Exposed) -> None:
        frame = exposed.frame
        goods = frame["sku"].where(frame["sku"] != "", frame["product_id"])
        self.codes, self.names = codes_of(goods)
        self.first_day = int(exposed.day.min())
        self._week: Ints = (exposed.day - self.first_day) // 7
        self._weeks = int(self._week.max()) + 1
        place = np.where(self.codes < 0, -1, self.codes * self._weeks + self._week)
        self._place, self._known = place, place >= 0
        width = len(self.names) * self._weeks + 1
        pairs, self._of_row = np.unique(exposed.customers * width + place + 1, return_inverse=True)
        self._customer, self._cell = pairs // width, pairs % width - 1
        self._lines = self._table(place[self._known], None)
        self.tests = sum(int((_windows(self._lines, long) >= LEAST_LINES).sum()) for long in WEEKS)

    def rows(self, window: Window) -> Bools:
        return np.asarray(
            (self.codes == window.sku) & (self._week >= window.first) & (self._week <= window.last)
        )

    def days(self, window: Window) -> tuple[date, date]:
        begin = EPOCH + timedelta(days=self.first_day + 7 * window.first)
        return begin, begin + timedelta(days=7 * (window.last - window.first + 1) - 1)

    def find(self, happened: Bools, expected: Floats, below: float, least: int) -> Iterator[Window]:
        """Windows with at least `least` events whose log p is below; tested as `rates.count` does."""
        of_cell = np.bincount(self._of_row[happened], minlength=len(self._cell)).astype(np.float64)
        met, likely = self._first_times(of_cell), -np.expm1(
            np.bincount(self._of_row, weights=np.log1p(-expected), minlength=len(self._cell))
        )  # fmt: skip
        known, clustering = self._cell >= 0, clustered(of_cell)
        people, people_expected = (self._table(self._cell[known], each[known]) for each in (met, likely))
        events = self._table(self._place[self._known], happened[self._known])
        events_expected = self._table(self._place[self._known], expected[self._known])
        for long in WEEKS:
            k, e = _windows(events, long), _windows(events_expected, long)
            sku, first = np.nonzero((_windows(self._lines, long) >= LEAST_LINES) & (k >= least) & (k > e))
            log_p = np.maximum(
                log_tail(k[sku, first] / clustering, happened.sum() / clustering,
                         e[sku, first] / expected.sum()),
                log_tail(_windows(people, long)[sku, first], float(met.sum()),
                         _windows(people_expected, long)[sku, first] / likely.sum()),
            )  # fmt: skip
            for each in np.flatnonzero(log_p < below):
                yield Window(
                    int(sku[each]), int(first[each]), int(first[each]) + long - 1, float(log_p[each])
                )

    def _first_times(self, of_cell: Floats) -> Floats:
        """1 where it happened to a customer with a SKU for the first time, so that nobody counts twice."""
        met = np.flatnonzero(of_cell > 0)
        sku = self._cell[met] // self._weeks
        _, first = np.unique(self._customer[met] * (len(self.names) + 1) + sku + 1, return_index=True)
        found = np.zeros(len(of_cell))
        found[met[first]] = 1.0
        return found

    def _table(self, places: Ints, weights: Floats | Bools | None) -> Floats:
        flat = np.bincount(places, weights=weights, minlength=len(self.names) * self._weeks)
        return flat.reshape(len(self.names), self._weeks).astype(np.float64)


def _windows(table: Floats, long: int) -> Floats:
    """Sums over `long` weeks, by SKU and first week; no windows where there are fewer weeks."""
    if long > table.shape[1]:
        return np.zeros((table.shape[0], 0))
    running = np.concatenate([np.zeros((table.shape[0], 1)), table.cumsum(axis=1)], axis=1)
    return np.asarray(running[:, long:] - running[:, :-long])
