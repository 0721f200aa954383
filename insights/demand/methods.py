"""The ways of forecasting that are tried on every series: statsforecast's, and a yearly wave, which it has not."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import (
    MFLES,
    MSTL,
    TSB,
    AutoETS,
    CrostonSBA,
    Naive,
    OptimizedTheta,
    SeasonalNaive,
    SeasonalWindowAverage,
    SimpleExponentialSmoothingOptimized,
)

Values = NDArray[np.float64]
# From a history and a number of steps; not a number where the method cannot do it.
Method = Callable[[Values, int], Values]

SEASONAL_NAIVE = "seasonal naive"
NAIVE = "naive"
# Weeks of the same weekday that the two weekly profiles look back on.
PROFILE_WEEKS = 8
# Exponential smoothing and profiles know weekdays; of 52 weeks there are too few rounds for more than the last one.
LONGEST_PROFILE = 24
# How much of each step's surprise the level of a yearly wave takes over.
FORGETS = 0.1


def methods(season: int, sparse: bool) -> Mapping[str, Method]:
    """What to try, by name; the first is the baseline. `season` is its length in steps, 1 for none."""
    if season == 1:
        return {NAIVE: _of(Naive)} | (_SPARSE if sparse else _UNSEASONAL)
    baseline = {SEASONAL_NAIVE: _of(lambda: SeasonalNaive(season))}
    if sparse:
        return baseline | _SPARSE
    return baseline | (_seasonal(season) if season <= LONGEST_PROFILE else _yearly(season))


def _seasonal(season: int) -> dict[str, Method]:
    return {
        "weekday mean": lambda values, steps: _mean_profile(values, steps, season),
        "weekday median": lambda values, steps: _median_profile(values, steps, season),
        "ETS": _of(lambda: AutoETS(season, model="ANA")),
        "theta": _of(lambda: OptimizedTheta(season)),
        "MSTL": _of(lambda: MSTL([season], trend_forecaster=SimpleExponentialSmoothingOptimized())),
    }


def _yearly(season: int) -> dict[str, Method]:
    """Of some 52 weeks there are two or three rounds: two of them say more than the last alone."""
    return {
        "two years": _of(lambda: SeasonalWindowAverage(season, 2)),
        "MSTL": _of(lambda: MSTL([season], trend_forecaster=SimpleExponentialSmoothingOptimized())),
        "MFLES": _of(lambda: MFLES([season])),
        "yearly wave": lambda values, steps: _wave(values, steps, season, 1),
        "yearly waves": lambda values, steps: _wave(values, steps, season, 3),
        NAIVE: _of(Naive),
    } | _UNSEASONAL


def _of(make: Callable[[], Any]) -> Method:
    def forecast(values: Values, steps: int) -> Values:
        # They warn of an optimiser's end or a flat series; the backtest judges what comes of it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = make().forecast(y=values, h=steps)["mean"]
            except Exception:
                # A series may be too short or too flat for one method; that is no reason to have no forecast.
                return np.full(steps, np.nan)
        return np.maximum(np.asarray(found, dtype=np.float64), 0.0)

    return forecast


def _mean_profile(values: Values, steps: int, season: int) -> Values:
    rounds = min(PROFILE_WEEKS, len(values) // season)
    return _of(lambda: SeasonalWindowAverage(season, rounds))(values, steps)


def _median_profile(values: Values, steps: int, season: int) -> Values:
    """The median of each weekday: one wild week does not move it."""
    rounds = min(PROFILE_WEEKS, len(values) // season)
    profile = np.median(values[-rounds * season :].reshape(rounds, season), axis=0)
    return np.resize(profile, steps)


def _wave(values: Values, steps: int, season: int, harmonics: int) -> Values:
    """A smooth season, and the level of late: two rounds show a wave much better than each step of it by itself.

    Least squares of the roots, as which counts scatter alike at every level, on the first `harmonics` sines and cosines
    of the season (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 2021, 7.4).
    """
    turns = 2 * np.pi * np.arange(len(values) + steps)[:, None] * np.arange(1, harmonics + 1) / season
    waves = np.hstack([np.ones((len(turns), 1)), np.sin(turns), np.cos(turns)])
    roots = np.sqrt(np.maximum(values, 0))
    fitted = waves @ np.linalg.lstsq(waves[: len(values)], roots, rcond=None)[0]
    left, level = roots - fitted[: len(values)], 0.0
    for each in left:
        level += FORGETS * (each - level)
    # The mean of a square is the square of the mean and the variance.
    expected: Values = np.maximum(fitted[len(values) :] + level, 0.0) ** 2 + left.var()
    return expected


_UNSEASONAL: dict[str, Method] = {
    "ETS": _of(lambda: AutoETS(1, model="ANN")),
    "ETS, damped trend": _of(lambda: AutoETS(1, model="AAN", damped=True)),
    "theta": _of(lambda: OptimizedTheta(1)),
}
_SPARSE: dict[str, Method] = {
    "Croston SBA": _of(CrostonSBA),
    "TSB": _of(lambda: TSB(0.1, 0.1)),
}
