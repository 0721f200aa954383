"""Intervals around a forecast, from how wrong the same methods were in the backtest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.demand.methods import Values

LEVELS = (80, 95)
# Origins overlap, so their errors are fewer than they look, the more so the more they grow with the distance: the
# quantiles are taken this much further out, plus the growth.
CAUTION = 1.1


@dataclass(frozen=True)
class Spread:
    """Errors of the backtest, freed from level and distance: counts scatter with the root of their level, and
    further days are harder by the power `growth` of the distance."""

    errors: NDArray[np.float64]
    growth: float

    def around(self, mean: Values, whole: bool) -> dict[int, tuple[Values, Values]]:
        """Lower and upper bound by level in per cent; never below zero, whole numbers where the series has only such."""
        return {level: self._bounds(mean, level / 100, whole) for level in LEVELS}

    def _bounds(self, mean: Values, level: float, whole: bool) -> tuple[Values, Values]:
        # The quantile of split-conformal prediction: (n + 1) · (1 + level) / 2 of n sorted errors.
        rank = min((1 + level) / 2 * (len(self.errors) + 1) / len(self.errors), 1.0)
        unit = _unit(mean, self.growth) * (CAUTION + self.growth)
        low = np.minimum(mean + np.quantile(self.errors, 1 - rank) * unit, mean)
        high = np.maximum(mean + np.quantile(self.errors, rank) * unit, mean)
        low = np.maximum(low, 0.0)
        return (np.floor(low + 0.5), np.ceil(high - 0.5)) if whole else (low, high)


def spread(said: NDArray[np.float64], came: NDArray[np.float64]) -> Spread:
    """From forecasts and what came, each origins × steps."""
    rough = (came - said) / _unit(said, 0.0)
    growth = _growth(rough)
    return Spread(((came - said) / _unit(said, growth)).ravel(), growth)


def _unit(mean: NDArray[np.float64], growth: float) -> NDArray[np.float64]:
    distance = np.arange(1, mean.shape[-1] + 1, dtype=np.float64)
    return np.asarray(np.sqrt(np.maximum(mean, 1.0)) * distance**growth)


def _growth(errors: NDArray[np.float64]) -> float:
    """The power of the distance by which errors grow: 0 for a steady series, ½ for a random walk."""
    half = errors.shape[1] // 2
    if not half:
        return 0.0
    near, far = (float(np.sqrt((part**2).mean())) for part in (errors[:, :half], errors[:, half:]))
    if not near or not far:
        return 0.0
    # The middles of the two halves lie three times apart.
    return float(np.clip(np.log(far / near) / np.log(3), 0.0, 0.5))
