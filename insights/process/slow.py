"""Slow stages: which carriers, warehouses, goods, regions and months make a stage of a process long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from insights.process.draft import Draft, examples, selection
from insights.process.estimates import Compared, compare
from insights.process.families import Family, bounded
from insights.process.groupings import Bools
from insights.process.merging import merged
from insights.process.report import Effect, Evidence, Options
from insights.process.selecting import Candidate, select
from insights.process.slowness import drift_z, group_log_p, log_p, scores_of, strata_of
from insights.process.stages import Stage, Tested, read_stages

if TYPE_CHECKING:
    import pandas as pd

DRIFT = (("time", "later"),)
# A p of one in a hundred before adjustment; what is above can be no finding.
LOOKS_SLOWER = np.log(0.01)


def find_slow(
    frame: pd.DataFrame, options: Options, now: pd.Timestamp | None = None
) -> tuple[list[Draft], int]:
    """Slow groups and drifts of all stages, and how many tests were made."""
    stages = read_stages(frame, options.least_cases, now)
    single = sum(int(each.enough.sum()) for one in stages for each in one.tested if not each.pair)
    pairs = sum(int(each.enough.sum()) for one in stages for each in one.tested if each.pair)
    families = (Family("stages", single), Family("stage pairs", pairs), Family("drifts", len(stages)))
    drafts = []
    for stage in stages:
        bench = Slowness(stage, families, options)
        drafts += bench.drafts(merged(select(bench, options.alpha)))
    return drafts, single + pairs + len(stages)


class Slowness:
    """The bench of one stage."""

    def __init__(self, stage: Stage, families: tuple[Family, Family, Family], options: Options) -> None:
        self._stage, self._options = stage, options
        self._single, self._pairs, self._drifts = families
        self._trifles: set[tuple[tuple[str, str], ...]] = set()

    def best(self, known: Sequence[Candidate], log_alpha: float) -> Candidate | None:
        tests = [each for each in self._tests(known, self._stage.tested) if each[0] <= log_alpha]
        for _, tested, place, raw in sorted(tests, key=lambda one: one[0]):
            candidate = self._candidate(tested, place, raw)
            if candidate.subject in self._trifles:
                continue
            if self._worth(self._compared(candidate, known)):
                return candidate
            self._trifles.add(candidate.subject)
        return None

    def again(self, candidate: Candidate, known: Sequence[Candidate]) -> Candidate:
        names = tuple(name for name, _ in candidate.subject)
        tested = [each for each in self._stage.tested if each.grouping.names == names]
        for _, where, place, raw in self._tests(known, tested):
            if (
                (candidate.subject == DRIFT)
                if where is None
                else where.grouping.subject(place) == candidate.subject
            ):
                return self._candidate(where, place, raw)
        return replace(candidate, log_p=0.0, raw_log_p=0.0, strength=0.0)

    def _tests(
        self, known: Sequence[Candidate], wanted: Sequence[Tested]
    ) -> Iterator[tuple[float, Tested | None, int, float]]:
        """Adjusted log p, the grouping (None for the drift), the value's place and log p of whatever looks slower."""
        if all(each.subject != DRIFT for each in known):
            raw = float(log_p(drift_z(self._stage, known), self._stage.day))
            yield raw + self._drifts.log_factor, None, 0, raw
        scored = {}
        for tested in wanted:
            if tested.timely not in scored:
                strata = strata_of(self._stage, known, tested.timely)
                scored[tested.timely] = scores_of(self._stage, strata), strata
            found = group_log_p(tested, *scored[tested.timely])
            for place in np.flatnonzero(found < LOOKS_SLOWER).tolist():
                yield found[place] + self._family(tested).log_factor, tested, place, float(found[place])

    def _family(self, tested: Tested | None) -> Family:
        if tested is None:
            return self._drifts
        return self._pairs if tested.pair else self._single

    def _candidate(self, tested: Tested | None, place: int, raw: float) -> Candidate:
        stage, adjusted = self._stage, raw + self._family(tested).log_factor
        if tested is None:
            late: Bools = stage.day >= np.quantile(stage.day, 0.75)
            return Candidate(DRIFT, "", late, stage.months, adjusted, raw, -raw)
        rows = tested.grouping.of(place)
        return Candidate(tested.grouping.subject(place), "", rows, rows.astype(np.int64), adjusted, raw, -raw)

    def _compared(self, candidate: Candidate, known: Sequence[Candidate]) -> Compared | None:
        """With cases outside of what is known, as long as enough are left; finished ones only."""
        stage, least = self._stage, self._options.least_cases
        others = ~candidate.rows
        if candidate.subject == DRIFT:
            others = stage.day <= np.quantile(stage.day, 0.25)
        here = candidate.rows & stage.ended
        others = others & stage.ended
        elsewhere = np.logical_or.reduce(
            [each.rows for each in known if each.subject != DRIFT] or [~stage.ended]
        )
        if (here & ~elsewhere).sum() >= max(least, here.sum() / 2):
            here = here & ~elsewhere
        if (others & ~elsewhere).sum() >= least:
            others = others & ~elsewhere
        if here.sum() < least // 2 or others.sum() < least // 2:
            return None
        return compare(stage.hours[here], stage.customers[here], stage.hours[others], stage.customers[others])

    def _worth(self, compared: Compared | None) -> bool:
        if compared is None or compared.low <= 0:
            return False
        least, more = self._options.least_hours, compared.difference
        return more >= least or (more >= least / 4 and more >= self._options.least_share * compared.elsewhere)

    def drafts(self, found: Sequence[Candidate]) -> list[Draft]:
        """Those that are worth telling, given the others."""
        compared = [
            (each, self._compared(each, [other for other in found if other is not each])) for each in found
        ]
        return [self._draft(each, by) for each, by in compared if by is not None and self._worth(by)]

    def _draft(self, candidate: Candidate, compared: Compared) -> Draft:
        stage, rows = self._stage, candidate.rows
        months = self._months(candidate)
        n = int((rows & stage.ended).sum())
        slow = (stage.hours > compared.limit) & stage.ended
        evidence = Evidence(
            "hours", n, int((slow & rows).sum()), compared.here, compared.elsewhere, compared.difference,
            compared.low, compared.high, bounded(candidate.raw_log_p), bounded(candidate.log_p),
            share_of_all=float((slow & rows).sum() / max(1, slow.sum())),
            still_open=int((rows & ~stage.ended).sum()),
        )  # fmt: skip
        worst = stage.frame[rows].sort_values("waited", ascending=False)
        return Draft(
            "drift" if candidate.subject == DRIFT else "slow",
            candidate.subject,
            evidence,
            Effect(hours_a_month=n * compared.difference / months),
            self._selection(candidate),
            examples(worst["conversation_id"], self._options.examples),
            excess=max(0.0, (compared.slow_here - compared.slow_elsewhere) * n / months),
            process=stage.process,
            stage=stage.stage,
        )

    def _months(self, candidate: Candidate) -> float:
        """How long the rows' part of the period is, in months of 30 days."""
        if candidate.subject == DRIFT or candidate.subject[0][0] == "month":
            return max(1.0, float(np.ptp(self._stage.day[candidate.rows]) + 1) / 30)
        return max(1.0, self._stage.length)

    def _selection(self, candidate: Candidate) -> dict[str, tuple[str, ...]]:
        stage = self._stage
        if candidate.subject == DRIFT or candidate.subject[0][0] == "month":
            days = stage.frame["day"][candidate.rows]
            return {
                "process": (stage.process,), "stage": (stage.stage,),
                "since": (str(days.min().date()),), "until": (str(days.max().date()),),
            }  # fmt: skip
        return selection(stage.frame, candidate.subject, process=stage.process, stage=stage.stage)
