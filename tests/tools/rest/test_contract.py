"""What every store must do, done by the connector: the same tests as over memory, SQLite and PostgreSQL."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.tools import test_every_action, test_hand_over, test_identify, test_proposals
from tests.tools.builders import NOW, shop
from tests.tools.rest.system import TOKEN, System
from tests.tools.test_every_action import desk
from tests.tools.test_identify import rules
from tools.domain import Shop
from tools.store.memory import MemoryStore
from tools.store.rest.address import ApiSettings
from tools.store.rest.client import open_api
from tools.store.rest.remote import RemoteShop
from tools.store.rest.store import RestStore
from tools.store.sql import SqlStore

__all__ = ["desk", "rules"]

pytestmark = pytest.mark.slow

# A shop that is imported anew is the shop's own affair: our proposals know nothing of it.
NOT_OURS = {"test_a_new_shop_withdraws_open_proposals"}
FIXTURES = {"store", "empty_store", "desk"}


class Connected(RestStore):
    """The connector, and what the shop's own people do at the other end."""

    def __init__(self, remote: RemoteShop, local: SqlStore, system: System) -> None:
        super().__init__(remote, local, lambda: NOW)
        self._system = system

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        self._system.shop.import_shop(shop, replace)

    def export_shop(self) -> Shop:
        return self._system.shop.export_shop()


@pytest.fixture
def empty_store(served: System, local: SqlStore) -> Iterator[Connected]:
    served.renew(MemoryStore())
    with open_api(ApiSettings(served.url, TOKEN, failures=100)) as api:
        yield Connected(RemoteShop(api), local, served)


@pytest.fixture
def store(empty_store: Connected) -> Connected:
    empty_store.import_shop(shop())
    return empty_store


def promises(module: ModuleType) -> dict[str, object]:
    """The tests of a module that are about any store."""
    return {
        name: each
        for name, each in vars(module).items()
        if name.startswith("test_")
        and name not in NOT_OURS
        and FIXTURES & set(inspect.signature(each).parameters)
    }


for _module in (test_every_action, test_hand_over, test_identify, test_proposals):
    globals().update({f"{name}_over_rest": each for name, each in promises(_module).items()})
