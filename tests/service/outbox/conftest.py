"""An outbox over each kind of database, and processes that deliver from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.outbox.postmen import Postmen, postmen_at_work
from tests.tools.conftest import database_url, migrated_postgres, postgres_schema, sqlite_template
from tools.store.database import make_engine
from tools.store.outbox import Outbox
from tools.store.sql import SqlStore

__all__ = ["database_url", "migrated_postgres", "postgres_schema", "sqlite_template"]


@pytest.fixture
def desk(database_url: str) -> Iterator[tuple[SqlStore, Outbox]]:
    """What writes notices, and what delivers them."""
    engine = make_engine(database_url)
    yield SqlStore(engine), Outbox(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def postmen() -> Iterator[Postmen]:
    with postmen_at_work() as found:
        yield found
