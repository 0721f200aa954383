"""Deadlines in hours and in business days, counted in the shop's timezone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def business_days_end(
    begins: datetime, days: int, zone: ZoneInfo, holidays: Collection[date] = ()
) -> datetime:
    """24:00 of the `days`-th business day after the day of `begins`, in the shop's timezone, as UTC."""
    day, left = begins.astimezone(zone).date(), days
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day, holidays)
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
