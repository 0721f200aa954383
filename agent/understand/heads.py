"""The trained heads: light classifiers over the sentence embedding and character n-grams.

Character n-grams carry typos, slang and single characters ("嗯", "退"), the embedding carries meaning across
wordings and languages; joined they beat either alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from agent.types import Score
from agent.understand.labels import NO_COMPLAINT

_TRUSTED = ["scipy.sparse._csr.csr_matrix", "numpy.dtype"]


class HeadsUnusable(RuntimeError):
    """The file of trained heads is missing or is not what this version wrote."""


@dataclass(frozen=True)
class HeadScores:
    """Probabilities (0..1) by head, best first. `intents` are independent of each other."""

    act: tuple[Score, ...]
    intents: tuple[Score, ...]
    sentiment: tuple[Score, ...]
    complaint: tuple[Score, ...]
    urgent: float
    intent_threshold: float


class Heads:
    """Classifiers that share one reading of the message.

    `models` maps "act", "sentiment", "complaint", "urgent" to a scikit-learn classifier and "intents" to a
    mapping from label to a binary classifier.
    """

    def __init__(self, lexical: Any, models: dict[str, Any], intent_threshold: float, weight: float) -> None:
        self._lexical = lexical
        self._models = models
        self._threshold = intent_threshold
        self._weight = weight

    def features(self, texts: list[str], vectors: NDArray[np.float32]) -> csr_matrix:
        """Join n-grams and embeddings; `vectors` has one row of unit length per text."""
        lexical = self._lexical.transform([text.lower() for text in texts])
        return csr_matrix(hstack([lexical, csr_matrix(vectors * self._weight)], format="csr"))

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        """Score one message; `vector` is its embedding, shape (dimension,)."""
        row = self.features([text], vector.reshape(1, -1))
        intents = self._models["intents"]
        scored = [Score(label, float(model.predict_proba(row)[0, 1])) for label, model in intents.items()]
        return HeadScores(
            act=self._ranked("act", row),
            intents=tuple(sorted(scored, key=lambda s: -s.probability)),
            sentiment=self._ranked("sentiment", row),
            complaint=self._ranked("complaint", row),
            urgent=float(self._models["urgent"].predict_proba(row)[0, 1]),
            intent_threshold=self._threshold,
        )

    def _ranked(self, head: str, row: csr_matrix) -> tuple[Score, ...]:
        model = self._models[head]
        probabilities = model.predict_proba(row)[0]
        order = np.argsort(-probabilities)
        return tuple(Score(str(model.classes_[i] or NO_COMPLAINT), float(probabilities[i])) for i in order)

    def save(self, path: Path) -> None:
        """Write beside `path` and rename, so that a reader never sees half a file."""
        state = {
            "lexical": self._lexical,
            "models": self._models,
            "intent_threshold": self._threshold,
            "weight": self._weight,
        }
        partial = path.with_suffix(".partial")
        skops.io.dump(state, partial)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Raise `HeadsUnusable` when the file is missing or damaged. Nothing in it is executed."""
        try:
            state = skops.io.load(path, trusted=_TRUSTED)
            return cls(state["lexical"], state["models"], state["intent_threshold"], state["weight"])
        except Exception as error:
            raise HeadsUnusable(
                f"trained heads at {path} cannot be used ({error}); run `kefu setup`"
            ) from error
