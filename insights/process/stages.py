"""The durations of one stage, ready to be tested: who waited, when, and for how long so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from insights.process.groupings import Bools, Cells, Floats, Grouping, Ints, clusters, codes_of, groupings

if TYPE_CHECKING:
    import pandas as pd

SINGLE = (
    "carrier", "warehouse", "product_id", "category", "reason", "channel", "language", "tier", "region",
    "region_group", "half",
)  # fmt: skip
PAIRS = (
    ("carrier", "half"), ("carrier", "region_group"), ("carrier", "region"), ("carrier", "product_id"),
    ("carrier", "category"), ("carrier", "warehouse"), ("warehouse", "region_group"), ("warehouse", "product_id"),
    ("warehouse", "category"),
)  # fmt: skip
LEAST_CUSTOMERS = 15


@dataclass(frozen=True, eq=False, slots=True)
class Tested:
    """A grouping with the clusters of its rows (customers, days) and which values have enough rows."""

    grouping: Grouping
    by_customer: Cells
    by_day: Cells
    enough: Bools
    timely: bool = False

    @property
    def pair(self) -> bool:
        return len(self.grouping.names) > 1


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """One stage of a process. `hours` of what still runs (`ended` false) are those until now; `day` counts days."""

    process: str
    stage: str
    frame: pd.DataFrame
    hours: Floats
    ended: Bools
    months: Ints
    day: Ints
    customers: Ints
    tested: tuple[Tested, ...]

    @property
    def length(self) -> float:
        """Of the period, in months of 30 days."""
        return float(self.day.max() - self.day.min() + 1) / 30


def read_stages(frame: pd.DataFrame, least: int, now: pd.Timestamp | None = None) -> list[Stage]:
    """All stages with at least twice `least` cases.

    A stage that has not ended counts with its age at `now` (else at the last moment in the frame); it is left out
    where its case was closed otherwise.
    """
    import pandas as pd

    if frame.empty:
        return []
    now = now or max(
        frame[name].max() for name in ("began_at", "ended_at", "closed_at") if frame[name].notna().any()
    )
    frame = frame[frame["hours"].notna() | frame["closed_at"].isna()]
    age = (pd.Timestamp(now) - frame["began_at"]).dt.total_seconds() / 3600
    frame = frame.assign(waited=frame["hours"].fillna(age).clip(lower=0.0), still_open=frame["hours"].isna())
    parts = frame.groupby(["process", "stage"], sort=True)
    return [
        _stage(str(process), str(stage), part.reset_index(drop=True), least)
        for (process, stage), part in parts
        if len(part) >= 2 * least
    ]


def _stage(process: str, stage: str, frame: pd.DataFrame, least: int) -> Stage:
    frame = frame.assign(month=frame["day"].dt.strftime("%Y-%m"))
    months, _ = codes_of(frame["month"])
    day = frame["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    customers = clusters(frame, "customer_id")
    tested = [
        _tested(each, customers, day, least)
        for each in [*groupings(frame, SINGLE, PAIRS), *groupings(frame, ["month"], [])]
    ]
    hours, ended = frame["waited"].to_numpy(dtype=np.float64), ~frame["still_open"].to_numpy(dtype=np.bool_)
    return Stage(process, stage, frame, hours, ended, months, day, customers, tuple(tested))


def _tested(grouping: Grouping, customers: Ints, day: Ints, least: int) -> Tested:
    by_customer, rows = grouping.cells(customers), grouping.rows
    people = np.bincount(by_customer.value[by_customer.value >= 0], minlength=len(rows))
    enough = (rows >= least) & (len(grouping.codes) - rows >= least) & (people >= LEAST_CUSTOMERS)
    return Tested(grouping, by_customer, grouping.cells(day), enough, grouping.names == ("month",))
