"""`kefu eval replies`: whether replies are right, supported and in time, judged by code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.settings import ROOT, Settings

if TYPE_CHECKING:
    from eval.replies.cases import Case
    from eval.replies.play import Played

SETS = {name: ROOT / "eval" / "sets" / f"replies.{name}.jsonl" for name in ("tune", "test")}
LEAST_WIDTH = 130


def replies(
    context: typer.Context,
    split: Annotated[
        str, typer.Option(help="Which cases: tune, test, or a file of your own (JSON lines).")
    ] = "tune",
    limit: Annotated[
        int | None, typer.Option(help="Only so many cases, spread over the file.", min=1)
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only policy, order, mixed, unanswerable or adversarial.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Only cases in this language: zh or en.")] = None,
    records: Annotated[
        Path | None,
        typer.Option(help="Write every case with its reply to this file (JSON lines) as it ends."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="List the failing cases of other splits than tune too.")
    ] = False,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Play messages of customers against the whole agent and judge every reply by code.

    Each case is a conversation of its own in the sample shop as it stands on 16 November 2026, 10:00 +08:00,
    answered from the documents, by the model and the settings in use. Judged are: every expected figure is
    there in some writing, every expected statement, nothing that must not be said; figures that neither
    documents nor records hold; actions promised that nobody did; sentences in another language; the seconds
    until the first verified sentence and until the end of the turn.

    What fails is listed for the split tune only, so that nobody tunes on test by accident; --show lists it all
    the same. docs/evaluation.md describes the form of a case. The last line is one JSON object.

    Example: `kefu eval replies --split tune --kind policy --lang zh --records replies.jsonl`
    """
    from eval.replies.errors import BadCases, RepliesError
    from eval.replies.report import render, render_failures, summary

    settings = context.find_root().obj
    console = _console(json_only)
    try:
        cases = _chosen(split, kind, lang, limit)
        done, versions, whole = _play(settings, cases, records, console)
    except RepliesError as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        raise typer.Exit(2 if isinstance(error, BadCases) else 1) from error
    if split == "tune" or show:
        render_failures(done, console)
    if done:
        render(done, console)
    print(
        json.dumps(
            {"split": split, "of": len(cases)} | summary(done) | {"versions": versions}, ensure_ascii=False
        )
    )
    if not whole:
        typer.echo(f"interrupted; {len(done)} of {len(cases)} cases were played", err=True)
        raise typer.Exit(130)


def _chosen(split: str, kind: str | None, lang: str | None, limit: int | None) -> list[Case]:
    """The cases that were asked for. Raises `BadCases`."""
    from eval.replies.cases import KINDS, LANGUAGES, load_cases

    for name, value, allowed in (("--kind", kind, KINDS), ("--lang", lang, LANGUAGES)):
        if value is not None and value not in allowed:
            raise typer.BadParameter(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    path = SETS.get(split, Path(split))
    if split not in SETS and not path.is_file():
        raise typer.BadParameter(f"--split: {split!r} is neither tune nor test nor a file")
    cases = [case for case in load_cases(path) if kind in (None, case.kind) and lang in (None, case.language)]
    if not cases:
        raise typer.BadParameter(f"{path}: has no case of this kind and language")
    if limit is None or limit >= len(cases):
        return cases
    return [cases[number * len(cases) // limit] for number in range(limit)]


def _play(
    settings: Settings, cases: Sequence[Case], records: Path | None, console: Console
) -> tuple[list[Played], dict[str, str], bool]:
    """What was played, by which versions, and whether that is all: Ctrl-C ends a run, not its results."""
    from eval.replies.play import open_stage
    from eval.replies.sample import MOMENT
    from service.wiring import open_kefu

    done: list[Played] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        _writing(records) as file,
        open_kefu(settings, clock=lambda: MOMENT) as kefu,
        open_stage(kefu.turns.parts, kefu.turns.versions, kefu.snapshot.passages) as stage,
        Progress(*columns, console=console, transient=True) as bar,
    ):
        stage.check(cases)
        versions = kefu.turns.versions | {"snapshot": kefu.snapshot.id}
        try:
            for case in bar.track(cases, description="cases"):
                done.append(stage.play(case))
                if file is not None:
                    file.write(json.dumps(done[-1].record(), ensure_ascii=False) + "\n")
                    file.flush()
        except KeyboardInterrupt:
            return done, versions, False
    return done, versions, True


@contextmanager
def _writing(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as file:
        yield file


def _console(quiet: bool) -> Console:
    # Ten columns need their room also where the output is no terminal.
    console = Console(quiet=quiet)
    return console if console.is_terminal else Console(quiet=quiet, width=LEAST_WIDTH)
