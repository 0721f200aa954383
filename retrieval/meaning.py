"""The learned side of a search: features by the projection, and the memory of questions without an answer."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from retrieval.arrays import Integers, Numbers
from retrieval.calibration import NEAR
from retrieval.contents import Contents
from retrieval.embeddings import Vectors
from retrieval.learned import sides_of
from retrieval.topics import ABSENT, Slice

PARAPHRASE = 0.6
"""From this projected cosine on two questions mostly ask for the same."""


class Meaning:
    """`own` is the number of the query's language, `unit` its vector, `(dimensions,)` of unit length."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._sides = sides_of(contents.corpus)

    def features(
        self, part: Slice, rows: Integers | None, unit: Vectors, own: int
    ) -> tuple[Numbers, Numbers, Numbers]:
        """The three learned features of each topic of `part`, see `calibration.FEATURES`.

        `rows` are those of `part`, or None where all rows are multiplied first. They need our own vectors,
        wherever candidates come from.
        """
        learned = self._contents.learned
        first = learned.toward(unit, own)[0]
        raw = self._contents.dense.cosines(first, rows)
        raw = raw if rows is not None else raw[part.rows]
        cosines = learned.cosines(raw, first, self._sides[part.rows], self._contents.lengths[part.rows])
        text_of, asked_of = part.of_rows(cosines)
        text, question = part.best(text_of), part.best(asked_of)
        question = np.where(question > ABSENT, question, text)
        return text, question, part.near(cosines, text)

    def unanswered(self, unit: Vectors, own: int, besides: int = -1) -> Numbers:
        """Projected cosines with tune questions that no document answers: the nearest, and the mean of the nearest
        three. `besides` is the place of a tune question that is asked itself: it does not count, and neither do
        its paraphrases, since whoever asks next will not find theirs there."""
        places, projected = self._unanswered
        if not len(places):
            return np.zeros(2)
        query = self._contents.learned.toward(unit, own)[1]
        cosines = (projected @ query).astype(np.float64)
        if besides in places:
            cosines[(places == besides) | (cosines > PARAPHRASE)] = -1.0
        best = np.sort(cosines)[::-1][:NEAR]
        return np.array([best[0], best.mean()])

    @cached_property
    def _unanswered(self) -> tuple[Integers, Vectors]:
        """Places of the tune questions that no document answers, and their projected vectors."""
        contents = self._contents
        places = np.flatnonzero(~contents.tune_answerable)
        sides = 2 * contents.tune_spoken[places] + np.int8(1)
        return places, contents.learned.project(contents.tune_vectors[places], sides)
