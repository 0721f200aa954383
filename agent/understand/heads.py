"""The trained heads: evidence from similar messages, turned into probabilities that can be trusted.

One kernel ridge regression gives every label of every head its evidence; logistic regressions, fitted on
evidence from messages held out one at a time, turn evidence into probabilities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from agent.types import Score
from agent.understand.similarity import Matrix, Similarity, Spelling, Vectors, letters, words

FORMAT = 2
RANKED_HEADS = ("act", "sentiment", "complaint")
# Below this an intent is a guess that is better asked about.
LEAST_INTENT = 0.25
_JOINED = re.compile(
    r"[，,。.;；?？!！]\s*\S|\band\b|\balso\b|\bplus\b|顺便|另外|还有|再|加上|并", re.IGNORECASE
)


Reader = Callable[[list[str], Matrix], TfidfVectorizer]


class HeadsUnusable(RuntimeError):
    """The file of trained heads is missing or is not what this version wrote."""


@dataclass(frozen=True)
class HeadScores:
    """Probabilities (0..1) by head, best first. `intents` are independent of each other.

    The intents of the message are those with at least `intent_threshold`, which is lower where something is
    surely wanted and only what is unclear.
    """

    act: tuple[Score, ...]
    intents: tuple[Score, ...]
    sentiment: tuple[Score, ...]
    complaint: tuple[Score, ...]
    urgent: float
    intent_threshold: float

    @property
    def predicted(self) -> set[str]:
        """The intents of the message."""
        return {score.label for score in self.intents if score.probability >= self.intent_threshold}


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


class Heads:
    """`labels` maps each of "intents", "act", "sentiment", "complaint" to its labels in order of the columns.

    `weights` (n, columns; 32 bits) and `bias` (columns) turn similarities into evidence: first the columns of the
    intents and of "no intent", then those of the ranked heads, last "urgent". `calibrations` has one entry
    for each head.
    """

    def __init__(
        self,
        similarity: Similarity,
        weights: Vectors,
        bias: Matrix,
        labels: Mapping[str, list[str]],
        calibrations: Mapping[str, Calibration],
        intent_threshold: float,
    ) -> None:
        self._similarity = similarity
        self._weights = weights
        self._weighed = similarity.weighed(weights)
        self._bias = bias
        self._labels = dict(labels)
        self._calibrations = dict(calibrations)
        self._threshold = intent_threshold

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        """Score one message; `vector` is what the embedding of the training gave for it, shape (width,)."""
        return self.score_all([text], vector.reshape(1, -1))[0]

    def score_all(self, texts: list[str], vectors: Vectors) -> list[HeadScores]:
        """Score many messages; `vectors` has one row per text. Raises `HeadsUnusable` for another width."""
        width = self._similarity.mean.shape[0]
        if vectors.shape[1] != width:
            raise HeadsUnusable(
                f"trained on vectors of width {width}, got {vectors.shape[1]}; run `kefu setup`"
            )
        evidence = self.evidence(texts, vectors)
        intents = self._intents(texts, evidence)
        spans = columns(self._labels)
        ranked = {
            head: self._calibrations[head].probabilities(evidence[:, spans[head]]) for head in RANKED_HEADS
        }
        urgent = self._calibrations["urgent"].probabilities(evidence[:, spans["urgent"]])
        return [
            HeadScores(
                act=_ranked(self._labels["act"], ranked["act"][row]),
                intents=_ranked(self._labels["intents"], intents[row]),
                sentiment=_ranked(self._labels["sentiment"], ranked["sentiment"][row]),
                complaint=_ranked(self._labels["complaint"], ranked["complaint"][row]),
                urgent=float(urgent[row, 0]),
                intent_threshold=self._threshold_for(evidence[row, spans["intents"]], intents[row]),
            )
            for row in range(len(texts))
        ]

    def evidence(self, texts: list[str], vectors: Vectors) -> Matrix:
        """What speaks for each label before it is a probability: (texts, columns), see `columns`."""
        weighed: Matrix = self._weighed(texts, vectors).astype(np.float64)
        return weighed + self._bias

    def frequencies(self) -> dict[str, int]:
        """How many of the trained messages hold each word, and each two words side by side ("退 货")."""
        reader, messages = self._similarity.words.reader, len(self._similarity.anchors)
        # The inverse of scikit-learn's smoothed idf.
        counts = np.rint((messages + 1) / np.exp(reader.idf_ - 1) - 1).astype(int)
        return dict(zip(reader.get_feature_names_out().tolist(), counts.tolist(), strict=True))

    def with_sharpness(self, factors: Mapping[str, float]) -> Heads:
        """The same heads, each one's calibration multiplied by its factor: below 1 less sure of itself."""
        calibrations = {
            head: Calibration(c.weights * factors.get(head, 1.0), c.bias * factors.get(head, 1.0))
            for head, c in self._calibrations.items()
        }
        return Heads(self._similarity, self._weights, self._bias, self._labels, calibrations, self._threshold)

    def with_handicap(self, handicaps: Mapping[str, tuple[str, float]]) -> Heads:
        """The same heads; by ranked head, a label that has to be so much (log-odds) likelier to be said."""
        calibrations = dict(self._calibrations)
        for head, (label, amount) in handicaps.items():
            if label in self._labels[head]:
                bias = calibrations[head].bias.copy()
                bias[self._labels[head].index(label)] -= amount
                calibrations[head] = Calibration(calibrations[head].weights, bias)
        return Heads(self._similarity, self._weights, self._bias, self._labels, calibrations, self._threshold)

    def with_threshold(self, intent_threshold: float) -> Heads:
        """The same heads with another threshold of the intents, 0..1."""
        return Heads(
            self._similarity, self._weights, self._bias, self._labels, self._calibrations, intent_threshold
        )

    def _intents(self, texts: list[str], evidence: Matrix) -> Matrix:
        several = np.array([joined(text) for text in texts])
        features = pair_features(evidence[:, columns(self._labels)["intents"]], several)
        return self._calibrations["intents"].probabilities(features).reshape(len(texts), -1)

    def _threshold_for(self, evidence: Matrix, intents: Matrix) -> float:
        if evidence[:-1].max() <= evidence[-1]:
            return self._threshold
        return float(max(LEAST_INTENT, min(self._threshold, intents.max())))

    def save(self, path: Path) -> None:
        """Write beside `path` and rename, so that a reader never sees half a file."""
        similarity = self._similarity
        about = {
            "format": FORMAT,
            "labels": self._labels,
            "threshold": self._threshold,
            "letters": similarity.letters.reader.get_feature_names_out().tolist(),
            "words": similarity.words.reader.get_feature_names_out().tolist(),
        }
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            "mean": similarity.mean, "scale": similarity.scale, "anchors": similarity.anchors,
            "directions": similarity.directions, "weights": self._weights, "bias": self._bias,
        }  # fmt: skip
        for name, spelling in (("letters", similarity.letters), ("words", similarity.words)):
            anchors = spelling.anchors
            arrays |= {
                f"{name}.idf": spelling.reader.idf_, f"{name}.data": anchors.data,
                f"{name}.places": anchors.indices, f"{name}.starts": anchors.indptr,
            }  # fmt: skip
        for head, calibration in self._calibrations.items():
            arrays[f"{head}.weights"], arrays[f"{head}.bias"] = calibration.weights, calibration.bias
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Raise `HeadsUnusable` when the file is missing or damaged. Nothing in it is executed."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except Exception as error:
            raise HeadsUnusable(
                f"trained heads at {path} cannot be used ({error}); run `kefu setup`"
            ) from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, Any]) -> Heads:
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
        similarity = Similarity(
            arrays["mean"], arrays["scale"], arrays["directions"], arrays["anchors"],
            *(_spelling(name, read, about, arrays) for name, read in (("letters", letters), ("words", words))),
        )  # fmt: skip
        calibrations = {
            head: Calibration(arrays[f"{head}.weights"], arrays[f"{head}.bias"])
            for head in ("intents", *RANKED_HEADS, "urgent")
        }
        return cls(
            similarity, arrays["weights"], arrays["bias"], about["labels"], calibrations, about["threshold"]
        )


def _spelling(name: str, read: Reader, about: dict[str, Any], arrays: dict[str, Any]) -> Spelling:
    shape = (len(about[name]), len(arrays["anchors"]))
    parts = (arrays[f"{name}.data"], arrays[f"{name}.places"], arrays[f"{name}.starts"])
    return Spelling(read(about[name], arrays[f"{name}.idf"]), csr_matrix(parts, shape=shape))


def columns(labels: Mapping[str, list[str]]) -> dict[str, slice]:
    """Where each head's columns of evidence are."""
    spans, start = {}, 0
    sizes = [("intents", len(labels["intents"]) + 1)]
    sizes += [(head, len(labels[head])) for head in RANKED_HEADS] + [("urgent", 1)]
    for head, size in sizes:
        spans[head] = slice(start, start + size)
        start += size
    return spans


def _ranked(labels: list[str], probabilities: Matrix) -> tuple[Score, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Score(labels[i], float(probabilities[i])) for i in order)
