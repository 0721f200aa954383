"""A user's own vector store serves the dense side, and the snapshot serves where a store is wanted."""

from __future__ import annotations

import pytest
from langchain_core.vectorstores import InMemoryVectorStore, VectorStore

from retrieval.errors import RetrievalError
from retrieval.readers import Reader
from retrieval.snapshot import Snapshot
from retrieval.stores import SnapshotStore, StoreDense, fill
from tests.retrieval.fakes import NOW, HashEmbeddings

QUESTIONS = ("电子发票怎么开", "商品有质量问题怎么办", "bicycle tyres", "不喜欢可以退货吗", "今天天气")


@pytest.fixture
def store(snapshot: Snapshot) -> InMemoryVectorStore:
    filled = InMemoryVectorStore(HashEmbeddings())
    assert fill(filled, snapshot) == snapshot.passages.row_bounds[-1]
    return filled


def test_a_store_that_has_all_rows_finds_what_faiss_finds(
    snapshot: Snapshot, store: InMemoryVectorStore
) -> None:
    outside = snapshot.with_dense(StoreDense(store, snapshot))
    for question in QUESTIONS:
        ours, theirs = (each.search(question, "zh", 5, NOW) for each in (snapshot, outside))
        assert [hit.passage.id for hit in theirs] == [hit.passage.id for hit in ours]
        assert [hit.score for hit in theirs] == pytest.approx([hit.score for hit in ours], abs=1e-3)
        assert [hit.dense for hit in theirs] == pytest.approx([hit.dense for hit in ours], abs=1e-5)


def test_a_store_that_is_asked_for_few_still_finds_the_first(
    snapshot: Snapshot, store: InMemoryVectorStore
) -> None:
    outside = snapshot.with_dense(StoreDense(store, snapshot, depth=3))
    for question in QUESTIONS[:3]:
        assert (
            outside.search(question, "zh", 1, NOW)[0].passage.id
            == snapshot.search(question, "zh", 1, NOW)[0].passage.id
        )


def test_distances_become_cosines(snapshot: Snapshot, store: InMemoryVectorStore) -> None:
    plain, turned = StoreDense(store, snapshot), StoreDense(store, snapshot, cosine=lambda score: score / 2)
    first, other = (
        snapshot.with_dense(dense).search("电子发票", "zh", 1, NOW)[0] for dense in (plain, turned)
    )
    assert other.dense == pytest.approx(first.dense / 2)


def test_a_store_of_another_snapshot_is_refused(snapshot: Snapshot) -> None:
    foreign = InMemoryVectorStore(HashEmbeddings())
    foreign.add_texts(["anything"], metadatas=[{"row": 0, "snapshot": "0" * 16}])
    with pytest.raises(RetrievalError, match="not of snapshot"):
        snapshot.with_dense(StoreDense(foreign, snapshot)).search("发票", "zh", 1, NOW)


def test_a_store_that_cannot_search_by_vector_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(RetrievalError, match="cannot search by vector"):
        snapshot.with_dense(StoreDense(SnapshotStore(snapshot), snapshot)).search("发票", "zh", 1, NOW)
    with pytest.raises(ValueError, match="depth"):
        StoreDense(SnapshotStore(snapshot), snapshot, depth=0)


def test_the_snapshot_is_a_vector_store(snapshot: Snapshot) -> None:
    ours: VectorStore = SnapshotStore(snapshot, clock=lambda: NOW)
    (document, score), *_ = ours.similarity_search_with_score("电子发票", k=2)
    assert document.id == "invoices.zh#electronic"
    assert score == snapshot.search("电子发票", "zh", 1, NOW)[0].score == document.metadata["score"]
    assert [each.id for each in ours.similarity_search("electronic invoice", k=1, language="en")] == [
        "invoices.en#electronic"
    ]
    assert [each.id for each in ours.as_retriever(search_kwargs={"k": 1}).invoke("电子发票")] == [document.id]
    relevant = ours.similarity_search_with_relevance_scores("电子发票", k=1)
    assert relevant[0][1] == score
    assert [each.id for each in ours.get_by_ids(["bikes.en#repair", "nothing"])] == ["bikes.en#repair"]


def test_a_reader_is_passed_on(snapshot: Snapshot) -> None:
    ours = SnapshotStore(snapshot, reader=Reader("staff"), clock=lambda: NOW)
    assert len(ours.similarity_search("发票", k=9, reader=Reader())) == 5
    with pytest.raises(TypeError):
        ours.similarity_search("发票", filter={"a": 1})


def test_nothing_can_be_added_to_a_snapshot(snapshot: Snapshot) -> None:
    with pytest.raises(NotImplementedError, match="publish"):
        SnapshotStore(snapshot).add_texts(["x"])
    with pytest.raises(NotImplementedError, match="build_snapshot"):
        SnapshotStore.from_texts(["x"], HashEmbeddings())
