"""Searching a loaded index: every topic measured both ways, fused, and judged for whether it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import bm25s
import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration, Numbers
from retrieval.documents import Language
from retrieval.embeddings import Vectors, unit_vectors
from retrieval.errors import EmbeddingMismatch
from retrieval.passages import Passage, plain
from retrieval.readers import CUSTOMER, Reader
from retrieval.tokenizer import tokenize

NEAR_DUPLICATE = 0.9
KEYWORD_HALF = 8.0
"""The BM25 score that counts as half of full agreement."""
ABSENT = -1.0


class Row(NamedTuple):
    """What a vector stands for: the text of a passage or a question that it answers."""

    passage: int
    is_question: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how likely (0..1) it answers the question.

    The first hit's `score` is the calibrated probability that the documents answer the question at all;
    a later one's is the first's, times its own odds of being the right passage against the first.
    `dense` and `question` are the topic's best cosines (-1..1) with its texts and with its listed
    questions, `keyword` its BM25 score (0 or more). Ranks count topics from 1; no keyword: None.
    """

    passage: Passage
    score: float
    dense: float
    question: float
    keyword: float
    dense_rank: int
    keyword_rank: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """All topics in force for one question. Arrays have one entry a topic; `features` is `(n, 4)`."""

    topics: tuple[str, ...]
    passages: tuple[int, ...]
    text: Numbers
    question: Numbers
    keyword: Numbers
    features: Numbers

    @property
    def dense(self) -> Numbers:
        return self.text + self.question


class Index:
    """Immutable once made; searches from many threads may run at the same time."""

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Sequence[Row],
        vectors: faiss.Index,
        keywords: bm25s.BM25,
        calibration: Calibration,
    ) -> None:
        self.passages = tuple(passages)
        self.calibration = calibration
        self._vectors = vectors
        self.keywords = keywords
        owner = np.array([row.passage for row in rows], dtype=np.int64)
        asked = np.array([row.is_question for row in rows], dtype=bool)
        self._text_rows = np.flatnonzero(~asked)
        self._question_rows, self._question_owner = np.flatnonzero(asked), owner[asked]
        self._row_language = np.array([self.passages[row.passage].language for row in rows])
        self._topics = tuple(dict.fromkeys(passage.topic for passage in self.passages))
        numbers = {topic: number for number, topic in enumerate(self._topics)}
        self._topic_of = np.array([numbers[passage.topic] for passage in self.passages], dtype=np.int64)
        self._row_topic = self._topic_of[owner]
        self._words = [frozenset(tokenize(plain(passage.text))) for passage in self.passages]
        self._holders = _holders(self.passages)
        self._allowed = lru_cache(maxsize=16)(self._find_allowed)

    @property
    def answerable_threshold(self) -> float:
        """A best score below it says that no document answers the question."""
        return self.calibration.threshold

    def calibrated(self, calibration: Calibration) -> Index:
        """The same index under another calibration."""
        other = copy(self)
        other.calibration = calibration
        return other

    def search(
        self,
        query: str,
        language: Language,
        k: int,
        day: date,
        vector: Sequence[float],
        reader: Reader = CUSTOMER,
    ) -> list[Hit]:
        """At most `k` hits, the most probable first, one a topic, in `language` where a version exists."""
        if k < 1:
            raise ValueError("k must be at least 1")
        found = self.measure(query, language, day, vector, reader)
        if not found.topics:
            return []
        scores = self.calibration.scores(found.features, found.text, found.question)
        order = np.argsort(-scores, kind="stable")
        dense_rank, keyword_rank = _ranks(found.dense), _ranks(found.keyword)
        hits = (
            Hit(
                passage=self.passages[found.passages[i]],
                score=float(scores[i]),
                dense=float(found.text[i]),
                question=float(found.question[i]),
                keyword=float(found.keyword[i]),
                dense_rank=dense_rank[i],
                keyword_rank=keyword_rank[i] if found.keyword[i] > 0 else None,
            )
            for i in self._distinct(order, found, k)
        )
        return list(islice(hits, k))

    def measure(
        self,
        query: str,
        language: Language,
        day: date,
        vector: Sequence[float],
        reader: Reader = CUSTOMER,
    ) -> Measured:
        """Exact figures of every topic that has a passage in force on `day` for `reader`."""
        if len(vector) != self._vectors.d:
            raise EmbeddingMismatch(f"query vector has {len(vector)} dimensions, the index {self._vectors.d}")
        cosines = self._cosines(unit_vectors([vector], 1))
        allowed = self._allowed(day, reader)
        words = self._keyword_figures(tokenize(query))
        figures = (
            *self._dense_figures(cosines),
            *self._dense_figures(self._centred(cosines, language)),
            *words,
        )
        columns = [self._by_topic(figure, allowed) for figure in figures]
        present = np.flatnonzero(columns[0] > ABSENT)
        text, question, lead, question_lead, keyword, coverage = (column[present] for column in columns)
        # A topic without listed questions is judged by its text alone.
        question, question_lead = (
            np.where(asked > ABSENT, asked, own) for asked, own in ((question, text), (question_lead, lead))
        )
        squashed = keyword / (keyword + KEYWORD_HALF)
        features = np.column_stack([lead, question_lead, squashed, coverage])
        chosen = self._spokesmen(cosines[self._text_rows], allowed, language)
        topics = tuple(self._topics[topic] for topic in present)
        passages = tuple(chosen[int(topic)] for topic in present)
        return Measured(topics, passages, text, question, keyword, features)

    def _centred(self, cosines: Numbers, language: Language) -> Numbers:
        """Cosines less the query's mean cosine with texts of its language.

        A query is nearer to everything in its own language. A topic that exists only in the other one
        is measured against that language's mean, else it could hardly ever win.
        """
        ours = self._row_language == language
        means = [cosines[side].mean() if side.any() else cosines.mean() for side in (ours, ~ours)]
        foreign = ~np.isin(self._row_topic, self._row_topic[ours])
        centred: Numbers = cosines - np.where(foreign, means[1], means[0])
        return centred

    def _dense_figures(self, cosines: Numbers) -> tuple[Numbers, Numbers]:
        """For every passage the cosine with its text and the best with its questions (or `ABSENT`)."""
        asked = np.full(len(self.passages), ABSENT)
        np.maximum.at(asked, self._question_owner, cosines[self._question_rows])
        return cosines[self._text_rows], asked

    def _cosines(self, unit: Vectors) -> Numbers:
        """One cosine a row, in row order."""
        found, rows = self._vectors.search(unit, self._vectors.ntotal)
        cosines = np.empty(self._vectors.ntotal)
        cosines[rows[0]] = found[0]
        return cosines

    def _keyword_figures(self, words: list[str]) -> tuple[Numbers, Numbers]:
        """BM25 of every passage, and the share of the question's words, by rarity, that it holds."""
        coverage = np.zeros(len(self.passages))
        known = [word for word in words if word in self._holders]
        if not known:
            return np.zeros(len(self.passages)), coverage
        total = 0.0
        for word in set(words):
            holders = self._holders.get(word)
            rarity = np.log((len(self.passages) + 1) / (1 if holders is None else len(holders)))
            total += rarity
            if holders is not None:
                coverage[holders] += rarity
        return np.asarray(self.keywords.get_scores(known), dtype=np.float64), coverage / total

    def _by_topic(self, figure: Numbers, allowed: NDArray[np.bool_]) -> Numbers:
        best = np.full(len(self._topics), ABSENT)
        np.maximum.at(best, self._topic_of[allowed], figure[allowed])
        return best

    def _spokesmen(self, own: Numbers, allowed: NDArray[np.bool_], language: Language) -> dict[int, int]:
        """The piece to show of each topic: in the customer's language if there is one, then the nearest."""
        best: dict[int, int] = {}
        ours = [passage.language == language for passage in self.passages]
        for number in np.flatnonzero(allowed):
            topic = int(self._topic_of[number])
            held = best.get(topic)
            if held is None or (ours[number], own[number]) > (ours[held], own[held]):
                best[topic] = int(number)
        return best

    def _find_allowed(self, day: date, reader: Reader) -> NDArray[np.bool_]:
        return np.array([p.effective_on(day) and p.scope.admits(reader) for p in self.passages], dtype=bool)

    def _distinct(self, order: NDArray[Any], found: Measured, k: int) -> list[int]:
        """The first `k` of the order whose shown text does not repeat an earlier one almost word for word."""
        kept: list[int] = []
        for i in order:
            words = self._words[found.passages[i]]
            if all(_overlap(words, self._words[found.passages[j]]) < NEAR_DUPLICATE for j in kept):
                kept.append(int(i))
            if len(kept) == k:
                break
        return kept


def searchable_text(passage: Passage) -> str:
    """What keyword search sees of a passage."""
    return "\n".join((passage.context, plain(passage.text), *passage.questions))


def _holders(passages: Sequence[Passage]) -> dict[str, NDArray[np.int64]]:
    """Which passages hold a word."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, passage in enumerate(passages):
        for word in set(tokenize(searchable_text(passage))):
            holders[word].append(number)
    return {word: np.array(numbers, dtype=np.int64) for word, numbers in holders.items()}


def _ranks(scores: Numbers) -> list[int]:
    ranks = np.empty(len(scores), dtype=int)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return [int(rank) for rank in ranks]


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / max(1, len(left | right))
