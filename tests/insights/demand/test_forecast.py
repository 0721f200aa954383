"""Forecasts: better than repeating the week where there is something to learn, never worse where there is not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.forecast_series import SEASONAL
from benchmarks.forecasts import Past, judge, ratio
from insights.demand.backtest import DAILY, Backtest, backtest, choose, origins
from insights.demand.forecast import Forecast, forecast, season_of
from insights.demand.intervals import spread
from insights.demand.methods import SEASONAL_NAIVE, methods
from insights.demand.series import Series, Step

MONDAY = date(2026, 1, 5)


def series(values: object, step: Step = "day") -> Series:
    return Series("contacts", "total", "", step, MONDAY, np.asarray(values, dtype=np.float64))


def means(found: Forecast) -> list[float]:
    return [point.mean for point in found.points]


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEASONAL)
def test_seasonal_series_are_forecast_with_a_smaller_error(kind: str) -> None:
    assert ratio(list(judge(kind, Past("day", 200, 7), range(500, 506)))) <= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["seasonal random walk", "constant", "all zero"])
def test_where_repeating_the_week_is_best_it_is_repeated(kind: str) -> None:
    assert ratio(list(judge(kind, Past("day", 200, 7), range(500, 504)))) <= 1.02


@pytest.mark.slow
def test_two_years_of_weeks_say_more_than_the_last_alone() -> None:
    past = Past("week", 130, 52)
    assert ratio([each for kind in SEASONAL for each in judge(kind, past, range(500, 508))]) <= 0.95
    assert ratio(list(judge("seasonal random walk", past, range(500, 508)))) <= 1.02
    assert ratio(list(judge("seasonal, real numbers", past, range(500, 516)))) <= 0.85, "a smooth season"


def test_a_week_that_repeats_is_forecast_exactly() -> None:
    week = [3, 5, 5, 4, 8, 20, 15]
    found = forecast(series(week * 12))
    assert means(found) == pytest.approx(week * 4)
    assert [point.start.isoformat() for point in found.points[:2]] == ["2026-03-30", "2026-03-31"]
    assert all(point.low95 == point.high95 == point.mean for point in found.points)


def test_nothing_stays_nothing() -> None:
    found = forecast(series([0] * 60))
    assert means(found) == [0.0] * 28
    assert found.error == found.baseline_error == 0.0 and found.mase is None


def test_by_week_there_are_eight_weeks_from_the_next_monday() -> None:
    found = forecast(series(np.random.default_rng(1).poisson(90, 40), "week"))
    assert len(found.points) == 8
    assert {point.start.weekday() for point in found.points} == {0}
    assert means(found)[0] == pytest.approx(90, rel=0.1)


def test_last_year_counts_once_there_are_two() -> None:
    assert [season_of("week", weeks) for weeks in (52, 103, 104)] == [1, 1, 52]
    assert season_of("day", 900) == 7
    year = 50 + 30 * np.sin(np.arange(52) / 52 * 2 * np.pi)
    found = forecast(series(np.round(np.tile(year, 2)), "week"))
    assert found.baseline == SEASONAL_NAIVE
    assert means(found) == pytest.approx(list(np.round(year[:8])))


def test_a_short_past_is_forecast_by_repeating_it_and_says_that_it_was_not_tested() -> None:
    found = forecast(series([1, 2, 3, 4, 5, 6, 7] * 2))
    assert found.methods == (SEASONAL_NAIVE,)
    assert found.origins == 0 and found.error is None
    assert means(found)[:7] == [1, 2, 3, 4, 5, 6, 7]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=14, max_size=50))
def test_intervals_of_counts_are_whole_nested_and_never_below_zero(counts: list[int]) -> None:
    for point in forecast(series(counts)).points:
        assert 0 <= point.low95 <= point.low80 <= point.high80 <= point.high95
        assert point.low80 == int(point.low80) and point.high95 == int(point.high95)
        assert np.isfinite(point.mean) and point.mean >= 0


@given(st.integers(14, 800), st.sampled_from([(28, 7), (8, 1), (8, 52)]))
def test_what_is_judged_was_not_seen(length: int, shape: tuple[int, int]) -> None:
    cuts, judged = origins(length, *shape)
    assert cuts == sorted(set(cuts))
    assert all(cut >= 14 and cut + judged <= length for cut in cuts)
    assert len(cuts) in (0, *range(4, 9))


def test_luck_at_two_of_eight_origins_does_not_win() -> None:
    came = np.zeros((8, 7))
    lucky = np.full((8, 7), 1.1)
    lucky[:2] = 0.0
    assert choose(Backtest({"base": came + 1.0, "lucky": lucky}, came), "base", DAILY) == {"base": 1.0}


def test_methods_that_are_about_as_good_are_averaged_and_a_close_win_only_goes_half_the_way() -> None:
    came = np.zeros((8, 7))
    said = {"base": came + 1.0, "a": came + 0.5, "b": came + 0.52, "c": came + 0.9, "bad": came + np.nan}
    assert choose(Backtest(said, came), "base", DAILY) == {"a": 0.5, "b": 0.5}
    assert choose(Backtest({"base": came + 1.0, "a": came + 0.9}, came), "base", DAILY) == {
        "a": 0.5,
        "base": 0.5,
    }


def test_far_days_get_wider_intervals_where_errors_grow() -> None:
    rng = np.random.default_rng(3)
    walks = np.cumsum(rng.normal(size=(40, 28)), axis=1)
    found = spread(np.full((40, 28), 50.0), 50 + walks)
    assert found.growth > 0.3
    low, high = found.around(np.full(28, 50.0), whole=False)[80]
    assert (high - low)[-1] > 2 * (high - low)[0]


def test_every_method_gives_as_many_steps_as_asked_and_none_below_zero() -> None:
    falling = np.maximum(np.linspace(60, 0, 70) + np.tile([0, 1, 2, 3, 4, 5, 6], 10), 0)
    for sparse in (False, True):
        found = backtest(falling, 28, 7, methods(7, sparse))
        assert found is not None
        for said in found.said.values():
            assert said.shape == found.came.shape
            assert not (said < 0).any()
