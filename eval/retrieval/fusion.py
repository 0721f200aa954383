"""Weights for any columns of evidence, learned as the product learns its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

Numbers = NDArray[np.float64]
PENALTY = 0.01
LEAST = 10


@dataclass(frozen=True, slots=True)
class Fitted:
    """`(n, columns)` to `(n,)`: the log-odds of being right, up to a constant."""

    weights: tuple[float, ...]
    scale: tuple[float, ...]

    def scores(self, columns: Numbers) -> Numbers:
        result: Numbers = (columns / np.array(self.scale)) @ np.array(self.weights)
        return result


def fit(examples: Sequence[tuple[Numbers, NDArray[np.bool_]]]) -> Fitted | None:
    """Conditional logistic regression: the softmax probability of the right rows among all is greatest.

    An example is one question's `(n, columns)` and which rows are right, at least one. None for fewer than
    ten examples.
    """
    if len(examples) < LEAST:
        return None
    # Cosines of one model lie within a few tenths; without a scale the penalty would flatten their weights.
    scale = np.concatenate([columns for columns, _ in examples]).std(axis=0) + 1e-9
    scaled = [(columns / scale, right) for columns, right in examples]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = PENALTY * float(weights @ weights) / 2, PENALTY * weights
        for columns, right in scaled:
            fused = columns @ weights
            total += float(logsumexp(fused) - logsumexp(fused[right])) / len(scaled)
            surplus = softmax(fused) @ columns - softmax(fused[right]) @ columns[right]
            slope = slope + surplus / len(scaled)
        return total, slope

    found = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B")
    return Fitted(tuple(map(float, found.x)), tuple(map(float, scale)))
