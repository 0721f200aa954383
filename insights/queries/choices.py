"""What the dashboard's filters offer: the days, channels, languages and products that there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, func, select

from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations
from tools.store.tables import products as goods

# More would be no list to choose from; the others can still be named in the address of the page.
MOST_PRODUCTS = 300


class Product(Struct, frozen=True):
    """A product that customers wrote about, with its names."""

    id: str
    zh: str
    en: str
    contacts: int


class Choices(Struct, frozen=True):
    """`since` and `until` are the first and the last day with a conversation, None where there is none."""

    since: date | None
    until: date | None
    channels: list[str]
    languages: list[str]
    products: list[Product]


def choices(engine: Engine) -> Choices:
    """Channels and products with the most conversations first."""
    fact, number = fact_conversations.c, func.count().label("n")
    # Each by itself is an end of an index; asked for together every row would be read.
    first, last = (select(end(fact.day)).scalar_subquery() for end in (func.min, func.max))
    days = select(first.label("first"), last.label("last"))
    talked = select(fact.channel, fact.language, number).group_by(fact.channel, fact.language)
    about = select(fact.product_id, number).where(fact.product_id != "").group_by(fact.product_id)
    most = about.order_by(number.desc(), fact.product_id).limit(MOST_PRODUCTS)
    with answering(), reader(engine).begin() as connection:
        seen = connection.execute(days).one()
        pairs = connection.execute(talked.order_by(number.desc())).all()
        sold = connection.execute(most).all()
        names = _names(connection, [row.product_id for row in sold])
    return Choices(
        seen.first, seen.last, list(dict.fromkeys(row.channel for row in pairs)),
        sorted({row.language for row in pairs}),
        [Product(row.product_id, *names.get(row.product_id, ("", "")), row.n) for row in sold],
    )  # fmt: skip


def _names(connection: Any, ids: list[str]) -> Mapping[str, tuple[str, str]]:
    query = select(goods.c.id, goods.c.name).where(goods.c.id.in_(ids))
    return {row.id: (row.name.zh, row.name.en) for row in connection.execute(query)}
