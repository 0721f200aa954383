"""Simulated years as rows in memory, each made once a test process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table

from insights.simulate.plan import Plan, noise, planted
from insights.simulate.world import World
from insights.simulate.year import days_of
from tools.store.tables import events

START = date(2025, 11, 22)
Row = dict[str, Any]


@cache
def rows_of(plan: Plan) -> dict[str, list[Row]]:
    """All rows of a year, by the table's name, in the order in which they are written."""
    found: dict[str, list[Row]] = {}
    for rows in days_of(World(plan)):
        for table, some in rows.items():
            found.setdefault(table.name, []).extend(some)
    return found


def quiet(seed: int = 5, conversations: int = 3000) -> Plan:
    return noise(seed, START, 365, conversations)


def with_truth(*names: str, seed: int = 5, conversations: int = 3000) -> Plan:
    return planted(seed, START, 365, conversations, names)


def told(plan: Plan, *kinds: str) -> Iterator[Row]:
    """The events of these kinds."""
    return (row for row in rows_of(plan)[events.name] if row["kind"] in kinds)


def of(plan: Plan, table: Table) -> list[Row]:
    return rows_of(plan).get(table.name, [])
