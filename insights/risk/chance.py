"""How surprising a count is, and what of it remains after everything else that was tested."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln, logsumexp
from scipy.stats import false_discovery_control

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# The chance that a report about a shop without misuse holds any flag with a p.
ALPHA = 0.01
# Kinds of flags with a p, each with the same part of it.
FAMILIES = 5
MOST_SCORE = 100.0
NO_SPREAD = 1e-5


def adjusted(p: Floats) -> Floats:
    """Benjamini and Hochberg's (JRSS B 1995), over all tests of a kind, and Bonferroni's over the kinds."""
    if not len(p):
        return p
    found: Floats = false_discovery_control(np.clip(p, 0.0, 1.0))
    return np.clip(FAMILIES * found, 10**-MOST_SCORE, 1.0)


def score(p: float) -> float:
    """−log10, 0 … 100."""
    return -math.log10(max(p, 10**-MOST_SCORE))


def at_least(k: Floats, n: Floats, mean: Floats, spread: float) -> Floats:
    """The chance of `k` or more of `n` for a beta-binomial count with this mean share and correlation `spread`."""
    p = np.ones(len(k))
    for here in np.unique(n[k > 0]):
        rows = np.flatnonzero((n == here) & (k > 0))
        counts = np.arange(1.0, here + 1)
        chances = log_pmf(counts[None, :], np.full((1, 1), here), mean[rows, None], spread)
        above = np.where(counts[None, :] >= k[rows, None], chances, -np.inf)
        p[rows] = np.minimum(1.0, np.exp(logsumexp(above, axis=1)))
    return p


def log_pmf(k: Floats, n: Floats, mean: Floats, spread: float) -> Floats:
    """Of the beta-binomial distribution, by its mean share and intraclass correlation; binomial where that is 0."""
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    if spread < NO_SPREAD:
        return np.asarray(ways + k * np.log(mean) + (n - k) * np.log1p(-mean))
    size = 1 / spread - 1
    a, b = mean * size, (1 - mean) * size
    return np.asarray(ways + betaln(k + a, n - k + b) - betaln(a, b))
