"""Weekdays and sales are found where they are, and nothing is found in noise."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from insights.demand.calendar import calendar
from insights.demand.series import Series

START = date(2025, 11, 22)
WEEK = np.array([1.25, 1.15, 1.05, 1.0, 0.95, 0.75, 0.85])


def series(values: np.ndarray) -> Series:
    return Series("contacts", "total", "", "day", START, values.astype(float))


def noise(seed: int, days: int = 365, mean: float = 30, scatter: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if scatter == 1.0:
        return rng.poisson(mean, days).astype(float)
    size = mean / (scatter - 1)
    return rng.negative_binomial(size, size / (size + mean), days).astype(float)


def test_weekdays_are_told_as_multiples_of_the_mean_day() -> None:
    rng = np.random.default_rng(1)
    days = (np.arange(365) + START.weekday()) % 7
    found = calendar(series(rng.poisson(40 * WEEK[days])))
    assert found is not None and found.weekdays is not None
    assert np.allclose(found.weekdays, WEEK / WEEK.mean(), atol=0.12)
    assert found.peaks == ()


@pytest.mark.parametrize("first", [0, 100, 358])
def test_a_sale_is_found_with_its_days(first: int) -> None:
    values = noise(2)
    values[first : first + 5] *= 2.5
    found = calendar(series(values))
    assert found is not None
    (peak,) = found.peaks
    days = abs((peak.first - START).days - first), abs((peak.last - START).days - min(first + 4, 364))
    assert max(days) <= 1
    assert 1.8 < peak.times < 3.2
    assert found.weekdays is None


@pytest.mark.parametrize(("mean", "scatter"), [(5, 1.0), (30, 1.0), (30, 3.0), (300, 5.0)])
def test_noise_has_no_calendar(mean: float, scatter: float) -> None:
    """At alpha 1 %, 100 years may bring a few; 7 or more would come once in 10,000 times."""
    found = [calendar(series(noise(seed, mean=mean, scatter=scatter))) for seed in range(100)]
    assert sum(bool(each and (each.weekdays or each.peaks)) for each in found) < 7


def test_two_sales_are_two_peaks_in_the_order_of_time() -> None:
    values = noise(3)
    values[200:205] *= 3
    values[100:103] *= 2.5
    found = calendar(series(values))
    assert found is not None
    assert [
        abs((peak.first - (START + timedelta(days=at))).days) <= 1
        for peak, at in zip(found.peaks, (100, 200), strict=True)
    ] == [True, True]


@pytest.mark.parametrize("values", [np.zeros(200), np.ones(20), np.ones(200)])
def test_too_little_says_nothing(values: np.ndarray) -> None:
    found = calendar(series(values))
    assert found is None or (found.weekdays, found.peaks) == (None, ())
