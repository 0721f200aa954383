"""One pass through the model gives the vector of the search and what the heads read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.embeddings import SentenceEmbeddings

MODEL = Path(".kefu/models/multilingual-e5-small")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODEL / "config.json").exists(), reason="the embedding model is not on disk"),
]


def test_heads_read_two_layers_and_the_vector_of_the_search() -> None:
    embeddings = SentenceEmbeddings(MODEL)
    hidden, search = embeddings.hidden_query("我要退货"), np.array(embeddings.embed_query("我要退货"))
    assert hidden.shape == (3 * len(search),)
    assert np.allclose(hidden[-len(search) :], search)
    assert np.linalg.norm(search) == pytest.approx(1, abs=1e-5)
    layers = hidden[: 2 * len(search)].reshape(2, -1)
    assert not np.allclose(layers[0], layers[1], atol=0.1)


def test_many_at_once_are_read_like_one_and_in_order() -> None:
    embeddings = SentenceEmbeddings(MODEL, batch_size=2)
    texts = ["where is my order W1234567, it should have come last week", "退货", "ok", "换一件大一号的"]
    rows = embeddings.hidden_queries(texts)
    for text, row in zip(texts, rows, strict=True):
        assert np.allclose(row, embeddings.hidden_query(text), atol=1e-4)
    assert np.allclose(rows[:, -384:], embeddings.embed_queries(texts), atol=1e-5)
    half = embeddings.hidden_queries(texts, half=True)
    cosines = (half * rows).sum(1) / np.linalg.norm(half, axis=1) / np.linalg.norm(rows, axis=1)
    assert cosines.min() > 0.99


def test_no_texts_give_no_rows() -> None:
    assert SentenceEmbeddings("/nowhere").hidden_queries([]).shape == (0, 0)
