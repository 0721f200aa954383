"""How much customers differ of themselves, estimated so that those who stand out do not hide in it."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from insights.risk.chance import NO_SPREAD, Floats, Ints, log_pmf

# The most conspicuous of what would be expected are left out, and the likelihood is that of the others being among them.
TRIMMED = 0.05
MOST, ROUNDS, MOST_ORDERS = 0.5, 6, 200.0
# What customers' differing must add to the log-likelihood to be believed.
LEAST_GAIN = 0.5


def spread_of(k: Floats, n: Floats, mean: Floats) -> float:
    """The intraclass correlation ρ of beta-binomial counts by maximum likelihood of counts truncated above, begun with
    binomial ones; 0 where customers differ no more than chance lets them. Customers of over 200 orders are left out.

    A factor of all means is fitted with it, because those who stand out have raised them.
    """
    some = (n > 1) & (n <= MOST_ORDERS)
    if not some.any():
        return 0.0
    cells, place = np.unique(np.column_stack([n[some], _rounded(mean[some])]), axis=0, return_inverse=True)
    seen, times = np.unique(np.column_stack([place.ravel(), k[some]]), axis=0, return_counts=True)
    factor, spread = 1.0, 0.0
    for _ in range(ROUNDS):
        before = spread
        factor, spread = _fitted(cells, seen.astype(np.int64), times.astype(np.float64), factor, spread)
        if abs(spread - before) < 1e-4:
            break
    return spread


def _rounded(mean: Floats) -> Floats:
    """To steps of 5 %, so that customers share what is computed."""
    return np.asarray(np.exp(np.round(np.log(mean) * 20) / 20))


def _fitted(cells: Floats, seen: Ints, times: Floats, factor: float, spread: float) -> tuple[float, float]:
    """Factor and ρ by those counts that are usual if they are `factor` and `spread`."""
    where, k = seen.T
    usual = np.exp(_tails(_chances(cells, factor, spread))) > TRIMMED
    kept = usual[where, k]

    def unlikely(guess: Floats) -> float:
        chances = _chances(cells, math.exp(guess[0]), guess[1])
        inside = logsumexp(np.where(usual, chances, -np.inf), axis=1)
        return -float((times[kept] * (chances[where, k] - inside[where])[kept]).sum())

    bounds = ((-2.0, 1.0), (NO_SPREAD, MOST))
    begin = (math.log(factor), max(spread, 0.01))
    alike = minimize(unlikely, (begin[0], 0.0), method="Nelder-Mead", bounds=(bounds[0], (0.0, 0.0)))
    apart = minimize(unlikely, begin, method="Nelder-Mead", bounds=bounds)
    best = apart if apart.fun < alike.fun - LEAST_GAIN else alike
    return math.exp(best.x[0]), float(best.x[1])


def _chances(cells: Floats, factor: float, spread: float) -> Floats:
    """log P(k) by cell (n and mean) and k from 0 on; −∞ beyond n."""
    n, mean = cells[:, :1], np.clip(cells[:, 1:] * factor, 1e-5, 0.99)
    k = np.arange(n.max() + 1)[None, :]
    return np.where(k <= n, log_pmf(np.minimum(k, n), n, mean, spread), -np.inf)


def _tails(chances: Floats) -> Floats:
    """log P(at least k)."""
    return np.asarray(np.logaddexp.accumulate(chances[:, ::-1], axis=1)[:, ::-1])
