"""Puts a simulated year into an empty database: all of it or, if anything goes wrong on the way, nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, Engine, Table, insert, select

from insights.simulate.chance import stream
from insights.simulate.goods import catalogue
from insights.simulate.misuse import drop_address
from insights.simulate.plan import HISTORY_DAYS, Plan, PlanRefused
from insights.simulate.world import World
from insights.simulate.year import days_of
from tools.store.database import answering, writer
from tools.store.rows import Rows, add, add_customer, flat
from tools.store.service_tables import consents, feedback, ratings
from tools.store.tables import (
    SHOP_TABLES,
    complaint_steps,
    complaints,
    conversations,
    events,
    hand_overs,
    meta,
    products,
    turns,
    unanswered,
    variants,
)

Watch = Callable[[int, int], None]
# Parents before their children.
TABLES: tuple[Table, ...] = (
    *SHOP_TABLES, conversations, turns, complaints, complaint_steps, hand_overs, unanswered, ratings, feedback, consents,
    events,
)  # fmt: skip
# So many rows make a statement worth its while; days are written together until then.
BATCH = 4000
# How many of the customers were asked about a purpose, and how many of those agreed.
ASKED, AGREED = 0.8, {"proactive_messages": 0.6, "recommendations": 0.75}


def simulate(engine: Engine, plan: Plan, watch: Watch = lambda done, total: None) -> dict[str, int]:
    """Write the year of `plan`; answers with how many rows each table got. `watch` hears of days done, of all.

    The same plan writes the same rows. Raises `PlanRefused` where a shop or a conversation is there already,
    `StoreUnavailable` where the database does not answer.
    """
    counts: dict[str, int] = {}
    with answering(), writer(engine).begin() as connection:
        _require_empty(connection)
        world, total = World(plan), plan.days + HISTORY_DAYS + 1
        _insert(connection, _standing(world), counts)
        heap: Rows = {}
        for done, rows in enumerate(days_of(world), 1):
            for table, some in rows.items():
                heap.setdefault(table, []).extend(some)
            if done == total or sum(map(len, heap.values())) >= BATCH:
                _insert(connection, heap, counts)
                heap = {}
            watch(done, total)
    return counts


def _require_empty(connection: Connection) -> None:
    for table, what in ((meta, "a shop"), (conversations, "conversations"), (events, "events")):
        if connection.execute(select(table).limit(1)).first() is not None:
            raise PlanRefused(f"the database holds {what} already; a simulated year needs an empty one")


def _insert(connection: Connection, rows: Rows, counts: dict[str, int]) -> None:
    for table in TABLES:
        if some := rows.get(table):
            connection.execute(insert(table), some)
            counts[table.name] = counts.get(table.name, 0) + len(some)


def _standing(world: World) -> Rows:
    """What is there from the first day on: the shop, its goods, its customers and what they allow."""
    rows: Rows = {}
    head = {"name.zh": "模拟商店", "name.en": "Simulated shop", "currency": "CNY", "sample": "false"}
    for key, value in head.items():
        add(rows, meta, {"key": key, "value": value})
    for good in catalogue():
        add(rows, products, flat(products, good.product))
        for seq, form in enumerate(good.product.variants):
            add(rows, variants, flat(variants, form, product_id=good.product.id, seq=seq))
    for number, person in enumerate(world.crowd.people):
        customer = person.customer
        if number in world.crowd.victims:
            customer = replace(customer, address=drop_address(world.plan, person))
        add_customer(rows, customer)
    _consents(world, rows)
    return rows


def _consents(world: World, rows: Rows) -> None:
    rng = stream(world.plan.seed, "consents")
    for person in world.crowd.people:
        for purpose, share in AGREED.items():
            asked, granted = rng.random() < ASKED, rng.random() < share
            row = {"customer_id": person.customer.id, "purpose": purpose, "granted": granted}
            if asked:
                add(rows, consents, row | {"at": world.plan.begin, "source": "chat"})
