"""`kefu insights risk`: signs of misuse for a person to look at, and whom they fall on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from insights.pseudonyms import Masks
    from insights.risk.report import Fairness, Flag

SHOWN = 30


def risk(
    context: typer.Context,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of the sentences.")] = "en",
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Customers, orders and staff as they are, not as pseudonyms.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but one JSON object.")] = False,
) -> None:
    """List what may be abuse of returns, odd refunds and accounts taken over in the last year, for a person to look at.

    Nothing follows from a flag by itself: the agent does not know of it, and nobody is refused because of one.
    """
    from agent.understand.masking import masked
    from insights.pseudonyms import Masks, masks
    from insights.risk.report import risks
    from service.clock import utc_now
    from service.source import source_key
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    shown = Masks() if unmasked else masks(source_key(settings.data_dir), masked)
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        report = risks(engine, utc_now())
    finally:
        engine.dispose()
    if as_json:
        print(json.dumps(report.json(shown), ensure_ascii=False))
        return
    console = Console()
    for flag in report.flags[:SHOWN]:
        _one(flag, shown, language, console)
    if len(report.flags) > SHOWN:
        console.print(f"and {len(report.flags) - SHOWN} more; --json shows all\n")
    console.print(
        f"{len(report.flags)} flags; a shop without misuse gets any with a p in {report.alpha:.0%} of years.\n"
    )
    _beside(report.fairness, language, console)


def _one(flag: Flag, shown: Masks, language: Literal["zh", "en"], console: Console) -> None:
    seen = flag.masked(shown)
    whom = ", ".join(seen.customers) or seen.staff
    beyond = "no matter of chance" if flag.p is None else f"p {flag.p:.2g}"
    console.print(f"[bold]{flag.rank}. {flag.kind.replace('_', ' ')}: {escape(whom)}[/] [dim]({beyond})[/]")
    console.print(f"   {escape(flag.evidence.in_(language))}")
    console.print(f"   {escape(flag.suggestion.in_(language))}")
    examples = ", ".join([*seen.orders, *seen.conversations])
    console.print(f"   [dim]{escape(examples)}[/]\n")


def _beside(fairness: Fairness, language: Literal["zh", "en"], console: Console) -> None:
    table = Table("", "flagged", "of", "share", "95 %", "p", title="Flagged customers by group")
    for group in fairness.groups:
        share = group.flagged
        table.add_row(
            escape(f"{group.dimension} {group.name}"), str(share.part), str(share.whole), f"{share.value or 0:.1%}",
            f"{share.low:.1%}…{share.high:.1%}", f"{group.p:.2g}",
        )  # fmt: skip
    console.print(table)
    for warning in fairness.warnings:
        console.print(f"[bold red]{escape(warning.in_(language))}[/]")
