"""Made series of every kind that contacts and sales can look like, for the forecasts' benchmark and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rng = np.random.Generator


def _week(rng: Rng, season: int, strength: float = 0.5) -> Values:
    profile = np.exp(rng.normal(0, strength, season))
    return np.asarray(profile / profile.mean())


def _level(rng: Rng) -> float:
    return float(np.exp(rng.uniform(np.log(8), np.log(200))))


def _counts(rng: Rng, mean: Values, spread: float = 8.0) -> Values:
    """Negative binomial: more scattered than Poisson, as contacts are."""
    mean = np.maximum(mean, 1e-9)
    return rng.negative_binomial(spread, spread / (spread + mean)).astype(np.float64)


def seasonal(rng: Rng, n: int, season: int) -> Values:
    return _counts(rng, _level(rng) * np.resize(_week(rng, season), n), rng.uniform(5, 40))


def seasonal_trend(rng: Rng, n: int, season: int) -> Values:
    growth = np.linspace(1, rng.uniform(1.3, 3), n)
    return _counts(rng, _level(rng) * growth * np.resize(_week(rng, season), n), rng.uniform(5, 40))


def seasonal_gaussian(rng: Rng, n: int, season: int) -> Values:
    level = _level(rng) + 20
    amplitude, noise = level * rng.uniform(0.2, 0.6), level * rng.uniform(0.05, 0.2)
    wave = amplitude * np.sin(2 * np.pi * (np.arange(n) + rng.integers(season)) / season)
    return np.maximum(level + wave + rng.normal(0, noise, n), 0)


def yearly(rng: Rng, n: int, season: int) -> Values:
    slow = 1 + rng.uniform(0.1, 0.4) * np.sin(2 * np.pi * (np.arange(n) / 365 + rng.uniform()))
    return _counts(rng, _level(rng) * slow * np.resize(_week(rng, season), n), rng.uniform(5, 40))


def trend(rng: Rng, n: int, season: int) -> Values:
    return _counts(rng, _level(rng) * np.linspace(1, rng.choice([0.4, 2.0, 3.0]), n), 30)


def noise(rng: Rng, n: int, season: int) -> Values:
    return rng.poisson(_level(rng), n).astype(np.float64)


def random_walk(rng: Rng, n: int, season: int) -> Values:
    return np.maximum(200 + np.cumsum(rng.normal(0, 4, n)), 0)


def seasonal_random_walk(rng: Rng, n: int, season: int) -> Values:
    steps = rng.normal(0, 5, (n // season + 1, season))
    steps[0] = rng.uniform(100, 300, season)
    return np.maximum(np.cumsum(steps, axis=0).ravel()[:n], 0)


def intermittent(rng: Rng, n: int, season: int) -> Values:
    happens = rng.random(n) < rng.uniform(0.03, 0.3)
    return happens * (1.0 + rng.poisson(rng.uniform(0, 2), n))


def constant(rng: Rng, n: int, season: int) -> Values:
    return np.full(n, float(rng.integers(1, 50)))


def zero(rng: Rng, n: int, season: int) -> Values:
    return np.zeros(n)


def level_shift(rng: Rng, n: int, season: int) -> Values:
    mean = _level(rng) * np.resize(_week(rng, season, 0.3), n)
    mean[int(n * rng.uniform(0.4, 0.95)) :] *= rng.choice([0.4, 1.8, 2.5])
    return _counts(rng, mean, 20)


def outliers(rng: Rng, n: int, season: int) -> Values:
    values = seasonal(rng, n, season)
    at = rng.choice(n, max(1, n // 60), replace=False)
    values[at] *= rng.uniform(3, 8, len(at))
    return np.round(values)


def promotion(rng: Rng, n: int, season: int) -> Values:
    values = seasonal(rng, n, season)
    begin = n - int(rng.integers(30, 90))
    values[begin : begin + 10] *= 3
    return values


KINDS: Mapping[str, Callable[[Rng, int, int], Values]] = {
    "seasonal": seasonal,
    "seasonal, trend": seasonal_trend,
    "seasonal, real numbers": seasonal_gaussian,
    "seasonal, yearly": yearly,
    "trend": trend,
    "noise": noise,
    "random walk": random_walk,
    "seasonal random walk": seasonal_random_walk,
    "intermittent": intermittent,
    "constant": constant,
    "all zero": zero,
    "level shift": level_shift,
    "outliers": outliers,
    "promotion": promotion,
}
# On these the error has to be 15 % lower than the seasonal-naive one.
SEASONAL = ("seasonal", "seasonal, trend", "seasonal, real numbers", "seasonal, yearly")
