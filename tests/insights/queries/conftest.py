"""Some weeks of service with facts of it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from insights.facts.build import refresh
from tests.insights.facts.conftest import engine  # noqa: F401
from tests.insights.facts.raw import LATER, START, ZONE, event, happen, put, say, turn
from tests.tools.conftest import (  # noqa: F401
    database_url,
    migrated_postgres,
    postgres_schema,
    sqlite_template,
)
from tools.store.service_tables import ratings
from tools.store.tables import unanswered

REASONS = ("tracking", "return_item", "complaint", "smalltalk")
KINDS = (
    ("answer", "tracking.known"),
    ("refuse", "returns.window"),
    ("handover", "person.asked"),
    ("ask", "which"),
)


@pytest.fixture
def served(engine: Engine) -> Iterator[Engine]:  # noqa: F811
    """Forty conversations of two customers in 25 days, some about orders, with returns of known durations."""
    rng = Random(5)
    for number in range(40):
        key, at = f"c{number:02}", START + timedelta(hours=15 * number)
        kind, rule = rng.choice(KINDS)
        orders = ["O-1"] if rng.random() < 0.5 else []
        complaint = rng.choice(("none", "quality"))
        text = f"我的电话是13800138000，单号{number}"
        record = turn(
            (rng.choice(REASONS),), kind, rule, rng.uniform(-1, 1), language=rng.choice(("zh", "en")),
            complaint=complaint, orders=orders, text=text,
        )  # fmt: skip
        say(
            engine, key, *[record] * rng.randint(1, 3), at=at, customer=rng.choice(("C-1", "C-2", None)),
            channel=rng.choice(("web", "wechat")),
        )  # fmt: skip
        if number % 5 == 0:
            put(engine, ratings, {"conversation_id": key, "score": rng.randint(1, 5), "at": at})
            missed = {"turn_id": f"t_{key}_1", "at": at, "question": "能开专票吗", "language": "zh"}
            put(engine, unanswered, missed | {"channel": "web", "snapshot_id": "s"})
    for number in range(10):
        told = {"return_id": f"RT-{number}", "customer": "C-1"}
        begun = START + timedelta(days=number)
        happen(
            engine,
            event("ReturnStarted", begun, "O-1", f"c{number:02}", why="defective", **told),
            event("ReturnApproved", begun + timedelta(hours=number + 1), "O-1", **told),
        )
    refresh(engine, ZONE, LATER)
    yield engine
