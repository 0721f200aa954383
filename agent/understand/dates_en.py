"""How dates are said in English."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

from agent.understand.days import (
    Moment,
    Span,
    away,
    day_of_week,
    month_from,
    month_of,
    nearest_day_of_month,
    nearest_weekday,
    nearest_year,
    no_day,
    on,
    rules,
    shifted,
    week_from,
    year_of,
)
from agent.understand.durations import LENGTH_EN, read_length

# Names of months and days with the slips of the pen that are common; three letters tell them apart.
_MONTH = (
    r"(?P<month>jan(?:uary|uray)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:em?ber)?)?"
    r"|oct(?:o?ber)?|nov(?:em?e?ber)?|dec(?:em?ber)?)(?![A-Za-z])\.?"
)
_LONG_DAY = r"(?:monday|tues?day|tuseday|wed(?:nes|ns|en)day|wen(?:d?e?s)day|wendesday|thursday|thrusday|thurday|friday|satur?day|saterday|sunday)"
_ANY_DAY = rf"(?:{_LONG_DAY}|mon|tues?|wed|thur?s?|fri|sat|sun)"
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAYS = {
    "mon": 0, "tue": 1, "tus": 1, "wed": 2, "wen": 2, "thu": 3, "thr": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_TH = r"(?:st|nd|rd|th)"
_TO = r"\s?(?:-|–|—|to|until|till|through)\s?(?:the\s+)?"
_NO_DIGIT = r"(?![\dA-Za-z%]|[.:]\d|,\d{3})"
_YEAR = r"(?:,?\s*(?P<year>(?:19|20)\d{2})(?!\d)|,?\s+(?P<near_year>last|this|next)\s+year(?![A-Za-z]))?"
_WITH_DAY = rf"(?:{_ANY_DAY}\.?,?\s+(?:the\s+)?)?"
_WHICH = r"(?P<which>last|past|previous|this\s+past|this\s+coming|upcoming|coming|this|next)"
_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1, "upcoming": 1}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_NEAR_DAYS = (
    (r"(?:the\s+)?day\s+before\s+yesterday", -2),
    (r"yest[eu]r+day|yesterady|yday|last\s+night", -1),
    (r"today|tonight|this\s+(?:morning|afternoon|evening)", 0),
    (r"(?:the\s+)?day\s+after\s+tom+or+ow", 2),
    (r"tom+or+ow|tmrw", 1),
)
# Days ago, from and to.
_FEW = {"day": (7, 2), "week": (35, 14), "month": (180, 60), "": (7, 1)}
_HOLIDAYS = (
    (r"christmas\s+eve", (12, 24)), (r"(?:christmas|xmas)(?:\s+day)?(?!\s+(?:tree|light|gift|present|card|deco|jumper|sweater|hat|stocking))", (12, 25)),
    (r"new\s+year['’]?s\s+eve", (12, 31)), (r"new\s+year['’]?s(?:\s+day)?", (1, 1)), (r"valentine['’]?s(?:\s+day)?", (2, 14)),
    (r"halloween", (10, 31)), (r"(?:single['’]?s?['’]?\s+day|double\s+(?:eleven|11))", (11, 11)), (r"double\s+(?:twelve|12)", (12, 12)),
)  # fmt: skip


def _said(match: re.Match[str], group: str) -> str:
    return " ".join((match.groupdict().get(group) or "").lower().split())


def _shift(which: str) -> int:
    return _SHIFTS[which.split()[-1]]


def _year(match: re.Match[str], today: date) -> int | None:
    if year := _said(match, "year"):
        return int(year)
    near = _said(match, "near_year")
    return today.year + _shift(near) if near else None


def _month_day(match: re.Match[str], moment: Moment) -> Span | None:
    """A day of a month, or several: "Nov 3-5"."""
    links = _said(match, "th") or _said(match, "of")
    if match["month"] == "may" and match.start("d") < match.start("month") and not links:
        # "Item 2 may be broken."
        return None
    month, said = _MONTHS[_said(match, "month")[:3]], _said(match, "d")
    day = _ORDINALS.get(said) or int(said)
    last_day = int(_said(match, "d2") or day)
    if last_day < day:
        raise ValueError(match.group())
    year = _year(match, moment.today)

    def make(year: int) -> Span:
        return date(year, month, day), date(year, month, last_day)

    return make(year) if year else nearest_year(moment, make)


def _month(match: re.Match[str], moment: Moment) -> Span:
    month, year, which = _MONTHS[_said(match, "month")[:3]], _year(match, moment.today), _said(match, "which")
    if year:
        return month_of(year, month)
    shift = _shift(which) if which else 0
    # "Last November" said in November is that of last year.
    start = Moment(month_from(moment.today, shift)[0], shift > 0) if shift else moment
    return nearest_year(start, lambda year: month_of(year, month))


def _weekday(match: re.Match[str], moment: Moment) -> Span:
    weekday, which = _WEEKDAYS[(_said(match, "day") or _said(match, "long"))[:3]], _said(match, "which")
    if week := _said(match, "week") or _said(match, "week_before"):
        return day_of_week(moment.today, _shift(week), weekday)
    if not which or which.endswith(("last", "past", "previous")):
        return nearest_weekday(Moment(moment.today) if which else moment, weekday)
    if which.endswith("coming"):
        return nearest_weekday(Moment(moment.today, True), weekday)
    return day_of_week(moment.today, _shift(which), weekday)


def _period(match: re.Match[str], moment: Moment) -> Span:
    """ "Last week", "this month", "the week before last"."""
    which, unit = _said(match, "which"), _said(match, "unit")
    shift = _shift(which) if which else -2
    if unit == "month":
        return month_from(moment.today, shift)
    if unit == "year":
        return year_of(moment.today.year + shift)
    first, last = week_from(moment.today, shift)
    return (last - timedelta(days=1), last) if unit == "weekend" else (first, last)


def _length_away(match: re.Match[str], moment: Moment, sign: int) -> Span | None:
    lengths = read_length(match)
    if lengths is None or any(not (length.days or length.months) for length in lengths):
        return None
    if sign > 0 and (lengths[0] != lengths[1] or lengths[0].business):
        # "In 3-5 working days" is how long it takes.
        return None
    days = sorted(away(moment.today, length, sign) for length in lengths)
    return days[0], days[1]


def _recent(match: re.Match[str], moment: Moment) -> Span | None:
    # "It used to last a week" is how long it lasted.
    span = None if match["n"] in ("a", "an") else _length_away(match, moment, -1)
    return (span[0], moment.today) if span else None


def _few(match: re.Match[str], moment: Moment) -> Span:
    far, near = _FEW[_said(match, "unit")]
    return moment.today - timedelta(days=far), moment.today - timedelta(days=near)


def _near_day(match: re.Match[str], moment: Moment, days: int) -> Span:
    return shifted(moment.today, days)


def _holiday(match: re.Match[str], moment: Moment, day: tuple[int, int]) -> Span:
    year = _year(match, moment.today)
    return (
        on(date(year, *day))
        if year
        else nearest_year(_asked(match, moment), lambda year: on(date(year, *day)))
    )


def _sales(match: re.Match[str], moment: Moment) -> Span:
    """Black Friday and Cyber Monday follow the fourth Thursday of November."""
    after = 1 if _said(match, "name").startswith("black") else 4

    def make(year: int) -> Span:
        first = date(year, 11, 1)
        return shifted(first, (3 - first.weekday()) % 7 + 21 + after)

    year = _year(match, moment.today)
    return make(year) if year else nearest_year(_asked(match, moment), make)


def _asked(match: re.Match[str], moment: Moment) -> Moment:
    which = _said(match, "which")
    return Moment(moment.today, _shift(which) > 0) if which and which != "this" else moment


_rules = partial(rules, before=r"(?<![A-Za-z\d'’-])")
_NO_LETTER = r"(?![A-Za-z])"
_UNIT_KEYS = "day|week|wk|fortnight|month|mth|year|yr"
ENGLISH = (
    *_rules(
        "|".join(_MONTHS),
        (
            rf"{_WITH_DAY}{_MONTH}\s?(?:the\s+)?(?P<d>\d{{1,2}}){_TH}?{_NO_DIGIT}(?:{_TO}(?P<d2>\d{{1,2}}){_TH}?{_NO_DIGIT})?{_YEAR}",
            _month_day,
        ),
        (
            rf"(?<![$¥€£.,]){_WITH_DAY}(?P<d>\d{{1,2}})(?P<th>{_TH})?(?:{_TO}(?P<d2>\d{{1,2}}){_TH}?)?(?P<of>\s+of)?[\s-]*{_MONTH}{_YEAR}",
            _month_day,
        ),
        (rf"(?:the\s+)?(?P<d>{'|'.join(_ORDINALS)})\s+(?P<of>of)\s+{_MONTH}{_YEAR}", _month_day),
        (rf"(?:(?:in|since|of|from|during|early|late|mid)[\s-]+)?(?P<date>{_MONTH}\s?(?P<year>20\d{{2}}))(?!\d)", _month),
        (
            rf"(?:{_WHICH}\s+|(?<=\bin )|(?<=\bsince )|(?<=\bof )|(?<=\bfrom )|(?<=\bduring )|(?<=\bearly )|(?<=\blate )|(?<=\bmid )){_MONTH}(?!\s?\d)(?:,?\s+(?P<near_year>last|this|next)\s+year{_NO_LETTER})?",
            _month,
        ),
    ),
    *_rules(
        "1st|2nd|3rd|" + "|".join(f"{digit}th" for digit in range(10)),
        (
            rf"(?:on|since|from|of|dated)\s+(?P<date>the\s+(?P<d>\d{{1,2}}){_TH})(?=\s*(?:[,.!?;]|$|(?:and|but|i|at|which|that|is|was|has){_NO_LETTER}))",
            lambda match, moment: nearest_day_of_month(moment, int(match["d"])),
        ),
    ),
    *_rules(
        "yest|yday|night|today|this|tom|tmrw",
        *((f"(?:{pattern}){_NO_LETTER}", partial(_near_day, days=days)) for pattern, days in _NEAR_DAYS),
    ),
    *_rules(
        "christmas|xmas|year|valentine|halloween|single|double",
        *((rf"(?:{_WHICH}\s+)?(?:{name}){_NO_LETTER}{_YEAR}", partial(_holiday, day=day)) for name, day in _HOLIDAYS),
    ),
    *_rules("black|cyber", (rf"(?:{_WHICH}\s+)?(?P<name>black\s+friday|cyber\s+monday){_NO_LETTER}{_YEAR}", _sales)),
    *_rules(
        "|".join(_WEEKDAYS),
        (
            rf"(?:every|each)\s+{_ANY_DAY}{_NO_LETTER}|{_ANY_DAY}\s?(?:-|–|—|to|through|till|until)\s?{_ANY_DAY}{_NO_LETTER}",
            no_day,
        ),
        (rf"(?P<week_before>last|this|next)\s+week(?:['’]s)?\s+(?:on\s+)?(?P<day>{_LONG_DAY}){_NO_LETTER}", _weekday),
        (rf"(?P<day>{_LONG_DAY})\s+(?:of\s+)?(?P<week>last|this|next)\s+week{_NO_LETTER}", _weekday),
        (rf"{_WHICH}\s+(?P<day>{_ANY_DAY}){_NO_LETTER}", _weekday),
        (rf"(?:(?:on|since|by|until|before|from)\s+(?P<date>(?P<day>{_ANY_DAY}))|(?P<long>{_LONG_DAY})){_NO_LETTER}", _weekday),
    ),
    *_rules(
        "week|month|year",
        (rf"(?:the\s+)?(?P<unit>week|month|year)\s+before\s+last{_NO_LETTER}", _period),
        (rf"(?:earlier\s+|later\s+)?{_WHICH}\s+(?P<unit>weekend|week|month|year){_NO_LETTER}", _period),
    ),
    *_rules(" ago", (rf"{LENGTH_EN}\s+(?:or\s+so\s+)?ago{_NO_LETTER}", partial(_length_away, sign=-1))),
    *_rules(
        _UNIT_KEYS,
        (rf"in\s+{LENGTH_EN}(?!['’]|\s+(?:ago|of|or){_NO_LETTER})", partial(_length_away, sign=1)),
        (rf"(?<!for )(?<!for the )(?:the\s+)?(?:last|past)\s+{LENGTH_EN}", _recent),
    ),
    *_rules("from", (rf"{LENGTH_EN}\s+from\s+(?:now|today){_NO_LETTER}", partial(_length_away, sign=1))),
    *_rules(
        "other day|few|several",
        (rf"the\s+other\s+day{_NO_LETTER}|(?:a\s+few|several|few)\s+(?P<unit>day|week|month)s\s+(?:ago|back){_NO_LETTER}", _few),
    ),
)  # fmt: skip
