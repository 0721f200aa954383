"""How far the facts have been computed, and that one process at a time computes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, insert, select, text

from tools.store.fact_tables import FACT_TABLES, fact_marks

# Any fixed number does; it only has to be the same in every process.
FACTS_LOCK: Final = 0x6B6566


def read_marks(connection: Connection) -> dict[str, str]:
    return {name: value for name, value in connection.execute(select(fact_marks.c.name, fact_marks.c.value))}


def set_marks(connection: Connection, **values: str) -> None:
    """Put these marks in the place of earlier ones of the same names."""
    connection.execute(delete(fact_marks).where(fact_marks.c.name.in_(values)))
    connection.execute(insert(fact_marks), [{"name": name, "value": each} for name, each in values.items()])


def drop_marks(connection: Connection, *names: str) -> None:
    connection.execute(delete(fact_marks).where(fact_marks.c.name.in_(names)))


def tell_planner(engine: Engine) -> None:
    """Have PostgreSQL look at what was written: until then it reads every row that an index would answer for."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in FACT_TABLES:
                connection.execute(text(f"VACUUM (ANALYZE) {table.name}"))


@contextmanager
def alone(engine: Engine, wait: bool) -> Iterator[bool]:
    """Whether nobody else computes facts of this database for as long as the block runs.

    With `wait` it blocks until that is so. A killed process holds nothing: its lock goes with it.
    """
    if engine.dialect.name == "postgresql":
        with _advisory(engine, wait) as held:
            yield held
        return
    lock = FileLock(f"{engine.url.database}.facts.lock", timeout=-1 if wait else 0)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _advisory(engine: Engine, wait: bool) -> Iterator[bool]:
    """A lock of the session, on a connection of its own; one for each schema."""
    key = f"({FACTS_LOCK}, hashtext(current_schema()))"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if wait:
            connection.execute(text(f"SELECT pg_advisory_lock{key}"))
            held = True
        else:
            held = bool(connection.scalar(text(f"SELECT pg_try_advisory_lock{key}")))
        try:
            yield held
        finally:
            if held:
                connection.execute(text(f"SELECT pg_advisory_unlock{key}"))
