"""`kefu insights report`: everything that the insights say, as one page that can be passed on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from insights.facts.filters import Filter

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from (until) this day on.")]


def report(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the page is written to.")] = Path(
        "report.html"
    ),
    since: Day = None,
    until: Day = None,
    language: Annotated[
        Literal["zh", "en"], typer.Option("--lang", help="In which it opens; it has both.")
    ] = "zh",
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object of the main numbers.")
    ] = False,
) -> None:
    """Write one page with figures, charts, findings, forecasts and risks, in which customers are pseudonyms.

    It opens without a server and without the internet, switches between Chinese and English, and can be printed.
    """
    from insights.errors import InsightsError
    from insights.facts.build import refresh
    from insights.facts.filters import Filter
    from insights.report.html import page, write
    from service.app import STATIC
    from service.clock import utc_now
    from tools.policy.cards import load_policy_book
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    zone, now = load_policy_book(settings.policies_dir).timezone, utc_now()
    engine = make_engine(settings.database)
    try:
        wanted = Filter(since.date() if since else None, until.date() if until else None)
        migrate(engine)
        refresh(engine, zone, now)
        with _watching() as watch:
            data = report_data(settings, engine, wanted, now, watch)
        write(out, page(data, STATIC, language))
    except InsightsError as error:
        raise typer.BadParameter(str(error)) from error
    finally:
        engine.dispose()
    Console(stderr=as_json).print(f"{out} is written", markup=False, highlight=False)
    if as_json:
        print(json.dumps(_main_numbers(data, out), ensure_ascii=False))


def report_data(
    settings: Settings,
    engine: Engine,
    wanted: Filter,
    now: datetime,
    watch: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Any]:
    """The numbers of the report, from the facts as they are. Raises `InsightsError`."""
    from msgspec import to_builtins

    from agent.understand.masking import masked
    from insights.pseudonyms import masks
    from insights.report.content import Shop, content
    from retrieval.documents import load_documents
    from retrieval.passages import split_documents
    from service.complaint_office import ComplaintOffice
    from service.embedding import load_embeddings
    from service.insights.rules import rule_names, sections_of
    from service.source import source_key
    from service.texts import open_texts
    from tools.policy.cards import load_policy_book
    from tools.store.complaint_store import ComplaintQuery, ComplaintStore
    from tools.store.sql import SqlStore

    policies, key = load_policy_book(settings.policies_dir), source_key(settings.data_dir)
    texts = open_texts(policies, settings.policies_dir).spoken_in(policies.voice_at(now))
    office = ComplaintOffice(ComplaintStore(engine), policies, lambda: now, key)
    named = rule_names(policies, sections_of(split_documents(load_documents(settings.policies_dir)[0])))
    also = {
        "/v1/complaints": to_builtins(office.list(ComplaintQuery(limit=100))),
        "/v1/insights/rules": to_builtins(named),
    }
    shop = Shop(
        engine,
        policies,
        texts,
        masks(key, masked),
        lambda some: load_embeddings(settings).embed_queries(some),
    )
    store = SqlStore(engine)
    names = {language: store.meta(f"name.{language}") or "" for language in ("zh", "en")}
    return content(shop, wanted, now, also, watch) | {"shop": names}


def _main_numbers(data: dict[str, Any], out: Path) -> dict[str, Any]:
    answers = data["answers"]
    figures = {each["name"]: each["value"] for each in answers["/v1/insights/overview"]["figures"]}
    counts = {
        "findings": len(answers["/v1/insights/findings"]["result"]["findings"]),
        "risks": len(answers["/v1/insights/risks"]["result"]["flags"]),
        "outreach": answers["/v1/insights/outreach"]["result"]["count"],
        "forecasts": len(answers["/v1/insights/forecasts"]["result"]["forecasts"]),
    }
    return {"out": str(out), "since": data["since"], "until": data["until"], **figures, **counts}


@contextmanager
def _watching() -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda name, done, total: progress.update(task, description=name, completed=done, total=total)
