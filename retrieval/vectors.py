"""Embedding many texts, without embedding again what the snapshot in use already knows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
from langchain_core.embeddings import Embeddings

from retrieval import storage
from retrieval.embeddings import Vectors, embed_queries, unit_vectors
from retrieval.errors import RetrievalError

BATCH = 32
Progress = Callable[[int, int], None]


class Item(NamedTuple):
    """A text and the way it is embedded: a listed question is compared with queries, so as a query."""

    is_query: bool
    text: str

    @property
    def key(self) -> str:
        kind = "query" if self.is_query else "passage"
        return hashlib.sha256(f"{kind}: {self.text}".encode()).hexdigest()


def embed_items(
    items: Sequence[Item],
    embeddings: Embeddings,
    known: dict[str, Vectors],
    progress: Progress | None = None,
) -> Vectors:
    """Unit vectors, `(len(items), dimensions)`; raises `EmbeddingFailed`.

    `progress(done, total)` counts the texts that were not known.
    """
    # Texts of like length share a batch: little is spent on padding.
    missing = sorted({item for item in items if item.key not in known}, key=lambda i: (i[0], len(i[1]), i[1]))
    vectors = dict(known)
    done = 0
    for batch in _batches(missing):
        embed = partial(embed_queries, embeddings) if batch[0].is_query else embeddings.embed_documents
        fresh = unit_vectors(embed([item.text for item in batch]), len(batch))
        vectors.update((item.key, vector) for item, vector in zip(batch, fresh, strict=True))
        done += len(batch)
        if progress:
            progress(done, len(missing))
    return np.stack([vectors[item.key] for item in items])


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    for _, kind in groupby(items, key=lambda item: item.is_query):
        while batch := list(islice(kind, BATCH)):
            yield batch


def write_vectors(path: Path, items: Sequence[Item], vectors: Vectors) -> None:
    """`<path>.faiss` and, in the same order, the keys of the items in `<path>.json`."""
    faiss.write_index(flat_index(vectors), str(path.with_suffix(".faiss")))
    path.with_suffix(".json").write_text(json.dumps([item.key for item in items]), encoding="utf-8")


def flat_index(vectors: Vectors) -> faiss.Index:
    """Exact inner products: policies are thousands of texts, not millions."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def known_vectors(folder: Path, fingerprint: str) -> dict[str, Vectors]:
    """Vectors by key from the snapshot in use; none when it is absent, damaged or of another model."""
    try:
        target = storage.current(folder)
        if storage.verify(target).embedding != fingerprint:
            return {}
        return {k: v for path in sorted(target.glob("*.faiss")) for k, v in _read(path).items()}
    except (RetrievalError, OSError, RuntimeError, ValueError):
        return {}


def _read(path: Path) -> dict[str, Vectors]:
    index = faiss.read_index(str(path))
    keys = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return dict(zip(keys, index.reconstruct_n(0, index.ntotal), strict=True))
