"""How alike a message is to every message the heads were trained on, in meaning and in letters.

The letters carry typos, slang and single characters ("嗯", "退"), the embedding carries meaning across
wordings and languages; joined they beat either alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]

# Chosen on the tune split.
WIDTH = 1.0
LETTERS_WEIGHT = 0.4
WORDS_WEIGHT = 0.3
NGRAMS = (1, 4)
WORD_NGRAMS = (1, 2)
# Of the 1,152 numbers of the embedding's layers so many directions hold nearly all that differs.
DIRECTIONS = 384
LONGEST = 2000
PIECE = 1000
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


def words_of(text: str) -> list[str]:
    """Chinese words as a dictionary cuts them, others at spaces and signs."""
    # Half a character, as a broken phone sends it, has no place in UTF-8.
    whole = simplified(text).encode("utf-8", "replace").decode()
    return [word for word in rjieba.cut(whole) if word.strip()]


def letters(vocabulary: list[str] | None = None, idf: Matrix | None = None) -> TfidfVectorizer:
    """A TF-IDF reader of character n-grams: one to be fitted, or the fitted one that made these parts."""
    reader = TfidfVectorizer(
        analyzer="char", ngram_range=NGRAMS, preprocessor=simplified, sublinear_tf=True, vocabulary=vocabulary
    )
    return _with(reader, idf)


def words(vocabulary: list[str] | None = None, idf: Matrix | None = None) -> TfidfVectorizer:
    """The same for words and pairs of words."""
    reader = TfidfVectorizer(
        tokenizer=words_of, token_pattern=None, lowercase=False, ngram_range=WORD_NGRAMS, sublinear_tf=True,
        vocabulary=vocabulary,
    )  # fmt: skip
    return _with(reader, idf)


def _with(reader: TfidfVectorizer, idf: Matrix | None) -> TfidfVectorizer:
    if idf is not None:
        reader.idf_ = idf
    return reader


@dataclass(frozen=True)
class Spelling:
    """`anchors` (vocabulary, n) has one unit-length column per trained message; stored that way round because
    scipy would turn them round for every message."""

    reader: TfidfVectorizer
    anchors: csr_matrix

    @classmethod
    def fit(cls, reader: TfidfVectorizer, texts: list[str]) -> Spelling:
        return cls(reader, csr_matrix(reader.fit_transform(texts).T, dtype=np.float32))

    def rows(self, texts: list[str]) -> Vectors:
        """Cosines (texts, n)."""
        found = csr_matrix(self.reader.transform(texts), dtype=np.float32)
        cosines: Vectors = (found @ self.anchors).toarray()
        return cosines


@dataclass(frozen=True)
class Similarity:
    """`anchors` (n, directions) has one unit-length row per trained message.

    `mean` and `scale` (width) standardise a vector: those of one model share a large common part that says
    nothing about the message. `directions` (width, directions) keeps those along which messages differ most.
    """

    mean: Vectors
    scale: Vectors
    directions: Vectors
    anchors: Vectors
    letters: Spelling
    words: Spelling

    @classmethod
    def fit(cls, texts: list[str], vectors: Vectors) -> Similarity:
        """`vectors` has one row per text."""
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + np.float32(1e-6)
        plain: Vectors = ((vectors - mean) / scale).astype(np.float32)
        directions = _directions(plain)
        return cls(
            mean, scale, directions, _unit(plain @ directions), Spelling.fit(letters(), texts),
            Spelling.fit(words(), texts),
        )  # fmt: skip

    def rows(self, texts: list[str], vectors: Vectors) -> Vectors:
        """Similarities (texts, n): a Gaussian of the distance in meaning plus cosines of letters and words."""
        rows = self.meanings(vectors)
        rows += np.float32(LETTERS_WEIGHT) * self.letters.rows(texts)
        rows += np.float32(WORDS_WEIGHT) * self.words.rows(texts)
        return rows

    def among(self, some: NDArray[np.int_] | slice) -> Similarity:
        """The same similarity to `some` of the trained messages only, in that order."""
        kept = (replace(each, anchors=each.anchors[:, some]) for each in (self.letters, self.words))
        return Similarity(self.mean, self.scale, self.directions, self.anchors[some], *kept)

    def triangle(self, texts: list[str], vectors: Vectors) -> Vectors:
        """The lower triangle of the trained messages' similarities to each other, (n, n), the diagonal included.

        A piece at a time: the whole takes its place in memory only once. Above the diagonal stands nothing of use.
        """
        found = np.zeros((len(texts), len(texts)), dtype=np.float32)
        for start in range(0, len(texts), PIECE):
            end = start + PIECE
            before = self.among(slice(end))
            found[start:end, :end] = before.rows(texts[start:end], vectors[start:end])
        return found

    def meanings(self, vectors: Vectors) -> Vectors:
        """The part of `rows` that comes from the embedding."""
        standard: Vectors = (vectors - self.mean) / self.scale
        plain: Vectors = standard @ self.directions
        meaning = _unit(plain) @ self.anchors.T
        rows: Vectors = np.exp(np.float32(2 * WIDTH) * (meaning - 1), dtype=np.float32)
        return rows

    def weighed(self, weights: Vectors) -> Weighed:
        """The same as `rows(...) @ weights`, with what can be summed beforehand summed."""
        letters_weight, words_weight = np.float32(LETTERS_WEIGHT), np.float32(WORDS_WEIGHT)
        return Weighed(
            self, weights, letters_weight * (self.letters.anchors @ weights), words_weight * (self.words.anchors @ weights),
        )  # fmt: skip


@dataclass(frozen=True)
class Weighed:
    """Similarities times `weights` (n, columns). Cosines of letters and words are linear in the message's
    n-grams, so each n-gram has its columns in `letters` and `words` (vocabulary, columns): a message costs a
    few rows of them instead of a look at every trained message."""

    similarity: Similarity
    weights: Vectors
    letters: Vectors
    words: Vectors

    def __call__(self, texts: list[str], vectors: Vectors) -> Vectors:
        """(texts, columns)."""
        found: Vectors = self.similarity.meanings(vectors) @ self.weights
        for spelling, columns in (
            (self.similarity.letters, self.letters),
            (self.similarity.words, self.words),
        ):
            found += csr_matrix(spelling.reader.transform(texts), dtype=np.float32) @ columns
        return found


def _directions(plain: Vectors) -> Vectors:
    width = plain.shape[1]
    if width <= DIRECTIONS:
        return np.eye(width, dtype=np.float32)
    _, found = np.linalg.eigh((plain.T @ plain / len(plain)).astype(np.float64))
    # The sign of a direction is arbitrary; a fixed one gives the same file for the same data.
    kept = found[:, ::-1][:, :DIRECTIONS]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    directions: Vectors = (kept * signs).astype(np.float32)
    return directions


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return unit
