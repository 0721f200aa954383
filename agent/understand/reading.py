"""A message as it is read: one script, one width, without spaces that mean nothing and without courtesies.

What was written stays in the record; an address is always read as it is written, for it goes onto a parcel.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from agent.types import State
from agent.understand.spelling import HALF_CHARACTER, Speller

if TYPE_CHECKING:
    from opencc import OpenCC

_HAN = r"\u3400-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_ADDRESS = re.compile(r"地址|收[货貨件]|寄到|送到|改到|[号號][楼樓室]|[路街道弄巷]\s?\d|@")
# Typed between words or by an input method; a single one may part two names.
_SPACED = re.compile(f"(?<=[{_HAN}，。！？、；：])[ \u3000]+(?=[{_HAN}])")
_FEWEST_SPACED = 2
_WIDE = re.compile("[，；：？！（）]")
_RUNS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_BEFORE = re.compile(
    r"^\W*(?:(?:客服|亲|亲爱的)?(?:您好|你好|哈喽|哈啰|嗨)(?:呀|啊|哦|在吗|在不在)?|打扰(?:啦|了|一下|您了)|拜托(?:了|啦)?|不好意思"
    r"|(?:hi|hello|hey)(?: there| team| guys)?|dear (?:team|customer service|sir or madam|support)|sorry to bother(?: you)?|excuse me|bear with me"
    r"|good (?:morning|afternoon|evening))[\s，,。.!！~～]+(?=\S)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?<=\S)[\s，,。.!！~～]+(?:谢谢(?:啦|了|你|您|亲)?|多谢|麻烦(?:了|您了|你了|啦)|辛苦(?:了|啦|您了|你了)|拜托(?:了|啦)?"
    r"|(?:many )?thanks(?: in advance| a lot| so much)?|thank you(?: so much| very much)?|cheers)[\s。.!！~～]*$",
    re.IGNORECASE,
)
# What is left says something of its own; of a short answer the courtesy is a part.
_LEAST_LEFT = {True: 4, False: 14}
# Flowers, animals, parcels and folded hands; faces and other hands say how somebody feels.
_ORNAMENT = re.compile(
    "[ \t]*[\U0001f300-\U0001f3fa\U0001f400-\U0001f43f\U0001f4b0-\U0001f4ff\U0001f64f]\ufe0f?"
)


def as_read(text: str, state: State) -> str:
    """The message without what does not change its meaning."""
    if state.awaiting in ("address", "identity") or _ADDRESS.search(text) or HALF_CHARACTER.search(text):
        return text
    chinese = bool(_ANY_HAN.search(text))
    read = (
        _in_simplified(text)
        if chinese
        else _WIDE.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text)
    )
    if len(_SPACED.findall(read)) >= _FEWEST_SPACED:
        read = _SPACED.sub("", read)
    read = _RUNS.sub(" ", read)
    plain = _ORNAMENT.sub("", read).strip()
    read = plain if len(plain) >= _LEAST_LEFT[chinese] else read
    bare = _AFTER.sub("", _BEFORE.sub("", read))
    return bare if len(bare.strip()) >= _LEAST_LEFT[chinese] else read


def as_meant(text: str, state: State, speller: Speller) -> str:
    """The message as it is read, with slips put right; names and addresses that are waited for stay as they stand."""
    read = as_read(text, state)
    if state.awaiting in ("address", "identity") or _ADDRESS.search(read):
        return read
    return speller.corrected(read)


def _in_simplified(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else text


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
