"""A simulated year in a database: the service reads it as its own, and the same plan writes the same bytes."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, func, select, text
from typer.testing import CliRunner

from agent.types import State
from insights.simulate.plan import Plan, PlanRefused, planted
from insights.simulate.write import TABLES, simulate
from service.cli_insights import app
from service.schema import Turn
from tools.shopdata.checks import problems_of
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore
from tools.store.tables import conversations, customers, events, turns

# The database's own fixture, so that PostgreSQL is tried where there is one.
from tests.tools.conftest import migrated_postgres, postgres_schema  # noqa: F401  # isort: skip


def small(seed: int = 3) -> Plan:
    return planted(seed, date(2026, 6, 1), 60, 300)


@pytest.fixture
def empty(tmp_path: Path) -> Engine:
    return opened(f"sqlite:///{tmp_path / 'year.db'}")


def opened(url: str) -> Engine:
    engine = make_engine(url)
    migrate(engine)
    return engine


def digest(engine: Engine) -> str:
    """Of every row of every table as the database holds it, in the order of the keys."""
    found = hashlib.sha256()
    with engine.begin() as connection:
        for table in TABLES:
            keys = ", ".join(column.name for column in table.primary_key.columns)
            for row in connection.execute(text(f"SELECT * FROM {table.name} ORDER BY {keys}")):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def test_the_service_reads_the_year_as_its_own(empty: Engine) -> None:
    counts = simulate(empty, small())
    assert problems_of(SqlStore(empty).export_shop()) == []
    with empty.begin() as connection:
        for record in connection.execute(select(turns.c.record)).scalars():
            turn = msgspec.convert(record["turn"], Turn)
            assert -1 <= record["turn"]["understanding"]["mood"] <= 1 and turn.text and turn.reply
        for state in connection.execute(select(conversations.c.state)).scalars():
            msgspec.convert(state, State)
        at = connection.execute(select(events.c.at).order_by(events.c.id)).scalars().all()
        assert at == sorted(at)
        for table in TABLES:
            assert connection.scalar(select(func.count()).select_from(table)) == counts.get(table.name, 0)


def test_the_same_plan_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    digests = []
    for number, seed in enumerate((3, 3, 4)):
        engine = opened(f"sqlite:///{tmp_path / f'{number}.db'}")
        simulate(engine, small(seed))
        digests.append(digest(engine))
        engine.dispose()
    assert digests[0] == digests[1] != digests[2]


def test_postgresql_holds_the_same_numbers(migrated_postgres: str, empty: Engine) -> None:  # noqa: F811
    engine = make_engine(migrated_postgres)
    assert simulate(engine, small()) == simulate(empty, small())
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO meta VALUES ('after', '1')"))
    engine.dispose()


def test_a_database_that_holds_something_is_refused_and_stays_as_it_was(empty: Engine) -> None:
    simulate(empty, small())
    before = digest(empty)
    with pytest.raises(PlanRefused, match="holds a shop already"):
        simulate(empty, small(4))
    assert digest(empty) == before


def test_what_is_interrupted_leaves_an_empty_database(empty: Engine) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(empty, small(), interrupt)
    with empty.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(customers)) == 0
    simulate(empty, small())


def test_the_command_says_what_was_planted_and_how_to_look_at_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'year.db'}"
    size = ["--conversations", "60", "--days", "30", "--until", "2026-11-22", "--plant", "slow_carrier,trend"]
    done = CliRunner().invoke(app, ["simulate", "--database", url, *size])
    assert done.exit_code == 0, done.output
    assert "slow_carrier: " in done.output and "trend: " in done.output and "tastes" not in done.output
    assert f"KEFU_DATABASE_URL={url} kefu serve" in done.output
