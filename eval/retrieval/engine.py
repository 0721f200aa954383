"""The one place that knows the search itself: build an index, ask it, see every ranking it could give."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.retrieval.fusion import Fitted, fit
from eval.retrieval.questions import Question
from eval.retrieval.vector_cache import CachedEmbeddings
from retrieval.calibration import FEATURES, TuneQuestion
from retrieval.documents import Document
from retrieval.errors import RetrievalError
from retrieval.search import Measured
from retrieval.snapshot import Snapshot, build_snapshot, open_current

Numbers = NDArray[np.float64]
CUTS = (1, 3, 5, 10)
DEPTH = max(CUTS)
RRF_CONSTANT = 60.0
KEYWORD_HALF = 8.0
KEPT_INDICES = 12

MODES = {
    "dense_texts": "dense, texts only",
    "dense": "dense",
    "bm25": "BM25",
    "rrf": "reciprocal rank fusion",
    "fused_texts": "fused, texts only",
    "fused_plain": "fused, + listed questions",
    "fused_all": "fused, + centring, coverage",
    "fused": "fused, as customers get it",
}
"""`dense` is the best cosine with a text or a listed question of a topic; `fused_texts` and `fused_plain` are
weighted sums of that and BM25, fitted on the tune questions; `fused_all` is the product's score, and `fused`
its search, which shows no near duplicates."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The ids of the first ten passages by mode; the best score, 0..1; how long the search took."""

    ranked: dict[str, tuple[str, ...]]
    score: float
    search_ms: float


@dataclass(frozen=True)
class Engine:
    """A snapshot and what is compared with it. `fitted` has the modes that were fitted on tune questions."""

    snapshot: Snapshot
    now: datetime
    fitted: dict[str, Fitted] = field(default_factory=dict)

    @property
    def modes(self) -> tuple[str, ...]:
        return tuple(
            mode for mode in MODES if mode not in ("fused_texts", "fused_plain") or mode in self.fitted
        )

    def ask(self, question: Question, vector: Sequence[float]) -> Answer:
        """`vector` is the question's, so that its embedding is no part of `search_ms`."""
        started = time.perf_counter()
        hits = self.snapshot.search(question.text, question.language, DEPTH, self.now, vector)
        spent = time.perf_counter() - started
        found = self._measured(question, vector)
        ranked = {mode: tuple(self._best(found, scores)) for mode, scores in self._rankings(found)}
        ranked["fused"] = tuple(hit.passage.id for hit in hits)
        return Answer(ranked, hits[0].score if hits else 0.0, 1000 * spent)

    def fit(
        self, questions: Sequence[Question], vectors: NDArray[np.float32], right: Sequence[frozenset[str]]
    ) -> Engine:
        """The same engine with its comparisons fitted on `questions`; `right` has ids of passages."""
        kept: list[tuple[Measured, NDArray[np.bool_]]] = []
        for question, vector, ids in zip(questions, vectors, right, strict=True):
            if ids:
                found = self._measured(question, vector.tolist())
                shown = [self.snapshot.passages[number].id in ids for number in found.passages]
                kept.append((found, np.array(shown, dtype=bool)))
        fitted = {
            mode: fit([(columns(found), shown) for found, shown in kept if shown.any()])
            for mode, columns in _COLUMNS.items()
        }
        known = {mode: weights for mode, weights in fitted.items() if weights is not None}
        return Engine(self.snapshot, self.now, known)

    def _measured(self, question: Question, vector: Sequence[float]) -> Measured:
        return self.snapshot.index.measure(question.text, question.language, self.now.date(), vector)

    def _rankings(self, found: Measured) -> Iterator[tuple[str, Numbers]]:
        if not found.topics:
            return
        best = np.maximum(found.text, found.question)
        keyword = np.where(found.keyword > 0, found.keyword, -np.inf)
        yield "dense_texts", found.text
        yield "dense", best
        yield "bm25", keyword
        yield "rrf", _rrf(best, keyword)
        for mode, fitted in self.fitted.items():
            yield mode, fitted.scores(_COLUMNS[mode](found))
        calibration = self.snapshot.index.calibration
        yield "fused_all", calibration.scores(found)

    def _best(self, found: Measured, scores: Numbers) -> Iterator[str]:
        for place in np.argsort(-scores, kind="stable")[:DEPTH]:
            # Without a common word there is no place in BM25's order.
            if np.isfinite(scores[place]):
                yield self.snapshot.passages[found.passages[place]].id


def _rrf(*rankings: Numbers) -> Numbers:
    total = np.zeros(len(rankings[0]))
    for scores in rankings:
        ranks = np.argsort(np.argsort(-scores, kind="stable")) + 1
        total += np.where(np.isfinite(scores), 1.0 / (RRF_CONSTANT + ranks), 0.0)
    return total


def _squashed(keyword: Numbers) -> Numbers:
    squashed: Numbers = keyword / (keyword + KEYWORD_HALF)
    return squashed


def _texts(found: Measured) -> Numbers:
    return np.column_stack([found.text, _squashed(found.keyword)])


def _plain(found: Measured) -> Numbers:
    return np.column_stack([found.text, found.question, _squashed(found.keyword)])


_COLUMNS: dict[str, Callable[[Measured], Numbers]] = {"fused_texts": _texts, "fused_plain": _plain}


def open_engine(
    documents: Sequence[Document],
    embeddings: CachedEmbeddings,
    cache: Path,
    now: datetime,
    tune: Sequence[TuneQuestion] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Engine:
    """The index of `documents`, calibrated on `tune`; taken from `cache` where the same was built before.

    `tune` names topics. Raises the errors of `retrieval` when it cannot be built.
    """
    folder = cache / "indices" / _key(documents, embeddings.fingerprint, tune)
    try:
        snapshot = open_current(folder, embeddings)
    except RetrievalError:
        shutil.rmtree(folder, ignore_errors=True)
        snapshot = build_snapshot(documents, embeddings, folder, tune, progress)
        _forget_old(folder.parent)
    return Engine(snapshot, now)


def _key(documents: Sequence[Document], fingerprint: str, tune: Sequence[TuneQuestion]) -> str:
    """Changes with the documents, the model, the questions and what the search looks at."""
    contents = [[d.key, d.title, d.revision, str(d.effective_from), str(d.effective_to)] for d in documents]
    parts = [contents, fingerprint, FEATURES, [question.model_dump(mode="json") for question in tune]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _forget_old(folder: Path) -> None:
    old = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_INDICES:]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
