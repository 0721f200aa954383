"""The dense side: cosines of a query with rows, and the rows that are nearest to it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from retrieval.arrays import Integers, Mask, Numbers
from retrieval.embeddings import Vectors

EXACT_ROWS = 20_000
"""Up to here every row is compared: some 3 ms. Beyond it a search looks at candidates."""
PROBED = 0.2
"""The share of the clusters that a search looks into; the recall is measured in the benchmark."""
_COPIED = 8
_TRAINED = 40
_ROUNDS = 6


class Dense(Protocol):
    """What a search needs of vectors. Queries are `(dimensions,)` and of unit length."""

    @property
    def dimensions(self) -> int: ...
    def cosines(self, query: Vectors, rows: Integers | None = None) -> Numbers:
        """One a row; of all rows without `rows`."""
        ...

    def nearest(self, query: Vectors, count: int, among: Mask) -> Integers:
        """About the `count` nearest rows of those that `among` has, fewer if there are not so many."""
        ...


class FaissDense:
    """All vectors in a flat index; large ones have a second, coarse index that finds candidates.

    What the coarse index finds is measured again by the exact vectors, so it decides what is looked at
    and never how it is scored.
    """

    # faiss is typed only in part.
    def __init__(self, flat: Any, coarse: Any = None) -> None:
        self.flat, self.coarse = flat, coarse
        whole = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d)
        self.vectors: Vectors = whole.reshape(flat.ntotal, flat.d)

    @classmethod
    def of(cls, vectors: Vectors) -> FaissDense:
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        return cls(flat, coarse_index(vectors))

    @property
    def dimensions(self) -> int:
        return int(self.flat.d)

    def cosines(self, query: Vectors, rows: Integers | None = None) -> Numbers:
        # Copying many rows takes longer than multiplying all of them.
        if rows is not None and len(rows) * _COPIED < len(self.vectors):
            return (self.vectors[rows] @ query).astype(np.float64)
        cosines: Numbers = (self.vectors @ query).astype(np.float64)
        return cosines if rows is None else cosines[rows]

    def nearest(self, query: Vectors, count: int, among: Mask) -> Integers:
        if self.coarse is None:
            rows = np.flatnonzero(among)
            order: Integers = rows[np.argsort(-self.cosines(query, rows), kind="stable")[:count]]
            return order
        bits = np.packbits(among, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(among), faiss.swig_ptr(bits))
        parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            sel=selector, nprobe=max(1, math.ceil(PROBED * self.coarse.nlist))
        )
        found: Integers = self.coarse.search(query[None], count, params=parameters)[1][0]
        return found[found >= 0]

    def save(self, folder: Path) -> None:
        faiss.write_index(self.flat, str(folder / "vectors.faiss"))
        if self.coarse is not None:
            faiss.write_index(self.coarse, str(folder / "candidates.faiss"))

    @classmethod
    def load(cls, folder: Path) -> FaissDense:
        """Raises `RuntimeError` for a file that is not an index."""
        path = folder / "candidates.faiss"
        coarse = faiss.read_index(str(path)) if path.exists() else None
        return cls(faiss.read_index(str(folder / "vectors.faiss")), coarse)


def coarse_index(vectors: Vectors) -> Any:
    """Clusters of vectors in 8 bits a number, or None where comparing all is as fast.

    The same vectors give the same clusters: one thread sums in one order.
    """
    rows, dimensions = vectors.shape
    if rows <= EXACT_ROWS:
        return None
    clusters = 2 * math.isqrt(rows)
    quantizer = faiss.IndexFlatIP(dimensions)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimensions, clusters, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.spherical = _ROUNDS, _TRAINED, True
    with threadpool_limits(1):
        index.train(vectors)
        index.add(vectors)
    return index
