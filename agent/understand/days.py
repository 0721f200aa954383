"""Arithmetic of the calendar for dates that are said relative to a day, or without their year.

Weeks begin on Monday. A span is its first and its last day. Every function raises ValueError or OverflowError
for a day that no calendar has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from agent.understand.durations import Length

Span = tuple[date, date]
# A day of February comes again after eight years at the latest.
_YEARS = 9


@dataclass(frozen=True, slots=True)
class Moment:
    """The day of the message; `ahead`: the words around a date look into the future."""

    today: date
    ahead: bool = False


Reader = Callable[[re.Match[str], Moment], Span | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of saying a date. It reads None from words that mean something else after all.

    ValueError and OverflowError say that the words are those of a date, but no calendar has it. A text in lower
    case without any of `keys` need not be searched: most messages name no date at all.
    """

    keys: tuple[str, ...]
    pattern: re.Pattern[str]
    read: Reader

    def may_find(self, lower: str) -> bool:
        return any(key in lower for key in self.keys)


def rules(keys: str, *forms: tuple[str, Reader], before: str = "") -> tuple[Rule, ...]:
    """Rules for patterns that share `keys`, separated by "|"; `before` stands in front of every pattern."""
    words = tuple(keys.split("|"))
    return tuple(Rule(words, re.compile(f"{before}(?:{form})", re.IGNORECASE), read) for form, read in forms)


def no_day(match: re.Match[str], moment: Moment) -> Span:
    """Reads "every Monday", which is no day of the calendar. Always raises ValueError."""
    raise ValueError(match.group())


def on(day: date) -> Span:
    return day, day


def shifted(today: date, days: int) -> Span:
    return on(today + timedelta(days=days))


def month_of(year: int, month: int) -> Span:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def month_from(today: date, shift: int) -> Span:
    """The month `shift` months after that of today."""
    years, month = divmod(today.month - 1 + shift, 12)
    return month_of(today.year + years, month + 1)


def year_of(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def week_from(today: date, shift: int) -> Span:
    monday = today + timedelta(days=7 * shift - today.weekday())
    return monday, monday + timedelta(days=6)


def day_of_week(today: date, shift: int, weekday: int) -> Span:
    """A day (Monday = 0) of the week `shift` weeks after this one."""
    return on(week_from(today, shift)[0] + timedelta(days=weekday))


def nearest_weekday(moment: Moment, weekday: int) -> Span:
    """The last such day before today, or the next one after it; today itself is called today."""
    if moment.ahead:
        return shifted(moment.today, (weekday - moment.today.weekday() - 1) % 7 + 1)
    return shifted(moment.today, -((moment.today.weekday() - weekday - 1) % 7 + 1))


def nearest_year(moment: Moment, make: Callable[[int], Span]) -> Span:
    """What a date without a year means: the last one that has begun, or the next one that is not over."""
    for step in range(_YEARS):
        year = moment.today.year + (step if moment.ahead else -step)
        try:
            first, last = make(year)
        except ValueError:
            continue
        if last >= moment.today if moment.ahead else first <= moment.today:
            return first, last
    raise ValueError("no year has such a day")


def nearest_day_of_month(moment: Moment, day: int) -> Span:
    """The last such day of a month, today included, or the next one."""
    step = 1 if moment.ahead else -1
    for shift in (0, step, 2 * step):
        first, last = month_from(moment.today, shift)
        if day <= last.day and (first.replace(day=day) - moment.today).days * step >= 0:
            return on(first.replace(day=day))
    raise ValueError(f"no month has a day {day}")


def away(today: date, length: Length, sign: int) -> date:
    """The day that lies a length of time from today; hours count as whole days only where they make some."""
    start = month_from(today, sign * length.months)
    day = min(today.day, start[1].day)
    return start[0].replace(day=day) + sign * timedelta(days=length.days + length.minutes // 1440)


def part_of_month(month: Span, part: int) -> Span:
    """The first ten days, the ten after them, the rest: `part` is 0, 1, 2."""
    first, last = month
    starts = (first, first.replace(day=11), first.replace(day=21))
    ends = (first.replace(day=10), first.replace(day=20), last)
    return starts[part], ends[part]
