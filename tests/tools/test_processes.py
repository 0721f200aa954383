"""Several processes, and processes that are killed: everything happens exactly once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.tools.builders import NOW, wish
from tests.tools.confirming import Clerks, Job
from tools.desk import proposals
from tools.desk.proposals import Proposal, confirm
from tools.desk.records import Receipt
from tools.policy.cards import PolicyCards
from tools.store.database import MIGRATION_LOCK, make_engine, migrate
from tools.store.schema import metadata
from tools.store.sql import SqlStore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MIGRATE = "import sys; from tools.store.database import *; migrate(make_engine(sys.argv[1]))"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was printed; on an ordinary failure its traceback instead."""
    out, err = process.communicate(timeout=120)
    return process.returncode, (err if process.returncode > 0 else out).strip()


def propose(store: SqlStore, cards: PolicyCards) -> Proposal:
    proposal = proposals.propose(store, cards, "K-1", "C-1", wish(), NOW)
    assert isinstance(proposal, Proposal)
    return proposal


@pytest.mark.parametrize("moment", ["commit", "committed"])
def test_killed_at_the_commit_then_asked_again(
    sql_store: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks, moment: str
) -> None:
    """Just before it and just after it."""
    proposal = propose(sql_store, cards)
    assert clerks.alone(Job.of(database_url, proposal, die_at=moment)).killed
    done = moment == "committed"
    assert len(sql_store.order("O-1", "C-1").returns) == done
    assert (sql_store.proposal(proposal.id).status == "executed") is done
    assert len(sql_store.events("O-1")) == 1 + done
    later = NOW + timedelta(minutes=6)
    receipt = confirm(sql_store, cards, proposal.id, proposal.digest, "K-1", "C-1", later)
    assert isinstance(receipt, Receipt)
    assert (receipt.at < later) is done, "after the commit it is the dead process's receipt"
    order = sql_store.order("O-1", "C-1")
    assert [item.id for item in order.returns] == [receipt.subject_id]
    assert [event.kind for event in sql_store.events("O-1")] == ["ReturnProposed", "ReturnStarted"]


def test_processes_that_confirm_at_once(
    sql_store: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    proposal = propose(sql_store, cards)
    team = clerks.together([Job.of(database_url, proposal)] * 3)
    kept = sql_store.proposal(proposal.id).receipt
    assert kept is not None
    assert [(ended.killed, ended.said) for ended in team] == [(False, [["receipt", kept.id]])] * 3
    assert len(sql_store.order("O-1", "C-1").returns) == 1
    assert len(sql_store.events("O-1")) == 2


def test_processes_that_migrate_a_new_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    assert {outcome(each) for each in [start("-c", MIGRATE, url) for _ in range(3)]} == {(0, "")}
    assert_complete(url)


def test_processes_that_migrate_a_new_schema_at_once(postgres_schema: str) -> None:
    engine = make_engine(postgres_schema)
    with engine.begin() as connection:
        name = f"{connection.scalar(text('SELECT current_schema()'))}_new"
        connection.execute(text(f"CREATE SCHEMA {name}"))
    url = f"{postgres_schema}_new"
    try:
        assert {outcome(each) for each in [start("-c", MIGRATE, url) for _ in range(3)]} == {(0, "")}
        assert_complete(url)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


def test_migrating_waits_for_who_already_does(migrated_postgres: str) -> None:
    engine = make_engine(migrated_postgres)
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = :key"
    )
    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        second = pool.submit(migrate, engine)
        seen = 0
        while not seen and not second.done():
            seen = connection.scalar(waiting, {"key": MIGRATION_LOCK}) or 0
            sleep(0.05)
        connection.rollback()
        assert seen == 1, "the second one went ahead"
        second.result(timeout=60)
    engine.dispose()


def assert_complete(url: str) -> None:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    assert names == {table.name for table in metadata.sorted_tables} | {"alembic_version"}
