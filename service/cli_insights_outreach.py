"""`kefu insights outreach`: who will contact the shop next and why, as a list that messages can be sent from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from insights.outreach.world import Defect

SHOWN = 30


def outreach(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write those who may be written to, to a .csv or .json file, and put it on record.",
        ),
    ] = None,
    batch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SKU:FROM:TO",
            help="A defective batch, by first and last day of order, beside those of the findings; repeatable.",
        ),
    ] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Customers by their ids, not by digests.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All rows as JSON.")] = False,
) -> None:
    """List who will probably write within a week: late parcels, expiring windows, overdue complaints, late refunds.

    Example: `kefu insights outreach --out monday.csv --unmasked --batch P-100-RED:2026-09-01:2026-09-14`

    Only customers who allow proactive messages get into the file, each at most once in seven days.
    """
    from insights.facts.build import refresh
    from insights.facts.filters import Filter
    from insights.outreach.defects import defects_in
    from insights.outreach.export import hand_out, plain
    from insights.outreach.outreach import outreach as find
    from insights.process.finding import find as find_causes
    from insights.process.finding import read_frames
    from service.clock import utc_now
    from service.source import source_key
    from service.texts import open_texts
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    defects = [_defect(each) for each in batch or ()]
    policies, now = load_policy_book(settings.policies_dir), utc_now()
    texts = open_texts(policies, settings.policies_dir).spoken_in(policies.voice_at(now))
    key = None if unmasked else source_key(settings.data_dir)
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        refresh(engine, policies.timezone, now)
        found = defects_in(find_causes(read_frames(engine, Filter())))
        rows = find(engine, now, policies, texts, {*found, *defects})
        written = hand_out(engine, rows, out, now, key) if out else None
    finally:
        engine.dispose()
    if as_json:
        print(json.dumps({"outreach": [plain(row, key) for row in rows]}, ensure_ascii=False))
        return
    console = Console()
    console.print(
        _table([plain(row, key) for row in rows[:SHOWN]]) if rows else "Nobody has a reason to write."
    )
    if len(rows) > SHOWN:
        console.print(f"and {len(rows) - SHOWN} more; --json shows all")
    if out:
        console.print(f"{written} of {len(rows)} written to {out}", markup=False)


def _table(rows: list[dict[str, object]]) -> Table:
    table = Table("customer", "order", "why", "within a week", "held by")
    for row in rows:
        likely = f"{row['probability']:.0%} ({row['low']:.0%}…{row['high']:.0%} of its kind)"
        table.add_row(
            *(escape(str(row[name])) for name in ("customer", "order_id", "why_en")), likely, str(row["held"])
        )
    return table


def _defect(text: str) -> Defect:
    from insights.outreach.world import Defect

    try:
        sku, first, last = text.rsplit(":", 2)
        found = Defect(sku, date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise typer.BadParameter(f"{text}: SKU:FROM:TO with days such as 2026-09-01") from error
    if found.first > found.last:
        raise typer.BadParameter(f"{text}: ends before it begins")
    return found
