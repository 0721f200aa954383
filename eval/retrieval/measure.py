"""Every question against an index of all languages, and across: against one of the other language alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Protocol

import faiss
import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from eval.retrieval.engine import DEPTH, Answer, Engine, open_engine
from eval.retrieval.gold import Names
from eval.retrieval.questions import Question
from eval.retrieval.vector_cache import CachedEmbeddings
from retrieval.calibration import TuneQuestion
from retrieval.documents import Document, Language
from retrieval.passages import Passage, split_documents

LANGUAGES: tuple[Language, Language] = ("zh", "en")
Step = Callable[[int, int], None]


class Progress(Protocol):
    """`with progress("Embedding") as step: step(done, total)`."""

    def __call__(self, name: str) -> AbstractContextManager[Step]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """`places`: the 1-based place of the first right passage by mode, 0 where it is not among ten.

    `right` has the ids of the right passages; `native`: one of them is in the question's language.
    """

    question: Question
    right: frozenset[str]
    native: bool
    answer: Answer
    places: dict[str, int]


@dataclass(frozen=True)
class Run:
    """What an index was asked. `documents` is the language of its documents, "" for all of them."""

    documents: str
    engine: Engine
    outcomes: tuple[Outcome, ...]

    @property
    def answerable(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.right]

    @property
    def unanswerable(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.question.gold]


@dataclass(frozen=True)
class Measurement:
    """The index of all documents; one a language, asked in the other; ms a question to embed.

    `tuned` questions were calibrated on; `left_out` were not, because they are asked too.
    """

    whole: Run
    across: dict[str, Run]
    embed_ms: tuple[float, ...]
    tuned: int
    left_out: int


@dataclass(frozen=True)
class Bench:
    """What is measured: a folder's documents with the questions to ask and those to calibrate on."""

    documents: Sequence[Document]
    folder: Path
    questions: Sequence[Question]
    tune: Sequence[Question] = ()

    @cached_property
    def passages(self) -> list[Passage]:
        return split_documents(self.documents)

    @cached_property
    def names(self) -> Names:
        return Names(self.documents, self.passages, self.folder)

    def only(self, language: Language) -> Bench:
        """The documents in `language`, and the questions in another one."""
        documents = [document for document in self.documents if document.language == language]
        asked = [question for question in self.questions if question.language != language]
        return Bench(documents, self.folder, asked, self.tune)


@dataclass(frozen=True)
class Workshop:
    """What measuring needs besides: a model, a folder for indices, the time at which is asked."""

    embeddings: CachedEmbeddings
    cache: Path
    now: datetime
    progress: Progress

    def run(self, bench: Bench, documents: str = "") -> Run:
        """Index and ask. Raises the errors of `retrieval` when the index cannot be built."""
        tune_vectors = self.embed(bench.tune)
        with self.progress(f"Index {documents}".strip()) as step:
            tune = _topics(bench.tune, bench.names)
            engine = open_engine(bench.documents, self.embeddings, self.cache, self.now, tune, step)
        right = [bench.names.passages(question.gold) for question in bench.tune]
        engine = engine.fit(bench.tune, tune_vectors, right)
        vectors = self.embed(bench.questions)
        with self.progress(f"Asking {documents}".strip()) as step:
            return Run(documents, engine, ask_all(engine, bench.names, bench.questions, vectors, step))

    def embed(self, questions: Sequence[Question]) -> NDArray[np.float32]:
        with self.progress("Embedding questions") as step:
            return self.embeddings.vectors("query", [question.text for question in questions], step)


def measure(bench: Bench, workshop: Workshop, across: bool = True, timed: int = 0) -> Measurement:
    """Measure `bench` on one thread; the embedding of the first `timed` questions is timed.

    Tune questions that are asked too are not calibrated on.
    """
    asked = {question.text for question in bench.questions}
    tune = [question for question in bench.tune if question.text not in asked]
    fair = Bench(bench.documents, bench.folder, bench.questions, tune)
    whole = workshop.run(fair)
    parts = {language: fair.only(language) for language in LANGUAGES if across}
    runs: dict[str, Run] = {
        name: workshop.run(part, name) for name, part in parts.items() if part.documents and part.questions
    }
    times = time_embedding(workshop.embeddings.inner, [q.text for q in bench.questions[:timed]])
    return Measurement(whole, runs, times, len(tune), len(bench.tune) - len(tune))


def time_embedding(embeddings: Embeddings, texts: Sequence[str]) -> tuple[float, ...]:
    """Milliseconds a text, one by one; `embeddings` must not remember."""
    times = []
    for text in [*texts[:1], *texts]:
        started = perf_counter()
        embeddings.embed_query(text)
        times.append(1000 * (perf_counter() - started))
    # The first loads the model.
    return tuple(times[1:])


def ask_all(
    engine: Engine,
    names: Names,
    questions: Sequence[Question],
    vectors: NDArray[np.float32],
    step: Step = lambda done, total: None,
) -> tuple[Outcome, ...]:
    """One outcome a question, in order; `vectors` has its row."""
    outcomes: list[Outcome] = []
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        with threadpool_limits(1):
            for question, vector in zip(questions, vectors, strict=True):
                answer, right = engine.ask(question, vector.tolist()), names.passages(question.gold)
                places = {mode: _place(ids, right) for mode, ids in answer.ranked.items()}
                native = names.any_in(right, question.language)
                outcomes.append(Outcome(question, right, native, answer, places))
                step(len(outcomes), len(questions))
    finally:
        faiss.omp_set_num_threads(threads)
    return tuple(outcomes)


def _place(ids: Sequence[str], right: frozenset[str]) -> int:
    return next((place for place, id in enumerate(ids[:DEPTH], start=1) if id in right), 0)


def _topics(questions: Sequence[Question], names: Names) -> list[TuneQuestion]:
    return [
        TuneQuestion(
            question=question.text,
            lang=question.language,
            # An entry that names nothing here stays: the question is not one without an answer.
            gold=tuple(sorted(topic for entry in question.gold for topic in names.topics(entry) or {entry})),
        )
        for question in questions
    ]
