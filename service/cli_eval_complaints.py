"""`kefu eval complaints`: whether complaints get to the right people, and nobody content onto the wrong path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from service.cli_eval_run import console_for, errors
from service.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.understand.heads import Heads
    from agent.understand.training import Embed
    from eval.complaints import Read

SETS = ROOT / "eval" / "sets"


def complaints(
    context: typer.Context,
    split: Annotated[
        str, typer.Option(help="tune or test; nothing is chosen and no sentence written from test.")
    ] = "test",
    lang: Annotated[str | None, typer.Option(help="Only this language: zh or en.")] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled .jsonl in place of our sets; several times for more."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="List what was read wrongly.")] = False,
    json_only: Annotated[bool, typer.Option("--json", help="Print nothing but the JSON object.")] = False,
) -> None:
    """Measure the class of complaints, "none" included, and how often sentiment takes the wrong side."""
    from eval.complaints import LANGUAGES, SPLITS, measure, read_messages, render

    for name, value, allowed in (("--split", split, SPLITS), ("--lang", lang, (None, *LANGUAGES))):
        if value not in allowed:
            raise typer.BadParameter(f"{name}: {value!r} is not one of {', '.join(filter(None, allowed))}")
    paths = file or [SETS / f"complaints.{each}.{split}.jsonl" for each in LANGUAGES]
    console = console_for(json_only)
    with errors():
        messages = [m for path in paths for m in read_messages(path) if lang in (None, m.lang)]
        report, read = measure(*_heads(context), messages)
    render(report, console)
    if show:
        _wrong(read, console)
    print(json.dumps({"split": None if file else split, "languages": report}, ensure_ascii=False))


def _heads(context: typer.Context) -> tuple[Heads, Embed]:
    from agent.understand.heads import Heads
    from models.resolve import resolve_embedding
    from retrieval.embeddings import SentenceEmbeddings

    settings = context.find_root().obj
    model = resolve_embedding(settings.embedding, settings.models_dir)
    return Heads.load(settings.heads_path), SentenceEmbeddings(model, cache_size=0).hidden_queries


def _wrong(read: Sequence[Read], console: Console) -> None:
    for each in read:
        told = each.message
        if (each.complaint, each.sentiment) != (told.complaint, told.sentiment):
            said = f"{told.complaint} → {each.complaint}, {told.sentiment} → {each.sentiment}"
            console.print(f"{said}: {escape(told.text)}", highlight=False, soft_wrap=True)
