"""Engines and migrations: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tools.errors import StoreUnavailable

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S: Final = 30
# Any fixed number does; it only has to be the same in every process.
MIGRATION_LOCK: Final = 0x6B656675
WRITING: Final = "kefu_writing"


@contextmanager
def answering() -> Iterator[None]:
    """Turn what a driver raises into the one error that callers know, without the URL's password."""
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(f"the database refused: {error.orig}") from error
    except UnicodeEncodeError as error:
        raise StoreUnavailable("the database refused: half a surrogate pair is no text") from error
    except PoolTimeout as error:
        raise StoreUnavailable("the database has no free connection") from error


def make_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///file` or `postgresql+psycopg://…`; connects to nothing yet.

    Raises `StoreUnavailable` for any other URL. An in-memory SQLite is refused: every
    connection would see a database of its own.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreUnavailable(f"not a database URL: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.drivername not in ("postgresql", "postgresql+psycopg"):
        raise StoreUnavailable(f"{parsed.drivername}: only sqlite and postgresql+psycopg are supported")
    try:
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreUnavailable(f"{parsed.drivername}: the driver is not installed: {error}") from error


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or ":memory:" in url.database or "mode=memory" in url.database:
        raise StoreUnavailable("sqlite: a file is needed, an in-memory database cannot be shared")
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own way of opening transactions is too late for reads and for DDL.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A read that later turns into a write could not wait for another writer, so writers say so first.
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def writer(engine: Engine) -> Engine:
    """The same pool, for transactions that write."""
    return engine.execution_options(**{WRITING: True})


def reader(engine: Engine) -> Engine:
    """The same pool, for reads that see one moment however many queries they take."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def alembic_config() -> Config:
    """Alembic's settings, made here instead of in an ini file."""
    config = Config()
    # "%" would start an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; processes that do so at once wait for each other.

    All revisions land in one transaction or none. Raises `StoreUnavailable`.
    """
    config = alembic_config()
    with answering(), writer(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
