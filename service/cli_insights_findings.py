"""`kefu insights findings`: what makes service slow or goes wrong too often, checked statistically."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from insights.process.report import Finding, Report
    from insights.process.wording import Names

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from (until) this day on.")]


def findings(
    context: typer.Context,
    since: Day = None,
    until: Day = None,
    alpha: Annotated[
        float, typer.Option(help="The chance that a report about noise holds any finding.", min=1e-6, max=0.5)
    ] = 0.01,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of the sentences.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but one JSON object.")] = False,
) -> None:
    """Find slow stages, bad batches, rates and days that stand out, with evidence and what it costs.

    What is not beyond chance is not said. Each finding names conversations that show it.
    """
    from insights.errors import InsightsError
    from insights.facts.filters import Filter
    from insights.process.finding import find, read_frames
    from insights.process.report import Options

    engine = _engine(context)
    try:
        wanted = Filter(since.date() if since else None, until.date() if until else None)
        report = find(read_frames(engine, wanted), Options(alpha=alpha), _names(engine))
    except InsightsError as error:
        raise typer.BadParameter(str(error)) from error
    finally:
        engine.dispose()
    if as_json:
        print(json.dumps(report.json(), ensure_ascii=False, default=str))
        return
    _show(report, language, Console())


def _engine(context: typer.Context) -> Engine:
    """The shop's database with facts as of now."""
    from insights.facts.build import refresh
    from service.clock import utc_now
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    engine = make_engine(settings.database)
    migrate(engine)
    refresh(engine, load_policy_book(settings.policies_dir).timezone, utc_now())
    return engine


def _names(engine: Engine) -> Names:
    from tools.store.sql import SqlStore

    return {each.id: {"zh": each.name.zh, "en": each.name.en} for each in SqlStore(engine).products()}


def _show(report: Report, language: Literal["zh", "en"], console: Console) -> None:
    for each in report.findings:
        _one(each, language, console)
    console.print(
        f"{len(report.findings)} findings of {report.tests_made:,} tests; the chance that noise alone would give "
        f"any is at most {report.alpha:g}."
    )
    for name, entries in report.lists.items():
        table = Table("", "conversations", "share", "for example", title=name)
        for entry in entries:
            shown = escape(", ".join(entry.conversations[:2]))
            table.add_row(escape(entry.name), str(entry.count), f"{entry.share:.0%}", shown)
        console.print(table)


def _one(finding: Finding, language: Literal["zh", "en"], console: Console) -> None:
    said = [getattr(part, language) for part in (finding.what, finding.gain, finding.suggestion)]
    console.print(f"[bold]{finding.rank}. {escape(said[0])}[/]")
    for line in said[1:]:
        console.print(f"   {escape(line)}")
    shown = ", ".join(finding.conversations) or "none with a conversation"
    console.print(f"   [dim]p {finding.evidence.adjusted_p:.2g} for the whole report; {escape(shown)}[/]\n")
