"""A large index looks at candidates, and what it says is what looking at everything says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.retrieval_documents import questions_of
from benchmarks.retrieval_scale import Projections
from retrieval import dense, learned
from retrieval.dense import FaissDense
from retrieval.documents import Document
from retrieval.readers import Reader
from retrieval.search import Index
from retrieval.snapshot import Snapshot, build_snapshot, open_current
from tests.retrieval.fakes import NOW
from tests.retrieval.synthetic import documents

DAY = NOW.date()


@pytest.fixture(scope="module", autouse=True)
def little_learned() -> Iterator[None]:
    """What the documents teach is half a minute of training and has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learned, "STEPS", 5)
        yield


@pytest.fixture(scope="module")
def made() -> list[Document]:
    return documents(3000)


@pytest.fixture(scope="module")
def large(made: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Small, but with the bounds of a large one."""
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "EXACT_ROWS", 1000)
        build_snapshot(made, Projections(), folder)
    opened = open_current(folder, Projections())
    assert opened.index.contents.dense.coarse is not None
    contents = opened.index.contents
    return Snapshot(opened.id, opened.manifest, Index(contents, exact_rows=1000), opened.embeddings)


def test_the_first_hit_and_its_score_are_those_of_looking_at_everything(
    large: Snapshot, made: list[Document]
) -> None:
    everything = Index(large.index.contents, exact_rows=10**9)
    assert everything.exact and not large.index.exact
    same, scores = [], []
    for question, language, _ in questions_of(made, 60):
        vector = large.embeddings.embed_query(question)
        ours, theirs = (
            index.search(question, language, 5, DAY, vector) for index in (large.index, everything)
        )
        same.append(ours[0].passage.id == theirs[0].passage.id)
        scores.append(abs(ours[0].score - theirs[0].score))
        assert {hit.passage.id for hit in ours} & {hit.passage.id for hit in theirs}
    assert np.mean(same) >= 0.95
    assert np.median(scores) < 0.02


def test_figures_of_candidates_are_exact(large: Snapshot, made: list[Document]) -> None:
    for question, language, _ in questions_of(made, 5):
        vector = large.embeddings.embed_query(question)
        some = large.index.consider(question, language, DAY, vector)
        every = large.index.measure(question, language, DAY, vector)
        places = np.searchsorted(every.numbers, some.numbers)
        np.testing.assert_allclose(some.features, every.features[places], atol=1e-5)
        assert (some.passages == every.passages[places]).all()
        assert some.weight is not None
        assert some.weight.sum() == pytest.approx(len(every))
        assert len(some) < len(every)


def test_what_is_hidden_is_no_candidate_and_no_background(made: list[Document], tmp_path: Path) -> None:
    limited = [replace(d, tiers=("gold",)) if number % 4 else d for number, d in enumerate(made[:60])]
    snapshot = build_snapshot(limited, Projections(), tmp_path)
    index = Index(snapshot.index.contents, exact_rows=0)
    open_to_all = {document.key for document in limited if not document.tiers}
    for question, language, _ in questions_of(limited, 10):
        vector = snapshot.embeddings.embed_query(question)
        hits = index.search(question, language, 10, DAY, vector)
        assert len(hits) == 10
        assert {hit.passage.id.partition("#")[0] for hit in hits} <= open_to_all
        more = index.search(question, language, 10, DAY, vector, Reader(tier="gold"))
        assert any(hit.passage.tiers for hit in more)


def test_nearest_keeps_to_the_rows_it_may_have(large: Snapshot) -> None:
    side: FaissDense = large.index.contents.dense
    query = side.vectors[7]
    among = np.zeros(len(side.vectors), dtype=bool)
    among[5:30:2] = True
    for found in (side.nearest(query, 5, among), FaissDense(side.flat).nearest(query, 5, among)):
        assert found[0] == 7
        assert among[found].all()
    assert len(side.nearest(query, 5, np.zeros_like(among))) == 0
