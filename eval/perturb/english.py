"""Slips of the finger and of the shift key in English."""

from __future__ import annotations

import re
from functools import partial
from random import Random

from eval.perturb.protect import Edit, changed_outside, edited, is_free, kept_spans
from eval.perturb.tables import words
from tools.domain import Language

_WORD = re.compile(r"(?<![A-Za-z'’])[A-Za-z][a-z]{4,}(?![A-Za-z'’])")
_NEIGHBOURS = {
    "a": "sqz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kop", "m": "nk", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xas",
}  # fmt: skip
_SLIPS = ("neighbour", "swapped", "dropped", "doubled")
_TRIES = 8
_LONG_MESSAGE = 8
# "we're" without its apostrophe is another word.
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])['’](?=(?:s|t|m|ve)\b)", re.IGNORECASE)
_CAPITALS = ("upper", "lower", "no_apostrophes", "lower_no_apostrophes")


def typos(text: str, language: Language, random: Random) -> str | None:
    """One slip, two in longer messages, within words of five letters or more; never one that makes another word."""
    kept = kept_spans(text)
    found = [match for match in _WORD.finditer(text) if is_free(match.span(), kept)]
    most = 2 if len(text.split()) > _LONG_MESSAGE else 1
    edits: list[Edit] = []
    for match in random.sample(found, len(found)):
        if len(edits) < most and (wrong := _slip(match.group(), random)):
            edits.append((*match.span(), wrong))
    return edited(text, edits) if edits else None


def _slip(word: str, random: Random) -> str | None:
    for _ in range(_TRIES):
        wrong = _slipped(word, random.choice(_SLIPS), random.randrange(1, len(word) - 1), random)
        if wrong != word and wrong.lower() not in words("words.en.txt"):
            return wrong
    return None


def _slipped(word: str, slip: str, place: int, random: Random) -> str:
    """The first and the last letter stay, by which people recognise a word."""
    letter = word[place]
    if slip == "neighbour":
        return word[:place] + random.choice(_NEIGHBOURS[letter]) + word[place + 1 :]
    if slip == "swapped":
        place = min(place, len(word) - 3)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :] if slip == "dropped" else word[:place] + letter + word[place:]


def capitals(text: str, language: Language, random: Random) -> str | None:
    """All capitals, none, or apostrophes left out; the first of these, from a random one on, that changes something."""
    start = random.randrange(len(_CAPITALS))
    for way in _CAPITALS[start:] + _CAPITALS[:start]:
        changed = changed_outside(text, partial(_written, way=way), words=False)
        if changed != text:
            return changed
    return None


def _written(piece: str, way: str) -> str:
    if way == "upper":
        return piece.upper()
    plain = _APOSTROPHE.sub("", piece) if way.endswith("no_apostrophes") else piece
    return plain.lower() if way.startswith("lower") else plain
