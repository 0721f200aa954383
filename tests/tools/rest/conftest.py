"""A shop's order system on a loopback port, and the store that is connected to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.tools.builders import NOW, shop
from tests.tools.rest.system import TOKEN, System, serving
from tools.store.database import make_engine
from tools.store.memory import MemoryStore
from tools.store.rest.address import ApiSettings
from tools.store.rest.store import RestStore, open_rest_store
from tools.store.sql import SqlStore


@pytest.fixture(scope="session")
def served() -> Iterator[System]:
    with serving(System(MemoryStore())) as running:
        yield running


@pytest.fixture
def system(served: System) -> System:
    """The reference server over the small shop, as nobody has asked it yet."""
    served.renew(MemoryStore(shop()))
    return served


@pytest.fixture
def local_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Kefu's own database, empty."""
    path = tmp_path / "own.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def local(local_url: str) -> Iterator[SqlStore]:
    engine = make_engine(local_url)
    yield SqlStore(engine)
    engine.dispose()


class Connect(Protocol):
    def __call__(self, **changes: Any) -> RestStore: ...


@pytest.fixture
def connect(system: System, local: SqlStore) -> Iterator[Connect]:
    """Makes a store with other settings: patient with one answer, in no hurry to give up the system."""
    usual = ApiSettings(
        system.url,
        TOKEN,
        connect_s=2,
        read_s=5,
        whole_s=20,
        tries=3,
        longest_pause_s=0.2,
        failures=50,
        rest_s=0.2,
    )
    with ExitStack() as opened:
        yield lambda **changes: opened.enter_context(
            open_rest_store(replace(usual, **changes), local, clock=lambda: NOW)
        )


@pytest.fixture
def store(connect: Connect) -> RestStore:
    return connect()
