"""What all questions have in common, so that comparing two of them sees only what sets them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import load_questions
from retrieval.embeddings import Vectors, unit_vectors

EmbedQueries = Callable[[list[str]], list[list[float]]]

# 128 questions a language from all over a shop's topics. The threshold was chosen with them: they stay.
ORDINARY = Path(__file__).with_name("ordinary.jsonl")
# Directions along which questions differ by how they are asked more than by what they ask; and the weight
# of the reference in a language's mean, in questions. Both chosen on examples/training/gaps.tune.jsonl.
COMMON = 2
PRIOR = 100


@dataclass(frozen=True)
class Reference:
    """`means`: the mean vector of ordinary questions by language, `(dimensions,)`; `common`: `(n, dimensions)`
    orthonormal directions that are left out of every comparison."""

    means: Mapping[str, Vectors]
    common: Vectors

    def spread(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Unit vectors whose cosines tell meanings apart; `(n, dimensions)`, one language a row.

        The mean that is taken off a language moves from the reference's to the questions' own as there
        are more of them: a mean of few questions would take their meaning with it.
        """
        centred = vectors.astype(np.float32)
        spoken = np.asarray(languages)
        for language in sorted(set(languages)):
            ours = spoken == language
            known = self.means.get(language, np.zeros(vectors.shape[1], dtype=np.float32))
            mean = (vectors[ours].sum(axis=0) + PRIOR * known) / (ours.sum() + PRIOR)
            centred[ours] -= mean
        centred = _units(centred)
        return _units(centred - centred @ self.common.T @ self.common)


@lru_cache(maxsize=2)
def read_reference(embed_queries: EmbedQueries, path: Path = ORDINARY) -> Reference:
    """The reference of a model, from 256 ordinary questions; remembered by `embed_queries`.

    Raises `QuestionFileError` and `EmbeddingFailed`.
    """
    chosen = load_questions(path)
    vectors = unit_vectors(embed_queries([each.question for each in chosen]), len(chosen))
    return make_reference(vectors, [each.lang for each in chosen])


def make_reference(vectors: Vectors, languages: Sequence[str]) -> Reference:
    """From the unit vectors of many different questions, `(n, dimensions)`, and the language of each."""
    spoken = np.asarray(languages)
    means = {language: vectors[spoken == language].mean(axis=0) for language in sorted(set(languages))}
    centred = _units(np.stack([v - means[lang] for v, lang in zip(vectors, languages, strict=True)]))
    directions = np.linalg.svd(centred - centred.mean(axis=0), full_matrices=False)[2]
    return Reference(means, directions[:COMMON])


def _units(vectors: NDArray[np.floating[Any]]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
