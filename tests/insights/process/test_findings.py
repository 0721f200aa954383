"""What is planted is found, ranked and said; what only goes along with it is not."""

from __future__ import annotations

import json
from functools import cache

import pytest

from insights.process.finding import Frames, find
from insights.process.report import AnalysisRefused, Finding, Options, Report
from tests.insights.process.made import Year, year


@cache
def report(*truths: str, orders: int = 5000) -> Report:
    return find(year(Year(seed=5, orders=orders, conversations=4000, products=12, truths=truths)))


def only(*truths: str, orders: int = 5000) -> Finding:
    found = report(*truths, orders=orders).findings
    assert len(found) == 1, [each.subject for each in found]
    return found[0]


def test_a_slow_warehouse() -> None:
    finding = only("warehouse")
    assert (finding.kind, finding.process, finding.stage) == ("slow", "delivery", "processed")
    assert finding.subject == (("warehouse", "Foshan"),)
    evidence = finding.evidence
    assert evidence.low < 18 < evidence.high
    assert evidence.here - evidence.elsewhere == pytest.approx(evidence.difference)
    assert evidence.adjusted_p < 1e-6
    assert finding.selection["warehouse"] == ("Foshan",)
    assert 1 <= len(finding.conversations) <= 5


def test_a_slow_carrier_is_not_also_a_slow_region_where_it_carries_most() -> None:
    finding = only("confounded")
    assert finding.subject == (("carrier", "SF Express"),)
    assert finding.stage == "delivered"


def test_a_carrier_that_is_slow_in_the_south_only_is_one_finding_of_carrier_and_regions() -> None:
    finding = only("carrier_south", orders=12000)
    assert finding.subject[0] == ("carrier", "YTO Express")
    assert finding.selection["region"] == ("Guangdong", "广东省", "湖南省")
    assert finding.stage == "received"
    assert finding.evidence.low > 24


def test_a_stage_that_gets_slower_is_one_drift_and_not_twelve_months() -> None:
    finding = only("drift")
    assert (finding.kind, finding.stage) == ("drift", "delivered")
    assert finding.evidence.difference == pytest.approx(45, abs=12)


def test_a_bad_batch_is_told_once_with_its_window() -> None:
    finding = only("batch")
    assert finding.kind == "batch"
    assert finding.subject[0] == ("sku", "P3-1")
    assert finding.outcome in ("faulty", "returned:quality", "complained:quality")
    assert finding.window is not None
    first, last = finding.window
    assert (str(first)[:7], str(last)[:7]) in [("2025-05", "2025-06"), ("2025-04", "2025-06")]
    assert finding.evidence.here > 3 * finding.evidence.elsewhere


def test_a_promotion_that_confused_people_is_a_spike_with_its_days() -> None:
    finding = only("promotion")
    assert (finding.kind, finding.subject) == ("spike", (("reason", "coupon_points"),))
    assert finding.window is not None
    assert tuple(map(str, finding.window)) == ("2025-07-20", "2025-07-29")
    assert finding.selection["since"] == ("2025-07-20",)


@pytest.mark.parametrize(
    ("truth", "outcome", "subject"),
    [("handovers", "handed_over", ("reason", "invoice")), ("low_csat", "low_csat", ("channel", "wechat"))],
)
def test_where_conversations_go_wrong(truth: str, outcome: str, subject: tuple[str, str]) -> None:
    finding = only(truth)
    assert (finding.kind, finding.outcome, finding.subject) == ("rate", outcome, (subject,))
    assert all(each.startswith("T") for each in finding.conversations)


def test_all_at_once_are_found_and_nothing_else() -> None:
    truths = ("warehouse", "carrier_south", "batch", "promotion", "handovers", "low_csat")
    found = report(*truths, orders=12000).findings
    assert [each.rank for each in found] == list(range(1, len(truths) + 1))
    assert {each.subject[0][1] for each in found} == {
        "Foshan", "YTO Express", "P3-1", "coupon_points", "invoice", "wechat",
    }  # fmt: skip


def test_every_finding_is_said_in_both_languages_and_fits_into_json() -> None:
    every = report("warehouse", "carrier_south", "batch", "promotion", "handovers", "low_csat")
    for each in (*every.findings, only("drift")):
        for sentence in (each.what, each.gain, each.suggestion):
            assert len(sentence.zh) > 5 and any("一" <= letter <= "鿿" for letter in sentence.zh)
            assert len(sentence.en) > 10 and "{" not in sentence.en + sentence.zh
    assert json.loads(json.dumps(every.json(), default=str))["tests_made"] == every.tests_made


def test_lists_count_what_is_common_with_examples() -> None:
    lists = report("warehouse").lists
    assert sum(each.share for each in lists["reasons"]) == pytest.approx(1)
    assert lists["handovers"][0].name == "asked.person"
    assert all(each.conversations for each in lists["unanswered"])


def test_an_empty_shop_has_an_empty_report() -> None:
    frames = year(Year(seed=1, orders=300, conversations=300))
    empty = Frames(*(getattr(frames, name).iloc[:0] for name in Frames.__slots__))
    assert find(empty).findings == ()


def test_what_cannot_be_analysed_is_refused_with_its_reason() -> None:
    frames = year(Year(seed=1, orders=300, conversations=300))
    with pytest.raises(AnalysisRefused, match="sales: no column sku"):
        Frames(
            frames.conversations,
            frames.reasons,
            frames.cases,
            frames.stages,
            frames.sales.drop(columns="sku"),
        )
    with pytest.raises(AnalysisRefused, match="alpha"):
        Options(alpha=0)
