"""`kefu shop`: the shop's data in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.settings import Settings
from tools.shopdata.shop_file import dump_shop, load_shop
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

app = typer.Typer(
    no_args_is_help=True,
    help="The shop's products, customers and orders as one JSON file; docs/shop-format.md describes it.",
)
File = Annotated[Path, typer.Argument(help="A shop file (JSON).")]


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
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of the shop that is there.")
    ] = False,
) -> None:
    """Read a shop file into the database: all of it, or nothing with every bad row named."""
    shop = load_shop(file.read_text(encoding="utf-8"), file.name)
    _store(context).import_shop(shop, replace)
    Console().print(
        f"{len(shop.products)} products, {len(shop.customers)} customers, {len(shop.orders)} orders imported"
    )


@app.command()
def export(context: typer.Context, file: File) -> None:
    """Write everything as a shop file."""
    text = dump_shop(_store(context).export_shop())
    partial = file.with_suffix(f"{file.suffix}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
    Console().print(f"written to {file}")


@app.command()
def check(file: File) -> None:
    """Check a shop file without touching the database."""
    shop = load_shop(file.read_text(encoding="utf-8"), file.name)
    Console().print(
        f"fine: {len(shop.products)} products, {len(shop.customers)} customers, {len(shop.orders)} orders"
    )


@app.command()
def sample(
    file: File,
    seed: Annotated[int, typer.Option(help="Another number, another shop.")] = 7,
) -> None:
    """Write the sample shop, dated relative to now, as a shop file."""
    from examples.shop.generate import generate
    from service.turns import utc_now

    file.write_text(dump_shop(generate(seed, utc_now())), encoding="utf-8")
    Console().print(f"written to {file}")
