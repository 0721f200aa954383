"""`kefu shop`: the shop's data in and out."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from service.settings import Settings
from tools.domain import Shop
from tools.errors import SHOWN_PROBLEMS, ImportRefused, Problem
from tools.shopdata.draft import Watch
from tools.shopdata.files import Format, Written, read_shop, write_shop
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

app = typer.Typer(
    no_args_is_help=True,
    help="The shop's products, customers and orders as one JSON file or as a folder of CSV tables; "
    "docs/shop-format.md describes both.",
)
Source = Annotated[
    Path, typer.Argument(metavar="PATH", help="A shop file (JSON), or the folder of a shop's tables (CSV).")
]
Kind = Annotated[
    Format,
    typer.Option(
        "--format",
        help="auto: a folder is CSV, a file is JSON. tau: the retail database of τ-bench.",
    ),
]
Problems = Annotated[
    Path | None,
    typer.Option(
        "--problems",
        metavar="FILE",
        help="Write every bad row to this CSV file (file, line, field, reason); the screen shows the first "
        f"{SHOWN_PROBLEMS}.",
    ),
]
# What a spreadsheet would take for a formula; the list of problems is made to be opened in one.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _store(context: typer.Context) -> SqlStore:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    migrate(engine)
    return SqlStore(engine)


@app.command("import")
def import_(
    context: typer.Context,
    path: Source,
    kind: Kind = Format.AUTO,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of the shop that is there.")
    ] = False,
    problems: Problems = None,
) -> None:
    """Read a shop into the database: all of it, or nothing with every bad row named.

    Examples: `kefu shop import shop.json`, `kefu shop import tables/ --replace --problems bad.csv`

    A shop that is there already is replaced only with --replace: open proposals are withdrawn, the audit
    trail stays. Exit code 1 means that nothing was changed.
    """
    with _naming(problems), _without_collector(), _watching() as watch:
        shop = read_shop(path, kind, datetime.now(UTC), watch)
        watch("writing to the database", 0, 0)
        _store(context).import_shop(shop, replace)
    Console().print(f"{_counted(shop)} imported")


@app.command()
def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file (JSON) or folder (CSV) to write.")],
    kind: Annotated[
        Written, typer.Option("--format", help="json: one file. csv: a folder of tables.")
    ] = "json",
) -> None:
    """Write everything as a shop file or as a folder of tables; `kefu shop import` reads both.

    Examples: `kefu shop export shop.json`, `kefu shop export tables/ --format csv`

    What was there is replaced when the new one is complete. A folder that holds anything but the tables of
    a shop is left alone.
    """
    with _without_collector(), _watching() as watch:
        watch("reading the database", 0, 0)
        write_shop(_store(context).export_shop(), path, kind, watch)
    Console().print(f"written to {path}", markup=False)


@app.command()
def check(path: Source, kind: Kind = Format.AUTO, problems: Problems = None) -> None:
    """Check a shop file or folder without touching the database.

    Examples: `kefu shop check shop.json`, `kefu shop check tables/ --problems bad.csv`

    Exit code 0: `kefu shop import` would take it. 1: there are problems, each named with file, line, field
    and reason.
    """
    with _naming(problems), _without_collector(), _watching() as watch:
        shop = read_shop(path, kind, datetime.now(UTC), watch)
    Console().print(f"fine: {_counted(shop)}")


@app.command()
def sample(
    file: Annotated[Path, typer.Argument(help="The shop file (JSON) to write.")],
    seed: Annotated[int, typer.Option(help="Another number, another shop.")] = 7,
) -> None:
    """Write the sample shop, dated relative to now, as a shop file."""
    from examples.shop.generate import generate

    write_shop(generate(seed, datetime.now(UTC)), file, "json")
    Console().print(f"written to {file}", markup=False)


def _counted(shop: Shop) -> str:
    return f"{len(shop.products)} products, {len(shop.customers)} customers, {len(shop.orders)} orders"


@contextmanager
def _naming(problems: Path | None) -> Iterator[None]:
    """Show the problems of a refused import, and write all of them where that is asked for."""
    try:
        yield
    except ImportRefused as error:
        console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        number = len(error.rows)
        console.print("error:", "1 problem" if number == 1 else f"{number} problems", style="bold red")
        console.print(str(error))
        if problems is None and number > SHOWN_PROBLEMS:
            console.print("--problems FILE writes all of them to a CSV file")
        if problems is not None:
            _write_problems(problems, error.rows)
            console.print(f"all of them are in {problems}")
        raise typer.Exit(1) from error
    if problems is not None:
        _write_problems(problems, ())


def _write_problems(path: Path, rows: tuple[Problem, ...]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["file", "line", "field", "reason"])
        for row in rows:
            texts = [row.file, str(row.line or ""), row.field, row.reason]
            writer.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in texts])


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of values are made and none refers to itself; looking for cycles takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _watching() -> Iterator[Watch]:
    """Progress on a terminal, silence elsewhere; a total of 0 is for work of unknown length."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def watch(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for other in tasks.values():
                    progress.remove_task(other)
                tasks.clear()
                tasks[what] = progress.add_task(what, total=total or None)
            progress.update(tasks[what], completed=done)

        yield watch
