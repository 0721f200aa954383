"""Everything that the days of a simulated year share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from sqlalchemy import Table

from insights.simulate.goods import Shelves
from insights.simulate.log import Diary, Log
from insights.simulate.outcomes import Outcome
from insights.simulate.pace import Pace
from insights.simulate.people import Crowd, Person
from insights.simulate.plan import Plan
from insights.simulate.purchases import Purchase
from tools.store.rows import Rows

# After so many days nothing new happens to an order, and it is written.
RESTS_AFTER_DAYS = 32


@dataclass(frozen=True, slots=True)
class Ahead:
    """A conversation that will come: about what, by whom, about which order and line.

    `manner` is "defect" for somebody whose goods are broken, "again" for a question that was not solved,
    "abuse" for goods that are only said to be broken, "habit" for somebody who always sends back, "takeover" for
    somebody who is not the customer, "vain" for a question that nothing answers. `outcome` is how it will end where
    that is settled already.
    """

    reason: str
    person: Person | None
    purchase: Purchase | None = None
    line_no: int = 1
    manner: Literal["", "defect", "again", "abuse", "habit", "takeover", "vain"] = ""
    outcome: Outcome | Literal[""] = ""


@dataclass(slots=True)
class Window:
    """The orders of the last days, by day."""

    _days: dict[int, list[Purchase]] = field(default_factory=dict)

    def add(self, made: Purchase, day: int) -> None:
        self._days.setdefault(day, []).append(made)

    def any_of(self, rng: Random, day: int) -> Purchase | None:
        orders = self._days.get(day)
        return rng.choice(orders) if orders else None

    def resting(self, day: int) -> list[Purchase]:
        """Take out the orders that are too old for anything to happen to them on `day`."""
        old = sorted(each for each in self._days if each < day - RESTS_AFTER_DAYS)
        return [made for each in old for made in self._days.pop(each)]

    def rest(self) -> list[Purchase]:
        return [made for day in sorted(self._days) for made in self._days.pop(day)]


class World:
    """The state of the simulation between two days; bounded by what a month holds."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.pace = Pace(plan)
        self.crowd = Crowd(plan)
        self.shelves = Shelves(plan.seed, plan.tastes.share if plan.tastes else 0.0)
        self.window = Window()
        self.log = Log(Diary(plan.day_of, plan.end))
        self.ahead: Diary[Ahead] = Diary(plan.day_of, plan.end)
        # Orders of which something went back, by the day on which that began.
        self.returning = Window()
        self._numbers: Counter[str] = Counter()
        self.rows: Rows = {}

    def add(self, table: Table, row: dict[str, Any]) -> None:
        """Keep a row until the day is written."""
        self.rows.setdefault(table, []).append(row)

    def next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def moment(self, rng: Random, day: int) -> datetime:
        """A time of that day at which people are awake."""
        hour = rng.triangular(7.5, 23.9, 15.0)
        return self.plan.midnight(day) + timedelta(seconds=int(hour * 3600))
