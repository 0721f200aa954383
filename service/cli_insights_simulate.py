"""`kefu insights simulate`: a made-up year of service in an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from insights.simulate.plan import Plan

ALL, NONE = "all", "none"


def simulate(
    database: Annotated[
        str,
        typer.Option(
            metavar="URL", help="An empty database: `sqlite:///year.db` or `postgresql+psycopg://…`."
        ),
    ],
    conversations: Annotated[int, typer.Option(min=1, help="About how many conversations.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Another number, another year.")] = 3,
    days: Annotated[int, typer.Option(min=14, help="How many days they are spread over.")] = 365,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day after the last one; by default today."),
    ] = None,
    plant: Annotated[
        str,
        typer.Option(metavar="all|none|NAME,…", help="Which truths to plant; docs/insights.md lists them."),
    ] = ALL,
) -> None:
    """Write a made-up year of service, with truths planted in it, to see what the insights find.

    Example: `kefu insights simulate --conversations 20000 --database sqlite:///year.db`

    The same seed, size and dates write the same rows. A database that holds a shop already is refused, and what
    is interrupted leaves an empty one.
    """
    from insights.simulate.write import simulate as write
    from tools.store.database import make_engine, migrate

    last = until.date() if until else datetime.now(UTC).date()
    plan = _plan(seed, last - timedelta(days=days), days, conversations, plant)
    engine = make_engine(database)
    migrate(engine)
    with _watching() as watch:
        counts = write(engine, plan, watch)
    engine.dispose()
    _tell(plan, counts, database)


def _plan(seed: int, start: date, days: int, conversations: int, plant: str) -> Plan:
    from insights.simulate.plan import NAMES, noise, planted

    if plant == NONE:
        return noise(seed, start, days, conversations)
    names = NAMES if plant == ALL else tuple(name.strip() for name in plant.split(","))
    return planted(seed, start, days, conversations, names)


def _tell(plan: Plan, counts: dict[str, int], database: str) -> None:
    from insights.simulate.described import truths

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for table in ("customers", "orders", "conversations", "turns", "events", "tracking_events"):
        console.print(f"{counts.get(table, 0):>9,} {table.replace('_', ' ')}")
    console.print("planted:" if truths(plan) else "planted: nothing")
    for truth in truths(plan):
        console.print(f"  {truth.name}: {truth.text}")
    shown = _without_password(database)
    console.print("look at it:")
    console.print(f"  KEFU_DATABASE_URL={shown} kefu serve                                  # then /insights")
    console.print(f"  KEFU_DATABASE_URL={shown} kefu insights report --out report.html")


def _without_password(database: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(database).render_as_string(hide_password=True)


@contextmanager
def _watching() -> Iterator[Callable[[int, int], None]]:
    """Days done, on a terminal; silence elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("days")
        yield lambda done, total: progress.update(task, completed=done, total=total)
