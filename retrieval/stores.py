"""LangChain's `VectorStore`, both ways: somebody's own store for our vectors, and our snapshot as a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from retrieval.arrays import Integers, Mask, Numbers
from retrieval.corpus import items_of
from retrieval.documents import Language
from retrieval.embeddings import Vectors
from retrieval.errors import RetrievalError
from retrieval.readers import CUSTOMER, Reader
from retrieval.retriever import passage_document, to_langchain
from retrieval.search import Hit
from retrieval.snapshot import Snapshot

ROW = "row"
_FILLED_AT_ONCE = 500
_REMEMBERED = 64


def fill(store: VectorStore, snapshot: Snapshot) -> int:
    """Put every text that a snapshot searches into `store`, with its number; how many there were.

    The store embeds them itself, questions like passages. Fill an empty store anew for each snapshot.
    """
    texts: list[str] = []
    for passage in snapshot.passages:
        texts.extend(item.text for item in items_of(passage))
    for start in range(0, len(texts), _FILLED_AT_ONCE):
        batch = texts[start : start + _FILLED_AT_ONCE]
        rows = range(start, start + len(batch))
        store.add_texts(
            batch,
            metadatas=[{ROW: row, "snapshot": snapshot.id} for row in rows],
            ids=[f"{snapshot.id}:{row}" for row in rows],
        )
    return len(texts)


class StoreDense:
    """The dense side out of a store that `fill` has filled; give it to `Snapshot.with_dense`.

    `cosine` makes a cosine (-1..1) of the store's score: nothing to do for a store that gives cosines,
    `lambda distance: 1 - distance` for one that gives distances of unit vectors. A row that is not among
    the store's `depth` nearest counts as its last one: no store tells the score of a text that was not
    asked for.
    """

    def __init__(
        self,
        store: VectorStore,
        snapshot: Snapshot,
        depth: int = 400,
        cosine: Callable[[float], float] = float,
    ) -> None:
        if depth < 1:
            raise ValueError("depth must be at least 1")
        self._store, self._snapshot, self._depth, self._cosine = store, snapshot.id, depth, cosine
        self._rows = int(snapshot.passages.row_bounds[-1])
        self.dimensions = snapshot.manifest.dimensions
        # A search asks several times about one query.
        self._asked = lru_cache(maxsize=_REMEMBERED)(self._ask)

    def cosines(self, query: Vectors, rows: Integers | None = None) -> Numbers:
        found, scores = self._asked(query.tobytes())
        cosines = np.full(self._rows, scores.min(initial=1.0))
        cosines[found] = scores
        return cosines if rows is None else cosines[rows]

    def nearest(self, query: Vectors, count: int, among: Mask) -> Integers:
        found, scores = self._asked(query.tobytes())
        order = found[np.argsort(-scores, kind="stable")]
        nearest: Integers = order[among[order]][:count]
        return nearest

    def _ask(self, query: bytes) -> tuple[Integers, Numbers]:
        vector = np.frombuffer(query, dtype=np.float32).tolist()
        by_vector = getattr(self._store, "similarity_search_with_score_by_vector", None)
        if not callable(by_vector):
            raise RetrievalError(
                f"{type(self._store).__name__}: cannot search by vector with scores "
                "(similarity_search_with_score_by_vector)"
            )
        found = list(by_vector(vector, k=min(self._depth, self._rows)))
        rows = np.array([self._row(document) for document, _ in found], dtype=np.int64)
        return rows, np.array([self._cosine(score) for _, score in found], dtype=np.float64)

    def _row(self, document: LangChainDocument) -> int:
        row, snapshot = document.metadata.get(ROW), document.metadata.get("snapshot")
        if snapshot != self._snapshot or not isinstance(row, int) or not 0 <= row < self._rows:
            raise RetrievalError(
                f"{type(self._store).__name__}: holds {document.id!r}, which is not of snapshot "
                f"{self._snapshot}: fill an empty store from the snapshot in use"
            )
        return row


class SnapshotStore(VectorStore):
    """A snapshot wherever LangChain wants a `VectorStore`. It is read only: documents are published.

    Scores are probabilities (0..1, higher is better), not cosines.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        language: Language = "zh",
        reader: Reader = CUSTOMER,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.snapshot, self.language, self.reader, self.clock = snapshot, language, reader, clock

    @property
    def embeddings(self) -> Embeddings:
        return self.snapshot.embeddings

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[LangChainDocument]:
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, **kwargs: Any
    ) -> list[tuple[LangChainDocument, float]]:
        """`language` and `reader` may be given for one search; anything else is an error."""
        hits = self._search(query, k, **kwargs)
        return [(to_langchain(hit, self.snapshot.id), hit.score) for hit in hits]

    def get_by_ids(self, ids: Any, /) -> list[LangChainDocument]:
        """The passages of these ids that are in force now, absent ones left out."""
        day = self.clock().date() if self.clock else None
        found = (self.snapshot.passage(passage_id, day) for passage_id in ids)
        return [passage_document(passage, self.snapshot.id) for passage in found if passage is not None]

    def add_texts(
        self, texts: Iterable[str], metadatas: list[dict[Any, Any]] | None = None, **_: Any
    ) -> list[str]:
        raise NotImplementedError("a snapshot never changes: publish documents with build_snapshot")

    @classmethod
    def from_texts(
        cls, texts: list[str], embedding: Embeddings, metadatas: list[dict[Any, Any]] | None = None, **_: Any
    ) -> SnapshotStore:
        raise NotImplementedError("a snapshot is made of documents: see from_langchain and build_snapshot")

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return float

    def _search(
        self, query: str, k: int, language: Language | None = None, reader: Reader | None = None
    ) -> list[Hit]:
        now = self.clock() if self.clock else None
        return self.snapshot.search(query, language or self.language, k, now, reader=reader or self.reader)
