"""Vectors on disk: what was embedded once by a model is never embedded again, also after a Ctrl-C."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from retrieval.embeddings import Vectors, embed_queries, fingerprint_of, unit_vectors

BATCH = 32
Progress = Callable[[int, int], None]


class CachedEmbeddings(Embeddings):
    """`inner` with a memory below `folder`, one file a model. Gives unit vectors.

    `inner` is not called, and so not loaded, while everything asked for is known. Several processes may
    share the file.
    """

    def __init__(self, inner: Embeddings, folder: Path) -> None:
        self.inner = inner
        self.fingerprint = fingerprint_of(inner)
        name = hashlib.sha256(self.fingerprint.encode()).hexdigest()[:16]
        self._path = folder / f"vectors-{name}.sqlite3"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.vectors("passage", texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.vectors("query", texts).tolist()
        return vectors

    def vectors(self, kind: str, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """`(len(texts), dimensions)`; `progress(done, total)` counts the texts that were not known."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        with closing(self._open()) as store:
            known = _known(store, kind, texts)
            # Texts of like length share a batch: little is spent on padding.
            missing = sorted(
                {text for text in texts if text not in known}, key=lambda text: (len(text), text)
            )
            for start in range(0, len(missing), BATCH):
                batch = missing[start : start + BATCH]
                fresh = unit_vectors(self._embed(kind, batch), len(batch))
                known.update(zip(batch, fresh, strict=True))
                rows = [(_key(kind, text), known[text].tobytes()) for text in batch]
                with store:
                    store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                if progress:
                    progress(start + len(batch), len(missing))
        return np.stack([known[text] for text in texts])

    def _embed(self, kind: str, texts: list[str]) -> list[list[float]]:
        return embed_queries(self.inner, texts) if kind == "query" else self.inner.embed_documents(texts)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        store = sqlite3.connect(self._path, timeout=60)
        store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return store


def _known(store: sqlite3.Connection, kind: str, texts: Sequence[str]) -> dict[str, Vectors]:
    known: dict[str, Vectors] = {}
    for text in set(texts):
        row = store.execute("SELECT vector FROM vectors WHERE key = ?", (_key(kind, text),)).fetchone()
        if row is not None:
            known[text] = np.frombuffer(row[0], dtype=np.float32)
    return known


def _key(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}: {text}".encode()).digest()
