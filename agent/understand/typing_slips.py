"""English words with one slip of the finger, put right where the word meant is known. Pure.

A word that any dictionary knows is never touched, so that "potage" stays potage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORD = re.compile(r"(?<![A-Za-z0-9'’@._#/-])[A-Za-z]{4,}(?![A-Za-z0-9'’@_#/-]|\.[A-Za-z])")
# Written without its apostrophe a word is none, and yet no slip.
_SHORTENED = re.compile(r"[a-z]+nt|(?:you|they|we|it|that|there|what|who)(?:re|ve|ll|d|s)")
# A word that stands fewer times among the trained messages may be a slip itself.
FEWEST = 5
# Of two words that might be meant, one has to be so much more frequent.
TIMES = 3


_NUMBERS = frozenset(
    (
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "twenty",
    )
)


def is_word(word: str) -> bool:
    """Whether an English dictionary knows a word in lower case; endings count as known."""
    checker = _dictionary()
    return bool(checker.known([word])) or any(
        word.endswith(ending) and len(word) - len(ending) > 2 and bool(checker.known([word[: -len(ending)]]))
        for ending in ("s", "es", "ed", "ing")
    )


def meant(word: str, frequencies: Mapping[str, int], goods: frozenset[str]) -> str:
    """The word that was meant, or "" for one that is right or could be several.

    `frequencies` has how many messages hold a word; the shop's names for its goods count as frequent.
    """
    low = word.lower()
    if _SHORTENED.fullmatch(low) or low in goods or frequencies.get(low, 0) >= FEWEST or is_word(low):
        return ""
    found = _dictionary().edit_distance_1(low)
    if found & _NUMBERS:
        return ""
    near = {each: _weight(each, frequencies, goods) for each in found}
    ranked = sorted((each for each in near if near[each] and each[0] == low[0]), key=lambda each: -near[each])
    if not ranked or (len(ranked) > 1 and near[ranked[0]] < TIMES * near[ranked[1]]):
        return ""
    return _cased(ranked[0], word)


def _weight(word: str, frequencies: Mapping[str, int], goods: frozenset[str]) -> int:
    found = frequencies.get(word, 0)
    known = found >= FEWEST and is_word(word)
    return (found if known else 0) + (100 if word in goods else 0)


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


@cache
def _dictionary() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)
