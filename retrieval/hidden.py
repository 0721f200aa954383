"""What a text looks like inside the embedding model: what the trained heads read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Tokens = NDArray[np.float16]
Places = NDArray[np.int_]


class Hidden(NamedTuple):
    """One text: `pooled` (width,), and `tokens` (tokens, dimensions) of one middle layer, None where none are told."""

    pooled: Vectors
    tokens: Tokens | None


@dataclass(frozen=True, eq=False)
class HiddenRows:
    """Many texts: `pooled` (texts, width), and `tokens` one array a text, or None where none are told.

    Raises `ValueError` where the two are of different numbers of texts.
    """

    pooled: Vectors
    tokens: Sequence[Tokens] | None = None

    def __post_init__(self) -> None:
        if self.tokens is not None and len(self.tokens) != len(self.pooled):
            raise ValueError(f"{len(self.pooled)} texts, tokens of {len(self.tokens)}")

    def __len__(self) -> int:
        return len(self.pooled)

    def __getitem__(self, row: int) -> Hidden:
        return Hidden(self.pooled[row], self.tokens[row] if self.tokens is not None else None)

    def __iter__(self) -> Iterator[Hidden]:
        return (self[row] for row in range(len(self)))

    def only(self, rows: Sequence[int] | Places) -> HiddenRows:
        """The texts at `rows`, in that order."""
        tokens = None if self.tokens is None else [self.tokens[row] for row in rows]
        return HiddenRows(self.pooled[np.asarray(rows, dtype=int)], tokens)


def one_row(hidden: Hidden) -> HiddenRows:
    return HiddenRows(hidden.pooled.reshape(1, -1), None if hidden.tokens is None else [hidden.tokens])
