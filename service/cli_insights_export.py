"""`kefu insights export`: facts, complaints and ratings as CSV or Parquet, for BI tools."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from service.settings import Settings

Day = typer.Option(formats=["%Y-%m-%d"], help="A day of the shop, included.")


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where to; files of an earlier export are replaced.")],
    form: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="What to write.")] = "csv",
    since: Annotated[datetime | None, Day] = None,
    until: Annotated[datetime | None, Day] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Customers, orders and texts as they are, not as pseudonyms.")
    ] = False,
) -> None:
    """Write one file a table: conversations, reasons, rules, cases, stages, complaints, ratings.

    Example: `kefu insights export --out bi --format parquet --since 2026-10-01`
    """
    from agent.understand.masking import masked
    from insights.export.files import export as write
    from insights.facts.build import refresh
    from insights.facts.filters import Filter
    from insights.pseudonyms import Masks, masks
    from service.clock import utc_now
    from service.source import source_key
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    wanted = Filter(since.date() if since else None, until.date() if until else None)
    zone, engine = load_policy_book(settings.policies_dir).timezone, make_engine(settings.database)
    shown = Masks() if unmasked else masks(source_key(settings.data_dir), masked)
    try:
        migrate(engine)
        refresh(engine, zone, utc_now())
        counts = write(engine, out, form, wanted, zone, shown)
    finally:
        engine.dispose()
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for path, rows in counts.items():
        console.print(f"{rows:>9,}  {path}")
