"""Series from facts: gaps are zeros, the day that is still running is left out, weeks begin on Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from insights.demand.forecast import forecasts
from insights.demand.series import Frames, Series, daily, weekly

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Already the 21st in Shanghai.
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def days(*texts: str) -> pd.Series[pd.Timestamp]:
    return pd.Series(pd.to_datetime(list(texts)))


def frames(contact_days: list[str], sold: list[tuple[str, str, int]] | None = None) -> Frames:
    conversations = pd.DataFrame({"day": days(*contact_days)})
    reasons = conversations.assign(reason=["delivery_time", *["return"] * (len(contact_days) - 1)])
    rows = sold or []
    sales = pd.DataFrame(
        {
            "day": days(*(row[0] for row in rows)),
            "product_id": [row[1] for row in rows],
            "category": ["apparel" for _ in rows],
            "quantity": [row[2] for row in rows],
        }
    )
    return Frames(conversations, reasons, sales)


def by_name(found: list[Series]) -> dict[tuple[str, str, str], list[float]]:
    return {(each.measure, each.dimension, each.key): each.values.tolist() for each in found}


def test_days_without_contacts_are_zeros_and_today_is_left_out() -> None:
    given = frames(["2026-11-16", "2026-11-18", "2026-11-18", "2026-11-20", "2026-11-21"])
    found = by_name(daily(given, NOW, SHANGHAI))
    assert found["contacts", "total", ""] == [1, 0, 2, 0, 1]
    assert found["contacts", "reason", "delivery_time"] == [1, 0, 0, 0, 0]
    assert found["contacts", "reason", "return"] == [0, 0, 2, 0, 1]


def test_pieces_are_counted_by_product_category_and_in_all_the_biggest_first() -> None:
    sold = [("2026-11-18", "P-1", 2), ("2026-11-19", "P-2", 5), ("2026-11-20", "P-1", 1)]
    series = daily(frames(["2026-11-18"], sold), NOW, SHANGHAI)
    found = by_name(series)
    assert found["pieces", "total", ""] == [2, 5, 1]
    assert found["pieces", "category", "apparel"] == [2, 5, 1]
    assert [each.key for each in series if each.dimension == "product"] == ["P-2", "P-1"]
    assert found["pieces", "product", "P-1"] == [2, 0, 1]


def test_weeks_are_whole_and_begin_on_monday() -> None:
    # From Thursday on: three days, two weeks, two days.
    found = weekly(Series("contacts", "total", "", "day", date(2026, 10, 1), np.arange(19, dtype=np.float64)))
    assert found.start == date(2026, 10, 5)
    assert found.values.tolist() == [sum(range(4, 11)), sum(range(11, 18))]
    assert found.next_start == date(2026, 10, 19)


def test_a_shop_without_a_past_has_no_forecast() -> None:
    assert forecasts(frames(["2026-11-20"]), NOW, SHANGHAI) == []
    empty = Frames(*(frame.iloc[:0] for frame in (frames(["2026-11-20"]).conversations,) * 3))
    assert forecasts(empty, NOW, SHANGHAI) == []


def test_all_series_are_forecast_by_day_and_by_week_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    dates = [f"{day:%Y-%m-%d}" for day in pd.date_range("2026-08-31", "2026-11-19") for _ in range(2)]
    found = forecasts(frames(dates), NOW, SHANGHAI, lambda done, total: told.append((done, total)))
    names = [(each.dimension, each.key, each.step) for each in found]
    assert names[:2] == [("total", "", "day"), ("total", "", "week")]
    assert {("reason", "return", "day"), ("reason", "return", "week")} <= set(names)
    assert told[-1] == (len(found), len(found))
    assert found[0].points[0].start == date(2026, 11, 20)
    assert found[0].points[0].mean == 2.0
