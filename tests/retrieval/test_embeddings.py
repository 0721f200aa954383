"""Checks around the model; the model itself only where its files are on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.documents import load_documents
from retrieval.embeddings import SentenceEmbeddings, embed_queries, fingerprint_of, unit_vectors
from retrieval.errors import EmbeddingFailed
from retrieval.snapshot import build_snapshot
from tests.retrieval.fakes import NOW, HashEmbeddings

MODEL = Path(".kefu/models/multilingual-e5-small")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([[1.0, 2.0]], "2 texts gave"),
        ([[1.0], [float("nan")]], "not finite"),
        ([["a"], ["b"]], "not an array"),
        ([[1.0], [1.0, 2.0]], "not an array"),
        ([[], []], "2 texts gave"),
    ],
)
def test_nonsense_from_a_model_is_refused(raw: list[list[float]], reason: str) -> None:
    with pytest.raises(EmbeddingFailed, match=reason):
        unit_vectors(raw, 2)


def test_vectors_become_unit_vectors() -> None:
    vectors = unit_vectors([[3.0, 4.0], [0.0, 0.0]], 2)
    assert vectors.tolist() == [pytest.approx([0.6, 0.8]), [0.0, 0.0]]


def test_e5_gets_its_prefixes_and_others_none() -> None:
    assert SentenceEmbeddings("intfloat/multilingual-e5-small").prefixes == ("query: ", "passage: ")
    assert SentenceEmbeddings("sentence-transformers/all-MiniLM-L6-v2").prefixes == ("", "")
    assert SentenceEmbeddings("my/model", prefixes=("q ", "p ")).prefixes == ("q ", "p ")


def test_a_folder_that_is_no_model_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingFailed, match="cannot be loaded"):
        SentenceEmbeddings(tmp_path).embed_query("a")


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = SentenceEmbeddings(tmp_path).fingerprint
    assert first == SentenceEmbeddings(tmp_path).fingerprint
    assert first != SentenceEmbeddings(tmp_path, prefixes=("a", "b")).fingerprint
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert first != SentenceEmbeddings(tmp_path).fingerprint


def test_a_model_without_a_fingerprint_is_known_by_its_class() -> None:
    assert fingerprint_of(HashEmbeddings("mine")) == "mine"
    assert fingerprint_of(HashEmbeddings("")).endswith("HashEmbeddings:")


def test_queries_one_by_one_where_there_is_no_bulk() -> None:
    embeddings = HashEmbeddings()
    assert embed_queries(embeddings, ["a", "b"]) == [embeddings.embed_query("a"), embeddings.embed_query("b")]


def test_no_texts_need_no_model() -> None:
    nowhere = SentenceEmbeddings("/nowhere")
    assert nowhere.embed_documents([]) == nowhere.embed_queries([]) == []


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="batch_size"):
        SentenceEmbeddings("x", batch_size=0)


@pytest.fixture(scope="module")
def e5() -> Iterator[SentenceEmbeddings]:
    if not MODEL.is_dir():
        pytest.skip("the embedding model is not on disk")
    yield SentenceEmbeddings(MODEL)


@pytest.mark.model
def test_queries_alone_and_in_bulk_agree_and_are_remembered(e5: SentenceEmbeddings) -> None:
    alone = e5.embed_query("退货要几天")
    assert np.linalg.norm(alone) == pytest.approx(1.0, abs=1e-4)
    assert np.dot(alone, e5.embed_queries(["退货要几天", "一句长得多的话，只为让两句长短不同。"])[0]) > 0.9999
    assert e5.embed_query("退货要几天") == alone
    assert np.dot(alone, e5.embed_documents(["退货要几天"])[0]) < 0.9999


@pytest.mark.model
def test_the_real_model_finds_a_paraphrase_across_languages(
    e5: SentenceEmbeddings, policies: Path, tmp_path: Path
) -> None:
    snapshot = build_snapshot(load_documents(policies)[0], e5, tmp_path / "index")
    assert snapshot.search("能给我开张报销用的票吗", "zh", 1, NOW)[0].passage.topic == "invoices#electronic"
    hit = snapshot.search("自行车轮胎在哪里修", "zh", 1, NOW)[0]
    assert hit.passage.id == "bikes.en#repair"
