"""Engines and migrations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from tests.tools.builders import NOW, customer, shop, wish, yuan
from tools.codec import encode
from tools.desk.proposals import confirm
from tools.desk.records import Receipt
from tools.errors import StoreUnavailable
from tools.policy.cards import PolicyCards
from tools.store.database import alembic_config, make_engine, migrate, writer
from tools.store.protocol import meta_of
from tools.store.schema import metadata
from tools.store.sql import SqlStore
from tools.store.tables import conversations, proposals, turns


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


OLD_RECEIPT = {
    "id": "RC-ABC", "proposal_id": "P-abc", "kind": "return_started", "order_id": "O-1",
    "return_id": "RT-ABC", "refund": "88.00", "postage": "12.00", "postage_payer": "customer",
    "refund_to": "PM-gift", "at": "2026-11-12T02:05:00+00:00",
    "data": {"rule": "returns.no_reason", "passage": "returns#no-reason", "reason": "no_longer_wanted"},
}  # fmt: skip
OLD_EFFECT = {
    "rule": "returns.no_reason", "passage": "returns#no-reason",
    "items": [{"line_no": 1, "quantity": 1, "refund": "100.00"}], "refund": "88.00", "postage": "12.00",
    "postage_payer": "customer", "deadline": "2026-11-25T16:00:00+00:00", "shipping": "0.00",
}  # fmt: skip


@pytest.fixture
def empty_engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing was ever migrated; on PostgreSQL a schema of its own."""
    if database_url.startswith("sqlite"):
        engine = make_engine(f"sqlite:///{tmp_path}/old.db")
        yield engine
        engine.dispose()
        return
    admin = make_engine(database_url)
    with admin.begin() as connection:
        name = f"{connection.scalar(text('SELECT current_schema()'))}_old"
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine = make_engine(f"{database_url}_old")
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


def to_revision(engine: Engine, revision: str, down: bool = False) -> None:
    config = alembic_config()
    with writer(engine).begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def first_version(engine: Engine) -> None:
    """A database as the first version left it: an executed return, one withdrawn, and what is on record."""
    to_revision(engine, "0001")
    rows: dict[str, list[dict[str, Any]]] = {
        "meta": [{"key": key, "value": value} for key, value in meta_of(shop()).items()],
        "customers": [
            {
                "id": "C-1", "name": "Wang Xiaoming 1", "email": "wang1@example.com", "phone": "1",
                "language": "zh", "tier": "standard", "address": json.dumps(encode(customer().address)),
                "email_key": "wang1@example.com", "phone_key": "1", "name_key": "wangxiaoming1",
                "postcode_key": "310012",
            }
        ],
        "payment_methods": [
            {"customer_id": "C-1", "seq": 0, "id": "PM-gift", "kind": "gift_card", "last4": "", "balance": 5000}
        ],
        "conversations": [
            {"id": "K-1", "channel": "web", "customer_id": "C-1", "locale": "zh", "created_at": NOW, "state": "{}"}
        ],
        "proposals": [
            {
                "id": key, "kind": "start_return", "digest": "d" * 64, "conversation_id": "K-1",
                "customer_id": "C-1", "order_id": "O-1", "currency": "CNY",
                "command": json.dumps(encode(wish())), "effect": json.dumps(OLD_EFFECT), "created_at": NOW,
                "expires_at": NOW, "status": status, "receipt": receipt,
            }
            for key, status, receipt in (
                ("P-abc", "executed", json.dumps(OLD_RECEIPT)), ("P-def", "withdrawn", None)
            )
        ],
        "events": [
            {
                "id": 7, "at": NOW, "kind": "ReturnStarted", "customer_id": "C-1", "order_id": "O-1",
                "conversation_id": "K-1", "proposal_id": "P-abc", "rule": "returns.no_reason",
                "receipt_id": "RC-ABC", "data": json.dumps({"digest": "d" * 64, "refund": "88.00"}),
            }
        ],
    }  # fmt: skip
    with engine.begin() as connection:
        for name, values in rows.items():
            names = list(values[0])
            places = ", ".join(f":{each}" for each in names)
            connection.execute(text(f"INSERT INTO {name} ({', '.join(names)}) VALUES ({places})"), values)


def test_what_the_first_version_kept_is_still_there(empty_engine: Engine) -> None:
    first_version(empty_engine)
    migrate(empty_engine)
    store = SqlStore(empty_engine)
    done, withdrawn = store.proposal("P-abc"), store.proposal("P-def")
    assert done.receipt is not None
    assert (done.receipt.subject_id, done.receipt.method_id) == ("RT-ABC", "PM-gift")
    assert (done.receipt.refund, done.receipt.due) == (yuan("88.00"), yuan("0.00"))
    assert (done.status, done.command) == ("executed", wish())
    assert (withdrawn.status, withdrawn.receipt) == ("withdrawn", None)
    (fact,) = store.events("O-1")
    assert (fact.id, fact.kind, fact.receipt_id) == (7, "ReturnStarted", "RC-ABC")
    assert (fact.actor, fact.why) == ("", "")
    assert store.customer("C-1").payment_methods[0].brand == ""
    with pytest.raises(DBAPIError, match="only ever added"), empty_engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))


def test_the_same_yes_still_brings_the_receipt_of_the_first_version(
    empty_engine: Engine, cards: PolicyCards
) -> None:
    first_version(empty_engine)
    migrate(empty_engine)
    receipt = confirm(SqlStore(empty_engine), cards, "P-abc", "d" * 64, "K-1", "C-1", NOW)
    assert isinstance(receipt, Receipt) and receipt.id == "RC-ABC"


def test_going_back_to_the_first_version_and_on_again(empty_engine: Engine) -> None:
    first_version(empty_engine)
    to_revision(empty_engine, "head")
    after = SqlStore(empty_engine).proposal("P-abc")
    to_revision(empty_engine, "0001", down=True)
    tables = set(inspect(empty_engine).get_table_names())
    assert tables >= {"proposals", "events"} and not tables & {"exchanges", "intents", "identity_failures"}
    with empty_engine.begin() as connection:
        kept = connection.execute(select(proposals.c.receipt).where(proposals.c.id == "P-abc")).scalar_one()
        assert kept == OLD_RECEIPT
        connection.execute(text("UPDATE events SET rule = rule"))
    to_revision(empty_engine, "head")
    assert SqlStore(empty_engine).proposal("P-abc") == after
    with empty_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    to_revision(empty_engine, "base", down=True)
    assert set(inspect(empty_engine).get_table_names()) == {"alembic_version"}
