"""Numbers as customers write them: in digits, in Chinese characters and in English words."""

from __future__ import annotations

from decimal import Decimal

_ZH_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_EN_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "a hundred": 100, "one hundred": 100, "hundred": 100,
    "a": 1, "an": 1, "a couple": 2, "a couple of": 2, "couple": 2, "couple of": 2,
}  # fmt: skip

# Fragments of patterns. Counted repetition keeps every number small enough to reckon with.
ZH_NUMERALS = "〇零一二两俩三四五六七八九十百千万"
ZH_NUMBER = rf"(?:\d{{1,4}}(?:\.\d)?|[{ZH_NUMERALS}]{{1,7}})"
_WORDS = "|".join(sorted(_EN_WORDS, key=len, reverse=True)).replace(" ", r"\s+")
EN_NUMBER = rf"(?:\d{{1,4}}(?:\.\d)?|{_WORDS})"


def number_zh(text: str) -> Decimal | None:
    """ "12", "12.5", "十二", "一千零五", "两百三" (230), "二〇二六" (digit by digit); None for "百十千"."""
    if text[:1].isdecimal():
        return Decimal(text)
    head, ten_thousands, tail = text.partition("万")
    if not ten_thousands:
        return _up_to_thousands(text)
    high = _up_to_thousands(head)
    low = _up_to_thousands(tail) if tail else Decimal(0)
    if high is None or low is None:
        return None
    # "一万二" is 12,000.
    return high * 10_000 + (low * 1000 if tail in _ZH_DIGITS else low)


def _up_to_thousands(text: str) -> Decimal | None:
    if text and all(char in _ZH_DIGITS for char in text):
        return Decimal("".join(str(_ZH_DIGITS[char]) for char in text))
    total, digit, unit, before = 0, 0, 10_000, ""
    for char in text:
        if char in _ZH_DIGITS:
            if before and before in _ZH_DIGITS and _ZH_DIGITS[before]:
                return None
            digit = _ZH_DIGITS[char]
        else:
            size = _ZH_UNITS.get(char, 0)
            if not 0 < size < unit:
                return None
            total, digit, unit = total + (digit or 1) * size, 0, size
        before = char
    # "两百三" is 230: a last digit right after a unit counts its tenths.
    tenths = len(text) > 1 and text[-2] in _ZH_UNITS
    return Decimal(total + digit * (unit // 10 if tenths else 1)) if text else None


def number_en(text: str) -> Decimal | None:
    """ "12", "12.5", "twelve", "a", "a couple of", "a hundred"; None for any other word."""
    if text[:1].isdecimal():
        return Decimal(text)
    value = _EN_WORDS.get(" ".join(text.lower().split()))
    return None if value is None else Decimal(value)
