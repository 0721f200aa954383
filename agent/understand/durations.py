"""Lengths of time as customers say them: "5-7 working days", "半个月", "一年半".

Values are ISO 8601 durations: weeks in days ("P14D"), months and years as they are ("P1M", "P1Y6M"), hours
and minutes after a T ("PT24H"). A range is two of them, "P5D/P7D". Working days are days with the word
" business" behind the whole value: "P5D business", "P5D/P7D business".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.understand.numerals import EN_NUMBER, ZH_NUMBER, ZH_NUMERALS, number_en, number_zh

# What one of a unit is: months, days, minutes. English units stand without their s.
_UNITS: dict[str, tuple[int, int, int]] = {
    **dict.fromkeys(("minute", "min", "分钟"), (0, 0, 1)),
    **dict.fromkeys(("hour", "hr", "h", "小时", "钟头"), (0, 0, 60)),
    **dict.fromkeys(("day", "weekday", "天", "日", "工作日", "自然日"), (0, 1, 0)),
    **dict.fromkeys(("week", "wk", "周", "星期", "礼拜"), (0, 7, 0)),
    "fortnight": (0, 14, 0),
    **dict.fromkeys(("month", "mth", "月"), (1, 0, 0)),
    "季度": (3, 0, 0),
    **dict.fromkeys(("year", "yr", "年"), (12, 0, 0)),
}
_SEPARATOR = r"\s?(?:-|~|–|—|～|到|至)\s?"
# Fragments with the groups n, n2, only, half, unit, after; whoever uses one adds what stands around it.
LENGTH_ZH = (
    rf"(?:(?P<n>{ZH_NUMBER})\s?(?:(?:个?工作日|[天周年]|个月|小时)?{_SEPARATOR}(?P<n2>{ZH_NUMBER})\s?)?(?:多|来|几)?|(?P<only>半))"
    r"\s?(?P<piece>个)?(?P<half>半)?多?\s?(?P<unit>工作日|自然日|天(?![猫气然花堂空真津])|日|周(?![年一二三四五六日天末边围岁])"
    r"|(?:星期|礼拜)(?![一二三四五六日天])|月(?![饼光票卡租薪初底末中])|年(?![代级款会度纪底初检味夜货轻])|小时|钟头|分钟|季度)(?P<after>半)?"
)
LENGTH_EN = (
    rf"(?:(?P<n>{EN_NUMBER})(?:\s?(?:-|–|—|~|to|or)\s?(?P<n2>{EN_NUMBER}))?(?P<half>\s+and\s+a\s+half)?|(?P<only>half(?:\s+an?)?))"
    r"[\s-]{0,2}(?P<unit>(?:(?:working|business|work|calendar)[\s-])?(?:days?|weekdays?|weeks?|wks?|fortnights?|months?|mths?"
    r"|years?|yrs?|hours?|hrs?|h|minutes?|mins?)(?![A-Za-z]))(?P<after>\s+and\s+a\s+half)?"
)
_BEFORE_ZH = rf"(?<![第每几\d.{ZH_NUMERALS}])"
_BEFORE_EN = r"(?<![A-Za-z\d.,$¥£€/-])"
# "Twice a week" and "24 hours a day" say how often, not how long.
_OFTEN = re.compile(r"\b(?:times|once|twice|days|hours|months)\s$", re.IGNORECASE)
# Each with what a text has to have for the pattern to be worth trying.
_PATTERNS = (
    (re.compile(r"[天日周星礼月年时钟分季]"), re.compile(_BEFORE_ZH + LENGTH_ZH)),
    (
        re.compile(r"day|week|wk|fortnight|month|mth|ye?a?r|h(?:ou)?r|\dh|\d h|min", re.IGNORECASE),
        re.compile(_BEFORE_EN + LENGTH_EN, re.IGNORECASE),
    ),
)
# "3日" is a day of a month, "3日内" and "7日无理由" are days.
_DAYS_FOLLOW = re.compile(r"\s?(?:之|以)?内|\s?无理由")
_TWO_PLAIN = re.compile(r"[一二两三四五六七八][二两三四五六七八九]")
# 四周 is "all around", but for these words behind it.
_FOUR_WEEKS = re.compile(r"四周(?=[之以]?[前后内]|[了时没还]|\W|$)")
_YEAR_FOLLOWS = re.compile(r"[的我就买生出初末底春夏秋冬]")
_LONGEST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time. Parts are kept as they were said: 24 hours are no day."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    business: bool = False

    @property
    def iso(self) -> str:
        years, months = divmod(self.months, 12)
        hours, minutes = divmod(self.minutes, 60)
        parts = ((years, "Y"), (months, "M"), (self.days, "D"))
        date = "".join(f"{count}{letter}" for count, letter in parts if count)
        time = "".join(f"{count}{letter}" for count, letter in ((hours, "H"), (minutes, "M")) if count)
        return f"P{date}{'T' if time else ''}{time}"


def find_durations(text: str) -> list[tuple[int, int, str]]:
    """(start, end, value) of every length of time in a text, whether or not a date stands in its place."""
    found: list[tuple[int, int, str]] = []
    for needed, pattern in _PATTERNS:
        for match in pattern.finditer(text) if needed.search(text) else ():
            lengths = None if _means_something_else(match) else read_length(match)
            if lengths:
                found.append((match.start(), match.end(), _value(*lengths)))
    return found


def _means_something_else(match: re.Match[str]) -> bool:
    text, start = match.string, match.start()
    if match["unit"] == "日":
        return not _DAYS_FOLLOW.match(text, match.end())
    if match["n"] in ("a", "an"):
        return bool(_OFTEN.search(text[max(0, start - 7) : start]))
    return match.group() == "四周" and not _FOUR_WEEKS.match(text, start)


def _value(low: Length, high: Length) -> str:
    value = low.iso if low == high else f"{low.iso}/{high.iso}"
    return f"{value} business" if low.business else value


def read_length(match: re.Match[str]) -> tuple[Length, Length] | None:
    """The shortest and the longest that a match of `LENGTH_ZH` or `LENGTH_EN` means; None for nonsense."""
    unit = match["unit"].lower()
    chinese = not unit.isascii()
    if _no_length(match, unit):
        return None
    numbers = _numbers(match, chinese)
    if numbers is None or any(number is None or number <= 0 for number in numbers):
        return None
    half = Decimal("0.5") if match["half"] or match["after"] else Decimal(0)
    low, high = (_length(number + half, unit) for number in numbers if number is not None)
    if low == Length(business=low.business):
        return None
    ordered = low.months <= high.months and low.days <= high.days and low.minutes <= high.minutes
    return (low, high) if ordered and high.months < 12 * _LONGEST_YEARS else None


def _no_length(match: re.Match[str], unit: str) -> bool:
    """三月 is March, 半天 a long while, 16年的 of 2016, 两个年轻人 are two, "1000H" is a model."""
    said, text = match["n"] or "", match.string
    if unit == "月":
        return not match["piece"] and not match["only"]
    if unit == "年":
        two_digits = said.isdecimal() and len(said) == 2
        return bool(
            match["piece"] or (two_digits and (said[0] == "0" or _YEAR_FOLLOWS.match(text, match.end())))
        )
    return (unit == "天" and bool(match["only"])) or (unit == "h" and len(said) > 3)


def _numbers(match: re.Match[str], chinese: bool) -> tuple[Decimal | None, Decimal | None] | None:
    if match["only"]:
        return Decimal("0.5"), Decimal("0.5")
    read = number_zh if chinese else number_en
    if chinese and not match["n2"] and _TWO_PLAIN.fullmatch(match["n"]):
        # "两三天" is two or three days.
        return read(match["n"][0]), read(match["n"][1])
    low = read(match["n"])
    return low, read(match["n2"]) if match["n2"] else low


def _length(number: Decimal, unit: str) -> Length:
    months, days, minutes = _UNITS[re.split(r"[\s-]", unit)[-1].rstrip("s")]
    whole, rest = divmod(number * months, 1)
    # Half of a month is fifteen days, half of a day twelve hours.
    all_days, rest_days = divmod(number * days + rest * 30, 1)
    business = unit.startswith(("工作", "work", "business", "weekday"))
    return Length(int(whole), int(all_days), int(number * minutes + rest_days * 1440), business)
