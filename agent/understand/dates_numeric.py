"""Dates of digits alone: "2026-11-03", "11/03/2026", "11/03"."""

from __future__ import annotations

import re
from datetime import date

from agent.understand.days import Moment, Span, nearest_year, on, rules


def _year_first(match: re.Match[str], moment: Moment) -> Span:
    return on(date(int(match["y"]), int(match["m"]), int(match["d"])))


def _year_last(match: re.Match[str], moment: Moment) -> Span:
    """Month first, but day first with dots: "11/03/2026" is "03.11.2026"."""
    a, b = int(match["a"]), int(match["b"])
    month, day = (b, a) if match["sign"] == "." and b <= 12 else _month_first(a, b)
    return on(date(int(match["y"]), month, day))


def _short_year(match: re.Match[str], moment: Moment) -> Span:
    """ "11/3/26"; in "26/11/03" the year stands on the side that brings the date nearer to today."""
    a, b, c = (int(match[name]) for name in "abc")
    if a <= 12:
        return on(date(2000 + c, *_month_first(a, b)))
    readings = []
    for year, day in ((a, c), (c, a)):
        try:
            readings.append(date(2000 + year, b, day))
        except ValueError:
            continue
    # Without any reading this is a ValueError, too.
    return on(min(readings, key=lambda day: abs(day - moment.today)))


def _slashed(match: re.Match[str], moment: Moment) -> Span | None:
    """ "11/03" is November 3, "25/12" can only be December 25; "1/2" is a half unless words make it a day."""
    a, b = match["a"], match["b"]
    fraction = len(a) == len(b) == 1 and a < b <= "5"
    if (fraction and match["as_day"] is None and match["on"] is None) or (a, b) == ("24", "7"):
        return None
    month, day = _month_first(int(a), int(b))
    return nearest_year(moment, lambda year: on(date(year, month, day)))


def _month_first(one: int, other: int) -> tuple[int, int]:
    return (other, one) if one > 12 else (one, other)


_BEFORE = r"(?<![\d./-])"
_AFTER = r"(?!\d|[./-]\d)"
NUMERIC = rules(
    "|".join("0123456789"),
    (
        rf"{_BEFORE}(?P<y>(?:19|20)\d{{2}})(?P<sign>[-/.])(?P<m>\d{{1,2}})(?P=sign)(?P<d>\d{{1,2}}){_AFTER}",
        _year_first,
    ),
    (
        r"(?<![\d.A-Za-z])(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\.?\d|[A-Za-z])",
        _year_first,
    ),
    (
        rf"{_BEFORE}(?P<a>\d{{1,2}})(?P<sign>[-/.])(?P<b>\d{{1,2}})(?P=sign)(?P<y>20\d{{2}}){_AFTER}",
        _year_last,
    ),
    (rf"{_BEFORE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<c>\d{{2}}){_AFTER}", _short_year),
    (
        r"(?<![\dA-Za-z./:¥￥$-])(?:(?P<on>on|from|since|dated|by)\s+)?(?P<date>(?P<a>\d{1,2})/(?P<b>\d{1,2}))"
        r"(?P<as_day>\s?(?:[号日]|那天|(?=买|下的?单|下的|拍|订|付)))?(?![\d/%:]|\.\d|\s?(?:of\b|cups?\b|inch|\"|寸|码|折))",
        _slashed,
    ),
)
