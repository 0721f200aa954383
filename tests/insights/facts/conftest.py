"""A migrated database with the small shop in it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.tools.builders import shop
from tests.tools.conftest import (  # noqa: F401
    database_url,
    migrated_postgres,
    postgres_schema,
    sqlite_template,
)
from tools.store.database import make_engine
from tools.store.sql import SqlStore


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:  # noqa: F811
    made = make_engine(database_url)
    SqlStore(made).import_shop(shop())
    yield made
    made.dispose()
