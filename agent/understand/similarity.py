"""How alike a message is to every message the heads were trained on, in meaning and in letters.

The letters carry typos, slang and single characters ("嗯", "退"), the embedding carries meaning across
wordings and languages; joined they beat either alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]

# Chosen on the tune split.
WIDTH = 1.0
LETTERS_WEIGHT = 0.5
NGRAMS = (1, 4)
LONGEST = 2000
# What a number is says more about a message than which number it is.
_MASKS = (
    (re.compile(r"\S{1,64}@\S+"), " ⓜ "),
    (re.compile(r"(?<![a-z0-9])[w#]\s?-?\d{7}(?!\d)|(?<!\d)\d{7}(?!\d)"), " ⓞ "),
    (re.compile(r"\d{8,}"), " ⓟ "),
    (re.compile(r"\d+"), "⓪"),
)


def simplified(text: str) -> str:
    """Lower case, numbers and addresses masked, both ends marked: a question often shows at its ends."""
    plain = text[:LONGEST].lower()
    for pattern, mark in _MASKS:
        plain = pattern.sub(mark, plain)
    return f"^{plain.strip()}$"


def letters(vocabulary: list[str] | None = None, idf: Matrix | None = None) -> TfidfVectorizer:
    """A TF-IDF reader of character n-grams: one to be fitted, or the fitted one that made these parts."""
    reader = TfidfVectorizer(
        analyzer="char",
        ngram_range=NGRAMS,
        preprocessor=simplified,
        sublinear_tf=True,
        vocabulary=vocabulary,
    )
    if idf is not None:
        reader.idf_ = idf
    return reader


@dataclass(frozen=True)
class Similarity:
    """`anchors` (n, width) has one unit-length row, `anchor_letters` (vocabulary, n) one unit-length column
    per trained message; stored that way round because scipy would turn them round for every message.

    `mean` and `scale` (width) standardise a vector: those of one model share a large common part that says
    nothing about the message.
    """

    mean: Vectors
    scale: Vectors
    anchors: Vectors
    anchor_letters: csr_matrix
    reader: TfidfVectorizer

    @classmethod
    def fit(cls, texts: list[str], vectors: Vectors) -> Similarity:
        """`vectors` has one row per text."""
        reader = letters()
        anchor_letters = csr_matrix(reader.fit_transform(texts).T, dtype=np.float32)
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + np.float32(1e-6)
        return cls(mean, scale, _unit((vectors - mean) / scale), anchor_letters, reader)

    def rows(self, texts: list[str], vectors: Vectors) -> Matrix:
        """Similarities (texts, n): a Gaussian of the distance in meaning plus the cosine of the letters."""
        meaning = _unit((vectors - self.mean) / self.scale) @ self.anchors.T
        found = csr_matrix(self.reader.transform(texts), dtype=np.float32)
        spelling = (found @ self.anchor_letters).toarray()
        rows: Matrix = np.exp(2 * WIDTH * (meaning.astype(np.float64) - 1)) + LETTERS_WEIGHT * spelling
        return rows


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return unit
