"""Stores under test: in memory, on SQLite, on PostgreSQL (skipped where none answers)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.tools.builders import NOW, POLICIES, shop
from tests.tools.confirming import Clerks, clerks_at_work
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.return_card import ReturnCard
from tools.store.database import make_engine, migrate
from tools.store.memory import MemoryStore
from tools.store.protocol import LocalStore
from tools.store.schema import metadata
from tools.store.sql import SqlStore

POSTGRES = os.environ.get("KEFU_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")

# A busy machine is no defect of the code.
settings.register_profile("tools", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tools")


@pytest.fixture(scope="session")
def cards() -> PolicyCards:
    """The sample shop's cards."""
    return load_policy_book(POLICIES).at(NOW)


@pytest.fixture(scope="session")
def card(cards: PolicyCards) -> ReturnCard:
    return cards.returns


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file to copy from."""
    path = tmp_path_factory.mktemp("template") / "kefu.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_schema() -> Iterator[str]:
    """The URL of an empty schema of our own, thrown away in the end."""
    name = f"kefu_test_{uuid4().hex[:12]}"
    url = make_url(POSTGRES).update_query_dict({"connect_timeout": "5"})
    admin = make_engine(url.render_as_string(hide_password=False))
    try:
        with admin.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
    except OperationalError as error:
        admin.dispose()
        pytest.skip(f"no PostgreSQL at {url.render_as_string()}: {error}")
    # No test pulls the plug of the server itself, so commits need not wait for its disk.
    ours = url.update_query_dict({"options": f"-csynchronous_commit=off -csearch_path={name}"})
    yield ours.render_as_string(hide_password=False)
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_schema: str) -> str:
    engine = make_engine(postgres_schema)
    migrate(engine)
    engine.dispose()
    return postgres_schema


def fresh_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database."""
    if kind == "sqlite":
        path = tmp_path / "kefu.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url = str(request.getfixturevalue("migrated_postgres"))
    engine = make_engine(url)
    # Faster than TRUNCATE for tables as small as these.
    deletes = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
    with engine.begin() as connection:
        # The audit trail defends itself; only a superuser's session may empty it.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(deletes))
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_database(request.param, request, tmp_path)


@pytest.fixture
def empty_sql_store(database_url: str) -> Iterator[SqlStore]:
    engine = make_engine(database_url)
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture
def sql_store(empty_sql_store: SqlStore) -> SqlStore:
    """A real store with the small shop in it."""
    empty_sql_store.import_shop(shop())
    return empty_sql_store


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    yield from _opened(request, tmp_path)


def _opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    engine = make_engine(fresh_database(request.param, request, tmp_path))
    yield SqlStore(engine)
    engine.dispose()


SLOW = pytest.mark.slow


@pytest.fixture(params=["memory", pytest.param("sqlite", marks=SLOW), pytest.param("postgres", marks=SLOW)])
def memory_first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    """Each kind of store, empty; the databases only where there is time for what tests of the store have seen."""
    yield from _opened(request, tmp_path)


@pytest.fixture
def store(empty_store: LocalStore) -> LocalStore:
    """Each kind of store with the small shop in it."""
    empty_store.import_shop(shop())
    return empty_store


@pytest.fixture(scope="session")
def clerks() -> Iterator[Clerks]:
    """Other processes that confirm proposals."""
    with clerks_at_work() as found:
        yield found
