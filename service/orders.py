"""Where orders live: in the shop's own system, where there is one, else in our database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from sqlalchemy import Engine

from service.settings import Settings
from tools.errors import StoreUnavailable
from tools.store.protocol import OrderStore
from tools.store.rest.address import ApiSettings
from tools.store.rest.store import RestStore, open_rest_store
from tools.store.sql import SqlStore

log = structlog.get_logger("kefu.orders")


@contextmanager
def open_store(settings: Settings, engine: Engine) -> Iterator[OrderStore]:
    """`engine` is our own database, migrated. Raises `StoreUnavailable` for an address that is not safe."""
    local = SqlStore(engine)
    if not settings.order_api_url:
        yield local
        return
    api = ApiSettings(
        settings.order_api_url,
        settings.order_api_token.get_secret_value(),
        read_s=settings.order_api_read_s,
        whole_s=settings.order_api_timeout_s,
        plain_http=settings.order_api_plain_http,
    )
    with open_rest_store(api, local) as store, ThreadPoolExecutor(1) as beside:
        # Aside: a shop's system that is away must not keep the service from starting.
        beside.submit(_recover, store)
        yield store


def _recover(store: RestStore) -> None:
    """What was left under way at the shop's system when the service stopped."""
    try:
        found = store.recover()
    except StoreUnavailable as error:
        log.warning("not_recovered", error=str(error))
        return
    if found.executed or found.refused or found.waiting:
        log.info("recovered", executed=found.executed, refused=found.refused, waiting=found.waiting)
