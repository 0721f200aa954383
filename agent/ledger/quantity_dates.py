"""How dates and clock times are written in Chinese and English documents.

A date's value is "2026-12-31", "12-31" without its year, "2026-12" or "12" without its day; a clock time is its
minute of the day, so that 24:00 and 0:00 are the same; a weekday is 0 for Monday.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from agent.ledger.quantity_readers import Read, Reader

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![A-Za-z])\.?"
)
_TO = r"\s?(?:-|~|–|—|～|to|until|through|到|至)\s?"
_TH = r"(?:st|nd|rd|th)?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOON = {"下午": 12, "晚上": 12, "傍晚": 12, "中午": 12, "晚": 12, "pm": 12, "p": 12}


def _dates(match: re.Match[str]) -> Iterable[Read]:
    groups = match.groupdict()
    month = groups.get("month") or groups["m"]
    number = int(month) if month.isdecimal() else _MONTHS.index(month.lower()[:3]) + 1
    year = f"{groups['year']}-" if groups.get("year") else ""
    days = [day for name in ("d", "d2") if (day := groups.get(name))]
    last = int(groups.get("m2") or number)
    if not 1 <= number <= 12 or any(not 1 <= int(day) <= 31 for day in days):
        return []
    if not days:
        return [Read("date", f"{year}{number:02}")]
    months = (number, last)
    return [Read("date", f"{year}{month:02}-{int(day):02}") for month, day in zip(months, days, strict=False)]


def _clock(match: re.Match[str]) -> Iterable[Read]:
    groups = match.groupdict()
    part = (groups.get("part") or groups.get("after") or "").lower().replace(".", "")
    if len(groups.get("min") or "00") == 1 or int(match["h"]) > 24:
        # "9:1" is a slip, which the other language does not share.
        return [Read("clock", match.group().strip())]
    hour, minute = int(match["h"]), int(groups.get("min") or (30 if groups.get("half") else 0))
    if minute > 59:
        return []
    if _NOON.get(part) and hour < 12:
        hour += 12
    elif part in ("am", "凌晨") and hour == 12:
        hour = 0
    return [Read("clock", Fraction((60 * hour + minute) % 1440), Fraction(hour))]


def _noon(match: re.Match[str]) -> Iterable[Read]:
    return [Read("clock", Fraction(0 if match.group().lower() == "midnight" else 720))]


def _weekday(match: re.Match[str]) -> Iterable[Read]:
    said = match["w"].lower()
    place = "一二三四五六日天".find(said)
    return [Read("weekday", Fraction(min(place, 6) if place >= 0 else _WEEKDAYS.index(said[:3])), soft=True)]


def _reader(pattern: str, read: Callable[[re.Match[str]], Iterable[Read]]) -> Reader:
    return Reader(re.compile(pattern, re.IGNORECASE), read)


READERS = (
    _reader(r"(?<![\d./-])(?P<year>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/-])", _dates),
    _reader(
        r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})\s?年\s?)?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]?"
        rf"(?:{_TO}(?:(?P<m2>\d{{1,2}})\s?月\s?)?(?P<d2>\d{{1,2}})\s?[日号])?(?<=[日号])",
        _dates,
    ),
    _reader(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?年\s?(?P<m>\d{1,2})\s?月", _dates),
    _reader(
        rf"(?<![A-Za-z]){_MONTH}\s(?:the\s)?(?P<d>\d{{1,2}}){_TH}(?![\d:])(?:{_TO}(?P<d2>\d{{1,2}}){_TH}(?![\d:]))?(?:,?\s(?P<year>(?:19|20)\d{{2}}))?(?!\d)",
        _dates,
    ),
    _reader(
        rf"(?<![\d.,¥$])(?P<d>\d{{1,2}}){_TH}(?:{_TO}(?P<d2>\d{{1,2}}){_TH})?\s(?:of\s)?{_MONTH}(?:,?\s(?P<year>(?:19|20)\d{{2}}))?(?!\d)",
        _dates,
    ),
    _reader(rf"(?<![A-Za-z]){_MONTH}\s(?P<year>(?:19|20)\d{{2}})(?!\d)", _dates),
    _reader(
        r"(?:(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|晚)\s?)?(?<!\d:)(?<!\d)(?P<h>\d{1,2}):(?P<min>\d{1,2})(?!\d|:\d)(?:\s?(?P<after>am|pm|a\.m\.|p\.m\.)(?![A-Za-z]))?",
        _clock,
    ),
    _reader(
        r"(?<![\d.])(?P<h>\d{1,2})(?:[:.](?P<min>\d{2}))?\s?(?P<part>am|pm|a\.m\.|p\.m\.)(?![A-Za-z])", _clock
    ),
    _reader(
        r"(?:(?P<part>凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)\s?)?(?<![\d.])(?P<h>\d{1,2})\s?[点时](?!间|候|尚|段|[击评名])(?:(?P<half>半)|(?P<min>\d{1,2})\s?分)?",
        _clock,
    ),
    _reader(r"(?<![A-Za-z])(?:noon|midnight)(?![A-Za-z])", _noon),
    _reader(r"(?:周|星期|礼拜)(?P<w>[一二三四五六日天])(?![年个])", _weekday),
    _reader(
        r"(?<![A-Za-z])(?P<w>monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?(?![A-Za-z])",
        _weekday,
    ),
)


def day_of(value: str) -> date | None:
    """The day that a date with its year means: the last one of a month; None without a year or for nonsense."""
    parts = [int(part) for part in value.split("-")]
    try:
        if len(parts) == 3:
            return date(*parts)
        if len(parts) == 2 and parts[0] > 31:
            year, month = parts[0] + parts[1] // 12, parts[1] % 12 + 1
            return date.fromordinal(date(year, month, 1).toordinal() - 1)
    except ValueError:
        pass
    return None
