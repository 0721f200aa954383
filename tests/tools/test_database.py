"""Engines and migrations."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from tests.tools.builders import NOW, shop
from tools.errors import StoreUnavailable
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore
from tools.store.tables import conversations, metadata, turns


def test_migrations_and_metadata_agree(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_again_keeps_everything(sql_store: SqlStore, database_url: str) -> None:
    before = sql_store.export_shop()
    engine = make_engine(database_url)
    migrate(engine)
    engine.dispose()
    assert sql_store.export_shop() == before


def test_sqlite_is_set_up_for_several_writers(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/kefu.db")
    with engine.connect() as connection:
        names = ("journal_mode", "foreign_keys", "busy_timeout")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    engine.dispose()
    assert values == ["wal", 1, 30_000]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://host/db", "only sqlite and postgresql"),
        ("sqlite://", "a file is needed"),
        ("sqlite:///:memory:", "a file is needed"),
    ],
)
def test_urls_that_are_refused(url: str, message: str) -> None:
    with pytest.raises(StoreUnavailable, match=message):
        make_engine(url)


def test_a_database_that_does_not_answer_is_one_clear_error(tmp_path: Path) -> None:
    engine = make_engine("postgresql://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable) as caught:
        SqlStore(engine).order("O-1", "C-1")
    assert "secret" not in str(caught.value)
    engine.dispose()
    path = tmp_path / "kefu.db"
    path.write_text("this is no database, but long enough to look at" * 50)
    engine = make_engine(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable):
        SqlStore(engine).import_shop(shop())
    with pytest.raises(StoreUnavailable):
        migrate(engine)
    engine.dispose()


def test_money_is_kept_as_whole_cents(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "kefu.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    SqlStore(engine).import_shop(shop())
    engine.dispose()
    raw = sqlite3.connect(path)
    kept = raw.execute("SELECT DISTINCT typeof(unit_price), unit_price FROM order_lines").fetchall()
    raw.close()
    assert sorted(kept) == [("integer", 5000), ("integer", 10000)]


def test_a_naive_time_is_not_stored(database_url: str) -> None:
    engine = make_engine(database_url)
    row = {"id": "K-1", "channel": "web", "locale": "zh", "created_at": datetime(2026, 1, 1), "state": {}}
    with pytest.raises(StatementError, match="without a timezone"), engine.begin() as connection:
        connection.execute(insert(conversations).values(row))
    engine.dispose()


def test_turns_without_a_message_id_do_not_collide(database_url: str) -> None:
    engine = make_engine(database_url)
    row = {"id": "K-1", "channel": "web", "locale": "zh", "created_at": NOW, "state": {"a": [1]}}
    with engine.begin() as connection:
        connection.execute(insert(conversations).values(row))
        for seq in (0, 1):
            turn = insert(turns).values(id=f"T-{seq}", conversation_id="K-1", seq=seq, at=NOW, record={})
            connection.execute(turn)
        assert len(connection.execute(select(turns)).all()) == 2
    engine.dispose()
