"""One label (or several) for a text: a light model over the sentence's vector and its letters and words.

Three linear models, on letters and words, on the vector, and on both together, are weighed by a logistic
regression fitted on a part of the training data that they had not seen: that is what makes the
probabilities honest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from agent.understand.similarity import simplified
from agent.understand.training import TrainingDataError
from agent.understand.train.rows import Row

FORMAT = 1
HELD_OUT = 0.1
FEWEST = 20
Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Vectors]
# Chosen on a tenth of the training data.
LETTERS_C, VECTOR_C, BOTH_C = 0.2, 0.02, 0.1
VECTOR_WEIGHT = 3.0


class ModelUnusable(RuntimeError):
    """A model file that is missing, damaged or of another version."""


def words_of(text: str) -> list[str]:
    """Chinese words as a dictionary cuts them, others at spaces and signs."""
    return [word for word in rjieba.cut(simplified(text)) if word.strip()]


def _readers() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    letters = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), preprocessor=simplified, sublinear_tf=True, min_df=2
    )
    words = TfidfVectorizer(
        tokenizer=words_of, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True, min_df=2
    )
    return letters, words


@dataclass(frozen=True)
class Linear:
    """Margins of a linear model: `weights` (features, labels) and `bias` (labels)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def margins(self, features: Any) -> Matrix:
        found: Matrix = np.asarray(features @ self.weights, dtype=np.float64) + self.bias
        return found


class TextClassifier:
    """Predicts one of `labels`, or with `several` any number of them, with calibrated probabilities."""

    def __init__(self, labels: Sequence[str], several: bool, seed: int) -> None:
        self.labels = tuple(labels)
        self.several = several
        self._seed = seed

    @classmethod
    def fit(cls, rows: Sequence[Row], vectors: Vectors, seed: int) -> TextClassifier:
        """`vectors` has one row a text. The same rows, vectors and seed give the same model."""
        labels = sorted({label for row in rows for label in row.labels})
        if len(rows) < FEWEST or len(labels) < 2:
            raise TrainingDataError(
                f"{len(rows)} rows with {len(labels)} labels; at least {FEWEST} rows and 2 labels are needed"
            )
        model = cls(labels, any(len(row.labels) > 1 for row in rows), seed)
        model._standardise(vectors)
        texts, gold = [row.text for row in rows], model.gold(rows)
        order = np.random.default_rng(seed).permutation(len(rows))
        held, seen = order[: max(2, int(HELD_OUT * len(rows)))], order[max(2, int(HELD_OUT * len(rows))) :]
        model._fit_parts([texts[i] for i in seen], vectors[seen], gold[seen])
        margins = model._margins([texts[i] for i in held], vectors[held])
        model._weigh(margins, gold[held])
        model._fit_parts(texts, vectors, gold)
        return model

    def gold(self, rows: Sequence[Row]) -> Matrix:
        """(rows, labels) of 0 and 1; labels that were not trained count nowhere."""
        return np.array([[float(label in row.labels) for label in self.labels] for row in rows])

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """(texts, labels); each row sums to 1 unless the model gives several labels."""
        margins = self._margins(texts, vectors)
        stacked = np.tensordot(self._mix, margins, axes=1) + self._offset
        if self.several:
            yes: Matrix = 1 / (1 + np.exp(-np.clip(stacked, -30, 30)))
            return yes
        raised = np.exp(stacked - stacked.max(axis=1, keepdims=True))
        shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
        return shares

    def predict(self, probabilities: Matrix) -> list[tuple[str, ...]]:
        """The most probable label, or with several each that is more probable than not, at least one."""
        best = probabilities.argmax(axis=1)
        if not self.several:
            return [(self.labels[i],) for i in best]
        return [
            tuple(sorted(self.labels[j] for j in np.flatnonzero(row >= 0.5))) or (self.labels[i],)
            for row, i in zip(probabilities, best, strict=True)
        ]

    def _standardise(self, vectors: Vectors) -> None:
        self._mean = vectors.mean(axis=0)
        self._scale = vectors.std(axis=0) + np.float32(1e-6)

    def _features(self, texts: Sequence[str], vectors: Vectors) -> tuple[Any, Vectors, Any]:
        read = hstack([self._letters.transform(texts), self._words.transform(texts)]).tocsr()
        lexical = csr_matrix(read, dtype=np.float32)
        plain: Vectors = (vectors - self._mean) / self._scale
        plain = plain / np.maximum(np.linalg.norm(plain, axis=1, keepdims=True), np.float32(1e-9))
        plain = plain * np.float32(VECTOR_WEIGHT)
        return lexical, plain, hstack([lexical, csr_matrix(plain)]).tocsr()

    def _fit_parts(self, texts: list[str], vectors: Vectors, gold: Matrix) -> None:
        self._letters, self._words = _readers()
        self._letters.fit(texts)
        self._words.fit(texts)
        features = self._features(texts, vectors)
        self._parts = tuple(
            _linear(part, gold, strength, self._seed)
            for part, strength in zip(features, (LETTERS_C, VECTOR_C, BOTH_C), strict=True)
        )

    def _margins(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        features = self._features(texts, vectors)
        return np.stack([p.margins(f) for p, f in zip(self._parts, features, strict=True)])

    def _weigh(self, margins: Matrix, gold: Matrix) -> None:
        """One weight a part and one offset, by the likelihood of the held-out labels."""
        pairs = margins.reshape(len(margins), -1).T
        model = LogisticRegression(C=10.0, max_iter=500).fit(pairs, gold.ravel().astype(int))
        # A part that would count against itself is noise.
        self._mix = np.maximum(model.coef_[0], 0.0)
        self._offset = float(model.intercept_[0])
        if not self.several:
            self._mix = self._mix * _sharpness(np.tensordot(self._mix, margins, axes=1), gold)
            self._offset = 0.0
