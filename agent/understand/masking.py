"""What customers wrote, without what says who they are."""

from __future__ import annotations

import re
from itertools import cycle

from agent.understand.train.rows import clean

_SIGN = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
_HOST = rf"[{_SIGN}-]+(?:[.．][{_SIGN}-]+)"
_MAIL = re.compile(rf"[{_SIGN}._%+-]+[@＠]{_HOST}*|[@＠]{_HOST}+")
_LONG_NUMBER = re.compile(r"\d(?:[ ()‐-―-]{0,2}\d){4,}")
_DIGIT = re.compile(r"\d")


def masked(text: str) -> str:
    """The text on one line, with mail addresses and numbers of five digits or more replaced, also where spaces,
    hyphens or brackets stand in a number. Names and street names stay."""
    return _LONG_NUMBER.sub(_counted, _MAIL.sub("someone@example.com", clean(text)))


def _counted(found: re.Match[str]) -> str:
    digits = cycle("1234567890")
    return _DIGIT.sub(lambda _: next(digits), found.group())
