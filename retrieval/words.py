"""The words of all passages as numbers, kept so that only changed passages are cut into words again."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import Integers, bounds_of, gather, join, renumber
from retrieval.passages import Passage, plain
from retrieval.tokenizer import tokenize


@dataclass(frozen=True)
class Words:
    """What keyword search sees of each passage: its title and heading, its text, its questions.

    `flat[bounds[i]:bounds[i + 1]]` are places in `vocabulary`; `spans[i]` is the part of them, counted
    from the passage's first, that is the text alone.
    """

    flat: NDArray[np.int32]
    bounds: Integers
    spans: NDArray[np.int32]
    vocabulary: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def of_text(self, passage: int) -> frozenset[int]:
        start, (begin, end) = self.bounds[passage], self.spans[passage]
        return frozenset(self.flat[start + begin : start + end].tolist())

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Words:
        numbers: dict[str, int] = {}
        # An array instead of a list: many passages have millions of words.
        flat, lengths, spans = array("i"), [], []
        for passage in passages:
            before, text = tokenize(passage.context), tokenize(plain(passage.text))
            # No word reaches over the end of a part, so the parts may be cut one by one.
            after = [word for question in passage.questions for word in tokenize(question)]
            flat.extend(numbers.setdefault(word, len(numbers)) for word in (*before, *text, *after))
            lengths.append(len(before) + len(text) + len(after))
            spans.append((len(before), len(before) + len(text)))
        return cls(
            np.array(flat, dtype=np.int32),
            bounds_of(lengths),
            np.array(spans, dtype=np.int32).reshape(-1, 2),
            tuple(numbers),
        )

    def followed_by(self, other: Words) -> Words:
        flat, bounds = join(self.flat, self.bounds, other.flat + np.int32(len(self.vocabulary)), other.bounds)
        spans = np.concatenate([self.spans, other.spans])
        return Words(flat, bounds, spans, self.vocabulary + other.vocabulary)

    def take(self, order: Integers) -> Words:
        flat, bounds = gather(self.flat, self.bounds, order)
        numbers, vocabulary = renumber(flat, self.vocabulary)
        return Words(numbers, bounds, self.spans[order], tuple(vocabulary))

    def save(self, folder: Path) -> None:
        np.savez(
            folder / "words.npz", allow_pickle=False, flat=self.flat, bounds=self.bounds, spans=self.spans
        )
        (folder / "vocabulary.json").write_text(
            json.dumps(self.vocabulary, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> Words:
        """Raises `OSError`, `ValueError`, `KeyError` or `TypeError`."""
        vocabulary: Sequence[str] = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(folder / "words.npz", allow_pickle=False) as arrays:
            return cls(vocabulary=tuple(vocabulary), **arrays)
