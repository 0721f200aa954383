"""The trained heads of one language: evidence from similar messages, turned into probabilities.

One kernel ridge regression gives every label of every head its evidence; logistic regressions, fitted on
evidence from messages held out one at a time, turn evidence into probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from agent.types import Score
from agent.understand.evidence import RANKED_HEADS, Calibration, columns, joined, pair_features
from agent.understand.similarity import Matrix, Similarity, Spelling, Vectors, Weighed, letters, words

# Below this an intent is a guess that is better asked about.
LEAST_INTENT = 0.25

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


@dataclass(frozen=True, eq=False)
class LanguageHeads:
    """`labels` maps each of "intents", "act", "sentiment", "complaint" to its labels in order of the columns.

    `weighed` (its weights are (n, columns; 32 bits)) and `bias` (columns) turn a message into evidence: first the
    columns of the intents and of "no intent", then those of the ranked heads, last "urgent". `calibrations` has
    one entry for each head. A label that no trained message had is not among the labels, and never scored.
    """

    weighed: Weighed
    bias: Matrix
    labels: Mapping[str, list[str]]
    calibrations: Mapping[str, Calibration]
    intent_threshold: float

    def score_all(self, texts: list[str], vectors: Vectors) -> list[HeadScores]:
        """Score one message or more; `vectors` has one row per text. Raises `HeadsUnusable` for another width."""
        width = self.weighed.similarity.mean.shape[0]
        if vectors.shape[1] != width:
            raise HeadsUnusable(
                f"trained on vectors of width {width}, got {vectors.shape[1]}; run `kefu setup`"
            )
        evidence = self.evidence(texts, vectors)
        intents = self._intents(texts, evidence)
        spans = columns(self.labels)
        ranked = {
            head: self.calibrations[head].probabilities(evidence[:, spans[head]]) for head in RANKED_HEADS
        }
        urgent = self.calibrations["urgent"].probabilities(evidence[:, spans["urgent"]])
        return [
            HeadScores(
                act=_ranked(self.labels["act"], ranked["act"][row]),
                intents=_ranked(self.labels["intents"], intents[row]),
                sentiment=_ranked(self.labels["sentiment"], ranked["sentiment"][row]),
                complaint=_ranked(self.labels["complaint"], ranked["complaint"][row]),
                urgent=float(urgent[row, 0]),
                intent_threshold=self._threshold_for(evidence[row, spans["intents"]], intents[row]),
            )
            for row in range(len(texts))
        ]

    def evidence(self, texts: list[str], vectors: Vectors) -> Matrix:
        """What speaks for each label before it is a probability: (texts, columns), see `columns`."""
        weighed: Matrix = self.weighed(texts, vectors).astype(np.float64)
        return weighed + self.bias

    def frequencies(self) -> dict[str, int]:
        """How many of the trained messages hold each word, and each two words side by side ("退 货")."""
        similarity = self.weighed.similarity
        reader, messages = similarity.words.reader, len(similarity.anchors)
        # The inverse of scikit-learn's smoothed idf.
        counts = np.rint((messages + 1) / np.exp(reader.idf_ - 1) - 1).astype(int)
        return dict(zip(reader.get_feature_names_out().tolist(), counts.tolist(), strict=True))

    def with_sharpness(self, factors: Mapping[str, float]) -> LanguageHeads:
        """The same heads, each one's calibration multiplied by its factor: below 1 less sure of itself."""
        calibrations = {
            head: Calibration(c.weights * factors.get(head, 1.0), c.bias * factors.get(head, 1.0))
            for head, c in self.calibrations.items()
        }
        return replace(self, calibrations=calibrations)

    def with_handicap(self, handicaps: Mapping[str, tuple[str, float]]) -> LanguageHeads:
        """The same heads; by ranked head, a label that has to be so much (log-odds) likelier to be said."""
        calibrations = dict(self.calibrations)
        for head, (label, amount) in handicaps.items():
            if label in self.labels[head]:
                bias = calibrations[head].bias.copy()
                bias[self.labels[head].index(label)] -= amount
                calibrations[head] = Calibration(calibrations[head].weights, bias)
        return replace(self, calibrations=calibrations)

    def with_threshold(self, intent_threshold: float) -> LanguageHeads:
        """The same heads with another threshold of the intents, 0..1."""
        return replace(self, intent_threshold=intent_threshold)

    def _intents(self, texts: list[str], evidence: Matrix) -> Matrix:
        several = np.array([joined(text) for text in texts])
        features = pair_features(evidence[:, columns(self.labels)["intents"]], several)
        shape = (len(texts), len(self.labels["intents"]))
        return self.calibrations["intents"].probabilities(features).reshape(shape)

    def _threshold_for(self, evidence: Matrix, intents: Matrix) -> float:
        if not len(intents) or evidence[:-1].max() <= evidence[-1]:
            return self.intent_threshold
        return float(max(LEAST_INTENT, min(self.intent_threshold, intents.max())))

    def stored(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What JSON can hold, and the arrays by name: together what `from_stored` needs."""
        similarity = self.weighed.similarity
        about = {
            "labels": dict(self.labels),
            "threshold": self.intent_threshold,
            "letters": similarity.letters.reader.get_feature_names_out().tolist(),
            "words": similarity.words.reader.get_feature_names_out().tolist(),
        }
        arrays: dict[str, Any] = {
            "mean": similarity.mean, "scale": similarity.scale, "anchors": similarity.anchors,
            "directions": similarity.directions, "weights": self.weighed.weights, "bias": self.bias,
        }  # fmt: skip
        for name, spelling in (("letters", similarity.letters), ("words", similarity.words)):
            anchors = spelling.anchors
            arrays |= {
                f"{name}.idf": spelling.reader.idf_, f"{name}.data": anchors.data,
                f"{name}.places": anchors.indices, f"{name}.starts": anchors.indptr,
            }  # fmt: skip
        for head, calibration in self.calibrations.items():
            arrays[f"{head}.weights"], arrays[f"{head}.bias"] = calibration.weights, calibration.bias
        return about, arrays

    @classmethod
    def from_stored(cls, about: Mapping[str, Any], arrays: Mapping[str, Any]) -> LanguageHeads:
        """Raises `KeyError` or `ValueError` for parts that are missing or do not fit each other."""
        similarity = Similarity(
            arrays["mean"], arrays["scale"], arrays["directions"], arrays["anchors"],
            *(_spelling(name, read, about, arrays) for name, read in (("letters", letters), ("words", words))),
        )  # fmt: skip
        calibrations = {
            head: Calibration(arrays[f"{head}.weights"], arrays[f"{head}.bias"])
            for head in ("intents", *RANKED_HEADS, "urgent")
        }
        weighed = similarity.weighed(arrays["weights"])
        return cls(weighed, arrays["bias"], about["labels"], calibrations, about["threshold"])


def _spelling(name: str, read: Reader, about: Mapping[str, Any], arrays: Mapping[str, Any]) -> Spelling:
    shape = (len(about[name]), len(arrays["anchors"]))
    parts = (arrays[f"{name}.data"], arrays[f"{name}.places"], arrays[f"{name}.starts"])
    return Spelling(read(about[name], arrays[f"{name}.idf"]), csr_matrix(parts, shape=shape))


def _ranked(labels: list[str], probabilities: Matrix) -> tuple[Score, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Score(labels[i], float(probabilities[i])) for i in order)
