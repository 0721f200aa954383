"""One pass through the model gives the vector of the search and what the heads read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.embeddings import MOST_TOKENS, SentenceEmbeddings

MODEL = Path(".kefu/models/multilingual-e5-small")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MODEL / "config.json").exists(), reason="the embedding model is not on disk"),
]


def test_heads_read_two_layers_and_the_vector_of_the_search() -> None:
    embeddings = SentenceEmbeddings(MODEL)
    hidden, tokens = embeddings.hidden_query("我要退货")
    search = np.array(embeddings.embed_query("我要退货"))
    assert hidden.shape == (3 * len(search),)
    assert np.allclose(hidden[-len(search) :], search)
    assert np.linalg.norm(search) == pytest.approx(1, abs=1e-5)
    layers = hidden[: 2 * len(search)].reshape(2, -1)
    assert not np.allclose(layers[0], layers[1], atol=0.1)
    assert tokens is not None and tokens.shape[1] == len(search)
    assert np.allclose(tokens.astype(np.float32).mean(axis=0), layers[0], atol=1e-3), "of the lower layer"


def test_many_at_once_are_read_like_one_and_in_order() -> None:
    embeddings = SentenceEmbeddings(MODEL, batch_size=2)
    texts = ["where is my order W1234567, it should have come last week", "退货", "ok", "换一件大一号的"]
    found = embeddings.hidden_queries(texts)
    for text, hidden in zip(texts, found, strict=True):
        alone = embeddings.hidden_query(text)
        assert np.allclose(hidden.pooled, alone.pooled, atol=1e-4)
        assert hidden.tokens is not None and alone.tokens is not None
        assert np.allclose(hidden.tokens, alone.tokens, atol=2e-2)
    rows = found.pooled
    assert np.allclose(rows[:, -384:], embeddings.embed_queries(texts), atol=1e-5)
    half = embeddings.hidden_queries(texts, half=True).pooled
    cosines = (half * rows).sum(1) / np.linalg.norm(half, axis=1) / np.linalg.norm(rows, axis=1)
    assert cosines.min() > 0.99


def test_no_texts_give_no_rows() -> None:
    assert len(SentenceEmbeddings("/nowhere").hidden_queries([])) == 0


def test_of_a_long_text_only_the_first_tokens_are_told() -> None:
    told = SentenceEmbeddings(MODEL).hidden_query("where is my parcel? " * 60).tokens
    assert told is not None and len(told) == MOST_TOKENS
