"""The order store of a shop that has an order system of its own.

Customers, orders and products are asked for there, each time anew. Proposals, receipts, complaints,
hand-overs and the audit trail stay in our own database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from threading import Lock, RLock
from weakref import WeakValueDictionary

from tools.codec import UNSTORABLE
from tools.desk.records import Event, Proposal
from tools.domain import Complaint, Customer, Order, Product
from tools.store.identity import keys
from tools.store.rest.address import ApiSettings
from tools.store.rest.client import open_api
from tools.store.rest.courier import Courier, Recovered
from tools.store.rest.remote import RemoteShop
from tools.store.rest.unit import RestUnit
from tools.store.sql import SqlStore


def utc_now() -> datetime:
    return datetime.now(UTC)


class RestStore:
    """An `OrderStore`; `local` is our own database, migrated. `clock` dates what the shop refuses."""

    def __init__(self, shop: RemoteShop, local: SqlStore, clock: Callable[[], datetime] = utc_now) -> None:
        self._shop = shop
        self._local = local
        self._courier = Courier(shop, local, clock)
        self._guard = Lock()
        # A lock lasts as long as somebody holds or awaits it.
        self._lines: WeakValueDictionary[str, RLock] = WeakValueDictionary()

    def find_customer(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        postcode: str | None = None,
    ) -> Customer | None:
        if not keys(email, phone, name, postcode).enough:
            return None
        given = {"email": email, "phone": phone, "name": name, "postcode": postcode}
        facts = {fact: value.strip() for fact, value in given.items() if value}
        # Nobody's name holds what no address and no database can.
        if any(UNSTORABLE.search(value) for value in facts.values()):
            return None
        found = self._shop.fitting(facts)
        return found[0] if len(found) == 1 else None

    def customer(self, customer_id: str) -> Customer:
        return self._shop.customer(customer_id).customer

    def order(self, order_id: str, customer_id: str) -> Order:
        return self._shop.order(order_id, customer_id).order

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        mine = self._shop.orders_of(customer_id)
        return tuple(sorted(mine, key=lambda each: (each.placed_at, each.id), reverse=True))

    def product(self, product_id: str) -> Product:
        return self._shop.product(product_id)

    def products(self) -> tuple[Product, ...]:
        return tuple(sorted(self._shop.products(), key=lambda each: each.id))

    def products_by_id(self, ids: Sequence[str]) -> tuple[Product, ...]:
        return self._shop.products_by_id(ids)

    def proposal(self, proposal_id: str) -> Proposal:
        return self._local.proposal(proposal_id)

    def complaints_of(self, customer_id: str) -> tuple[Complaint, ...]:
        return self._local.complaints_of(customer_id)

    def events(self, order_id: str) -> tuple[Event, ...]:
        return self._local.events(order_id)

    def events_of_conversation(self, conversation_id: str) -> tuple[Event, ...]:
        return self._local.events_of_conversation(conversation_id)

    def meta(self, key: str) -> str | None:
        head = self._shop.head()
        known = {
            "name.zh": head.name.zh,
            "name.en": head.name.en,
            "currency": head.currency,
            "sample": "true" if head.sample else "false",
        }
        return (known | {f"extras.{name}": value for name, value in head.extras.items()}).get(key)

    @contextmanager
    def unit_of_work(self) -> Iterator[RestUnit]:
        with ExitStack() as held:

            def wait_for(proposal_id: str) -> None:
                held.enter_context(self._line_for(proposal_id))

            yield RestUnit(self._shop, self._local, self._courier, wait_for)

    def _line_for(self, proposal_id: str) -> RLock:
        with self._guard:
            return self._lines.setdefault(proposal_id, RLock())

    def recover(self) -> Recovered:
        """Finish what a process that died, or a system that did not answer, has left under way.

        Safe at any time and in several processes at once; raises `StoreUnavailable` only for our own database.
        """
        return self._courier.recover()


@contextmanager
def open_rest_store(
    settings: ApiSettings, local: SqlStore, clock: Callable[[], datetime] = utc_now
) -> Iterator[RestStore]:
    """The store over an order API; connects to nothing yet."""
    with open_api(settings) as api:
        yield RestStore(RemoteShop(api), local, clock)
