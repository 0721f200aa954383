"""How a simulated customer puts things: picks sentences, fills them with what is known, writes as they write."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from eval.customers.bank import Manner, PhraseBank, placeholders

_ENDS = re.compile(r"[\s。！？!?.,，；;~～…)）]$|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]$")


class Speech:
    """Words of one customer. `random` decides, so the same seed speaks the same."""

    def __init__(self, bank: PhraseBank, manner: str, seed: random.Random) -> None:
        self._bank, self._name, self._random = bank, manner, seed
        self.manner: Manner = bank.manners[manner]

    def likely(self, share: float) -> bool:
        """True in `share` (0..1) of the cases."""
        return self._random.random() < share

    def one_of(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def say(self, situation: str, known: Mapping[str, str] | None = None, tell_all: bool = False) -> str:
        """A sentence that needs nothing but what is `known`; with `tell_all` one that tells most of it."""
        known = known or {}
        usable = [
            each for each in self._bank.sentences(situation, self._name) if placeholders(each) <= known.keys()
        ]
        if tell_all:
            most = max(len(placeholders(each)) for each in usable)
            usable = [each for each in usable if len(placeholders(each)) == most]
        return self._mistyped(self._random.choice(usable)).format_map(known)

    def listed(self, goods: Sequence[str]) -> str:
        """Goods in one breath: "the coat, the lamp and the flask"."""
        listing = self._bank.listing
        return listing.last.join([each for each in (listing.between.join(goods[:-1]), *goods[-1:]) if each])

    def message(self, sentences: Sequence[str]) -> str:
        """Sentences as one message, or as the short lines of somebody who types faster than they think."""
        if self.manner.bursts:
            return "\n".join(piece for each in sentences for piece in self._short(each))
        text = sentences[0]
        for each in sentences[1:]:
            text += ("" if _ENDS.search(text) else "，") if self._bank.language == "zh" else _gap(text)
            text += each
        return text

    def _short(self, sentence: str) -> list[str]:
        # Only between sentences: what is told in one, such as an address, stays whole.
        pieces = re.split(r"(?<=[。！？])|(?<=[.!?]) (?=[A-Z])", sentence)
        return [piece.strip().rstrip("。.") for piece in pieces if piece.strip()]

    def _mistyped(self, sentence: str) -> str:
        """Typos in our own words only, never in a number, a name or a placeholder."""
        if not self.manner.typos:
            return sentence
        for right, wrong in self._bank.typos.items():
            bare = re.escape(right) if self._bank.language == "zh" else rf"\b{re.escape(right)}\b"
            pattern = rf"(?<!\{{){bare}(?!\}})"
            if re.search(pattern, sentence) and self.likely(self.manner.typos):
                sentence = re.sub(pattern, wrong, sentence, count=1)
        return sentence


def _gap(text: str) -> str:
    return " " if _ENDS.search(text) else ". "


def slipped_number(number: str) -> str:
    """The same number with its last digit misread."""
    return f"{number[:-1]}{(int(number[-1]) + 5) % 10}" if number[-1:].isdigit() else number


def slipped_mail(address: str) -> str:
    """The same mail address with two letters in the wrong order, or one doubled where that changes nothing."""
    local, at, domain = address.partition("@")
    turned = local[:-2] + local[-1:] + local[-2:-1]
    return f"{turned if turned != local else local + local[-1:]}{at}{domain}"
