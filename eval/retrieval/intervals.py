"""95 % intervals: Wilson's for shares, percentile bootstrap for means of anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

Numbers = NDArray[np.float64]
RESAMPLES = 1000
_Z = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of `of` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    of: int

    def json(self) -> dict[str, float]:
        return {name: round(float(value), 4) for name, value in asdict(self).items()} | {"of": self.of}

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share(flags: Sequence[bool]) -> Estimate | None:
    """Wilson's score interval (1927); None of nothing."""
    of = len(flags)
    if not of:
        return None
    value = float(np.mean(flags))
    middle = (value + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z / (1 + _Z**2 / of) * float(np.sqrt(value * (1 - value) / of + _Z**2 / (4 * of**2)))
    return Estimate(value, max(0.0, middle - half), min(1.0, middle + half), of)


def mean(values: Sequence[float], seed: int = 0) -> Estimate | None:
    """Percentile bootstrap over questions; None of nothing."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return None
    return _bootstrap(len(found), lambda chosen: float(found[chosen].mean()), seed)


def auroc(scores: Sequence[float], positive: Sequence[bool], seed: int = 0) -> Estimate | None:
    """Area under the ROC curve; None unless both kinds are there."""
    found, kinds = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    if kinds.all() or not kinds.any():
        return None
    yes, no = np.flatnonzero(kinds), np.flatnonzero(~kinds)
    random = np.random.default_rng(seed)
    # Each kind by itself: a resample without one of them has no curve.
    areas = [
        _area(found[random.choice(yes, len(yes))], found[random.choice(no, len(no))])
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(areas, [2.5, 97.5])
    return Estimate(float(roc_auc_score(kinds, found)), float(low), float(high), len(found))


def _area(yes: Numbers, no: Numbers) -> float:
    ordered = np.sort(no)
    below, upto = np.searchsorted(ordered, yes, "left"), np.searchsorted(ordered, yes, "right")
    return float((below + upto).mean() / (2 * len(no)))


def _bootstrap(of: int, figure: Callable[[NDArray[np.int64]], float], seed: int) -> Estimate:
    random = np.random.default_rng(seed)
    drawn = [figure(random.integers(0, of, of)) for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(figure(np.arange(of)), float(low), float(high), of)
