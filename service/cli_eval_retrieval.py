"""`kefu eval retrieval`: how well the right passage is found, in any folder of documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.settings import ROOT, Settings

if TYPE_CHECKING:
    from eval.retrieval.measure import Bench, Step, Workshop
    from eval.retrieval.report import Report

SAMPLE = ROOT / "examples" / "policies"
SAMPLE_TUNE = ROOT / "examples" / "training" / "retrieval.tune.jsonl"
SAMPLE_QUESTIONS = tuple(
    ROOT / "eval" / "sets" / name for name in ("retrieval.test.jsonl", "retrieval.unanswerable.jsonl")
)

LEAST_WIDTH = 130
TIMED = 40
"""How many questions are embedded anew for the time it takes."""


def retrieval(
    context: typer.Context,
    docs: Annotated[
        Path | None, typer.Option(help="Folder of documents; the sample shop's if absent.")
    ] = None,
    questions: Annotated[
        list[Path] | None,
        typer.Option(
            help="JSON lines: question, lang, gold. Our test set if absent. Several times for more."
        ),
    ] = None,
    tune: Annotated[
        Path | None, typer.Option(help="Questions to calibrate on; never those that are measured.")
    ] = None,
    across: Annotated[bool, typer.Option(help="Measure across languages too.")] = True,
    allow_missing_gold: Annotated[
        bool,
        typer.Option("--allow-missing-gold", help="Leave out questions whose gold is not in the folder."),
    ] = False,
    show_misses: Annotated[int, typer.Option(help="List so many mistakes of each kind.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the JSON object and every question here.")] = None,
    third_party: Annotated[
        Path | None,
        typer.Option(help="Measure on the sets in this folder: jddc_intent, banking77, clinc150."),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this third-party set.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many passages of a third-party set.", min=50)] = 3000,
    seed: Annotated[int, typer.Option(help="Which of them: another number, another sample.")] = 0,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Measure search: recall@1/3/5/10 and MRR@10 of dense, BM25 and fused, wrong answers and refusals, times.

    `gold` names documents (`returns`, `returns.zh`), sections (`returns#postage`), pieces (`returns.zh#postage.2`)
    or files (`returns.md`); without it no document answers the question. Vectors are kept in the data folder,
    so a second run is fast.
    """
    from eval.retrieval.errors import BadQuestions, MeasuringError

    settings, console = _settings(context), _console(json_only)
    try:
        if third_party is not None:
            result = _third_party(settings, third_party, only or [], limit, seed, console)
        else:
            bench = _bench(settings, docs, questions, tune, allow_missing_gold, console)
            result = _measure(settings, bench, across, show_misses, console)
        if out is not None:
            out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except MeasuringError as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        raise typer.Exit(2 if isinstance(error, BadQuestions) else 1) from error
    result.pop("asked", None)
    print(json.dumps(result, ensure_ascii=False))


def _console(quiet: bool) -> Console:
    # Eight columns with intervals need their room also where the output is no terminal.
    console = Console(quiet=quiet)
    return console if console.is_terminal else Console(quiet=quiet, width=LEAST_WIDTH)


def _settings(context: typer.Context) -> Settings:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    return settings


def _bench(
    settings: Settings,
    docs: Path | None,
    questions: list[Path] | None,
    tune: Path | None,
    allow_missing_gold: bool,
    console: Console,
) -> Bench:
    """What is to be measured, its gold checked."""
    from eval.retrieval.errors import BadQuestions
    from eval.retrieval.folder import read_documents
    from eval.retrieval.measure import Bench
    from eval.retrieval.questions import read_questions

    if docs is not None and not questions and docs.resolve() != SAMPLE.resolve():
        raise typer.BadParameter("--docs needs --questions: our test set asks about the sample shop")
    folder = docs or (settings.policies_dir if questions else SAMPLE)
    if tune is None and folder.resolve() == SAMPLE.resolve():
        tune = SAMPLE_TUNE
    asked = read_questions(questions or SAMPLE_QUESTIONS)
    if not asked:
        raise BadQuestions(["no question at all: nothing to measure"])
    documents, problems = read_documents(folder)
    for problem in problems:
        console.print(f"[yellow]left out:[/] {escape(problem)}", highlight=False, soft_wrap=True)
    bench = Bench(documents, folder, asked, read_questions([tune]) if tune else ())
    if not allow_missing_gold:
        bench.names.check(asked)
    return bench


def _measure(
    settings: Settings, bench: Bench, across: bool, show_misses: int, console: Console
) -> dict[str, Any]:
    from eval.retrieval.measure import measure
    from eval.retrieval.render import render
    from eval.retrieval.report import report

    with _workshop(settings, console) as workshop:
        found = report(measure(bench, workshop, across, timed=TIMED))
    render(found, console, show_misses)
    return found.json() | {"asked": _asked(found)}


def _third_party(
    settings: Settings, folder: Path, only: list[str], limit: int, seed: int, console: Console
) -> dict[str, Any]:
    from eval.retrieval.measure import measure
    from eval.retrieval.render import render
    from eval.retrieval.report import report
    from eval.retrieval.third_party import read_sets

    results = {}
    for name, bench in read_sets(folder, only, limit, seed):
        console.rule(name)
        with _workshop(settings, console) as workshop:
            found = report(measure(bench, workshop, across=False))
        render(found, console)
        results[name] = found.json()
    return {"sets": results, "limit": limit, "seed": seed}


def _asked(found: Report) -> list[dict[str, Any]]:
    return [
        {
            "question": outcome.question.text,
            "lang": outcome.question.language,
            "gold": list(outcome.question.gold),
            "score": round(outcome.answer.score, 4),
            "places": outcome.places,
            "fused": list(outcome.answer.ranked.get("fused", ())),
        }
        for outcome in found.outcomes
    ]


@contextmanager
def _workshop(settings: Settings, console: Console) -> Iterator[Workshop]:
    from eval.retrieval.measure import Workshop
    from eval.retrieval.vector_cache import CachedEmbeddings
    from models.resolve import resolve_embedding
    from retrieval.embeddings import SentenceEmbeddings

    model = resolve_embedding(settings.embedding, settings.models_dir)
    cache = settings.data_dir / "evaluation" / "retrieval"
    # Without a memory, or the timing would measure that.
    embeddings = CachedEmbeddings(SentenceEmbeddings(model, cache_size=0), cache)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:

        @contextmanager
        def progress(name: str) -> Iterator[Step]:
            task = bar.add_task(name, total=None)
            try:
                yield lambda done, total: bar.update(task, completed=done, total=total)
            finally:
                bar.remove_task(task)

        yield Workshop(embeddings, cache, datetime.now(UTC), progress)
