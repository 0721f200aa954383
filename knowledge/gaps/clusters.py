"""Average linkage that stays within its memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from retrieval.embeddings import Vectors

# Questions whose similarities average at least this share a meaning. Questions in one language share turns of
# phrase too, so that the same similarity says more across languages. Chosen with `python -m eval.gaps --choose`:
# the highest threshold that costs less than .01 of the best B-cubed F1 of the tune questions.
THRESHOLD = 0.27
ACROSS = 0.1
BLOCK = 4000
"""That many are compared each with each: 64 MB of similarities, and as much again while they are made."""


def cluster(
    vectors: Vectors, languages: Sequence[str], threshold: float = THRESHOLD, block: int = BLOCK
) -> NDArray[np.int64]:
    """A label for each row of `vectors`, `(n, dimensions)`, of which the earlier are the more important.

    The first `block` rows are clustered by average linkage; of the rest, each row joins the cluster with
    which it is most similar on average, if that reaches `threshold`; what joins none goes round again.
    Up to `block` rows this is plain average linkage, O(n² d); beyond, O(n * block * d) a round and at most
    n / block rounds. Memory O(block² + n d). Deterministic.
    """
    spoken = np.asarray(languages)
    labels = np.full(len(vectors), -1, dtype=np.int64)
    waiting = np.arange(len(vectors))
    while len(waiting):
        seeds, waiting = waiting[:block], waiting[block:]
        first = int(labels.max()) + 1
        labels[seeds] = first + _linked(vectors[seeds], spoken[seeds], threshold)
        for start in range(0, len(waiting), block):
            some = waiting[start : start + block]
            similar = _to_clusters(vectors[some], spoken[some], vectors[seeds], spoken[seeds], labels[seeds])
            best = similar.argmax(axis=1)
            joins = similar[np.arange(len(some)), best] >= threshold
            labels[some[joins]] = first + best[joins]
        waiting = waiting[labels[waiting] < 0]
    return labels


def _linked(vectors: Vectors, spoken: NDArray[np.str_], threshold: float) -> NDArray[np.int64]:
    """Labels from 0 on."""
    if len(vectors) == 1:
        return np.zeros(1, dtype=np.int64)
    distances = 1 - (vectors @ vectors.T + ACROSS * (spoken[:, None] != spoken))
    np.fill_diagonal(distances, 0)
    # Two that are more than the same are not nearer than the same.
    pairs = squareform(np.maximum(distances, 0), checks=False)
    labels: NDArray[np.int64] = fcluster(linkage(pairs, "average"), 1 - threshold, "distance") - 1
    return labels


def _to_clusters(
    vectors: Vectors, spoken: NDArray[np.str_], seeds: Vectors, seeds_spoken: NDArray[np.str_], labels: NDArray[np.int64]
) -> Vectors:  # fmt: skip
    """The mean similarity of each row with each cluster of the seeds, `(rows, clusters)`."""
    _, members, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.zeros((len(sizes), seeds.shape[1]))
    np.add.at(means, members, seeds)
    means /= sizes[:, None]
    similar: Vectors = vectors @ means.astype(np.float32).T
    for language in np.unique(spoken):
        others = np.bincount(members, weights=seeds_spoken != language, minlength=len(sizes))
        similar[spoken == language] += (ACROSS * others / sizes).astype(np.float32)
    return similar
