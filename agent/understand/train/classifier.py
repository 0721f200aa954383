"""One label (or several) for a text: a light model over the sentence's vector and its letters and words.

Two linear models, one on letters and words, one on the vector, are weighed by a logistic regression fitted
on a part of the training data that neither had seen: that is what makes the probabilities honest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from agent.understand.similarity import simplified, words_of
from agent.understand.train.rows import Row
from agent.understand.training import TrainingDataError

FORMAT = 1
HELD_OUT = 0.1
FEWEST = 20
Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Vectors]
# Chosen on a tenth of the training data of shopping reviews.
STRENGTH = 0.3
RIDGE = 30.0


class ModelUnusable(RuntimeError):
    """A model file that is missing, damaged or of another version."""


def _readers(
    letters: list[str] | None = None, words: list[str] | None = None
) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    """Readers to be fitted, or with vocabularies the fitted ones but for their weights."""
    return (
        TfidfVectorizer(
            analyzer="char", ngram_range=(1, 4), preprocessor=simplified, sublinear_tf=True, min_df=2,
            vocabulary=letters,
        ),
        TfidfVectorizer(
            tokenizer=words_of, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True,
            min_df=2, vocabulary=words,
        ),
    )  # fmt: skip


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

    def _read(self, texts: Sequence[str], vectors: Vectors) -> tuple[Any, Vectors]:
        lexical = hstack([self._letters.transform(texts), self._words.transform(texts)])
        return csr_matrix(lexical, dtype=np.float32), (vectors - self._mean) / self._scale

    def _fit_parts(self, texts: list[str], vectors: Vectors, gold: Matrix) -> None:
        self._letters, self._words = _readers()
        self._letters.fit(texts)
        self._words.fit(texts)
        lexical, plain = self._read(texts, vectors)
        self._parts: tuple[Linear, ...] = (
            _margins(lexical, gold, self._seed),
            _ridge(plain, gold),
        )

    def _margins(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        found = self._read(texts, vectors)
        return np.stack([part.margins(features) for part, features in zip(self._parts, found, strict=True)])

    def _weigh(self, margins: Matrix, gold: Matrix) -> None:
        """One weight a part and one offset, by the likelihood of the held-out labels."""
        if self.several:
            pairs = margins.reshape(len(margins), -1).T
            model = LogisticRegression(C=10.0, max_iter=500).fit(pairs, gold.ravel().astype(int))
            self._mix, self._offset = model.coef_[0], float(model.intercept_[0])
        else:
            self._mix, self._offset = _mixture(margins, gold.argmax(axis=1)), 0.0

    def save(self, path: Path) -> None:
        """Write beside `path` and rename. The same model gives the same bytes."""
        about = {
            "format": FORMAT, "labels": self.labels, "several": self.several, "seed": self._seed,
            "letters": self._letters.get_feature_names_out().tolist(),
            "words": self._words.get_feature_names_out().tolist(),
        }  # fmt: skip
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
            "letters.idf": self._letters.idf_, "words.idf": self._words.idf_,
            "mean": self._mean, "scale": self._scale,
            "mix": self._mix, "offset": np.array(self._offset),
        }  # fmt: skip
        for number, part in enumerate(self._parts):
            arrays[f"{number}.weights"], arrays[f"{number}.bias"] = part.weights, part.bias
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> TextClassifier:
        """Raise `ModelUnusable` for anything but a whole model file. Nothing in it is executed."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except Exception as error:
            raise ModelUnusable(f"{path}: not a model that `kefu train` wrote ({error})") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, Any]) -> TextClassifier:
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
        model = cls(about["labels"], about["several"], about["seed"])
        model._letters, model._words = _readers(about["letters"], about["words"])
        model._letters.idf_, model._words.idf_ = arrays["letters.idf"], arrays["words.idf"]
        model._mean, model._scale = arrays["mean"], arrays["scale"]
        model._mix, model._offset = arrays["mix"], float(arrays["offset"])
        model._parts = tuple(Linear(arrays[f"{n}.weights"], arrays[f"{n}.bias"]) for n in range(2))
        return model


def _margins(features: Any, gold: Matrix, seed: int) -> Linear:
    """A support vector machine a label against all others; labels that all or no rows have never win."""
    weights = np.zeros((features.shape[1], gold.shape[1]), dtype=np.float32)
    bias = np.full(gold.shape[1], -1.0, dtype=np.float32)
    for column, wanted in enumerate(gold.T):
        if 0 < wanted.sum() < len(wanted):
            model = LinearSVC(C=STRENGTH, random_state=seed, max_iter=2000).fit(features, wanted.astype(int))
            weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return Linear(weights, bias)


def _ridge(features: Vectors, gold: Matrix) -> Linear:
    """Least squares on -1 and 1, in closed form; `features` are standardised."""
    targets = 2 * gold - 1
    middle = targets.mean(axis=0)
    exact = features.astype(np.float64)
    gram = exact.T @ exact
    gram[np.diag_indices_from(gram)] += RIDGE
    weights = np.linalg.solve(gram, exact.T @ (targets - middle))
    return Linear(weights.astype(np.float32), middle.astype(np.float32))


def _mixture(margins: Matrix, gold: NDArray[np.int_]) -> Matrix:
    """The weights of the parts that make the softmax of their sum most likely for `gold`."""

    def loss(mix: Matrix) -> tuple[float, Matrix]:
        stacked = np.tensordot(mix, margins, axes=1)
        stacked = stacked - stacked.max(axis=1, keepdims=True)
        shares = np.exp(stacked)
        shares /= shares.sum(axis=1, keepdims=True)
        rows = np.arange(len(gold))
        slope = shares.copy()
        slope[rows, gold] -= 1
        return float(-np.log(shares[rows, gold] + 1e-12).mean()), np.array(
            [(slope * part).sum() / len(gold) for part in margins]
        )

    found: Matrix = minimize(loss, np.ones(len(margins)), jac=True, method="L-BFGS-B").x
    return found
