"""How much happens on a day: the plan's size, spread by week, sales and trend where those are planted."""

from __future__ import annotations

from datetime import date, timedelta

from insights.simulate.plan import HISTORY_DAYS, Plan
from insights.simulate.truths import Seasonality

# Of all conversations, what does not come by itself but follows from an order or an earlier conversation.
FOLLOWING = 0.13


class Pace:
    """Expected numbers by day; over the plan's days they add up to its size."""

    def __init__(self, plan: Plan) -> None:
        self._first = -HISTORY_DAYS
        shape = [_shape(plan, day) for day in range(self._first, plan.days)]
        mean = sum(shape[HISTORY_DAYS:]) / plan.days
        self._shape = [each / mean for each in shape]
        self._a_day = plan.conversations / plan.days

    def orders(self, day: int) -> float:
        return self._a_day * self._shape[day - self._first]

    def contacts(self, day: int) -> float:
        return self._a_day * (1 - FOLLOWING) * self._shape[day - self._first]


def _shape(plan: Plan, day: int) -> float:
    today = plan.start + timedelta(days=day)
    grown = 1 + plan.trend.growth * day / 365 if plan.trend else 1.0
    return grown * (_season(plan.seasonality, today) if plan.seasonality else 1.0)


def _season(season: Seasonality, today: date) -> float:
    return season.week[today.weekday()] * (season.sale_times if on_sale(season, today) else 1.0)


def on_sale(season: Seasonality, today: date) -> bool:
    """Whether one of the year's sales is on."""
    return any(
        0 <= (today - date(today.year, month, day)).days < season.sale_days for month, day in season.sales
    )
