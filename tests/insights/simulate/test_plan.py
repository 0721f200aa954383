"""A plan says what is in a year; noise has nothing in it, and a truth is the same alone as among others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.simulate.described import truths
from insights.simulate.pace import Pace
from insights.simulate.plan import NAMES, Plan, PlanRefused, noise, planted
from tests.insights.simulate.years import START

SEEDS = st.integers(0, 10_000)


def test_noise_has_no_truth() -> None:
    assert truths(noise(1, START)) == ()


@given(SEEDS)
def test_every_truth_is_described_once(seed: int) -> None:
    found = truths(planted(seed, START))
    assert tuple(truth.name for truth in found) == NAMES
    assert all(truth.text and truth.text.isprintable() for truth in found)


@given(SEEDS, st.sampled_from(NAMES))
def test_a_truth_is_the_same_alone_as_among_others(seed: int, name: str) -> None:
    alone, all_of_them = planted(seed, START, names=[name]), planted(seed, START)
    assert getattr(alone, name) == getattr(all_of_them, name) is not None
    assert [each for each in NAMES if getattr(alone, each)] == [name]


@given(SEEDS, st.integers(14, 800), st.integers(1, 100_000))
def test_truths_lie_within_the_days_of_the_plan(seed: int, days: int, conversations: int) -> None:
    plan = planted(seed, START, days, conversations)
    dated = [truth for truth in truths(plan) if truth.first and truth.last]
    assert dated
    for truth in dated:
        assert truth.first and truth.last and START <= truth.first <= truth.last
        assert (truth.last - START).days < days


@given(
    SEEDS, st.integers(14, 500), st.sampled_from([(), ("seasonality",), ("trend",), ("seasonality", "trend")])
)
def test_the_pace_of_the_days_adds_up_to_the_size(seed: int, days: int, names: tuple[str, ...]) -> None:
    pace = Pace(planted(seed, START, days, 5000, names))
    assert sum(map(pace.orders, range(days))) == pytest.approx(5000)


@pytest.mark.parametrize(
    ("days", "conversations", "words"), [(13, 10, "days: at least 14"), (30, 0, "conversations: at least 1")]
)
def test_a_plan_that_makes_no_year_is_refused(days: int, conversations: int, words: str) -> None:
    with pytest.raises(PlanRefused, match=words):
        Plan(1, START, days, conversations)


def test_an_unknown_truth_is_refused_by_name() -> None:
    with pytest.raises(PlanRefused, match="no such truth: luck"):
        planted(1, START, names=["luck"])
