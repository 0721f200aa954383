"""A section as its authors wrote it, and how near its listed questions are to a customer's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.answers import Answer
from retrieval.corpus import Corpus
from retrieval.dense import Dense
from retrieval.embeddings import Vectors
from retrieval.passages import Passage


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question that authors listed, and its cosine (-1..1) with a customer's."""

    text: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Listing:
    """A section as its authors wrote it: all its pieces in reading order, and its questions, the nearest first."""

    pieces: tuple[Passage, ...]
    questions: tuple[ListedQuestion, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(answer for piece in self.pieces for answer in piece.answers)


def listing_of(passage: Passage, corpus: Corpus, dense: Dense, unit: Vectors) -> Listing:
    """The section of a passage. `unit` is a customer's question, `(dimensions,)`, of unit length.

    Only questions of the passage's own language and revision are measured.
    """
    pieces: list[Passage] = []
    questions: list[ListedQuestion] = []
    for number in corpus.places(passage.topic, passage.language):
        piece = corpus[int(number)]
        if piece.revision != passage.revision or piece.document_id != passage.document_id:
            continue
        pieces.append(piece)
        rows = np.arange(corpus.row_bounds[number] + 1, corpus.row_bounds[number + 1])
        questions += map(ListedQuestion, piece.questions, dense.cosines(unit, rows).tolist())
    questions.sort(key=lambda each: -each.cosine)
    return Listing(tuple(pieces), tuple(questions))
