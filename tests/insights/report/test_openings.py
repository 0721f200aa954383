"""Every number of the analyses opens exactly the conversations that it counts, over a small simulated year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec import convert
from sqlalchemy import Engine

from insights.demand.forecast import Forecast, Point
from insights.demand.series import daily, weekly
from insights.demand.series import read_frames as demand_frames
from insights.facts import frames
from insights.facts.filters import Filter
from insights.outreach.outreach import outreach
from insights.outreach.signals import Kind
from insights.process.draft import selection
from insights.process.finding import read_frames
from insights.process.outcomes import of_conversations, of_orders
from insights.process.report import Effect, Evidence, Finding, Report, Sentence
from insights.pseudonyms import Masks, masks
from insights.queries.grouped import contacts
from insights.queries.listed import conversations, count
from insights.queries.selection import Selection, several
from insights.report.analyses import (
    find_findings,
    findings_shown,
    forecasts_shown,
    outreach_row_shown,
    outreach_shown,
)
from insights.report.selecting import openings, selection_for
from insights.risk.report import risks
from insights.simulate.plan import Plan
from tools.policy.cards import PolicyBook

PART = Filter(date(2026, 2, 1), date(2026, 9, 15))
EVERYTHING = Filter()
WHO = masks(b"key", str).customer
SAYS = Sentence("", "")


def finding(kind: Any, chosen: dict[str, tuple[str, ...]], outcome: str = "") -> Finding:
    nothing = Evidence("share", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return Finding(kind, (), "", "", outcome, SAYS, SAYS, SAYS, nothing, Effect(), chosen, ())


def opened(engine: Engine, chosen: Selection | None) -> list[str]:
    """The conversations behind a number, page by page; as many as are counted."""
    assert chosen is not None
    found: list[str] = []
    after = ""
    while True:
        page = conversations(engine, chosen, Masks(), after, 200, WHO)
        found += [each.conversation_id for each in page.conversations]
        after = page.next
        if not after:
            assert len(found) == len(set(found)) == count(engine, chosen, WHO)
            return found


def begun(lines: Any, cases: Any) -> set[str]:
    """The conversations of the cases that are about these order lines, one by one."""
    held = {(row.order_id, row.sku) for row in lines.itertuples()}
    products = {(row.order_id, row.product_id) for row in lines.itertuples()}
    orders = set(lines["order_id"])
    found = set()
    for row in cases.itertuples():
        if row.sku:
            fits = (row.order_id, row.sku) in held
        else:
            fits = (row.order_id, row.product_id) in products if row.product_id else row.order_id in orders
        if fits and row.conversation_id:
            found.add(row.conversation_id)
    return found


OF = {"returned": "return", "exchanged": "exchange", "repaired": "repair", "complained": "complaint"}
BAD = ("returned:quality", "returned:damaged", "returned:not_as_described", "repaired", "complained:quality")


def expected_of_orders(facts: Any, lines: Any, outcome: str) -> set[str]:
    if outcome == "contacted":
        talks = facts.conversations
        return set(talks[talks["order_id"].isin(set(lines["order_id"]))]["conversation_id"])
    found = set()
    for name in BAD if outcome == "faulty" else (outcome,):
        verb, _, reason = name.partition(":")
        cases = facts.cases[facts.cases["process"] == OF[verb]]
        found |= begun(lines, cases[cases["reason"] == reason] if reason else cases)
    return found


def subjects(frame: Any, names: Sequence[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """The most frequent value of each column, two halves of the regions, and a pair."""
    for name in names:
        named = frame[frame[name] != ""][name]
        if len(named):
            yield ((name, str(named.value_counts().index[0])),)
    yield (("region_group", "华东, 华南"),)
    yield (("half", "南方"), (names[0], str(frame[names[0]].value_counts().index[0])))


def within(frame: Any, chosen: dict[str, tuple[str, ...]]) -> Any:
    for name, values in chosen.items():
        if name in frame:
            frame = frame[frame[name].isin(values)]
    return frame


@pytest.mark.parametrize("wanted", [EVERYTHING, PART], ids=["all", "part"])
def test_findings_of_orders_open_the_conversations_of_their_cases(year: Engine, wanted: Filter) -> None:
    facts = read_frames(year, wanted)
    exposed = of_orders(facts.sales, facts.cases, facts.conversations, 5)
    assert exposed is not None and {"contacted", "returned", "complained", "faulty"} <= set(exposed.outcomes)
    several_regions = opened_any = 0
    for outcome in exposed.outcomes:
        columns = ("carrier", "warehouse", "product_id", "sku", "category", "tier")
        for subject in subjects(exposed.frame, columns):
            chosen = selection(exposed.frame, subject, outcome=outcome)
            lines = within(exposed.frame, chosen)
            listed = opened(year, selection_for(finding("rate", chosen, outcome), wanted))
            assert set(listed) == expected_of_orders(facts, lines, outcome), (outcome, subject)
            opened_any += bool(listed)
            several_regions += len(chosen.get("region", ())) > 1 and bool(listed)
    assert opened_any > 40 and several_regions > 5


def test_a_bad_batch_opens_what_came_of_the_orders_of_its_days(year: Engine) -> None:
    facts = read_frames(year, PART)
    sku = facts.sales["sku"].value_counts().index[0]
    days = ("2026-03-01", "2026-06-30")
    lines = facts.sales[(facts.sales["sku"] == sku) & facts.sales["day"].between(*days)]
    chosen = {"sku": (sku,), "outcome": ("contacted",), "since": (days[0],), "until": (days[1],)}
    listed = opened(year, selection_for(finding("batch", chosen, "contacted"), PART))
    assert listed and set(listed) == expected_of_orders(facts, lines, "contacted")


@pytest.mark.parametrize("wanted", [EVERYTHING, PART], ids=["all", "part"])
def test_findings_of_conversations_open_as_many_as_they_count(year: Engine, wanted: Filter) -> None:
    facts, seen = read_frames(year, wanted), set()
    for exposed in of_conversations(facts.conversations, 5):
        for outcome, happened in exposed.outcomes.items():
            for subject in subjects(exposed.frame, ("reason", "channel", "language", "category", "tier")):
                chosen = selection(exposed.frame, subject, outcome=outcome)
                rows = within(exposed.frame[happened], chosen)
                listed = opened(year, selection_for(finding("rate", chosen, outcome), wanted))
                assert set(listed) == set(rows["conversation_id"]), (outcome, subject)
                seen.add(outcome)
    assert seen == {"handed_over", "abandoned", "low_csat", "refused", "unanswered", "came_back"}


@pytest.mark.parametrize("wanted", [EVERYTHING, PART], ids=["all", "part"])
def test_slow_stages_open_the_conversations_of_their_cases(year: Engine, wanted: Filter) -> None:
    facts = read_frames(year, wanted)
    counted = facts.stages[facts.stages["hours"].notna() | facts.stages["closed_at"].isna()]
    about = frames.conversations(year)
    for (process, stage), frame in counted.groupby(["process", "stage"]):
        for subject in subjects(frame, ("carrier", "warehouse", "product_id", "category", "tier")):
            chosen = selection(frame, subject, process=process, stage=stage)
            rows = within(frame, chosen)
            listed = set(opened(year, selection_for(finding("slow", chosen), wanted)))
            if process == "delivery":
                assert listed == set(about[about["order_id"].isin(set(rows["order_id"]))]["conversation_id"])
            else:
                assert listed == set(rows["conversation_id"]) - {""}


def test_a_spike_opens_whoever_asked_for_it_first_or_later(year: Engine) -> None:
    told = read_frames(year, EVERYTHING).reasons
    reason = told["reason"].value_counts().index[0]
    days = ("2026-03-01", "2026-03-31")
    rows = told[(told["reason"] == reason) & told["day"].between(*days) & (told["channel"] == "web")]
    chosen = {"reason": (reason,), "channel": ("web",), "since": (days[0],), "until": (days[1],)}
    listed = opened(year, selection_for(finding("spike", chosen), EVERYTHING))
    assert listed and set(listed) == set(rows["conversation_id"])


def test_the_number_that_a_finding_is_shown_with_is_that_of_its_list(year: Engine) -> None:
    report = find_findings(year, EVERYTHING)
    assert report.findings
    shown = findings_shown(report, openings(year, report, EVERYTHING))["findings"]
    for each in shown:
        assert len(opened(year, convert(each["selection"], Selection))) == each["opens"] > 0
        if each["evidence"]["unit"] == "share" and each["kind"] == "rate":
            assert each["opens"] == each["evidence"]["events"]
    assert {each["selection"] for each in findings_shown(report)["findings"]} == {None}


def test_a_finding_whose_regions_cannot_be_told_opens_examples_only(year: Engine) -> None:
    lost = finding("rate", {"region": (), "outcome": ("abandoned",)}, "abandoned")
    assert selection_for(lost, EVERYTHING) is None
    assert openings(year, Report((lost,), 1, 0.01), EVERYTHING) == [None]


def test_all_others_open_the_reasons_that_are_not_shown_by_name(year: Engine) -> None:
    counts = contacts(year, Filter(date(2026, 3, 1), date(2026, 5, 31)))
    totals: dict[str, int] = {}
    for each in counts:
        totals[each.reason] = totals.get(each.reason, 0) + each.count
    others = sorted(totals, key=lambda reason: -totals[reason])[7:]
    assert len(others) > 3
    chosen = Selection(date(2026, 3, 1), date(2026, 5, 31), reason=several(each or "-" for each in others))
    listed = conversations(year, chosen, Masks(), limit=200).conversations
    assert {each.reason for each in listed} <= set(others)
    assert len(opened(year, chosen)) == sum(totals[each] for each in others)


def test_a_step_of_the_past_opens_what_was_counted_in_it(
    year: Engine, plan: Plan, policies: PolicyBook
) -> None:
    read = demand_frames(year, EVERYTHING)
    series = [each for one in daily(read, plan.end, policies.timezone) for each in (one, weekly(one))]
    made = [
        Forecast(
            each.measure, each.dimension, each.key, each.step, (Point(each.next_start, 1, 1, 1, 1, 1),), (), "", None,
            None, None, 0, tuple(each.values[-40:]),
        )
        for each in series
    ]  # fmt: skip
    talks, sold = read.conversations, read.sales
    for each in forecasts_shown(made)["forecasts"]:
        length = 7 if each["step"] == "week" else 1
        for at in range(0, 40, 13):
            since = date.fromisoformat(each["past_start"]) + at * timedelta(days=length)
            days = {"since": since, "until": since + timedelta(days=length - 1)}
            listed = opened(
                year, convert(each["selection"] | {n: str(d) for n, d in days.items()}, Selection)
            )
            if each["measure"] == "contacts":
                assert len(listed) == each["past"][at]
                continue
            lines = sold[sold["day"].between(str(days["since"]), str(days["until"]))]
            column = {"product": "product_id"}.get(each["dimension"], each["dimension"])
            lines = lines if column == "total" else lines[lines[column] == each["key"]]
            assert lines["quantity"].sum() == each["past"][at]
            about = talks[talks["order_id"].isin(set(lines["order_id"]))]
            assert set(listed) == set(about["conversation_id"])


def test_a_group_opens_the_conversations_of_its_flagged_customers(year: Engine, plan: Plan) -> None:
    report = risks(year, plan.end)
    shown, talks = report.json(masks(b"key", str), WHO), frames.conversations(year)
    flagged = {customer for flag in report.flags for customer in flag.customers}
    assert sum(
        group["flagged"]["part"] for group in shown["fairness"]["groups"] if group["dimension"] == "tier"
    ) == len(flagged)
    for group, told in zip(shown["fairness"]["groups"], report.fairness.groups, strict=True):
        assert "customers" not in group and len(told.customers) == group["flagged"]["part"]
        if not told.customers:
            assert group["selection"] is None
            continue
        listed = opened(year, convert(group["selection"], Selection))
        assert (
            set(listed) == set(talks[talks["customer_id"].isin(told.customers)]["conversation_id"]) != set()
        )
    for told_flag, shown_flag in zip(report.flags, shown["flags"], strict=True):
        # A flag about staff names no customer: it opens the conversations of those whom the refunds reached.
        whom = told_flag.customers or told_flag.touched
        assert told_flag.customers or told_flag.staff
        listed = opened(year, convert(shown_flag["selection"], Selection))
        assert set(listed) == set(talks[talks["customer_id"].isin(whom)]["conversation_id"]) != set()
    named = flagged.union(*(flag.touched for flag in report.flags))
    assert not [each for each in named if each in repr(shown)]
    assert "selection" not in report.json(masks(b"key", str))["flags"][0]


def test_who_will_write_opens_the_customer_and_what_the_reason_speaks_of(
    year: Engine, plan: Plan, policies: PolicyBook
) -> None:
    rows, shown = outreach(year, plan.end, policies), masks(b"key", str)
    assert {Kind.PARCEL_LATE, Kind.COMPLAINT_OVERDUE} <= {row.kind for row in rows}
    talks = frames.conversations(year)
    for row, listed in zip(rows, outreach_shown(rows, shown, WHO)["rows"], strict=True):
        theirs = set(talks[talks["customer_id"] == row.customer_id]["conversation_id"])
        assert set(opened(year, convert(listed["selection"], Selection))) == theirs != set()
        one = outreach_row_shown(rows, listed["selection"]["customer"], shown, WHO)
        assert one is not None and one["why"] == listed["why"]
        about = {each["kind"]: each for each in one["about"]}
        if row.kind is Kind.COMPLAINT_OVERDUE:
            assert about["complaint"]["id"] == row.subject_id and "answer_by" in about["complaint"]["moments"]
        if row.kind is Kind.PARCEL_LATE:
            assert about["order"]["id"] == shown.order(row.order_id) != row.order_id
            assert {"shipped", "expected"} <= set(about["order"]["moments"])
        assert row.customer_id not in repr(one) and (not row.order_id or row.order_id not in repr(one))
    assert outreach_row_shown(rows, "0" * 12, shown, WHO) is None
    assert outreach_shown(rows, shown)["rows"][0]["selection"] is None
