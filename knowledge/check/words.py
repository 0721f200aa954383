"""The words of a text that carry its meaning, and how much alike two texts are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import rjieba

from retrieval.tokenizer import normalise, stem

_RUN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[\u3400-\u9fff]+")
_STOP_WORDS = (
    "的 了 在 是 和 与 或 及 也 都 就 还 这 那 有 个 您 你 我们 您的 请 把 被 为 由 从 到 对 按 则 内 后 前 起 会 要 须 需要 可 可以 能 不 自 每 各 "
    "等 时 日 天 之 以 以内 之内 之后 之前 a an the i you he she it we they my your our its is are am was were be been do does did to of in "
    "on at for and or if so can could will would may must not no any each every by with as this that these those from within after before "
    "up than then once also only"
)
_STOPS = frozenset(_STOP_WORDS.split())
# So many texts of unknown words are assumed, so that weights mean something in a small shop too.
_UNSEEN = 60


@lru_cache(maxsize=16_384)
def words_of(text: str) -> frozenset[str]:
    """Words in lower case without endings; numbers and words that say nothing are left out."""
    found: list[str] = []
    for run in _RUN.findall(normalise(text)):
        found += rjieba.cut(run) if "\u3400" <= run[0] <= "\u9fff" else [run]
    return frozenset(stem(word) for word in found if word not in _STOPS)


class Weights:
    """How much words tell apart the texts of a shop (inverse document frequency, smoothed)."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        known = list(texts)
        self._counts = Counter(word for words in known for word in words)
        self._total = len(known) + _UNSEEN

    def weight(self, word: str) -> float:
        """A concept ("act:return") counts more than any word."""
        if ":" in word:
            return 1.3 * math.log(self._total)
        return math.log(self._total / (self._counts[word] + 1))

    def cosine(self, one: frozenset[str], other: frozenset[str]) -> float:
        """0..1 over squared weights; 0 for texts without words."""
        shared = self._size(one & other)
        return shared / math.sqrt(self._size(one) * self._size(other)) if shared else 0.0

    def _size(self, words: frozenset[str]) -> float:
        return sum(self.weight(word) ** 2 for word in words)
