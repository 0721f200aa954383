"""Rolling-origin backtest: what every method would have said at earlier days, and which of them to believe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.demand.methods import LONGEST_PROFILE, Method, Values

ORIGINS = 8
# With fewer the baseline is taken unseen: a choice among methods would be luck.
MIN_ORIGINS = 4
# Another method than the baseline has to win at this share of the origins.
WINS = 0.6
# Methods about as good as the best are averaged with it, at most this many in all.
AS_GOOD = 1.1
AVERAGED = 4

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Caution:
    """Guards against luck in the choice: `margin` is the share of the baseline's error that another has to save. If it
    leaves more than `clearly` of the error, the mean of the two is taken: right half the way if the win was luck.
    """

    margin: float
    clearly: float


# Tuned on made series of every kind (benchmarks/forecasts.py, other seeds than those it judges by). A year has few
# weeks, so luck is greater there; two years of them tell more than the last alone nearly always.
DAILY, WEEKLY, YEARLY = Caution(0.06, 0.8), Caution(0.1, 0.7), Caution(0.05, 0.9)


@dataclass(frozen=True)
class Backtest:
    """`said` holds by method what it forecast, `came` what came: origins × steps."""

    said: Mapping[str, NDArray[np.float64]]
    came: NDArray[np.float64]

    def errors(self, weights: Weights) -> NDArray[np.float64]:
        """The mean absolute error of a weighted average of methods at each origin."""
        return np.asarray(np.abs(mixed(self.said, weights) - self.came).mean(axis=1))


def mixed(said: Mapping[str, NDArray[np.float64]], weights: Weights) -> NDArray[np.float64]:
    return np.asarray(sum(weight * said[name] for name, weight in weights.items()))


def origins(length: int, horizon: int, season: int) -> tuple[list[int], int]:
    """Where the history is cut, oldest first, and how many steps are judged after each cut.

    A short history is judged on fewer steps; none that leaves less than three weeks or, of a longer season, two
    rounds to learn from.
    """
    least = max(3 * season, 14) if season <= LONGEST_PROFILE else 2 * season
    round_ = season if 1 < season <= LONGEST_PROFILE else 1
    for judged in sorted({horizon, max(horizon // 2, 1), max(horizon // 4, 1)}, reverse=True):
        room = length - judged - least
        step = max(round_, min(horizon // 2, room // (ORIGINS - 1) // round_ * round_))
        cuts = [length - judged - back * step for back in range(ORIGINS)]
        cuts = [cut for cut in cuts if cut >= least]
        if len(cuts) >= MIN_ORIGINS:
            return cuts[::-1], judged
    return [], 0


def backtest(values: Values, horizon: int, season: int, tried: Mapping[str, Method]) -> Backtest | None:
    """None where the history is too short for at least four origins."""
    cuts, judged = origins(len(values), horizon, season)
    if not cuts:
        return None
    came = np.array([values[cut : cut + judged] for cut in cuts])
    said = {name: np.array([method(values[:cut], judged) for cut in cuts]) for name, method in tried.items()}
    return Backtest(said, came)


def choose(found: Backtest, baseline: str, caution: Caution) -> Weights:
    """The methods whose weighted average is the forecast; the baseline alone unless others are clearly better."""
    alone = {baseline: 1.0}
    means = {name: float(found.errors({name: 1.0}).mean()) for name in found.said}
    others = sorted(
        (name for name in means if name != baseline and np.isfinite(means[name])),
        key=lambda name: means[name],
    )
    if not others or not means[baseline]:
        return alone
    good = [name for name in others[:AVERAGED] if means[name] <= AS_GOOD * means[others[0]]]
    weights = {name: 1 / len(good) for name in good}
    ours, theirs = found.errors(weights), found.errors(alone)
    left = float(ours.mean() / theirs.mean())
    if left >= 1 - caution.margin or (ours < theirs).mean() < WINS:
        return alone
    return (
        weights if left <= caution.clearly else {name: 1 / 2 / len(good) for name in good} | {baseline: 1 / 2}
    )
