"""A word or two of the other language within a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from random import Random

from eval.perturb.protect import Edit, edited, is_free, kept_spans
from eval.perturb.tables import choices, rows
from tools.domain import Language

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_NOUN_AFTER = re.compile(
    r"\b(?:a|an|the|this|that|these|those|my|your|our|his|her|their|its|another|any|some|which|of|for|from|with|about|by|on)\s+$",
    re.IGNORECASE,
)
_VERB_AFTER = re.compile(
    r"(?:^|[,.!?;]\s+|\b(?:and|to|please|pls|can i|can you|could i|could you|will you|would you|can't|let me|let's|want you to|help me)\s+)$",
    re.IGNORECASE,
)
# As many words as that of its own has a message at least for each word of the other language.
_OWN_WORDS = 2
_CHARACTERS_A_WORD = 1.6


def code_switching(text: str, language: Language, random: Random) -> str | None:
    """One or two words in the other language; most of the message stays in its own."""
    found = _in_chinese(text, random) if language == "zh" else _in_english(text, random)
    for count in (2, 1) if random.random() < 0.5 else (1,):
        if 0 < count <= len(found):
            changed = edited(text, random.sample(found, count))
            if _is_mostly(language, changed):
                return changed
    return None


def _in_chinese(text: str, random: Random) -> list[Edit]:
    """Whole words only, as a dictionary cuts them."""
    import rjieba

    table, kept = choices("code_switching.zh.tsv"), kept_spans(text)
    place, found = 0, []
    for word in rjieba.cut(text):
        span = (place, place + len(word))
        place += len(word)
        if word in table and is_free(span, kept):
            found.append((*span, _spaced(text, span, random.choice(table[word]), random.random() < 0.5)))
    return found


def _spaced(text: str, span: tuple[int, int], new: str, apart: bool) -> str:
    """Some people set a foreign word apart by spaces, some do not; two foreign words are always apart."""
    before, after = text[: span[0]][-1:], text[span[1] :][:1]
    left = (apart and _is_chinese(before)) or _is_latin(before)
    right = new[-1].isascii() and ((apart and _is_chinese(after)) or _is_latin(after))
    return f"{' ' if left else ''}{new}{' ' if right else ''}"


def _is_chinese(sign: str) -> bool:
    return bool(_CHINESE.match(sign))


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _in_english(text: str, random: Random) -> list[Edit]:
    table = {english: (use, chinese.split("|")) for english, use, chinese in rows("code_switching.en.tsv", 3)}
    kept, found = kept_spans(text), []
    for match in _any_of(tuple(table)).finditer(text):
        use, chinese = table[match.group().lower()]
        if is_free(match.span(), kept) and _fits(use, text[: match.start()]):
            found.append((*match.span(), random.choice(chinese)))
    return found


def _fits(use: str, before: str) -> bool:
    after = {"noun": _NOUN_AFTER, "verb": _VERB_AFTER}.get(use)
    return after is None or bool(after.search(before))


@cache
def _any_of(table_words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(table_words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'’-])", re.IGNORECASE)


def _is_mostly(language: Language, text: str) -> bool:
    open_text = edited(text, ((start, end, " ") for start, end in kept_spans(text)))
    chinese = len(_CHINESE.findall(open_text)) / _CHARACTERS_A_WORD
    english = len(_WORD.findall(open_text))
    own, other = (chinese, english) if language == "zh" else (english, chinese)
    return own >= _OWN_WORDS * other or (other <= 1 and own >= other)
