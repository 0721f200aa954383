"""Forecasts against repeating the last season, on held-out time of made series of every kind.

    python -m benchmarks.forecasts --series 40

For each kind: the error over the baseline's (both mean absolute errors, each series scaled by its own mean step, then
summed), and how often what came lay in the 80 % and 95 % intervals. The seeds are others than those the rules of
`insights/demand/backtest.py` were tuned on (0 to 2,099).
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from benchmarks.forecast_series import KINDS, Values
from insights.demand.forecast import HORIZON, Forecast, forecast, season_of
from insights.demand.series import Series, Step

JUDGING = 20_000


@dataclass(frozen=True, slots=True)
class Past:
    """How much is known: `length` steps of series that repeat every `season` steps."""

    step: Step
    length: int
    season: int


PASTS = {
    "a year of days": Past("day", 365, 7),
    "60 weeks": Past("week", 60, 1),
    "130 weeks": Past("week", 130, 52),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Scaled errors and, for both levels, the share of steps inside the interval."""

    error: float
    baseline: float
    inside80: float
    inside95: float


def judge(kind: str, past: Past, seeds: range) -> Iterator[Judged]:
    horizon = HORIZON[past.step]
    for seed in seeds:
        rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
        values = KINDS[kind](rng, past.length + horizon, past.season)
        known, came = values[: past.length], values[past.length :]
        found = forecast(Series("contacts", "total", "", past.step, date(2026, 1, 5), known))
        repeated = np.resize(known[-season_of(past.step, past.length) :], horizon)
        scale = float(np.abs(np.diff(known)).mean()) or 1.0
        error, baseline = (float(np.abs(said - came).mean()) / scale for said in (_means(found), repeated))
        yield Judged(error, baseline, *_inside(found, came))


def ratio(judged: list[Judged]) -> float:
    """The error over the baseline's; 1 where neither was ever wrong."""
    baseline = sum(each.baseline for each in judged)
    return sum(each.error for each in judged) / baseline if baseline else 1.0


def _means(found: Forecast) -> Values:
    return np.array([point.mean for point in found.points])


def _inside(found: Forecast, came: Values) -> tuple[float, float]:
    pairs = list(zip(found.points, came, strict=True))
    return (
        float(np.mean([point.low80 <= value <= point.high80 for point, value in pairs])),
        float(np.mean([point.low95 <= value <= point.high95 for point, value in pairs])),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=40, help="How many of each kind.")
    parser.add_argument("--past", choices=PASTS, action="append", help="Only these; repeatable.")
    wanted = parser.parse_args()
    print("| past | kind | error / baseline | inside 80 % | inside 95 % |\n|---|---|---|---|---|")
    for name in wanted.past or PASTS:
        for kind in KINDS:
            judged = list(judge(kind, PASTS[name], range(JUDGING, JUDGING + wanted.series)))
            inside = [
                np.mean([getattr(each, level) for each in judged]) for level in ("inside80", "inside95")
            ]
            print(f"| {name} | {kind} | {ratio(judged):.3f} | {inside[0]:.2f} | {inside[1]:.2f} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
