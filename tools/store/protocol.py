"""What the rest of the code may ask of a store. `memory_store` and `sql_store` both keep it.

Reads stand alone. Writes happen in one unit of work: everything until `commit()` lands
together; leaving the block without it changes nothing.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from tools.desk.records import Event, Proposal
from tools.domain import Customer, Order, OrderStatus, Product, Return, Shop


class UnitOfWork(Protocol):
    """One write. What is read here stays as it is until the end of the block."""

    def proposal(self, proposal_id: str) -> Proposal:
        """Read and lock a proposal; raises `NotFound`."""

    def customer(self, customer_id: str) -> Customer:
        """Raises `NotFound`."""

    def order(self, order_id: str, customer_id: str) -> Order:
        """Read and lock an order; raises `NotFound` for a missing and for another's order."""

    def add_proposal(self, proposal: Proposal) -> None: ...

    def save_proposal(self, proposal: Proposal) -> None:
        """Keep the new status and receipt; everything else of a proposal never changes."""

    def add_return(self, item: Return) -> None: ...

    def set_status(self, order_id: str, status: OrderStatus, at: datetime) -> None:
        """Change the order's status and append to its history."""

    def add_event(self, event: Event) -> None: ...

    def commit(self) -> None: ...


class OrderStore(Protocol):
    """All methods raise `StoreUnavailable` when the database does not answer."""

    def find_customer(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        postcode: str | None = None,
    ) -> Customer | None:
        """The one customer who fits everything given; None for nobody and for several.

        An email, a phone, or a name with a postcode is needed. Case and spaces do not count.
        """

    def customer(self, customer_id: str) -> Customer:
        """Raises `NotFound`."""

    def order(self, order_id: str, customer_id: str) -> Order:
        """Raises the same `NotFound` for a missing order and for somebody else's."""

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """Newest first."""

    def product(self, product_id: str) -> Product:
        """Raises `NotFound`."""

    def products(self) -> tuple[Product, ...]: ...

    def proposal(self, proposal_id: str) -> Proposal:
        """Raises `NotFound`."""

    def events(self, order_id: str) -> tuple[Event, ...]:
        """The audit trail of an order, oldest first."""

    def meta(self, key: str) -> str | None:
        """`name.zh`, `name.en`, `currency`, `sample` ("true"/"false") or `extras.<key>`."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]: ...

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        """Take in a whole shop or nothing.

        Raises `ImportRefused` for a shop that does not hold together, and when there is
        one already and `replace` is false. Replacing withdraws open proposals and keeps events.
        """

    def export_shop(self) -> Shop:
        """Everything, ordered by id; raises `NotFound` when no shop was imported."""


def meta_of(shop: Shop) -> dict[str, str]:
    """The head of a shop as the key-value pairs that `meta` answers from."""
    head = {
        "name.zh": shop.name.zh,
        "name.en": shop.name.en,
        "currency": shop.currency,
        "sample": "true" if shop.sample else "false",
    }
    return head | {f"extras.{key}": value for key, value in shop.extras.items()}
