"""`kefu insights forecast`: how many contacts and sales to expect, by day and by week."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from insights.demand.calendar import Calendar
    from insights.demand.forecast import Forecast


def forecast(
    context: typer.Context,
    step: Annotated[
        Literal["day", "week"], typer.Option(help="The next 28 days or the next 8 weeks.")
    ] = "week",
    as_json: Annotated[bool, typer.Option("--json", help="Everything, by day and by week, as JSON.")] = False,
) -> None:
    """Forecast contacts by reason and sales by product, each by the methods that its own past speaks for.

    The last columns tell how wrong the methods were on earlier days, against repeating the last week (by week: the
    last value, or last year's once there are two years). Below it, weekdays and sales that stand out.
    """
    from insights.demand.forecast import calendars, forecasts
    from insights.demand.series import read_frames
    from insights.facts.build import refresh
    from insights.facts.filters import Filter
    from service.clock import utc_now
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    zone, now = load_policy_book(settings.policies_dir).timezone, utc_now()
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        refresh(engine, zone, now)
        with _watching() as watch:
            frames = read_frames(engine, Filter())
            found = forecasts(frames, now, zone, watch)
            known = calendars(frames, now, zone)
    finally:
        engine.dispose()
    if as_json:
        whole = {
            "forecasts": [asdict(each) for each in found],
            "calendar": {k: asdict(v) for k, v in known.items()},
        }
        print(json.dumps(whole, ensure_ascii=False, default=str))
        return
    Console().print(_table([each for each in found if each.step == step], step))
    for measure, told in known.items():
        Console().print(_told(measure, told), highlight=False)
    if not found:
        Console().print("Nothing to forecast from: two weeks of contacts or sales are needed.")


def _table(found: list[Forecast], step: str) -> Table:
    table = Table("", "next", "80 %", "95 %", "in all", "by", "error", "baseline's", title=f"by {step}")
    for each in found:
        first = each.points[0]
        name = {"total": each.measure}.get(each.dimension, f"{each.measure}, {each.dimension} {each.key}")
        table.add_row(
            escape(name), f"{first.mean:.1f}", f"{first.low80:.0f}…{first.high80:.0f}",
            f"{first.low95:.0f}…{first.high95:.0f}", f"{each.total:.0f}", ", ".join(each.methods),
            _number(each.error), _number(each.baseline_error),
        )  # fmt: skip
    return table


def _told(measure: str, told: Calendar) -> str:
    """The calendar in a line or two: "contacts: Mon +24 %, …; 2026-06-18 to 2026-06-22 2.4 times as many"."""
    parts = []
    if told.weekdays:
        days = zip(calendar.day_abbr, told.weekdays, strict=True)
        parts.append(", ".join(f"{day} {share - 1:+.0%}" for day, share in days))
    parts += [f"{peak.first} to {peak.last} {peak.times:.1f} times as many" for peak in told.peaks]
    return f"{measure}: {'; '.join(parts) or 'no weekday or sale stands out'}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


@contextmanager
def _watching() -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn("forecasting"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
