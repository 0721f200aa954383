"""Chinese words that an input method, or an ear, has put in place of others of the same sound. Pure.

What decides is the shop's own language: a word stands for another only where it is unknown, or where the other is a
name of the shop's goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import rjieba

# A word that stands fewer times among the trained messages may be a slip itself.
FEWEST = 3
# Letters on their own say less than characters do.
FEWEST_OF_LETTERS = 10
LEAST_LETTERS = 4
# One of the pieces of a word that was written wrongly is hardly ever written.
MOST_OF_RARE = 12
_LONGEST = 4
_FIXED = frozenset("不没别未无非勿零一二两三四五六七八九十百千万半几")


@dataclass(frozen=True, slots=True)
class Sounds:
    """Words by their sound, "tuihuo"; `known` is every word and every pair of words that customers write, `rare` are
    words of those that hardly anybody does; `goods` and their `names` are the shop's."""

    words: Mapping[str, str]
    letters: Mapping[str, str]
    known: frozenset[str]
    rare: frozenset[str]
    goods: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def with_goods(self, names: Iterable[str]) -> Sounds:
        """The same in a shop that sells goods of these names."""
        called = frozenset(part for name in names for part in _names(name))
        return replace(self, goods=_by_sound(dict.fromkeys(sorted(called), 1), 1), names=called)

    def meant(self, pieces: tuple[str, ...], before: str, after: str) -> str:
        """The word that was meant by words that stand side by side, or "". `before` and `after` are their neighbours."""
        said = "".join(pieces)
        if not 1 < len(said) <= _LONGEST or not _is_chinese(said) or self._is_known(pieces):
            return ""
        if len(pieces) > 1 and not any(piece in self.rare or piece not in self.known for piece in pieces):
            return ""
        sound = sound_of(said)
        if (goods := self.goods.get(sound, "")) and goods != said and _keeps(said, goods):
            return goods
        word = self.words.get(sound, "")
        if not word or word == said or rjieba.has_word(said) or not _keeps(said, word):
            return ""
        return word if self._fits(word, before, after) else ""

    def spelt(self, letters: str) -> str:
        """The word whose sound was typed and never turned into characters, or ""."""
        return self.goods.get(letters, "") or self.letters.get(letters, "")

    def _is_known(self, pieces: tuple[str, ...]) -> bool:
        pairs = pairwise(pieces)
        whole = "".join(pieces)
        together = len(pieces) > 1 and all(" ".join(pair) in self.known for pair in pairs)
        return together or whole in self.known or whole in self.names

    def _fits(self, word: str, before: str, after: str) -> bool:
        """Whether customers write the word beside either neighbour."""
        return f"{before} {word}" in self.known or f"{word} {after}" in self.known


def sounds_of(frequencies: Mapping[str, int]) -> Sounds:
    """`frequencies` has how many trained messages hold a word, or two with a space between."""
    alone = {word: count for word, count in frequencies.items() if " " not in word}
    joined = {word.replace(" ", ""): count for word, count in frequencies.items()}
    letters = _by_sound(joined, FEWEST_OF_LETTERS)
    return Sounds(
        words=_by_sound(alone, FEWEST),
        letters={sound: word for sound, word in letters.items() if len(sound) >= LEAST_LETTERS},
        known=frozenset(frequencies),
        rare=frozenset(word for word, count in alone.items() if count <= MOST_OF_RARE),
    )


def sound_of(text: str) -> str:
    """The letters that are typed for Chinese characters, without tones: "tuihuo" for 退货."""
    return "".join(_letters(character) for character in text)


def _names(name: str) -> set[str]:
    """大衣 and 羊毛大衣 for 双面呢羊毛大衣: goods are called by the end of their name."""
    pieces = [piece for piece in rjieba.cut(name) if _is_chinese(piece)]
    ends = {"".join(pieces[start:]) for start in range(len(pieces))}
    return {end for end in ends if 1 < len(end) <= _LONGEST}


def _keeps(said: str, word: str) -> bool:
    """Whether no "no" and no number comes or goes."""
    return [(place, sign) for place, sign in enumerate(said) if sign in _FIXED] == [
        (place, sign) for place, sign in enumerate(word) if sign in _FIXED
    ]


def _by_sound(words: Mapping[str, int], fewest: int) -> dict[str, str]:
    """The most frequent word of each sound."""
    found: dict[str, str] = {}
    for word, count in words.items():
        if count >= fewest and 1 < len(word) <= _LONGEST and _is_chinese(word):
            sound = sound_of(word)
            if sound not in found or words[found[sound]] < count:
                found[sound] = word
    return found


def _is_chinese(text: str) -> bool:
    return bool(text) and all("\u3400" <= character <= "\u9fff" for character in text)


@cache
def _letters(character: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character))
