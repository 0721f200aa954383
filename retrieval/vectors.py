"""Embedding many texts, without embedding again what is known already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice

import numpy as np
from langchain_core.embeddings import Embeddings

from retrieval.corpus import Item
from retrieval.embeddings import Vectors, embed_queries, unit_vectors

BATCH = 32
Progress = Callable[[int, int], None]


def embed_items(
    items: Sequence[Item],
    embeddings: Embeddings,
    known: Mapping[bytes, Vectors],
    progress: Progress | None = None,
) -> Vectors:
    """Unit vectors, `(len(items), dimensions)`; raises `EmbeddingFailed`.

    `progress(done, total)` counts the texts that were not known.
    """
    keys = [item.key for item in items]
    # Texts of like length share a batch: little is spent on padding.
    missing = sorted(
        {item for item, key in zip(items, keys, strict=True) if key not in known},
        key=lambda i: (i[0], len(i[1]), i[1]),
    )
    fresh: dict[bytes, Vectors] = {}
    done = 0
    for batch in _batches(missing):
        embed = partial(embed_queries, embeddings) if batch[0].is_query else embeddings.embed_documents
        vectors = unit_vectors(embed([item.text for item in batch]), len(batch))
        fresh.update((item.key, vector) for item, vector in zip(batch, vectors, strict=True))
        done += len(batch)
        if progress:
            progress(done, len(missing))
    found = [known[key] if key in known else fresh[key] for key in keys]
    return np.stack(found) if found else np.zeros((0, 0), dtype=np.float32)


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    for _, kind in groupby(items, key=lambda item: item.is_query):
        while batch := list(islice(kind, BATCH)):
            yield batch


class Known(Mapping[bytes, Vectors]):
    """Rows of an array by the keys of the texts that they stand for; no copy is made."""

    def __init__(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        self._rows = {key: row for row, key in enumerate(keys)}
        self._vectors = vectors

    def __getitem__(self, key: bytes) -> Vectors:
        row: Vectors = self._vectors[self._rows[key]]
        return row

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
