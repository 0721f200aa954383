"""`kefu insights recommend`: what a customer is recommended and why, and whether that beats what sells best."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from insights.recommend.measure import Measured


def recommend(
    context: typer.Context,
    customer: Annotated[
        str, typer.Argument(help="The id of a customer; without one, the recommender is measured.")
    ] = "",
    number: Annotated[int, typer.Option("--number", "-n", help="How many products.", min=1, max=100)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as the last line.")] = False,
) -> None:
    """Show what a customer would be recommended, or measure the recommender against what sells best.

    Measured on the last purchase of everybody who bought two products or more: `kefu insights recommend`.
    """
    from tools.store.database import make_engine, migrate

    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        if customer:
            _show(engine, customer, number, as_json)
        else:
            _measure(engine, number, as_json)
    finally:
        engine.dispose()


def _show(engine: Engine, customer: str, number: int, as_json: bool) -> None:
    from insights.recommend.shop import ShopRecommender
    from service.clock import utc_now
    from tools.store.sql import SqlStore

    store = SqlStore(engine)
    found = ShopRecommender(engine).recommend(store.customer(customer).id, utc_now(), number, ())
    if as_json:
        print(json.dumps({"recommendations": [asdict(each) for each in found]}, ensure_ascii=False))
        return
    names = {each.id: f"{each.name.zh} · {each.name.en}" for each in store.products()}
    table = Table("product", "because of")
    for each in found:
        table.add_row(names.get(each.product_id, each.product_id), names.get(each.because_product_id, ""))
    console = Console()
    console.print(
        table if found else "Nothing: no purchases to go by, no consent, or a complaint that is not closed."
    )


def _measure(engine: Engine, number: int, as_json: bool) -> None:
    from insights.recommend.measure import measure
    from insights.recommend.purchases import read_purchases

    try:
        result = measure(read_purchases(engine), number)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print(json.dumps(asdict(result) | {"times_popular": result.times_popular}))
        return
    Console().print(_table(result, number))


def _table(result: Measured, number: int) -> Table:
    title = f"{result.customers} customers, their last product held out; model: {result.kind}"
    table = Table("", f"hit rate@{number}", "coverage", title=title)
    table.add_row("recommender", f"{result.hit_rate:.3f}", f"{result.coverage:.3f}")
    table.add_row("what sells best", f"{result.popular_hit_rate:.3f}", f"{result.popular_coverage:.3f}")
    table.add_row("", f"× {result.times_popular:.2f}", "")
    return table
