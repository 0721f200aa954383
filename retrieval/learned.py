"""What the documents themselves teach about meaning: a projection of vectors in which the ways of asking for one
thing come together, in both languages, and different things go apart.

The listed questions of a topic, in either language, and its text mean the same; those of other topics do not.
A matrix that starts as the identity is moved towards that (InfoNCE: van den Oord et al. 2018,
arXiv:1807.03748) and held back from moving far, so that documents it has not seen are not harmed. Vectors
are centred first: the mean of all texts of one language and kind says nothing about their content.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import Integers, Numbers
from retrieval.basis import Basis
from retrieval.corpus import LANGUAGES, Corpus
from retrieval.embeddings import Vectors

LEAST_TOPICS = 40
"""Fewer topics with listed questions teach nothing general; the projection is then the identity."""
MOST_ROWS = 6000
STEPS, BATCH, RATE, TEMPERATURE, DROPPED, HELD_BACK = 200, 512, 2e-3, 0.05, 0.3, 0.03
_LEAST_MEAN = 20
_DIGITS = 4


@dataclass(frozen=True)
class Learned:
    """`matrix` is `(dimensions, dimensions)`; `centres` is `(languages, 2, dimensions)`, of texts and of questions;
    `basis` says what they were learned from. `trained` is false where the matrix is the identity."""

    matrix: Vectors
    centres: Vectors
    basis: Basis
    trained: bool

    @cached_property
    def _square(self) -> Vectors:
        square: Vectors = self.matrix.T @ self.matrix
        return square

    def toward(self, query: Vectors, language: int) -> tuple[Vectors, Vectors]:
        """What to multiply raw vectors with to compare them with a query, and the projected query itself.

        `vector @ first`, less what `Rows` holds of its side, over its length there, is their cosine.
        """
        centred = query - self.centres[language, 1]
        projected = self.matrix @ centred
        length = max(float(np.linalg.norm(projected)), 1e-9)
        first: Vectors = (self._square @ centred) / length
        return first, projected / length

    def project(self, vectors: Vectors, sides: NDArray[np.int8]) -> Vectors:
        """`(n, dimensions)` vectors of `sides` (see `sides_of`), projected and of unit length."""
        moved = (vectors - self._flat[sides]) @ self.matrix.T
        unit: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return unit

    def lengths(self, vectors: Vectors, sides: NDArray[np.int8]) -> Vectors:
        """Of the projected rows before they are made unit; in blocks, since all at once need twice their room."""
        found = np.empty(len(vectors), dtype=np.float32)
        for start in range(0, len(vectors), 8192):
            part = slice(start, start + 8192)
            moved = (vectors[part] - self._flat[sides[part]]) @ self.matrix.T
            found[part] = np.maximum(np.linalg.norm(moved, axis=1), 1e-9)
        return found

    def cosines(self, raw: Numbers, first: Vectors, sides: NDArray[np.int8], lengths: Vectors) -> Numbers:
        """`raw` is `vectors @ first`; one cosine (-1..1) a row."""
        result: Numbers = (raw - (self._flat @ first)[sides]) / lengths
        return result

    @property
    def _flat(self) -> Vectors:
        return self.centres.reshape(-1, self.centres.shape[-1])

    def save(self, folder: Path) -> None:
        np.savez(folder / "learned.npz", allow_pickle=False, matrix=self.matrix, centres=self.centres)
        (folder / "learned.json").write_text(self.basis.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Learned:
        """Raises `OSError`, `ValueError`, `KeyError`."""
        with np.load(folder / "learned.npz", allow_pickle=False) as held:
            matrix, centres = held["matrix"], held["centres"]
        basis = Basis.model_validate_json((folder / "learned.json").read_bytes())
        return cls(matrix, centres, basis, not np.array_equal(matrix, np.eye(len(matrix), dtype=np.float32)))


def sides_of(corpus: Corpus) -> NDArray[np.int8]:
    """One a row: twice the language's number, and one more for a listed question."""
    sizes = np.diff(corpus.row_bounds)
    sides = np.repeat(2 * corpus.language, sizes).astype(np.int8) + 1
    sides[corpus.row_bounds[:-1]] -= 1
    return sides


def learn(corpus: Corpus, vectors: Vectors, basis: Basis, asked: tuple[Vectors, NDArray[np.int8]]) -> Learned:
    """From the rows of a corpus. `asked` are other questions with their languages, for the means alone."""
    sides = sides_of(corpus)
    centres = _centres(vectors, sides, *asked)
    dimensions = vectors.shape[1]
    same = Learned(np.eye(dimensions, dtype=np.float32), centres, basis, False)
    topics = np.repeat(corpus.topic, np.diff(corpus.row_bounds)).astype(np.int64)
    rows = _chosen(topics, sides)
    if len(np.unique(topics[rows[sides[rows] % 2 == 1]])) < LEAST_TOPICS:
        return same
    matrix = _trained(same.project(vectors[rows], sides[rows]), topics[rows], sides[rows] % 2 == 1)
    return Learned(matrix, centres, basis, True)


def _centres(vectors: Vectors, sides: NDArray[np.int8], asked: Vectors, spoken: NDArray[np.int8]) -> Vectors:
    """Where a side has too few rows for a mean of its own, that of what comes nearest to it."""
    centres = []
    for language in range(len(LANGUAGES)):
        own = sides // 2 == language
        choices = {
            0: (vectors[sides == 2 * language], vectors[own], vectors),
            1: (vectors[sides == 2 * language + 1], asked[spoken == language], vectors[own], vectors),
        }
        for kind in (0, 1):
            enough = (each for each in choices[kind] if len(each) >= _LEAST_MEAN)
            centres.append(next(enough, vectors).mean(axis=0, dtype=np.float64))
    return np.stack(centres).astype(np.float32).reshape(len(LANGUAGES), 2, -1)


def _chosen(topics: Integers, sides: NDArray[np.int8]) -> Integers:
    """Rows of topics that have a listed question; of very many topics some, always the same."""
    taught = np.unique(topics[sides % 2 == 1])
    sizes = np.bincount(topics, minlength=int(topics.max()) + 1)
    order = np.random.default_rng(0).permutation(taught)
    kept = order[np.cumsum(sizes[order]) <= MOST_ROWS]
    return np.flatnonzero(np.isin(topics, kept))


def _trained(rows: Vectors, topics: Integers, is_question: NDArray[np.bool_]) -> Vectors:
    """The matrix, rounded: sums over threads differ in their last bits."""
    import torch
    from torch.nn import functional

    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        lot = torch.Generator().manual_seed(0)
        every, of = torch.from_numpy(rows), torch.from_numpy(topics)
        asking = torch.from_numpy(np.flatnonzero(is_question))
        identity = torch.eye(rows.shape[1])
        matrix = identity.clone().requires_grad_()
        optimiser = torch.optim.AdamW([matrix], lr=RATE, weight_decay=0.0)

        def dropped(vectors: torch.Tensor) -> torch.Tensor:
            kept = torch.rand(vectors.shape, generator=lot) >= DROPPED
            return functional.normalize((vectors * kept) @ matrix.T, dim=1)

        for _ in range(STEPS):
            batch = asking[torch.randperm(len(asking), generator=lot)[:BATCH]]
            odds = dropped(every[batch]) @ dropped(every).T / TEMPERATURE
            odds[torch.arange(len(batch)), batch] = -1e9
            right = of[batch][:, None] == of[None]
            right[torch.arange(len(batch)), batch] = False
            seen = right.any(1)
            whole = torch.logsumexp(odds, 1, keepdim=True)
            nearest = torch.logsumexp(odds.masked_fill(~right, -1e9), 1) - whole[:, 0]
            mean = ((odds - whole) * right).sum(1) / right.sum(1).clamp(min=1)
            loss = -(nearest + mean)[seen].mean() / 2 + HELD_BACK * ((matrix - identity) ** 2).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        return matrix.detach().numpy().round(_DIGITS)
    finally:
        torch.set_num_threads(threads)
