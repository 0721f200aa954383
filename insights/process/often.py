"""What happens too often: returns, complaints, contacts of orders; hand-overs, refusals, low ratings of conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from insights.process.batches import Scan, Window
from insights.process.draft import Draft, examples, selection
from insights.process.estimates import ratio_interval
from insights.process.families import Family, bounded
from insights.process.groupings import Bools, Cells, Grouping, Ints, joined
from insights.process.outcomes import SCANNED, Exposed
from insights.process.rates import count, expected_of
from insights.process.report import Effect, Evidence, Options
from insights.process.selecting import Candidate

if TYPE_CHECKING:
    import pandas as pd

Subject = tuple[tuple[str, str], ...]
LOOKS_MORE = float(np.log(0.01))


@dataclass(frozen=True, eq=False, slots=True)
class Rate:
    """How a group's rows fare; `elsewhere` is what others' rate would be in the same months and known groups."""

    n: int
    events: int
    here: float
    elsewhere: float
    ratio: float
    low: float
    high: float


class Often:
    """The bench of one kind of rows; all their outcomes compete, so that a group is told by what shows it best."""

    def __init__(
        self, exposed: Exposed, scan: Scan | None, family: Family, batches: Family, options: Options
    ):
        self.exposed, self._scan, self._options = exposed, scan, options
        self._family, self._batches = family, batches
        self._trifles: set[tuple[str, Subject]] = set()

    def best(self, known: Sequence[Candidate], log_alpha: float) -> Candidate | None:
        tests = [each for each in self._tests(known, log_alpha) if each[0] <= log_alpha]
        for _, outcome, what, raw in sorted(tests, key=lambda one: one[0]):
            candidate = self._candidate(outcome, what, raw)
            if (outcome, candidate.subject) in self._trifles:
                continue
            if self.worth(self.rate(outcome, candidate.rows, known)):
                return candidate
            self._trifles.add((outcome, candidate.subject))
        return None

    def again(self, candidate: Candidate, known: Sequence[Candidate]) -> Candidate:
        happened = self.exposed.outcomes[candidate.outcome]
        expected = expected_of(happened, self._strata(known))
        codes = candidate.rows.astype(np.int64)
        grouping = Grouping(("rows",), (("others",), ("these",)), codes)
        raw = float(count(happened, expected, grouping, grouping.cells(self.exposed.customers)).log_p[1])
        factor = candidate.log_p - candidate.raw_log_p
        return replace(candidate, log_p=raw + factor, raw_log_p=raw, strength=-raw)

    def _tests(
        self, known: Sequence[Candidate], log_alpha: float
    ) -> Iterator[tuple[float, str, tuple[Grouping, int] | Window, float]]:
        """Adjusted log p, outcome, value or window, and log p of whatever looks more frequent."""
        strata = self._strata(known)
        for outcome, happened in self.exposed.outcomes.items():
            expected = expected_of(happened, strata)
            for grouping, cells, enough in self.exposed.tested:
                log_p = count(happened, expected, grouping, cells).log_p
                for place in np.flatnonzero(enough & (log_p < LOOKS_MORE)).tolist():
                    raw = float(log_p[place])
                    yield raw + self._family.log_factor, outcome, (grouping, place), raw
            if self._scan is not None and outcome in SCANNED:
                limit, factor = log_alpha - self._batches.log_factor, self._batches.log_factor
                for window in self._scan.find(happened, expected, limit, self._options.least_events):
                    yield window.log_p + factor, outcome, window, window.log_p

    def _strata(self, known: Sequence[Candidate]) -> Ints:
        return joined(self.exposed.months, *(each.stratum for each in known))

    def _candidate(self, outcome: str, what: tuple[Grouping, int] | Window, raw: float) -> Candidate:
        if isinstance(what, Window):
            assert self._scan is not None
            first, last = self._scan.days(what)
            subject: Subject = (("sku", self._scan.names[what.sku]), ("ordered", f"{first}/{last}"))
            rows, factor = self._scan.rows(what), self._batches.log_factor
        else:
            grouping, place = what
            subject, rows, factor = grouping.subject(place), grouping.of(place), self._family.log_factor
        return Candidate(subject, outcome, rows, rows.astype(np.int64), raw + factor, raw, -raw)

    def worth(self, rate: Rate) -> bool:
        """Whether the difference is large enough to be told."""
        least = self._options
        more = rate.events - rate.n * rate.elsewhere
        return rate.ratio >= least.least_ratio and rate.low > 1 and more >= least.least_events

    def rate(self, outcome: str, rows: Bools, known: Sequence[Candidate]) -> Rate:
        happened = self.exposed.outcomes[outcome]
        grouping = Grouping(("rows",), (("others",), ("these",)), rows.astype(np.int64))
        cells: Cells = grouping.cells(self.exposed.customers)
        counted = count(happened, expected_of(happened, self._strata(known)), grouping, cells)
        ratio, n = float(counted.ratio[1]), int(rows.sum())
        low, high = ratio_interval(
            counted.events[1] / counted.clustering,
            counted.events_all / counted.clustering,
            float(counted.expected[1] / max(counted.expected_all, 1e-9)),
        )
        here = float(counted.events[1] / n)
        return Rate(n, int(counted.events[1]), here, here / max(ratio, 1e-9), ratio, low, high)


def drafts(bench: Often, found: Sequence[Candidate], options: Options, talks: pd.Series[str]) -> list[Draft]:
    """Those that are worth telling, given the others; `talks` has the conversation of each row, "" for none."""
    rates = [
        (each, bench.rate(each.outcome, each.rows, [other for other in found if other is not each]))
        for each in found
    ]
    return [_draft(bench.exposed, each, rate, options, talks) for each, rate in rates if bench.worth(rate)]


def _draft(
    exposed: Exposed, candidate: Candidate, rate: Rate, options: Options, talks: pd.Series[str]
) -> Draft:
    rows = candidate.rows
    happened = exposed.outcomes[candidate.outcome]
    batch = candidate.subject[-1][0] == "ordered"
    more = max(0.0, rate.events - rate.n * rate.elsewhere) / exposed.length
    evidence = Evidence(
        "share", rate.n, rate.events, rate.here, rate.elsewhere, rate.ratio, rate.low, rate.high,
        bounded(candidate.raw_log_p), bounded(candidate.log_p),
        share_of_all=float((happened & rows).sum() / max(1, happened.sum())),
    )  # fmt: skip
    window, chosen = None, candidate.subject
    if batch:
        days = exposed.frame["day"][rows]
        window, chosen = (days.min().date(), days.max().date()), candidate.subject[:1]
    found = selection(exposed.frame, chosen, outcome=candidate.outcome)
    if window:
        found |= {"since": (str(window[0]),), "until": (str(window[1]),)}
    shown = talks[happened & rows]
    return Draft(
        "batch" if batch else "rate", candidate.subject, evidence, Effect(contacts_a_month=more), found,
        examples(shown, options.examples), excess=more, outcome=candidate.outcome, window=window, rows=rows,
    )  # fmt: skip
