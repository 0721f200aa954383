"""`kefu train`: trains what understands messages, and says how good it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

app = typer.Typer(
    no_args_is_help=True,
    help="Train understanding from labelled messages. The last line of every training is one JSON object.",
)

Data = Annotated[
    list[Path] | None,
    typer.Option(help="Labelled .jsonl or .csv, also .gz; several times for several files. Ours if absent."),
]
Test = Annotated[list[Path] | None, typer.Option(help="The same, to measure on.")]
Out = Annotated[Path | None, typer.Option(help="Folder for model, card, report and picture.")]
Seed = Annotated[int, typer.Option(help="Same data and seed, same model.", min=0)]
TextColumnName = Annotated[str, typer.Option("--text", help="Column or field of the text.")]
Label = Annotated[str | None, typer.Option(help="Column or field of the label.")]
Limit = Annotated[int | None, typer.Option(help="Train on that many rows of each file.", min=20)]
Baselines = Annotated[bool, typer.Option(help="Measure the baselines too.")]


@app.command()
def intent(
    context: typer.Context, data: Data = None, test: Test = None, out: Out = None, text: TextColumnName = "text",
    label: Label = None, seed: Seed = 0, limit: Limit = None, baselines: Baselines = True,
) -> None:  # fmt: skip
    """Train a model of what messages ask for; several labels are a list, or joined by "|" in CSV."""
    _train(context, "intent", label or "intents", True, data, test, out, text, seed, limit, baselines)


@app.command()
def sentiment(
    context: typer.Context, data: Data = None, test: Test = None, out: Out = None, text: TextColumnName = "text",
    label: Label = None, seed: Seed = 0, limit: Limit = None, baselines: Baselines = True,
) -> None:  # fmt: skip
    """Train a model of how messages or reviews feel, or with --label of any other column of them."""
    _train(context, "sentiment", label or "sentiment", False, data, test, out, text, seed, limit, baselines)


@app.command()
def complaint(
    context: typer.Context, data: Data = None, test: Test = None, out: Out = None, text: TextColumnName = "text",
    label: Label = None, seed: Seed = 0, limit: Limit = None, baselines: Baselines = True,
) -> None:  # fmt: skip
    """Train a model of what is complained about; no label is "none"."""
    _train(context, "complaint", label or "complaint", True, data, test, out, text, seed, limit, baselines)


def _train(
    context: typer.Context, task: str, label: str, optional: bool, data: list[Path] | None,
    test: list[Path] | None, out: Path | None, text: str, seed: int, limit: int | None, baselines: bool,
) -> None:  # fmt: skip
    from agent.understand.train.card import Measured
    from agent.understand.train.run import Job, table, train_one

    settings = _settings(context)
    ours = data is None
    job = Job(
        task=task,
        train=tuple(data or sorted(settings.training_dir.glob("??.train.jsonl"))),
        test=tuple(test or (sorted(settings.training_dir.glob("??.test.jsonl")) if ours else [])),
        out=out or settings.data_dir / "trained",
        text=text, label=label, optional=optional, seed=seed, limit=limit, baselines=baselines,
    )  # fmt: skip
    console = Console()
    read, width = _reader(settings, console)
    report = train_one(job, read, width, lambda line: console.print(_shown(line)))
    results = {name: Measured(**{**found}) for name, found in report["results"].items()}
    console.print(Markdown(table(results)) if results else "no test file: nothing measured")
    console.print(f"written: {Path(report['model']).with_suffix('')}.npz, .md, .json", highlight=False)
    print(json.dumps({key: report[key] for key in ("task", "label", "trained_on", "results", "model")}))


def _shown(line: str) -> Markdown | str:
    return Markdown(line) if line.startswith("#") else f"[dim]{line}[/]"


def _reader(
    settings: Settings, console: Console
) -> tuple[Callable[[Sequence[str]], NDArray[np.float32]], int]:
    """Embeds with a progress bar and the disk cache; the second value is the width of the search vector."""
    from agent.understand.train.vectors import VectorCache
    from service.wiring import load_embeddings

    embeddings = load_embeddings(settings)
    width = len(embeddings.embed_query("a"))
    cache = VectorCache(
        settings.data_dir / "vectors",
        f"{embeddings.fingerprint} hidden half",
        lambda texts: embeddings.hidden_queries(texts, half=True),
    )

    def read(texts: Sequence[str]) -> NDArray[np.float32]:
        columns = (TextColumn("embedding"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            job = bar.add_task("", total=len(texts))
            return cache.vectors(texts, lambda done, total: bar.update(job, completed=done, total=total))

    return read, width


def _settings(context: typer.Context) -> Settings:
    found: Any = context.find_root().obj
    assert isinstance(found, Settings)
    return found
