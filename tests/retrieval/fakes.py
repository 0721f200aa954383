"""A model that needs no weights: texts that share letters have similar vectors."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from langchain_core.embeddings import Embeddings

from retrieval.tokenizer import normalise

DIMENSIONS = 128
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
Write = Callable[..., Path]


class HashEmbeddings(Embeddings):
    """Letter pairs hashed into 128 counts. `embedded` remembers what was asked for."""

    def __init__(self, fingerprint: str = "hash-pairs") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded.extend(texts)
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.embedded.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        letters = normalise(text)
        pairs = Counter(letters[i : i + 2] for i in range(len(letters)))
        vector = [1e-3] * DIMENSIONS
        for pair, count in pairs.items():
            vector[hashlib.blake2b(pair.encode()).digest()[0] % DIMENSIONS] += count
        return vector
