"""What documents teach: ways of asking for one thing come together, and nothing is forgotten that was known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.basis import basis_of
from retrieval.calibration import TuneQuestion
from retrieval.corpus import Corpus
from retrieval.documents import Document, load_documents
from retrieval.embeddings import Vectors
from retrieval.learned import LEAST_TOPICS, Learned, learn, sides_of
from retrieval.passages import Passage
from retrieval.snapshot import Snapshot, build_snapshot
from tests.retrieval.fakes import NOW, HashEmbeddings

DIMENSIONS = 32
NONE = (np.zeros((0, DIMENSIONS), dtype=np.float32), np.zeros(0, dtype=np.int8))


def corpus_of(topics: int) -> Corpus:
    """Each topic in both languages, each with two questions."""
    passages = [
        Passage(
            f"d.{language}#t{number}", f"d#t{number}", "d", "D", "", language, "r", f"text {number}",
            (f"first {number}", f"second {number}"),
        )
        for language in ("zh", "en")
        for number in range(topics)
    ]  # fmt: skip
    return Corpus.of(passages, ())  # type: ignore[arg-type]


def vectors_of(topics: int, noise: float = 1.0) -> Vectors:
    """In a few directions lies the topic, in the others, and more of it, chance and language."""
    lot = np.random.default_rng(1)
    meaning = lot.normal(size=(topics, 8))
    rows = []
    for language in range(2):
        for number in range(topics):
            for _ in range(3):
                rest = noise * lot.normal(size=DIMENSIONS - 8) + 3 * language
                rows.append(np.concatenate([meaning[number], rest]))
    unit = np.array(rows, dtype=np.float32)
    normal: Vectors = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    return normal


def learned_from(topics: int) -> tuple[Learned, Vectors, Corpus]:
    corpus, vectors = corpus_of(topics), vectors_of(topics)
    return learn(corpus, vectors, basis_of("model", (), corpus.keys), NONE), vectors, corpus


def across(learned: Learned, vectors: Vectors, corpus: Corpus) -> float:
    """How often the nearest text of the other language is of the same topic."""
    sides = sides_of(corpus)
    projected = learned.project(vectors, sides)
    topics = np.repeat(corpus.topic, np.diff(corpus.row_bounds))
    asked, texts = np.flatnonzero(sides == 1), np.flatnonzero(sides == 2)
    nearest = texts[(projected[asked] @ projected[texts].T).argmax(axis=1)]
    return float((topics[nearest] == topics[asked]).mean())


def test_it_learns_what_topics_have_in_common() -> None:
    learned, vectors, corpus = learned_from(80)
    assert learned.trained
    untaught = Learned(np.eye(DIMENSIONS, dtype=np.float32), learned.centres, learned.basis, False)
    assert across(learned, vectors, corpus) > across(untaught, vectors, corpus) + 0.1


def test_few_topics_teach_nothing() -> None:
    learned, _, _ = learned_from(LEAST_TOPICS - 1)
    assert not learned.trained
    np.testing.assert_array_equal(learned.matrix, np.eye(DIMENSIONS))


def test_the_same_rows_give_the_same_projection() -> None:
    np.testing.assert_array_equal(learned_from(60)[0].matrix, learned_from(60)[0].matrix)


def test_it_comes_back_from_the_disk(tmp_path: Path) -> None:
    learned, _, _ = learned_from(60)
    learned.save(tmp_path)
    again = Learned.load(tmp_path)
    np.testing.assert_array_equal(again.matrix, learned.matrix)
    np.testing.assert_array_equal(again.centres, learned.centres)
    assert (again.basis, again.trained) == (learned.basis, True)


@pytest.fixture
def documents(policies: Path) -> list[Document]:
    return load_documents(policies)[0]


def asked(snapshot: Snapshot, text: str) -> list[float]:
    vector = snapshot.embeddings.embed_query(text)
    found = snapshot.index.measure(text, "en", NOW.date(), vector)
    return [float(value) for value in found.unanswered]


def test_a_question_known_to_have_no_answer_is_recognised(
    documents: list[Document], tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    known = TuneQuestion(question="do you repair violins", lang="en", gold=())
    snapshot = build_snapshot(documents, embeddings, tmp_path / "index", [known])
    assert asked(snapshot, "do you repair violins")[0] == pytest.approx(1.0, abs=1e-3)
    assert asked(snapshot, "电子发票怎么开")[0] < 0.9
    plain = build_snapshot(documents, embeddings, tmp_path / "plain")
    assert asked(plain, "do you repair violins") == [0.0, 0.0]
