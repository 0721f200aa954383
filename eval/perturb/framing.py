"""What people put around a request: courtesy, haste, greetings, fillers, little pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from eval.perturb.protect import changed_outside, edited, is_free_place, kept_spans
from eval.perturb.tables import phrases
from tools.domain import Language

_ENDS = "。！？!?.~～,，;；:："
_CLAUSE_END = re.compile(r"(?<=[，,。！!？?；;])")
_REPEATED = re.compile(r"[！？!?]$")
_TO_HALF = str.maketrans("，。！？；：（）", ",.!?;:()")
_TO_FULL = str.maketrans(",!?;:", "，！？；：")


def emoji(text: str, language: Language, random: Random) -> str | None:
    """One or two friendly little pictures at an end or between clauses."""
    kept = kept_spans(text)
    between = [match.start() for match in _CLAUSE_END.finditer(text) if 0 < match.start() < len(text)]
    places = [len(text), 0, *(place for place in between if is_free_place(place, kept))]
    chosen = random.sample(places, 2) if random.random() < 0.4 else [random.choice(places)]
    signs = random.sample(phrases("emoji", language), len(chosen))
    return edited(
        text, ((place, place, _set_apart(place, sign)) for place, sign in zip(chosen, signs, strict=True))
    )


def _set_apart(place: int, sign: str) -> str:
    return f" {sign}" if place else f"{sign} "


def politeness(text: str, language: Language, random: Random) -> str | None:
    """A courteous or a brusque phrase before, after, or both."""
    way = random.choice(("before", "after", "both", "brusque"))
    if way == "brusque":
        return _after(text, random.choice(phrases("brusque_after", language)), language)
    if way in ("before", "both"):
        text = random.choice(phrases("polite_before", language)) + text
    if way in ("after", "both"):
        text = _after(text, random.choice(phrases("polite_after", language)), language)
    return text


def _after(text: str, phrase: str, language: Language) -> str:
    text = text.rstrip()
    if text[-1:] in _ENDS:
        return f"{text}{phrase}" if language == "zh" else f"{text} {phrase}"
    if language == "zh":
        return f"{text}，{phrase}"
    return f"{text}, {phrase if phrase.startswith(('I', 'ASAP')) else phrase.lower()}"


def noise(text: str, language: Language, random: Random) -> str | None:
    """One or two harmless things: a greeting, a filler, chatter, signs said twice, spaces, the other width."""
    ways: tuple[Callable[[str, Language, Random], str], ...] = (
        _greeting, _filler, _chatter, _repeated, _spaces, _other_width,
    )  # fmt: skip
    wanted = random.choice((1, 1, 2))
    made = 0
    for way in random.sample(ways, len(ways)):
        changed = way(text, language, random)
        if changed != text:
            text, made = changed, made + 1
        if made == wanted:
            break
    return text if made else None


def _greeting(text: str, language: Language, random: Random) -> str:
    return random.choice(phrases("greetings", language)) + text


def _chatter(text: str, language: Language, random: Random) -> str:
    return random.choice(phrases("chatter", language)) + text


def _filler(text: str, language: Language, random: Random) -> str:
    filler = random.choice(phrases("fillers", language))
    return f"{filler}，{text}" if language == "zh" else f"{filler}, {text}"


def _repeated(text: str, language: Language, random: Random) -> str:
    """ "？" becomes "？？？"; what ends with no such sign stays."""
    found = _REPEATED.search(text)
    return text + found.group() * random.randint(1, 3) if found else text


def _spaces(text: str, language: Language, random: Random) -> str:
    return random.choice(("  ", "\n", " \n", "   ")).join(("", text, ""))


def _other_width(text: str, language: Language, random: Random) -> str:
    """Signs of the other width; those within a number are kept."""
    table = _TO_HALF if language == "zh" else _TO_FULL
    return changed_outside(text, lambda piece: piece.translate(table))
