"""In a year with planted misuse all of it is flagged and nothing else is; in a year without any there is no flag."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from insights.pseudonyms import masks
from insights.risk.report import RiskReport, risks
from insights.simulate.people import cast_of, customer_id
from insights.simulate.plan import Plan
from tests.insights.risk.years import misused, quiet, written

NAMED = re.compile(r"C1\d{5}|W2\d{6}|staff-\d\d|199\d{8}|@example")


def report_of(plan: Plan, folder: Path) -> RiskReport:
    engine = written(plan, folder)
    try:
        return risks(engine, plan.end)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return misused(102)


@pytest.fixture(scope="module")
def report(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> RiskReport:
    return report_of(plan, tmp_path_factory.mktemp("year"))


def of_kind(report: RiskReport, *kinds: str) -> set[str]:
    return {customer for flag in report.flags if flag.kind in kinds for customer in flag.customers}


@pytest.mark.slow
def test_everything_planted_is_flagged_and_nothing_else_is(plan: Plan, report: RiskReport) -> None:
    ring, returner, victims = cast_of(plan)
    assert returner is not None and plan.gift_card_refunds
    assert of_kind(report, "ring") == set(map(customer_id, ring))
    assert of_kind(report, "account_takeover") == set(map(customer_id, victims))
    assert of_kind(report, "return_abuse", "defect_claims") == {customer_id(returner)}
    assert {flag.staff for flag in report.flags} == {"", plan.gift_card_refunds.staff}
    assert len(report.flags) == 9


@pytest.mark.slow
def test_flags_are_ranked_explained_and_have_examples(report: RiskReport) -> None:
    assert [flag.rank for flag in report.flags] == list(range(1, len(report.flags) + 1))
    assert [flag.score for flag in report.flags] == sorted(
        (flag.score for flag in report.flags), reverse=True
    )
    for flag in report.flags:
        assert flag.p is not None and flag.p <= report.alpha
        assert flag.orders and re.search(r"\d", flag.evidence.zh) and re.search(r"\d", flag.evidence.en)
        assert re.search("person", flag.suggestion.en) and re.search("请", flag.suggestion.zh)


@pytest.mark.slow
def test_nobody_is_named_unless_that_is_asked_for(report: RiskReport) -> None:
    shown = json.dumps(report.json(masks(b"key", str)), ensure_ascii=False)
    assert not NAMED.search(shown)
    for flag in report.flags:
        assert not NAMED.search(flag.evidence.en + flag.evidence.zh + flag.suggestion.en + flag.suggestion.zh)


@pytest.mark.slow
def test_what_one_of_the_staff_did_opens_the_conversations_of_whom_it_was_done_to(report: RiskReport) -> None:
    shown = report.json(masks(b"key", str), lambda customer: f"who-{customer}")["flags"]
    about_staff = [each for each in shown if each["staff"]]
    assert about_staff and not any(each["customers"] for each in about_staff)
    assert all(each["touched"] and each["selection"] for each in about_staff)
    assert all(not each["touched"] for each in shown if not each["staff"])


@pytest.mark.slow
def test_planted_misuse_is_no_group_effect(report: RiskReport) -> None:
    """Six accounts at one door, or robbed for one door, say nothing about the region that it is in."""
    assert not report.fairness.warnings
    assert {group.dimension for group in report.fairness.groups} == {"tier", "region", "language"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [201, 202, 203])
def test_a_year_without_misuse_has_no_flag(seed: int, tmp_path: Path) -> None:
    report = report_of(quiet(seed), tmp_path)
    assert report.flags == () and report.fairness.warnings == ()
