"""What a calibration was fitted on, in little: enough to tell whether it still fits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from retrieval.calibration import TuneQuestion

REFIT_BELOW = 2000
"""Up to so many passages a calibration is always fitted anew: that is quick, and then a snapshot's id
follows from the documents, the questions and the model alone."""
SAME = 0.9
_SKETCH = 256


class Basis(BaseModel):
    """The model, the tune questions' SHA-256, and the smallest hashes of all embedded texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedding: str
    questions: str
    sketch: tuple[int, ...]

    def still_fits(self, other: Basis) -> bool:
        """Whether model and questions are the same and about nine in ten texts are.

        The share is estimated: of the smallest hashes of both together, those that both have.
        """
        if (self.embedding, self.questions) != (other.embedding, other.questions):
            return False
        together = sorted({*self.sketch, *other.sketch})[:_SKETCH]
        common = set(self.sketch) & set(other.sketch)
        return sum(value in common for value in together) >= SAME * max(1, len(together))


def basis_of(embedding: str, questions: Sequence[TuneQuestion], keys: NDArray[np.uint8]) -> Basis:
    """`keys` is `(rows, 32)`, the hashes of all embedded texts."""
    # The keys are hashes already; 63 bits, since JSON readers elsewhere may know no more.
    hashes = np.unique(np.ascontiguousarray(keys[:, :8]).view("<u8").ravel() >> np.uint64(1))
    return Basis(
        embedding=embedding,
        questions=questions_hash(questions),
        sketch=tuple(hashes[:_SKETCH].tolist()),
    )


def questions_hash(questions: Sequence[TuneQuestion]) -> str:
    """The SHA-256 (hex) of tune questions with their answers, in their order."""
    told = "\n".join(question.model_dump_json() for question in questions)
    return hashlib.sha256(told.encode()).hexdigest()
