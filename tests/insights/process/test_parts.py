"""The statistics under the findings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, rankdata

from insights.process.censored import slow_scores
from insights.process.draft import selection
from insights.process.families import SHARES, Family, bounded
from insights.process.rates import log_tail
from insights.process.regions import half, province, region_group
from insights.process.surges import surges


@given(st.lists(st.integers(0, 40), min_size=2, max_size=60))
def test_without_open_cases_scores_are_ranks(values: list[int]) -> None:
    hours = np.array(values, dtype=float)
    scores = slow_scores(hours, np.ones(len(hours), dtype=bool), np.zeros(len(hours), dtype=np.int64))
    assert scores.sum() == pytest.approx(0, abs=1e-9)
    ranks = rankdata(hours)
    assert scores == pytest.approx((2 * ranks - len(hours) - 1) / len(hours), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 3)), min_size=1, max_size=60))
def test_scores_are_bounded_and_even_out_in_each_stratum(rows: list[tuple[int, bool, int]]) -> None:
    hours, ended, strata = (np.array(column) for column in zip(*rows, strict=True))
    scores = slow_scores(hours.astype(float), ended.astype(bool), strata.astype(np.int64))
    assert np.abs(scores).max() <= 1 + 1e-9
    assert np.bincount(strata, weights=scores) == pytest.approx(0, abs=1e-9)


def test_a_case_open_for_long_is_slower_than_one_that_ended_then() -> None:
    hours, ended = np.array([1.0, 2.0, 5.0, 5.0, 9.0]), np.array([True, True, True, False, True])
    scores = slow_scores(hours, ended, np.zeros(5, dtype=np.int64))
    assert scores[0] < scores[1] < scores[2] < scores[3]


def test_families_share_out_the_whole_of_alpha() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    assert bounded(np.log(0.001) + Family("stages", 20).log_factor) == pytest.approx(0.1)


@given(st.integers(0, 60), st.integers(60, 400), st.floats(0.001, 0.9))
def test_the_tail_is_the_binomial_one(events: int, total: int, share: float) -> None:
    found = log_tail(np.array([float(events)]), float(total), np.array([share]))[0]
    true = binom.logsf(events - 1, total, share) if events else 0.0
    assert found == pytest.approx(true) or (found > true and found < -700)


@pytest.mark.parametrize(
    ("written", "is_province", "group", "is_half"),
    [
        ("广东省", "广东", "华南", "南方"),
        ("Guangdong", "广东", "华南", "南方"),
        ("内蒙古自治区", "内蒙古", "华北", "北方"),
        ("Shandong Province", "山东", "华东", "北方"),
        ("上海市", "上海", "华东", "南方"),
        ("CA", "CA", "CA", ""),
        ("", "", "", ""),
    ],
)
def test_regions(written: str, is_province: str, group: str, is_half: str) -> None:
    assert (province(written), region_group(written), half(written)) == (is_province, group, is_half)


def _surges(counts: np.ndarray, others: np.ndarray) -> list[tuple[int, int]]:
    left_out = np.zeros(counts.shape, dtype=bool)
    found = surges(counts, others, left_out, np.array([0]), np.log(1e-7), 1.25, 5)
    return [(each.first, each.last) for each in sorted(found, key=lambda one: one.log_p)]


def test_a_busy_season_is_no_spike_but_a_reason_that_outgrows_it_is() -> None:
    rng = np.random.default_rng(3)
    level = np.ones(365)
    level[310:325] = 3.0
    counts, others = rng.poisson(6 * level)[None, :], rng.poisson(60 * level)[None, :]
    assert _surges(counts.astype(float), others.astype(float)) == []
    counts[0, 200:207] += 25
    assert _surges(counts.astype(float), others.astype(float))[0] == (200, 206)


@pytest.mark.parametrize(
    ("value", "regions"),
    [
        ("Washington, DC", ("Washington, DC",)),
        ("Ontario, Washington, DC", ("Ontario", "Washington, DC")),
        ("浙江", ("Zhejiang", "浙江省")),
        ("Ontario", ("Ontario",)),
    ],
)
def test_regions_are_chosen_as_their_addresses_write_them(value: str, regions: tuple[str, ...]) -> None:
    frame = pd.DataFrame({"region": ["Ontario", "Washington, DC", "浙江省", "Zhejiang", "Ontario"]})
    assert selection(frame, (("region", value),), carrier="SF") == {"carrier": ("SF",), "region": regions}
