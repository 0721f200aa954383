"""Satisfaction in numbers: what is counted, by whom, and how far a share can be trusted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.facts.filters import Filter
from insights.satisfaction.shares import share
from insights.satisfaction.summary import summary
from tests.insights.satisfaction.conftest import Planted


def test_ratings_and_thumbs_by_language_and_channel(planted: Planted) -> None:
    for score in (5, 4, 4, 1):
        planted.talk(score)
    planted.talk(3, language="en", channel="app")
    planted.talk(thumb=1)
    planted.talk(thumb=-1, language="en", channel="app")
    planted.talk(resolution="open")
    found = summary(planted.engine, Filter())
    assert (found.overall.conversations, found.overall.mean) == (8, 17 / 5)
    assert (found.overall.satisfied.part, found.overall.satisfied.whole) == (3, 5)
    assert (found.overall.response.part, found.overall.response.whole) == (5, 7)
    assert (found.overall.thumbs_up.part, found.overall.thumbs_up.whole) == (1, 2)
    assert list(found.by_language) == ["zh", "en"]
    assert (found.by_language["zh"].mean, found.by_language["en"].mean) == (3.5, 3.0)
    assert {name: each.conversations for name, each in found.by_channel.items()} == {"web": 6, "app": 2}


def test_only_what_the_filter_lets_through(planted: Planted) -> None:
    planted.talk(1, days=-3)
    planted.talk(5)
    planted.talk(5, channel="app")
    found = summary(planted.engine, Filter(since=date(2026, 11, 20), channel="web"))
    assert (found.overall.conversations, found.overall.mean) == (1, 5.0)


def test_where_nobody_was_asked_nothing_is_claimed(planted: Planted) -> None:
    found = summary(planted.engine, Filter()).overall
    assert (found.conversations, found.mean, found.satisfied.value) == (0, None, None)
    assert (found.satisfied.low, found.satisfied.high) == (0, 1)


def test_few_answers_say_little() -> None:
    few, many = share(3, 4), share(750, 1000)
    assert (few.low, few.high) == pytest.approx((0.3006, 0.9544), abs=1e-4)
    assert many.low > 0.72
    assert many.high < 0.78


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    found = share(*counted)
    assert found.value is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
