"""A simulated year with everything planted at once, from raw rows to findings: each truth is found, and nothing else.

The seeds are none of those that the analyses were made with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from insights.demand.forecast import calendars
from insights.demand.series import read_frames as demand_frames
from insights.facts.build import refresh
from insights.facts.filters import Filter
from insights.outreach.defects import defects_in
from insights.process.finding import find, read_frames
from insights.process.report import Finding, Options, Report
from insights.recommend.measure import measure
from insights.recommend.purchases import read_purchases
from insights.simulate.described import Truth, truths
from insights.simulate.plan import Plan, noise, planted
from insights.simulate.write import simulate
from tools.store.database import make_engine, migrate

pytestmark = pytest.mark.slow
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2025, 11, 22)


@dataclass(frozen=True)
class Year:
    plan: Plan
    engine: Engine
    report: Report

    def truth(self, name: str) -> Truth:
        return next(each for each in truths(self.plan) if each.name == name)

    def found(self, kind: str, outcome: str = "", stage: str = "", **subject: str) -> list[Finding]:
        """Findings of this kind whose subject names these values."""
        return [
            each
            for each in self.report.findings
            if (each.kind, each.outcome, each.stage) == (kind, outcome, stage)
            and subject.items() <= dict(each.subject).items()
        ]


def lived(plan: Plan, folder: Path) -> Iterator[Year]:
    engine = make_engine(f"sqlite:///{folder / 'year.sqlite3'}")
    migrate(engine)
    simulate(engine, plan)
    refresh(engine, SHANGHAI, plan.end)
    yield Year(plan, engine, find(read_frames(engine, Filter()), Options()))
    engine.dispose()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    yield from lived(planted(11, START, conversations=20_000), tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    yield from lived(noise(12, START, conversations=6_000), tmp_path_factory.mktemp("noise"))


def test_a_year_of_noise_brings_no_finding(quiet: Year) -> None:
    assert quiet.report.findings == ()
    assert quiet.report.tests_made > 1000
    known = calendars(demand_frames(quiet.engine, Filter()), quiet.plan.end, SHANGHAI)
    assert all((each.weekdays, each.peaks) == (None, ()) for each in known.values())


def test_the_slow_warehouse_and_by_how_much(year: Year) -> None:
    truth = year.truth("slow_warehouse")
    (found,) = year.found("slow", stage="processed", warehouse=truth.where["warehouse"][0])
    assert found.evidence.low - 2 <= truth.effect <= found.evidence.high + 2
    assert len(found.subject) == 1


def test_the_slow_carrier_and_only_where_it_is_slow(year: Year) -> None:
    truth = year.truth("slow_carrier")
    found = year.found("slow", stage="received", carrier=truth.where["carrier"][0])
    assert found and all(len(each.subject) == 2 for each in found)
    named = {region for each in found for region in each.selection.get("region", ())}
    assert named & set(truth.where["region"])


def test_the_bad_batch_with_its_weeks(year: Year) -> None:
    truth = year.truth("defective_batch")
    (found,) = year.found("batch", "faulty", sku=truth.where["sku"][0])
    assert found.window and truth.first and truth.last
    assert found.window[0] <= truth.last and truth.first <= found.window[1]


def test_owners_of_a_bad_batch_are_written_to(year: Year) -> None:
    truth = year.truth("defective_batch")
    assert [(each.sku, *truth.where["sku"]) for each in defects_in(year.report)] == [truth.where["sku"] * 2]


def test_the_promotion_that_confused_people(year: Year) -> None:
    truth = year.truth("confusing_promotion")
    found = [each for each in year.report.findings if each.kind == "spike"]
    assert {dict(each.subject)["reason"] for each in found} <= set(truth.reasons)
    assert found and all(each.window and each.window[0] >= (truth.first or START) for each in found)


def test_where_the_agent_hands_over_and_what_nobody_answers(year: Year) -> None:
    (reason,) = year.truth("handed_over_reason").reasons
    assert year.found("rate", "handed_over", reason=reason)
    assert year.found("rate", "unanswered", reason="policy_question")


def test_the_channel_that_nobody_likes(year: Year) -> None:
    assert year.found("rate", "low_csat", channel=year.truth("low_channel").where["channel"][0])


def test_nothing_is_found_that_was_not_planted(year: Year) -> None:
    """Whoever asks in vain leaves, and whoever was sold broken goods comes again: those are the same truths."""
    planted_values = {
        value for truth in truths(year.plan) for values in truth.where.values() for value in values
    }
    planted_values |= {reason for truth in truths(year.plan) for reason in truth.reasons} | {
        "policy_question"
    }
    for found in year.report.findings:
        assert {value for _, value in found.subject} & planted_values, found.what.en


def test_findings_are_ranked_by_what_they_cost(year: Year) -> None:
    assert [each.rank for each in year.report.findings] == list(range(1, len(year.report.findings) + 1))
    for each in year.report.findings:
        assert each.what.zh and each.what.en and each.suggestion.zh and each.suggestion.en
        assert each.selection


def test_weekdays_and_the_yearly_sales(year: Year) -> None:
    seasonality = year.plan.seasonality
    assert seasonality is not None
    known = calendars(demand_frames(year.engine, Filter()), year.plan.end, SHANGHAI)
    for measure_of, told in known.items():
        assert told.weekdays is not None, measure_of
        assert told.weekdays[0] == max(told.weekdays) and told.weekdays[5] == min(told.weekdays)
    days = {day for peak in known["pieces"].peaks for day in (peak.first, peak.last)}
    assert any((day.month, day.day) in {(6, 17), (6, 18), (6, 19)} for day in days)


def test_planted_tastes_beat_what_sells_best(year: Year) -> None:
    assert measure(read_purchases(year.engine)).times_popular >= 1.5
