"""A run in figures: what is counted, what is not, and by which names."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from eval.runs.record import Finding, Timing
from eval.runs.summary import in_slice, summary
from tests.eval.runs.records import record, turn, with_turn


def test_shares_are_counted_by_everything_that_cases_are_told_apart_by() -> None:
    records = [
        record("a", tags=("money",), intents=("return_item",), groups={"tier": "gold"}),
        record("b", passed=False, tags=("money", "ci"), intents=("return_item", "refund_status")),
        record("c", suite="safety.injection", kind="safety", language="zh", groups={"tier": "basic"}),
    ]
    scores = summary(records).scores
    assert scores["all"] == pytest.approx(2 / 3)
    assert (scores["kind.task"], scores["kind.safety"]) == (0.5, 1.0)
    assert (scores["suite.tasks"], scores["suite.safety.injection"]) == (0.5, 1.0)
    assert (scores["language.en"], scores["language.zh"]) == (0.5, 1.0)
    assert (scores["intent.return_item"], scores["intent.refund_status"]) == (0.5, 0.0)
    assert (scores["tag.money"], scores["tag.ci"]) == (0.5, 0.0)
    assert (scores["group.tier.gold"], scores["group.tier.basic"]) == (1.0, 1.0)
    assert scores["gap.language"] == 0.5
    tally = summary(records).all
    assert (
        tally is not None
        and (tally.yes, tally.of) == (2, 3)
        and 0 < tally.share.low < 2 / 3 < tally.share.high
    )


def test_a_check_that_found_nothing_has_a_score_and_an_unknown_one_has_none() -> None:
    scores = summary([record("a"), record("b", findings=(Finding("privacy", "says a name", 0),))]).scores
    assert (scores["check.shop"], scores["check.privacy"]) == (1.0, 0.5)
    assert "check.tone" not in scores
    assert summary([record("a")], scorers=("tone",)).scores["check.tone"] == 1.0
    assert "check.shop" not in summary([record("a")], scorers=("tone",)).scores


def test_a_case_that_was_stopped_passes_no_check() -> None:
    scores = summary([record("a", error="ValueError: no"), record("b")]).scores
    assert (scores["errors"], scores["all"], scores["check.privacy"]) == (1, 0.5, 0.5)


def test_variants_count_only_as_variants() -> None:
    base = record("a", tags=("money",))
    records = [
        base,
        record("a", passed=False, kind="perturbation", variant="typos#1", tags=("money",)),
        record("a", kind="perturbation", variant="emoji"),
    ]
    scores = summary(records).scores
    assert (scores["all"], scores["kind.task"], scores["tag.money"], scores["language.en"]) == (1, 1, 1, 1)
    assert (scores["kind.perturbation"], scores["perturbation.typos"], scores["perturbation.emoji"]) == (
        0.5,
        0,
        1,
    )
    assert scores["check.decision"] == 1.0 and scores["check.decision.perturbed"] == 0.5


def test_other_words_are_consistent_while_the_same_comes_of_them() -> None:
    base = record("a", changes={"orders": {"W1": {"status": "return_requested"}}})
    again = replace(base, key="tasks/a~typos", variant="typos")
    reworded = with_turn(
        again, say="i wnat to", reply="Sure.", rule="return.other", cites=(), latency="model"
    )
    assert summary([base, reworded]).scores["consistency.typos"] == 1.0
    others = [
        with_turn(again, decision="ask"), with_turn(again, action="start_exchange"),
        with_turn(again, awaiting=""), with_turn(again, arguments={"order_id": "W2"}),
        with_turn(again, receipt="return_started"), replace(again, changes={}),
        replace(again, turns=(*again.turns, turn())), replace(again, error="RuntimeError: stopped"),
    ]  # fmt: skip
    for other in others:
        assert summary([base, other]).scores["consistency"] == 0.0, other


def test_what_the_customer_told_in_their_own_words_may_differ() -> None:
    base = with_turn(
        record("a"), action="open_complaint", arguments={"kind": "delivery", "text": "it is late"}
    )
    other = with_turn(base, arguments={"kind": "delivery", "text": "it is laet"})
    assert summary([base, replace(other, key="tasks/a~typos", variant="typos")]).scores["consistency"] == 1.0


def test_a_variant_without_its_case_counts_nowhere_and_is_reported() -> None:
    found = summary([record("b"), record("a", variant="typos")])
    assert found.without_base == ("tasks/a~typos",) and found.scores["without_base"] == 1
    assert "consistency" not in found.scores


def test_a_case_passes_when_each_trial_does() -> None:
    found = summary([record("a"), record("a", passed=False, trial=1), record("b"), record("b", trial=1)])
    assert (found.scores["all"], found.scores["flaky"]) == (0.5, 1)
    assert found.all is not None and found.all.of == 2 and found.flaky == ("tasks/a",)


def test_times_are_by_latency_class() -> None:
    records = [record("a", turns=(turn(), turn(latency="model"))), record("b")]
    timings = [Timing("tasks/a", (0.1, 2.0), (0.2, 4.0)), Timing("tasks/gone", (9.0,), (9.0,))]
    times = summary(records, timings).scores
    assert (times["turn_s.fixed.p50"], times["turn_s.model.p95"], times["first_s.model.p50"]) == (
        0.2,
        4.0,
        2.0,
    )
    assert times["turn_s.p50"] == pytest.approx(2.1)
    assert "turn_s.documents.p95" not in times and "turn_s.p95" not in summary(records).scores


def test_nothing_sums_up_to_no_share() -> None:
    found = summary([])
    assert found.all is None and found.scores == {"errors": 0, "flaky": 0, "without_base": 0}
    json.dumps(found.json())


def test_slices() -> None:
    one = record("a", tags=("money",), groups={"tier": "gold"})
    assert all(in_slice(one, name) for name in ("tag.money", "kind.task", "group.tier.gold", "suite.tasks"))
    assert not in_slice(one, "tag.mon") and not in_slice(one, "")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40), st.randoms())
def test_the_order_of_records_means_nothing(passed: list[bool], random) -> None:
    records = [
        record(f"c{number}", each, groups={"tier": "ab"[number % 2]}) for number, each in enumerate(passed)
    ]
    shuffled = random.sample(records, len(records))
    found = summary(records)
    assert found.json() == summary(shuffled).json()
    assert found.scores["all"] == pytest.approx(sum(passed) / len(passed))
    json.dumps(found.json())
