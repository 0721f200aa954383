"""One setting moves the orders to the shop's own system."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from service.orders import open_store
from service.settings import Settings
from tests.tools.builders import shop
from tests.tools.rest.system import TOKEN, System, serving
from tools.store.database import make_engine, migrate
from tools.store.memory import MemoryStore
from tools.store.sql import SqlStore


def test_without_an_address_orders_are_our_own(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/own.db")
    with open_store(Settings(), engine) as store:
        assert isinstance(store, SqlStore)
    engine.dispose()


def test_with_an_address_they_are_the_shops(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/own.db")
    migrate(engine)
    with serving(System(MemoryStore(shop()))) as system:
        settings = Settings(order_api_url=system.url, order_api_token=SecretStr(TOKEN))
        assert TOKEN not in repr(settings)
        with open_store(settings, engine) as store:
            assert store.order("O-1", "C-1") == system.shop.order("O-1", "C-1")
    engine.dispose()
