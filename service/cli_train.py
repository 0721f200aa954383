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

    from agent.understand.heads import Heads

app = typer.Typer(
    no_args_is_help=True,
    help="Train understanding from labelled messages. The last line of every training is one JSON object.",
)

SPLITS = ("train", "tune", "test")
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


@app.command("all")
def train_heads(context: typer.Context, out: Out = None) -> None:
    """Train the heads that the agent uses from all labelled files, and write their card and report."""
    _train_heads(_settings(context), out, Console())


@app.command()
def collect(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to review, JSON Lines.")] = Path("review.jsonl"),
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a file that is there.")
    ] = False,
) -> None:
    """Write the messages of the stored conversations with proposed labels, the least sure first.

    Correct the labels, set "reviewed" to true, then run `kefu train from-conversations`. Mail addresses and
    long numbers are masked, names are not: look. What the training data has already is left out.
    """
    from agent.understand.heads import Heads
    from agent.understand.masking import masked
    from agent.understand.train.collected import labelled_files, new_messages, proposals, texts_of

    if out.exists() and not replace:
        raise typer.BadParameter(f"{out} is there, and may be somebody's review; --replace takes its place")
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"{out}: there is no folder {out.absolute().parent}")
    settings = _settings(context)
    stored = [(masked(text), lang) for text, lang in _messages(settings)]
    known = texts_of(path for split in SPLITS for path in labelled_files(settings.training_dir, split))
    messages = new_messages(stored, known)
    counted = f"{len(messages)} new messages of {len(stored)} stored"
    if not messages:
        typer.echo(f"nothing to review: {counted}")
        return
    read, _ = _reader(settings, Console(), half=False)
    texts = [text for text, _ in messages]
    lines = proposals(messages, Heads.load(settings.heads_path).score_all(texts, read(texts)))
    partial = out.with_name(f"{out.name}.partial")
    partial.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    partial.replace(out)
    typer.echo(
        f'{counted}, to review in {out}: correct the labels, set "reviewed" to true, then '
        f"kefu train from-conversations --reviewed {out}"
    )


@app.command("from-conversations")
def from_conversations(
    context: typer.Context,
    reviewed: Annotated[
        Path, typer.Option(help="What `kefu train collect` wrote, reviewed.", exists=True, dir_okay=False)
    ],
    out: Out = None,
) -> None:
    """Add reviewed messages to the training data and train the heads again.

    A wrong line is named with its file and number. After any error the training data and the heads are as
    they were. A running server keeps the heads that it started with until it is restarted.
    """
    from agent.understand.train.collected import COLLECTED, merged

    settings = _settings(context)
    with merged(reviewed, settings.training_dir) as (added, waiting):
        if not added:
            typer.echo(
                f'nothing to train on: no line of {reviewed} has "reviewed": true; {waiting} wait for it'
            )
            return
        typer.echo(
            f"{added} reviewed messages in {settings.training_dir / COLLECTED}, {waiting} not reviewed yet"
        )
        _train_heads(settings, out, Console())


def _train_heads(settings: Settings, out: Path | None, console: Console) -> None:
    """Train, measure, report, and only then put the heads where the agent reads them."""
    from agent.understand.train.collected import labelled_files
    from agent.understand.train.heads_card import look_over, results_table, write_report
    from agent.understand.train.quality import as_markdown
    from agent.understand.training import data_fingerprint, read_examples, train
    from eval.understanding import run
    from service.embedding import load_embeddings

    files = {split: labelled_files(settings.training_dir, split) for split in SPLITS}
    quality = look_over(files)
    console.print(Markdown(as_markdown(quality)))
    examples = {split: [e for path in paths for e in read_examples(path)] for split, paths in files.items()}
    embeddings = load_embeddings(settings)
    read, _ = _reader(settings, console, half=False)
    console.print(f"training on {len(examples['train']):,} messages")
    heads = train(examples["train"], examples["tune"], read)
    measured = run(heads, read, examples["test"])["languages"] if examples["test"] else {}
    card = write_report(
        heads, read, examples["test"], quality, measured, out or settings.data_dir / "trained"
    )
    made_from = data_fingerprint([*files["train"], *files["tune"]], f"{embeddings.fingerprint} hidden")
    _save(heads, made_from, settings)
    console.print(Markdown(results_table(measured)) if measured else "no test file: nothing measured")
    console.print(f"written: {settings.heads_path}, {card}", highlight=False)
    console.print("A running server keeps the heads that it started with: restart it to use these.")
    print(json.dumps({"trained_on": len(examples["train"]), "card": str(card), "measured": measured}))


def _save(heads: Heads, made_from: str, settings: Settings) -> None:
    """The heads, then what they were made from: `kefu setup` trains again where the two do not match."""
    heads.save(settings.heads_path)
    marker = settings.heads_path.with_suffix(".sha256")
    partial = marker.with_suffix(".sha256.partial")
    partial.write_text(made_from)
    partial.replace(marker)


def _messages(settings: Settings) -> list[tuple[str, str]]:
    """(text, language) of every stored message, oldest first. Raises `StoreUnavailable`."""
    from sqlalchemy import select

    from tools.store.database import answering, make_engine, migrate, reader
    from tools.store.tables import turns

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    told = [turns.c.record["turn"][name].as_string() for name in ("text", "language")]
    try:
        migrate(engine)
        with answering(), reader(engine).begin() as connection:
            rows = connection.execute(select(*told).order_by(turns.c.at, turns.c.id)).all()
        return [(text, language) for text, language in rows]
    finally:
        engine.dispose()


def _shown(line: str) -> Markdown | str:
    return Markdown(line) if line.startswith("#") else f"[dim]{line}[/]"


def _reader(
    settings: Settings, console: Console, half: bool = True
) -> tuple[Callable[[Sequence[str]], NDArray[np.float32]], int]:
    """Embeds with a progress bar and the disk cache; the second value is the width of the search vector.

    `half` computes with 16 bits: for thousands of long texts, not for the heads, which meet full precision.
    """
    from agent.understand.train.vectors import VectorCache
    from service.embedding import load_embeddings

    embeddings = load_embeddings(settings)
    width = len(embeddings.embed_query("a"))
    cache = VectorCache(
        settings.data_dir / "vectors",
        f"{embeddings.fingerprint} hidden{' half' if half else ''}",
        lambda texts: embeddings.hidden_queries(texts, half),
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
