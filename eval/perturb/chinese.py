"""Wrong characters, slips of the pinyin keyboard, and traditional script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from random import Random
from typing import Protocol

from eval.perturb.protect import changed_outside, edited, is_free, kept_spans
from eval.perturb.tables import choices, rows
from tools.domain import Language

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LONG_MESSAGE = 16
# Taiwan, twice as often as Hong Kong; characters only: other words for the same thing are another perturbation.
_SCRIPTS = ("s2tw", "s2tw", "s2hk")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def wrong_characters(text: str, language: Language, random: Random) -> str | None:
    """One word with a character that sounds or looks alike, two in longer messages."""
    return _replaced(text, random, choices("wrong_characters.tsv"))


def pinyin_slips(text: str, language: Language, random: Random) -> str | None:
    """One word, two in longer messages: a wrong candidate of the same letters, or the letters themselves."""
    return _replaced(text, random, _pinyin_table())


@cache
def _pinyin_table() -> Mapping[str, tuple[str, ...]]:
    return {word: (letters, *wrong.split("|")) for word, letters, wrong in rows("pinyin_slips.tsv", 3)}


def simplified_traditional(text: str, language: Language, random: Random) -> str | None:
    """The message in traditional characters; one that is in these already, in simplified ones."""
    for script in (random.choice(_SCRIPTS), "t2s"):
        changed = _converted(text, script)
        if changed != text:
            return changed
    return None


def _converted(text: str, script: str) -> str:
    converter = _converter(script)
    whole = converter.convert(text)
    if len(whole) != len(text):
        return changed_outside(text, converter.convert)
    # The words around decide between characters such as 發 and 髮, so what is kept is put back afterwards.
    return edited(whole, ((start, end, text[start:end]) for start, end in kept_spans(text)))


@cache
def _converter(script: str) -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC(script)
    return converter


def _replaced(text: str, random: Random, table: Mapping[str, tuple[str, ...]]) -> str | None:
    """The text with words of the table in another form; longer words are seen before those within them."""
    kept = kept_spans(text)
    found = [match for match in _any_of(tuple(table)).finditer(text) if is_free(match.span(), kept)]
    most = 2 if len(_CHINESE.findall(text)) > _LONG_MESSAGE else 1
    chosen = random.sample(found, min(most, len(found)))
    return (
        edited(text, [(*match.span(), random.choice(table[match.group()])) for match in chosen])
        if chosen
        else None
    )


@cache
def _any_of(table_words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(table_words, key=lambda word: (-len(word), word)))))
