"""Searching a loaded index: topics measured both ways, fused, and judged for whether they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np

from retrieval.arrays import Integers, Mask, Numbers
from retrieval.calibration import FEATURES, Calibration
from retrieval.contents import Contents
from retrieval.corpus import LANGUAGES, Corpus
from retrieval.dense import EXACT_ROWS, Dense
from retrieval.documents import Language
from retrieval.embeddings import Vectors, unit_vectors
from retrieval.errors import EmbeddingMismatch
from retrieval.glossary import shop_glossary
from retrieval.listing import Listing, listing_of
from retrieval.meaning import Meaning
from retrieval.passages import Passage
from retrieval.ranking import best_first, overlap, rank
from retrieval.readers import CUSTOMER, Reader
from retrieval.tokenizer import tokenize
from retrieval.topics import ABSENT, Slice, Topics

NEAR_DUPLICATE = 0.9
KEYWORD_HALF = 8.0
"""The BM25 score that counts as half of full agreement."""
CANDIDATES = 400
"""In a large index, how many rows of each language, and how many passages by BM25, are looked at."""
BACKGROUND = 300
"""How many topics, always the same, stand for those that are not looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how likely (0..1) it answers the question.

    The first hit's `score` is the calibrated probability that the documents answer the question at all;
    a later one's is the first's, times its own odds of being the right passage against the first.
    `dense` and `question` are the topic's best cosines (-1..1) with its texts and with its listed
    questions, `keyword` its BM25 score (0 or more). Ranks count the topics that were measured, from 1;
    no keyword: None.
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
    """Topics in force for one question. Arrays have one entry a topic; `features` is `(n, len(FEATURES))`.

    `numbers` are places in `names`, `passages` numbers of the passages to show. `weight` is how many topics
    each stands for; None where all were measured. `unanswered` is as in `EVIDENCE`.
    """

    numbers: Integers
    names: tuple[str, ...]
    passages: Integers
    text: Numbers
    question: Numbers
    keyword: Numbers
    features: Numbers
    weight: Numbers | None = None
    unanswered: Numbers = field(default_factory=lambda: np.zeros(2))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self.names[number] for number in self.numbers)

    @property
    def dense(self) -> Numbers:
        return self.text + self.question


class _View:
    """What readers alike may see on a day; kept, since most searches share it."""

    def __init__(self, allowed: Mask, index: Index) -> None:
        self.allowed = allowed
        self._index = index

    @cached_property
    def everything(self) -> Slice:
        return self._index.topics.all(self.allowed)

    @cached_property
    def count(self) -> int:
        return len(np.unique(self._index.passages.topic[self.allowed]))

    @cached_property
    def rows(self) -> tuple[Mask, Mask]:
        """Which rows are allowed, by language."""
        corpus = self._index.passages
        sizes = np.diff(corpus.row_bounds)
        zh, en = (
            np.repeat(self.allowed & (corpus.language == side), sizes) for side in range(len(LANGUAGES))
        )
        return zh, en


class Index:
    """Immutable once made; searches from many threads may run at the same time.

    `dense` may be another place that has the vectors of all rows, by default it is the contents' own.
    `exact_rows` is the number of rows up to which every topic is measured.
    """

    def __init__(self, contents: Contents, dense: Dense | None = None, exact_rows: int = EXACT_ROWS) -> None:
        self.contents = contents
        self.passages: Corpus = contents.corpus
        self.calibration = contents.calibration
        self.topics = Topics(self.passages)
        self.meaning = Meaning(contents)
        self.exact = int(self.passages.row_bounds[-1]) <= exact_rows and dense is None
        self._dense: Dense = dense or contents.dense
        self._view = lru_cache(maxsize=16)(self._make_view)
        self._admitting = lru_cache(maxsize=256)(self.passages.admitting)
        background = np.random.default_rng(0).permutation(self.topics.count)[:BACKGROUND]
        self._background: Integers = np.sort(background)

    @property
    def answerable_threshold(self) -> float:
        """A best score below it says that no document answers the question."""
        return self.calibration.threshold

    def calibrated(self, calibration: Calibration) -> Index:
        """The same index under another calibration."""
        other = copy(self)
        other.calibration = calibration
        other.contents = replace(self.contents, calibration=calibration)
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
        found = self.consider(query, language, day, vector, reader)
        if not len(found):
            return []
        scores = self.calibration.scores(found)
        dense = found.dense
        return [
            Hit(
                passage=self.passages[int(found.passages[i])],
                score=float(scores[i]),
                dense=float(found.text[i]),
                question=float(found.question[i]),
                keyword=float(found.keyword[i]),
                dense_rank=rank(dense, i),
                keyword_rank=rank(found.keyword, i) if found.keyword[i] > 0 else None,
            )
            for i in self._distinct(best_first(scores, 8 * k), found, k)
        ]

    def listing(self, passage: Passage, vector: Sequence[float]) -> Listing:
        """The section that a passage belongs to, with the cosine of each of its listed questions."""
        return listing_of(passage, self.passages, self._dense, self._unit(vector))

    def consider(
        self,
        query: str,
        language: Language,
        day: date,
        vector: Sequence[float],
        reader: Reader = CUSTOMER,
    ) -> Measured:
        """What a search looks at: all topics, or in a large index the candidates and the background."""
        if self.exact:
            return self.measure(query, language, day, vector, reader)
        unit, view = self._unit(vector), self._view(day, self._admitting(reader))
        words = self._words(query)
        likely = self._candidates(unit, words[0] + words[2], view)
        chosen = np.union1d(likely, self._background)
        part = self.topics.some(chosen, view.allowed)
        if not len(part.topics):
            return _nothing()
        is_likely = np.isin(part.topics, likely)
        others = max(1, int((~is_likely).sum()))
        weight = np.where(is_likely, 1.0, max(1.0, (view.count - is_likely.sum()) / others))
        return replace(self._measured(part, part.rows, unit, words, language), weight=weight)

    def measure(
        self,
        query: str,
        language: Language,
        day: date,
        vector: Sequence[float],
        reader: Reader = CUSTOMER,
    ) -> Measured:
        """Exact figures of every topic that has a passage in force on `day` for `reader`."""
        unit, view = self._unit(vector), self._view(day, self._admitting(reader))
        part = view.everything
        if not len(part.topics):
            return _nothing()
        words = self._words(query)
        return self._measured(part, None, unit, words, language)

    def _words(self, query: str) -> tuple[Numbers, Numbers, Numbers]:
        """BM25 of every passage, the share of the words that it holds, BM25 of the words in the other language."""
        keywords = self.contents.keywords
        return *keywords.figures(tokenize(query)), keywords.figures(shop_glossary().translate(query))[0]

    def _unit(self, vector: Sequence[float]) -> Vectors:
        if len(vector) != self._dense.dimensions:
            raise EmbeddingMismatch(
                f"query vector has {len(vector)} dimensions, the index {self._dense.dimensions}"
            )
        unit: Vectors = unit_vectors([vector], 1)[0]
        return unit

    def _make_view(self, day: date, scopes: frozenset[int]) -> _View:
        return _View(self.passages.allowed(day, scopes), self)

    def _candidates(self, unit: Vectors, keyword: Numbers, view: _View) -> Integers:
        """Topics near the query in either language, since a query is nearer to all of its own, or by words."""
        rows = np.concatenate([self._dense.nearest(unit, CANDIDATES, among) for among in view.rows])
        held = np.where(view.allowed, keyword, 0.0)
        best = (
            np.argpartition(-held, CANDIDATES)[:CANDIDATES]
            if len(held) > CANDIDATES
            else np.arange(len(held))
        )
        worded = self.passages.topic[best[held[best] > 0]]
        return np.union1d(self.topics.owners(rows), worded)

    def _measured(
        self,
        part: Slice,
        rows: Integers | None,
        unit: Vectors,
        words: tuple[Numbers, Numbers, Numbers],
        language: Language,
    ) -> Measured:
        """`rows` are those of `part`, or None: multiplying all is faster than picking nearly all."""
        cosines = self._dense.cosines(unit, rows)
        cosines = cosines if rows is not None else cosines[part.rows]
        text_of, asked_of = part.of_rows(cosines)
        text, question = part.best(text_of), part.best(asked_of)
        keyword, coverage, translated = (part.best(figure[part.passages]) for figure in words)
        # A topic without listed questions is judged by its text alone.
        question = np.where(question > ABSENT, question, text)
        own = LANGUAGES.index(language)
        mean = self._means(part.topics, unit, own)
        squashed, foreign = (each / (each + KEYWORD_HALF) for each in (keyword, translated))
        ours = self.passages.language[part.passages] == own
        return Measured(
            numbers=part.topics,
            names=self.passages.topics,
            passages=part.spokesmen(text_of, ours),
            text=text,
            question=question,
            keyword=keyword,
            features=np.column_stack(
                [
                    text - mean,
                    question - mean,
                    squashed,
                    coverage,
                    *self.meaning.features(part, rows, unit, own),
                    foreign,
                ]
            ),
            unanswered=self.meaning.unanswered(unit, own),
        )

    def _means(self, topics: Integers, unit: Vectors, own: int) -> Numbers:
        """The query's mean cosine with all texts of its language, for each topic.

        A query is nearer to everything in its own language. A topic that exists only in the other one
        is measured against that language's mean, else it could hardly ever win.
        """
        centres = self.contents.centres @ unit
        means: Numbers = np.where(self.topics.spoken[own][topics], centres[own], centres[1 - own])
        return means

    def _distinct(self, order: Iterable[int], found: Measured, k: int) -> list[int]:
        """The first `k` of the order whose shown text does not repeat an earlier one almost word for word."""
        kept: dict[int, frozenset[int]] = {}
        for i in order:
            words = self.contents.words.of_text(int(found.passages[i]))
            if all(overlap(words, other) < NEAR_DUPLICATE for other in kept.values()):
                kept[i] = words
            if len(kept) == k:
                break
        return list(kept)


def _nothing() -> Measured:
    none, nobody = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Measured(nobody, (), nobody, none, none, none, np.zeros((0, len(FEATURES))))
