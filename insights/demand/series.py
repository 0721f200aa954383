"""Daily and weekly series from the facts: contacts by reason, pieces sold by product and category, and the totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

from insights.demand.methods import Values

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from insights.facts.filters import Filter

Step = Literal["day", "week"]
Measure = Literal["contacts", "pieces"]
# How many of each dimension, the biggest first; the rest is in the total.
REASONS, PRODUCTS, CATEGORIES = 15, 25, 12


@dataclass(frozen=True)
class Frames:
    """What the forecasts are made from, as `insights/facts/frames.py` gives them."""

    conversations: pd.DataFrame
    reasons: pd.DataFrame
    sales: pd.DataFrame


@dataclass(frozen=True)
class Series:
    """`values` holds one number a step from `start` on; the step that is still running is left out.

    `dimension` is "total", "reason", "product" or "category", `key` its value, "" for the total.
    """

    measure: Measure
    dimension: str
    key: str
    step: Step
    start: date
    values: Values

    @property
    def next_start(self) -> date:
        return self.start + len(self.values) * length(self.step)


def length(step: Step) -> timedelta:
    return timedelta(days=7 if step == "week" else 1)


def read_frames(engine: Engine, wanted: Filter) -> Frames:
    from insights.facts import frames

    return Frames(
        frames.conversations(engine, wanted), frames.reasons(engine, wanted), frames.sales(engine, wanted)
    )


def daily(frames: Frames, now: datetime, zone: ZoneInfo) -> list[Series]:
    """All daily series. Days without a row are zero; today, which is not over, is left out."""
    today = now.astimezone(zone).date()
    contacts = [
        ("total", frames.conversations, None, None, 1),
        ("reason", frames.reasons, "reason", None, REASONS),
    ]
    pieces = [
        ("total", frames.sales, None, "quantity", 1),
        ("category", frames.sales, "category", "quantity", CATEGORIES),
        ("product", frames.sales, "product_id", "quantity", PRODUCTS),
    ]
    return [*_of("contacts", contacts, today), *_of("pieces", pieces, today)]


def weekly(series: Series) -> Series:
    """The same by weeks from Monday on; days before the first Monday and after the last Sunday are left out."""
    skipped = -series.start.weekday() % 7
    weeks = max(len(series.values) - skipped, 0) // 7
    values = series.values[skipped : skipped + 7 * weeks].reshape(weeks, 7).sum(axis=1)
    start = series.start + timedelta(days=skipped)
    return Series(series.measure, series.dimension, series.key, "week", start, values)


def _of(measure: Measure, wanted: list[Any], today: date) -> Iterator[Series]:
    """Every series of a measure has the same days: those from the first to the last of the measure's total."""
    days = wanted[0][1]["day"]
    days = days[days < np.datetime64(today)]
    if days.empty:
        return
    first, last = days.min().to_datetime64(), days.max().to_datetime64()
    for dimension, frame, column, amount, most in wanted:
        within = frame[(frame["day"] >= first) & (frame["day"] <= last)]
        for key in _biggest(within, column, amount, most):
            chosen = within if column is None else within[within[column] == key]
            yield Series(measure, dimension, key, "day", _date(first), _counted(chosen, amount, first, last))


def _biggest(frame: pd.DataFrame, column: str | None, amount: str | None, most: int) -> list[str]:
    if column is None:
        return [""]
    named = frame[frame[column] != ""]
    grouped = named.groupby(column, sort=True, observed=True)
    sizes = grouped.size() if amount is None else grouped[amount].sum()
    return [str(key) for key in sizes.sort_values(ascending=False, kind="stable").index[:most]]


def _counted(frame: pd.DataFrame, amount: str | None, first: Any, last: Any) -> Values:
    offsets = (frame["day"].to_numpy() - first) / np.timedelta64(1, "D")
    weights = None if amount is None else frame[amount].to_numpy(dtype=np.float64)
    days = int((last - first) / np.timedelta64(1, "D")) + 1
    return np.bincount(offsets.astype(np.int64), weights=weights, minlength=days).astype(np.float64)


def _date(moment: np.datetime64) -> date:
    found = moment.astype("datetime64[D]").astype(object)
    assert isinstance(found, date)
    return found
