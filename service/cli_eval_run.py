"""`kefu eval run` and `kefu eval list`: plays suites and keeps what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from eval.playing.installed import Wanted
    from eval.playing.programme import Programme
    from eval.runs.record import Manifest

INTERRUPTED = 130


def run(
    context: typer.Context,
    suites: Annotated[
        list[str] | None,
        typer.Argument(help="Suites by name, YAML files or folders; all bundled ones if absent."),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cases with this tag, such as ci; several: any.")
    ] = None,
    lang: Annotated[list[str] | None, typer.Option(help="Only cases in this language: zh or en.")] = None,
    case: Annotated[
        list[str] | None, typer.Option(help="Only cases with this id; `return-*` fits many.")
    ] = None,
    intent: Annotated[list[str] | None, typer.Option(help="Only cases about this intent.")] = None,
    limit: Annotated[
        int | None, typer.Option(help="At most so many cases of a suite, spread over it.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="For simulated customers and perturbations.")] = 0,
    trials: Annotated[
        int, typer.Option(help="Play every case so often; those that differ are flaky.", min=1, max=100)
    ] = 1,
    workers: Annotated[int, typer.Option(help="Conversations side by side.", min=1, max=64)] = 2,
    name: Annotated[str | None, typer.Option(help="The run's name; the time it begins if absent.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run of this --name.")] = False,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Play suites against the agent as it is installed here, and keep a record of every turn.

    Every case is a conversation of its own, in a shop of its own, at a fixed moment, with the documents, the model
    and the settings in use. All is judged by code: what each turn and the shop have to come to, and for every case
    that nothing is said that nobody vouches for, nothing promised that was not done, and nobody told what belongs
    to another customer. The same versions give the same records.

    Ctrl-C ends a run with what was played; `--resume --name NAME` goes on. Ends with code 0 however many cases
    fail: whether that is good enough is for `kefu eval gate`. The last line is one JSON object.

    Examples: `kefu eval run` · `kefu eval run tasks safety --lang zh` · `kefu eval run my_suite.yaml --name draft`
    """
    from eval.playing.installed import Wanted
    from eval.playing.programme import Choice, programme

    settings, console = settings_of(context), console_for(json_only)
    with errors():
        loaded, others = _load(suites or [])
        choice = Choice(
            tuple(tag or ()), _languages(lang or ()), tuple(case or ()), tuple(intent or ()), limit
        )
        played = programme(loaded, choice, seed, trials, others)
        if resume and not name:
            raise typer.BadParameter("--resume needs the --name of the run to go on with")
        wanted = Wanted(
            name or datetime.now(UTC).strftime("%Y%m%d-%H%M%S"),
            resume,
            workers,
            {
                "tag": tag or [],
                "lang": lang or [],
                "case": case or [],
                "intent": intent or [],
                "limit": limit,
            },
        )
        manifest, whole = play(settings, played, wanted, console)
        _tell(settings, manifest, console)
    if not whole:
        typer.echo(f"interrupted; go on with: kefu eval run --resume --name {manifest.id} …", err=True)
        raise typer.Exit(INTERRUPTED)


def play(settings: Settings, played: Programme, wanted: Wanted, console: Console) -> tuple[Manifest, bool]:
    """Play with a progress bar; whether that was all of it."""
    from eval.playing.installed import play_programme

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        job = bar.add_task("loading models", total=len(played.items))
        return play_programme(
            settings,
            played,
            wanted,
            lambda done: bar.update(job, description="conversations", completed=done),
        )


def _tell(settings: Settings, manifest: Manifest, console: Console) -> None:
    from eval.runs.store import open_run
    from eval.runs.summary import summary
    from eval.runs.summary_render import render

    found = open_run(settings.runs_dir, manifest.id)
    if found.records:
        render(found, console)
        console.print(
            f"[dim]kefu eval report {manifest.id}   shows every turn; kefu eval gate {manifest.id}   judges[/]",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
    print(json.dumps(
        {"run": manifest.id, "folder": str(settings.runs_dir / manifest.id), "played": len(found.records),
         "of": manifest.of, "seconds": manifest.seconds}
        | summary(found.records, found.timings).json() | {"versions": manifest.versions},
        ensure_ascii=False,
    ))  # fmt: skip


def suites_list(
    context: typer.Context,
    suites: Annotated[
        list[str] | None, typer.Argument(help="Suites, files or folders; all bundled ones if absent.")
    ] = None,
    cases: Annotated[bool, typer.Option("--cases", help="Every case, not only the suites.")] = False,
    runs: Annotated[bool, typer.Option("--runs", help="The runs that were made, the newest first.")] = False,
    perturbations: Annotated[
        bool, typer.Option("--perturbations", help="The ways to say the same otherwise.")
    ] = False,
    scorers: Annotated[bool, typer.Option("--scorers", help="What every case is judged by.")] = False,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Show suites with their cases, runs, perturbations or scorers; checks the suites on the way."""
    from service.cli_eval_list import listing

    settings, console = settings_of(context), console_for(json_only)
    with errors():
        title, columns, rows = listing(settings, suites or [], cases, runs, perturbations, scorers)
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(escape(str(each)) for each in row))
    console.print(table)
    print(json.dumps({"listed": [dict(zip(columns, row, strict=True)) for row in rows]}, ensure_ascii=False))


def schema(
    out: Annotated[
        Path | None, typer.Option(help="Write it here; an editor then helps with writing suites.")
    ] = None,
) -> None:
    """Print the form of a suite as JSON Schema: every field with what it is for."""
    from eval.cases.schema import Suite

    text = json.dumps(Suite.model_json_schema(), ensure_ascii=False, indent=1)
    if out is None:
        print(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


@contextmanager
def errors() -> Iterator[None]:
    """What is wrong with suites, runs or files, on stderr, and exit code 2; never a traceback."""
    from eval.cases.errors import EvalError

    try:
        yield
    except EvalError as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        raise typer.Exit(2) from error


def console_for(quiet: bool) -> Console:
    """Tables need their room also where the output is no terminal."""
    console = Console(quiet=quiet)
    return console if console.is_terminal else Console(quiet=quiet, width=130)


def _load(names: Sequence[str]) -> tuple[Any, Any]:
    """What was named, and all bundled suites, of which perturbations take cases."""
    from eval.cases.bundled import load

    loaded = load(names)
    return loaded, (load([]) if any(each.suite.perturb for each in loaded) and names else loaded)


def _languages(given: Sequence[str]) -> tuple[str, ...]:
    for each in given:
        if each not in ("zh", "en"):
            raise typer.BadParameter(f"--lang: {each!r} is neither zh nor en")
    return tuple(given)


def settings_of(context: typer.Context) -> Settings:
    """Those that the command was called with."""
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    return settings
