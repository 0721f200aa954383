"""Forecasts with intervals, each by the methods that its own past speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from insights.demand.backtest import DAILY, WEEKLY, YEARLY, Backtest, Weights, backtest, choose, mixed
from insights.demand.calendar import Calendar, calendar
from insights.demand.intervals import LEVELS, Spread, spread
from insights.demand.methods import Values, methods
from insights.demand.series import Frames, Measure, Series, Step, daily, length, weekly

HORIZON: dict[Step, int] = {"day": 28, "week": 8}
WEEKS_A_YEAR = 52
# Older values would only make it slower: the weekday pattern of two years ago says little.
MOST_DAYS = 730
# Mostly nothing: methods for sparse demand instead of smooth ones.
SPARSE = 0.5
# Shorter ones are not forecast: there is no second week to compare with.
SHORTEST = {"day": 14, "week": 8}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Point:
    """What is expected from `start` on for one step, and where 80 % and 95 % of such steps will lie."""

    start: date
    mean: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """`error` and `baseline_error` are mean absolute errors over `origins` earlier days, of the methods chosen and
    of repeating the last season; None where the past is too short to tell. `mase` is `error` by the mean step from
    one season to the next. `past` are the last values before the forecast, oldest first.
    """

    measure: Measure
    dimension: str
    key: str
    step: Step
    points: tuple[Point, ...]
    methods: tuple[str, ...]
    baseline: str
    error: float | None
    baseline_error: float | None
    mase: float | None
    origins: int
    past: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(point.mean for point in self.points)


def forecasts(
    frames: Frames, now: datetime, zone: ZoneInfo, progress: Progress | None = None
) -> list[Forecast]:
    """Forecasts of all series by day and by week, in the order contacts, pieces; totals before parts."""
    by_day = daily(frames, now, zone)
    wanted = [series for each in by_day for series in (each, weekly(each))]
    wanted = [series for series in wanted if len(series.values) >= SHORTEST[series.step]]
    found = []
    for done, series in enumerate(wanted, 1):
        found.append(forecast(series))
        if progress:
            progress(done, len(wanted))
    return found


def forecast(series: Series) -> Forecast:
    """The next 28 days or 8 weeks of one series, which has at least 14 days or 8 weeks."""
    values, horizon = series.values[-MOST_DAYS:], HORIZON[series.step]
    season = season_of(series.step, len(values))
    tried = methods(season, bool((values == 0).mean() > SPARSE))
    baseline = next(iter(tried))
    tested = backtest(values, horizon, season, tried)
    caution = DAILY if series.step == "day" else YEARLY if season > 1 else WEEKLY
    chosen = choose(tested, baseline, caution) if tested else {baseline: 1.0}
    said = {name: tried[name](values, horizon) for name in chosen}
    if not all(np.isfinite(each).all() for each in said.values()):
        chosen, said = {baseline: 1.0}, {baseline: tried[baseline](values, horizon)}
    mean = mixed(said, chosen)
    return Forecast(
        series.measure, series.dimension, series.key, series.step,
        _points(series, mean, _spread(tested, chosen, values, season)), tuple(chosen), baseline,
        *_errors(tested, chosen, baseline, values, season), len(tested.came) if tested else 0,
        tuple(map(float, values[-3 * horizon :])),
    )  # fmt: skip


def calendars(frames: Frames, now: datetime, zone: ZoneInfo) -> dict[Measure, Calendar]:
    """What weekdays and sales do to all contacts and to all pieces sold."""
    totals = (series for series in daily(frames, now, zone) if series.dimension == "total")
    found = ((series.measure, calendar(series)) for series in totals)
    return {measure: each for measure, each in found if each is not None}


def season_of(step: Step, steps: int) -> int:
    """A week of days; a year of weeks once there are two of them."""
    if step == "day":
        return 7
    return WEEKS_A_YEAR if steps >= 2 * WEEKS_A_YEAR else 1


def _spread(tested: Backtest | None, chosen: Weights, values: Values, season: int) -> Spread:
    if tested:
        return spread(mixed(tested.said, chosen), tested.came)
    # Too short to look back: how far each season was from the one before it.
    return spread(values[None, :-season], values[None, season:])


def _errors(
    tested: Backtest | None, chosen: Weights, baseline: str, values: Values, season: int
) -> tuple[float | None, float | None, float | None]:
    if not tested:
        return None, None, None
    error, before = (float(tested.errors(names).mean()) for names in (chosen, {baseline: 1.0}))
    scale = float(np.abs(values[season:] - values[:-season]).mean())
    return error, before, error / scale if scale else None


def _points(series: Series, mean: Values, errors: Spread) -> tuple[Point, ...]:
    whole = bool((series.values == np.round(series.values)).all())
    bounds = errors.around(mean, whole)
    columns = [mean, *(side for level in LEVELS for side in bounds[level])]
    starts = (series.next_start + at * length(series.step) for at in range(len(mean)))
    return tuple(
        Point(start, *map(float, row)) for start, row in zip(starts, zip(*columns, strict=True), strict=True)
    )
