"""Punctuation left out or doubled, and spaces where none belong or none where they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from eval.perturb.protect import Edit, Span, edited, is_free, is_free_place, kept_spans
from tools.domain import Language

_SIGN = re.compile(r"[，。！？；、,.!?;]+")
_DOUBLED = frozenset("！？，!?,")
_QUESTION = re.compile(
    r"[吗呢么]|什么|怎么|咋|几|多少|多久|哪|谁|为啥|啥|能不能|可不可以|是不是|有没有|行不行|要不要|会不会"
    r"|\b(?:what|when|where|which|who|why|how|can|could|do|does|did|is|are|was|were|will|would|should|may|has|have)\b",
    re.IGNORECASE,
)
# "Not the black one, the white one" needs its comma, "退，不换" too.
_NEEDS_ITS_COMMA = re.compile(r"\b(?:no|not|never|but)\b|n['’]t\b|[不没别]|而是", re.IGNORECASE)
_AFTER_SIGN = re.compile(r"(?<=[,;!?])[ ](?=\S)")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z,])[ ](?=[A-Za-z])")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def punctuation(text: str, language: Language, random: Random) -> str | None:
    """All signs left out, or some doubled; a question that only its mark makes one keeps it."""
    kept = kept_spans(text)
    signs = [match for match in _SIGN.finditer(text) if is_free(match.span(), kept)]
    ways = (_left_out, _doubled) if random.random() < 0.6 else (_doubled, _left_out)
    for way in ways:
        if edits := way(text, signs, random):
            changed = edited(text, edits).strip()
            return changed if changed != text else None
    return None


def _left_out(text: str, signs: Sequence[re.Match[str]], random: Random) -> list[Edit]:
    return [(*match.span(), _gap(text, match)) for match in signs if _is_needless(text, match)]


def _is_needless(text: str, match: re.Match[str]) -> bool:
    if match.end() < len(text.rstrip()) and _NEEDS_ITS_COMMA.search(text):
        return False
    return not set("?？") & set(match.group()) or bool(_QUESTION.search(text[: match.start()]))


def _gap(text: str, match: re.Match[str]) -> str:
    """Chinese takes a space for a sign; English has one already."""
    after = text[match.end() :][:1]
    return " " if after and not after.isspace() else ""


def _doubled(text: str, signs: Sequence[re.Match[str]], random: Random) -> list[Edit]:
    """Never full stops: two of them trail off."""
    found = [match for match in signs if len(match.group()) == 1 and match.group() in _DOUBLED]
    chosen = random.sample(found, min(len(found), 2))
    return [(*match.span(), match.group() * 2) for match in chosen]


def spacing(text: str, language: Language, random: Random) -> str | None:
    """Chinese: spaces between words. English: none after a comma, or two between words."""
    kept = kept_spans(text)
    edits = _spaced_chinese(text, kept, random) if language == "zh" else _spaced_english(text, kept, random)
    return edited(text, edits) if edits else None


def _spaced_chinese(text: str, kept: Sequence[Span], random: Random) -> list[Edit]:
    import rjieba

    place, places = 0, []
    for word in rjieba.cut(text):
        if place and _CHINESE.match(text[place - 1]) and _CHINESE.match(word) and is_free_place(place, kept):
            places.append(place)
        place += len(word)
    some = min(len(places), random.randint(2, 4))
    chosen = places if random.random() < 0.3 else random.sample(places, some)
    return [(each, each, " ") for each in chosen]


def _spaced_english(text: str, kept: Sequence[Span], random: Random) -> list[Edit]:
    joined = [(*match.span(), "") for match in _AFTER_SIGN.finditer(text) if _apart(match, kept)]
    wide = [(*match.span(), "  ") for match in _BETWEEN_WORDS.finditer(text) if is_free(match.span(), kept)]
    chosen = random.sample(wide, min(len(wide), random.randint(1, 3)))
    return joined if joined and random.random() < 0.6 else chosen


def _apart(match: re.Match[str], kept: Sequence[Span]) -> bool:
    """A space beside a number stays, or the sign before it would be read as part of that."""
    start, end = match.span()
    return is_free((start - 2, end + 1), kept)
