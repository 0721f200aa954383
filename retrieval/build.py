"""From documents to the contents of a snapshot, taking over what the last one has of unchanged documents."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from retrieval import calibration
from retrieval.arrays import bounds_of, gather
from retrieval.basis import REFIT_BELOW, basis_of
from retrieval.calibration import DEFAULT, Calibration, Example, TuneQuestion
from retrieval.contents import Contents, centres_of
from retrieval.corpus import KEY_BYTES, LANGUAGES, Corpus, Item, fingerprints, items_of
from retrieval.dense import EXACT_ROWS, FaissDense
from retrieval.documents import Document
from retrieval.embeddings import Vectors, fingerprint_of
from retrieval.errors import NothingToIndex
from retrieval.keywords import Keywords
from retrieval.learned import learn, sides_of
from retrieval.passages import Passage, split_each
from retrieval.search import Index
from retrieval.vectors import Known, Progress, embed_items
from retrieval.words import Words

FIT_FIGURES = 2_000_000
"""Of so many topics, counted once a question, a fit sees all; beyond, candidates and background, weighted."""


def assemble(
    documents: Sequence[Document],
    embeddings: Embeddings,
    questions: Sequence[TuneQuestion],
    old: Contents | None,
    day: date,
    progress: Progress | None = None,
) -> Contents:
    """Everything a snapshot holds. `old` was made with the same embedding; `day` is what tune questions
    are asked on. Raises `NothingToIndex` and `EmbeddingFailed`.

    With or without `old` the outcome is the same, except for the calibration of a large index and what
    was learned from most of the same texts.
    """
    prints = fingerprints(documents)
    kept = {} if old is None else _ranges(old.corpus)
    fresh = [number for number, digest in enumerate(prints) if digest not in kept]
    split = split_each([documents[number] for number in fresh])
    passages = [passage for each in split for passage in each]
    spans = _places(prints, kept, [prints[number] for number in fresh], [len(each) for each in split], old)
    order = np.concatenate([np.arange(*span) for span in spans]) if spans else np.zeros(0, dtype=np.int64)
    if not len(order):
        raise NothingToIndex("the documents hold no passage: nothing to index")
    entries = [(digest, stop - start) for digest, (start, stop) in zip(prints, spans, strict=True)]
    corpus, words = Corpus.of(passages, ()), Words.of(passages)
    if old is not None:
        corpus, words = old.corpus.followed_by(corpus), old.words.followed_by(words)
    tune_items = [Item(True, question.question) for question in questions]
    vectors, tune_vectors = _embed(passages, tune_items, old, embeddings, progress)
    vectors = np.ascontiguousarray(gather(vectors, corpus.row_bounds, order)[0])
    corpus, words = corpus.take(order, entries), words.take(order)
    basis = basis_of(fingerprint_of(embeddings), questions, corpus.keys)
    tune_vectors = tune_vectors.reshape(len(tune_items), vectors.shape[1])
    spoken = np.array([LANGUAGES.index(question.lang) for question in questions], dtype=np.int8)
    plain = basis_of(fingerprint_of(embeddings), (), corpus.keys)
    # What was learned is kept while nearly all texts are the same: learning takes seconds, and changes every score.
    if old is not None and old.learned.trained and old.learned.basis.still_fits(plain):
        learned = old.learned
    else:
        learned = learn(corpus, vectors, plain, (tune_vectors, spoken))
    contents = Contents(
        corpus=corpus,
        words=words,
        keywords=Keywords.of(words),
        dense=FaissDense.of(vectors),
        centres=centres_of(corpus, vectors),
        learned=learned,
        lengths=learned.lengths(vectors, sides_of(corpus)),
        calibration=DEFAULT,
        basis=basis,
        tune_keys=_keys(tune_items),
        tune_vectors=tune_vectors,
        tune_spoken=spoken,
        tune_answerable=np.array([bool(question.gold) for question in questions], dtype=bool),
    )
    return _calibrated(contents, questions, old, day)


def _ranges(corpus: Corpus) -> dict[str, tuple[int, int]]:
    """The passages of each document, by its fingerprint."""
    bounds = bounds_of([count for _, count in corpus.documents]).tolist()
    return {
        digest: (bounds[number], bounds[number + 1]) for number, (digest, _) in enumerate(corpus.documents)
    }


def _places(
    prints: Sequence[str],
    kept: Mapping[str, tuple[int, int]],
    fresh: Sequence[str],
    counts: Sequence[int],
    old: Contents | None,
) -> list[tuple[int, int]]:
    """Where each document's passages are in the old passages followed by the fresh ones."""
    bounds = (bounds_of(counts) + (0 if old is None else len(old.corpus))).tolist()
    new = {digest: (bounds[number], bounds[number + 1]) for number, digest in enumerate(fresh)}
    return [kept[digest] if digest in kept else new[digest] for digest in prints]


def _embed(
    passages: Sequence[Passage],
    tune_items: Sequence[Item],
    old: Contents | None,
    embeddings: Embeddings,
    progress: Progress | None,
) -> tuple[Vectors, Vectors]:
    """Vectors of the old rows followed by those of `passages`; and those of the tune questions."""
    items = [item for passage in passages for item in items_of(passage)]
    known: Mapping[bytes, Vectors] = {}
    if old is not None:
        known = ChainMap(
            Known(_split_keys(old.corpus.keys), old.dense.vectors),  # type: ignore[arg-type]
            Known(_split_keys(old.tune_keys), old.tune_vectors),  # type: ignore[arg-type]
        )
    fresh = embed_items([*items, *tune_items], embeddings, known, progress)
    if old is None:
        return fresh[: len(items)], fresh[len(items) :]
    if not len(fresh):
        return old.dense.vectors, fresh
    return np.concatenate([old.dense.vectors, fresh[: len(items)]]), fresh[len(items) :]


def _keys(items: Sequence[Item]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(item.key for item in items), dtype=np.uint8).reshape(-1, KEY_BYTES)


def _split_keys(keys: NDArray[np.uint8]) -> list[bytes]:
    data = keys.tobytes()
    return [data[start : start + KEY_BYTES] for start in range(0, len(data), KEY_BYTES)]


def _calibrated(
    contents: Contents, questions: Sequence[TuneQuestion], old: Contents | None, day: date
) -> Contents:
    """Fitted anew, unless the index is large and what the last calibration was fitted on is nearly all there.

    What is taken over keeps its own basis, so many small changes add up and lead to a new fit.
    """
    large = len(contents.corpus) > REFIT_BELOW
    if large and old is not None and old.basis.still_fits(contents.basis):
        return replace(contents, calibration=old.calibration, basis=old.basis)
    few = len(contents.corpus.topics) * len(questions) <= FIT_FIGURES
    index = Index(contents, exact_rows=EXACT_ROWS if few else 0)
    # A product of a matrix with one vector gains nothing from a second thread, and loses much where others work.
    with threadpool_limits(1):
        return replace(contents, calibration=_fit(index, questions, contents.tune_vectors, day))


def _fit(index: Index, questions: Sequence[TuneQuestion], vectors: Vectors, day: date) -> Calibration:
    places = {question.question: number for number, question in enumerate(questions)}

    def measure(question: TuneQuestion) -> Example:
        place = places[question.question]
        vector = vectors[place].tolist()
        found = index.consider(question.question, question.lang, day, vector)
        # A question is no evidence about itself.
        unanswered = index.meaning.unanswered(vectors[place], LANGUAGES.index(question.lang), besides=place)
        right = np.array([calibration.is_right(topic, question.gold) for topic in found.topics], dtype=bool)
        return Example(found.features, found.text, found.question, right, found.weight, unanswered)

    return calibration.fit(questions, measure)
