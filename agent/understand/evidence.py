"""From evidence, which speaks for or against a label, to probabilities that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.understand.similarity import Matrix

RANKED_HEADS = ("act", "sentiment", "complaint")
_JOINED = re.compile(
    r"[，,。.;；?？!！]\s*\S|\band\b|\balso\b|\bplus\b|顺便|另外|还有|再|加上|并", re.IGNORECASE
)


@dataclass(frozen=True)
class Calibration:
    """A logistic regression: `weights` (features, outputs) and `bias` (outputs); one output is a yes or no."""

    weights: Matrix
    bias: Matrix

    def probabilities(self, features: Matrix) -> Matrix:
        """(rows, outputs), each row summing to 1; (rows, 1) for a yes or no."""
        logits = features @ self.weights + self.bias
        if logits.shape[1] == 1:
            yes: Matrix = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
            return yes
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
        return shares


def joined(text: str) -> float:
    """1.0 where the message has parts that could each want something, else 0.0."""
    return float(bool(_JOINED.search(text)))


def pair_features(evidence: Matrix, several: NDArray[np.float64]) -> Matrix:
    """(messages * intents, 14): what tells whether one intent is among those of one message.

    `evidence` is (messages, intents + 1), "no intent" last; `several` is `joined` per message.
    """
    own, nothing = evidence[:, :-1], evidence[:, -1:]
    missing = max(0, 3 - own.shape[1])
    ordered = np.sort(np.pad(own, ((0, 0), (missing, 0))), axis=1)
    best, second, third = ordered[:, -1:], ordered[:, -2:-1], ordered[:, -3:-2]
    first, runner_up = (own == best).astype(float), (own == second).astype(float)
    rival = np.where(own == best, second, best)
    wide, parts = np.ones_like(own), several[:, None]
    columns = (
        own, rival, nothing * wide, third * wide, first, runner_up, parts * own, parts * runner_up,
        own * runner_up, own * first, rival * runner_up, rival * first, nothing * first, own * own,
    )  # fmt: skip
    features: Matrix = np.stack(columns, axis=-1).reshape(-1, len(columns))
    return features


def columns(labels: Mapping[str, list[str]]) -> dict[str, slice]:
    """Where each head's columns of evidence are."""
    spans, start = {}, 0
    sizes = [("intents", len(labels["intents"]) + 1)]
    sizes += [(head, len(labels[head])) for head in RANKED_HEADS] + [("urgent", 1)]
    for head, size in sizes:
        spans[head] = slice(start, start + size)
        start += size
    return spans
