"""Counts are as surprising as they are, whoever else stands out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from insights.risk.chance import ALPHA, adjusted, at_least
from insights.risk.returning import together
from insights.risk.spread import spread_of


def counts(spread: float, customers: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = np.maximum(1, rng.poisson(rng.gamma(1.5, 4, customers))).astype(float)
    mean = rng.choice([0.07, 0.1, 0.15], customers)
    own = rng.beta(mean * (1 / spread - 1), (1 - mean) * (1 / spread - 1)) if spread else mean
    return rng.binomial(n.astype(int), own).astype(float), n, mean


def test_tails_are_those_of_the_distributions() -> None:
    k, n, mean = np.array([0.0, 3.0, 9.0]), np.array([5.0, 8.0, 9.0]), np.array([0.1, 0.2, 0.05])
    assert at_least(k, n, mean, 0.0) == pytest.approx(binom.sf(k - 1, n, mean))
    assert at_least(k, n, mean, 0.1) == pytest.approx(betabinom.sf(k - 1, n, mean * 9, (1 - mean) * 9))


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.15])
def test_how_much_customers_differ_is_estimated(spread: float) -> None:
    assert spread_of(*counts(spread, 3000)) == pytest.approx(spread, abs=0.03)


def test_those_who_stand_out_do_not_hide_each_other() -> None:
    k, n, mean = counts(0.0, 300)
    n[:8], k[:8] = 12, 9
    p = adjusted(at_least(k, n, mean, spread_of(k, n, mean)))
    assert set(np.flatnonzero(p <= ALPHA)) == set(range(8))


def test_customers_who_differ_of_themselves_are_not_flagged() -> None:
    for seed in range(3):
        k, n, mean = counts(0.1, 1000, seed)
        assert not (adjusted(at_least(k, n, mean, spread_of(k, n, mean))) <= ALPHA).any()


def test_one_who_stands_out_makes_no_ring_of_a_house() -> None:
    assert together(np.array([1e-12, *np.linspace(0.05, 1, 199)])) > 0.1
    assert together(np.full(6, 0.01)) < 1e-9
    assert together(np.array([1e-12, 0.6])) > 0.1


def test_together_is_as_rare_as_it_says() -> None:
    rng = np.random.default_rng(3)
    assert np.mean([together(rng.random(6)) <= 0.05 for _ in range(2000)]) <= 0.06
