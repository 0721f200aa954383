"""A message with its slips put right, from the words that customers of the shop write and the names of its goods. Pure.

Only for reading: what was written stays in the record. What identifies something is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import rjieba

from agent.understand.entities import find_entities
from agent.understand.heads import Heads
from agent.understand.sounds import Sounds, sounds_of
from agent.understand.typing_slips import WORD, is_word, meant

_KEPT = frozenset(
    ("email", "order_id", "tracking_no", "phone", "amount", "date", "duration", "postcode", "name")
)
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|《[^》]*》|【[^】]*】|\"[^\"]*\"|https?://\S+|\S+@\S+")
# A capital within a sentence begins a name.
_NAME = re.compile(r"(?<=[a-z,;:\u4e00-\u9fff]) ?(?!I\b)[A-Z][a-z'’-]+")
_PLACES = re.compile(r"我叫|名字|姓名|收[货件]人|my name|\bi am [A-Z]|\bi'm [A-Z]", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CODE = re.compile(r"[A-Za-z]*\d[A-Za-z\d]*")
# Half a character, as a broken phone sends it, has no place in UTF-8.
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_MOST_PIECES = 3
_LONGEST = 600


@dataclass(frozen=True)
class Speller:
    """`frequencies` has how many trained messages hold a word, `goods` are English words of goods' names."""

    frequencies: Mapping[str, int]
    goods: frozenset[str]
    sounds: Sounds

    def corrected(self, text: str) -> str:
        """The text with words put right of which it is clear what was meant; itself where nothing is."""
        if len(text) > _LONGEST or _PLACES.search(text) or HALF_CHARACTER.search(text):
            return text
        kept = _kept(text)
        chinese = bool(_CHINESE.search(text))
        text = WORD.sub(lambda match: self._typed(match, kept, chinese), text)
        return self._heard(text) if chinese else text

    def _typed(self, match: re.Match[str], kept: frozenset[int], chinese: bool) -> str:
        word = match.group()
        if not kept.isdisjoint(range(*match.span())):
            return word
        if chinese and word.islower() and not is_word(word) and word not in self.frequencies:
            return self.sounds.spelt(word) or meant(word, self.frequencies, self.goods) or word
        return meant(word, self.frequencies, self.goods) or word

    def _heard(self, text: str) -> str:
        pieces, kept = self._pieces(text), _kept(text)
        starts = [0]
        for piece in pieces:
            starts.append(starts[-1] + len(piece))
        found, place = [], 0
        while place < len(pieces):
            word, used = self._longest(pieces, place)
            free = kept.isdisjoint(range(starts[place], starts[place + used]))
            found.append(word if free else "".join(pieces[place : place + used]))
            place += used
        return "".join(found)

    def _pieces(self, text: str) -> list[str]:
        """Words; what was only guessed to be one is taken apart, for a slip sticks to its neighbours."""
        return [
            part
            for piece in rjieba.cut(text)
            for part in (
                [piece] if len(piece) == 1 or piece in self.frequencies else rjieba.cut(piece, hmm=False)
            )
        ]

    def _longest(self, pieces: list[str], place: int) -> tuple[str, int]:
        """What is meant from a place on, and how many pieces that replaces."""
        before = pieces[place - 1] if place else "^"
        for used in range(min(_MOST_PIECES, len(pieces) - place), 0, -1):
            end = place + used
            after = pieces[end] if end < len(pieces) else "$"
            if word := self.sounds.meant(tuple(pieces[place:end]), before, after):
                return word, used
        return pieces[place], 1


@lru_cache(maxsize=4)
def speller(heads: Heads, names: frozenset[str]) -> Speller:
    """For the words that the heads were trained with, and the names of the shop's goods in both languages."""
    frequencies, sounds = _written(heads)
    english = {word for name in names for word in re.findall(r"[a-z]{4,}", name.casefold())}
    return Speller(frequencies, frozenset(english), sounds.with_goods(names))


@lru_cache(maxsize=2)
def _written(heads: Heads) -> tuple[Mapping[str, int], Sounds]:
    frequencies = heads.frequencies()
    return frequencies, sounds_of(frequencies)


def _kept(text: str) -> frozenset[int]:
    """The places of what must stay as it is."""
    # The day serves only to tell dates from other numbers.
    entities = find_entities(text, date(2026, 1, 1))
    spans = [(each.start, each.end) for each in entities if each.kind in _KEPT]
    spans += [match.span() for pattern in (_QUOTED, _NAME, _CODE) for match in pattern.finditer(text)]
    return frozenset(place for start, end in spans for place in range(start, end))
