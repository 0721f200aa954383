"""Which products make customers write: contacts for every 100 orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, case, func, select

from insights.facts.filters import Filter, conditions
from insights.queries.selection import Selection, narrowed, selection_of
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations, fact_goods

LEAST_ORDERS = 20


class ProductCount(Struct, frozen=True):
    """`per_100` is contacts for every 100 orders of the period that hold the product, None without orders.

    `mood` is the mean mood of the contacts, −1 … 1.
    """

    product_id: str
    orders: int
    contacts: int
    complaints: int
    per_100: float | None
    mood: float
    selection: Selection


def products(
    engine: Engine, wanted: Filter, limit: int = 50, least: int = LEAST_ORDERS
) -> list[ProductCount]:
    """Products with at least `least` orders, the ones with most contacts for each order first.

    Orders have no channel and no language, so these narrow the contacts alone.
    """
    fact = fact_conversations.c
    query = select(
        fact.product_id, func.count().label("n"), func.sum(case((fact.complaint != "", 1), else_=0)).label("told"),
        func.avg(fact.sentiment).label("mood"),
    ).where(fact.product_id != "", *conditions(wanted, fact))  # fmt: skip
    with answering(), reader(engine).begin() as connection:
        contacts = connection.execute(query.group_by(fact.product_id)).all()
        sold = _orders(connection, wanted)
    chosen = selection_of(wanted)
    found = [
        ProductCount(
            row.product_id, sold[row.product_id], row.n, row.told, 100 * row.n / sold[row.product_id],
            float(row.mood), narrowed(chosen, product_id=row.product_id),
        )
        for row in contacts
        if sold.get(row.product_id, 0) >= least
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-(each.per_100 or 0.0), each.product_id))[:limit]


def _orders(connection: Any, wanted: Filter) -> Mapping[str, int]:
    """Orders by product; cancelled ones too, since people write about them."""
    held = fact_goods.c
    chosen = conditions(Filter(wanted.since, wanted.until, product_id=wanted.product_id), held)
    query = select(held.product_id, func.count()).where(*chosen).group_by(held.product_id)
    return {key: n for key, n in connection.execute(query)}
