"""Which of the two languages a message is in."""

from __future__ import annotations

import re

from tools.domain import Language

# Ids, addresses of mail and links say nothing about the language that a customer writes.
_NEUTRAL = re.compile(r"\S+@\S+|https?://\S+|\b[A-Za-z]{1,3}\d{4,}\b")
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
# A Chinese word has about 1.6 characters, so that many weigh as much as one English word.
_CHARACTERS_A_WORD = 1.6


def detect_language(text: str, previous: Language) -> Language:
    """Return "zh" or "en" by what most of the words are in; `previous` where the text has no words.

    A name or a bare "ok" in Latin letters does not switch a Chinese conversation to English.
    """
    plain = _NEUTRAL.sub(" ", text)
    chinese = len(_CJK.findall(plain)) / _CHARACTERS_A_WORD
    english = len(_WORD.findall(plain))
    if chinese == english == 0:
        return previous
    if chinese == 0 and previous == "zh" and english <= 2:
        return previous if not _is_english_phrase(plain) else "en"
    return "zh" if chinese >= english else "en"


_ENGLISH_WORDS = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "please",
        "thanks",
        "thank",
        "you",
        "yes",
        "no",
        "sure",
        "help",
        "where",
        "return",
        "refund",
        "order",
        "what",
        "why",
        "how",
        "when",
        "my",
    ]
)


def _is_english_phrase(text: str) -> bool:
    return any(word.lower() in _ENGLISH_WORDS for word in _WORD.findall(text))
