"""Contacts by day: a series for each reason, and for each reason in a channel or about a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from insights.process.groupings import Bools, Floats, Grouping, Ints, clusters, groupings

if TYPE_CHECKING:
    import pandas as pd

SINGLE = ("reason",)
PAIRS = (("reason", "channel"), ("reason", "language"), ("reason", "category"), ("reason", "product_id"))
LEAST_CONTACTS = 60
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """`counts` is values × days: how many customers asked, each once a week, for one way of cutting contacts.

    `others` are the contacts of all other reasons of the same days, the measure of how busy the shop was. Days that are
    `left_out` are known to be unusual.
    """

    grouping: Grouping
    counts: Floats
    others: Floats
    left_out: Bools
    enough: Ints

    @property
    def part(self) -> bool:
        return len(self.grouping.names) > 1


@dataclass(frozen=True, eq=False, slots=True)
class Contacts:
    """Conversations by reason, each customer once a reason and week. `day` counts from `first_day`."""

    frame: pd.DataFrame
    day: Ints
    days: int
    first_day: date

    def date_of(self, day: int) -> date:
        return self.first_day + timedelta(days=day)


def read_contacts(reasons: pd.DataFrame) -> Contacts | None:
    """None where nobody asked for anything."""
    told = reasons[reasons["reason"] != ""].sort_values("day", kind="stable")
    if told.empty:
        return None
    absolute = told["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    first = int(absolute.min())
    told = told.assign(
        _week=(absolute - first) // 7, _customer=clusters(told, "customer_id"), _day=absolute - first
    )
    told = told.drop_duplicates(["_customer", "reason", "_week"]).reset_index(drop=True)
    day = told["_day"].to_numpy(dtype=np.int64)
    return Contacts(told, day, int(day.max()) + 1, EPOCH + timedelta(days=first))


def series_of(contacts: Contacts) -> list[Series]:
    """All series; those with fewer than `LEAST_CONTACTS` contacts are not `enough` to look at."""
    frame, days = contacts.frame, contacts.days
    total = np.bincount(contacts.day, minlength=days).astype(np.float64)
    by_reason: dict[str, Floats] = {}
    found = []
    for each in groupings(frame, SINGLE, PAIRS):
        known = each.codes >= 0
        flat = np.bincount(each.codes[known] * days + contacts.day[known], minlength=len(each.values) * days)
        counts = flat.reshape(len(each.values), days).astype(np.float64)
        if len(each.names) == 1:
            by_reason = {value[0]: row for value, row in zip(each.values, counts, strict=True)}
        others = np.stack([total - by_reason[value[0]] for value in each.values])
        enough = np.flatnonzero(counts.sum(axis=1) >= LEAST_CONTACTS)
        found.append(Series(each, counts, others, np.zeros(counts.shape, dtype=np.bool_), enough))
    return found
