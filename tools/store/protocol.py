"""What the rest of the code may ask of a store: `memory`, `sql` and `rest` keep it.

Reads stand alone. Writes happen in one unit of work: everything until `commit()` lands
together; leaving the block without it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from tools.desk.changes import Changes
from tools.desk.identify import Attempt, Failures
from tools.desk.notices import Notice
from tools.desk.records import Event, Proposal
from tools.domain import Complaint, Customer, HandOver, Order, Product, Shop

ALREADY = "the store already holds a shop; replacing it must be asked for"


class UnitOfWork(Protocol):
    """One write. What is read here stays as it is until the end of the block.

    Read in the order proposal, customer, order, products: then no two units wait for each other.
    """

    def proposal(self, proposal_id: str) -> Proposal:
        """Read and lock a proposal, never one that is "executing"; raises `NotFound`."""

    def open_proposals(self, conversation_id: str) -> tuple[Proposal, ...]:
        """The open proposals of a conversation, locked, oldest first; expired ones are among them.

        One that another unit has locked, because it is confirmed or withdrawn right now, may be left out.
        """

    def customer(self, customer_id: str) -> Customer:
        """Read and lock a customer; raises `NotFound`."""

    def order(self, order_id: str, customer_id: str) -> Order:
        """Read and lock an order; raises `NotFound` for a missing and for another's order."""

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, in any order; locks none."""

    def products(self, ids: Sequence[str]) -> tuple[Product, ...]:
        """Read and lock products with their stock; those that do not exist are left out."""

    def add_proposal(self, proposal: Proposal) -> None: ...

    def save_proposal(self, proposal: Proposal) -> None:
        """Keep the new status and receipt; everything else of a proposal never changes."""

    def execute(self, proposal: Proposal, changes: Changes) -> None:
        """Keep an executed proposal and what it changes."""

    def add_event(self, event: Event) -> None: ...

    def hand_over(self, conversation_id: str) -> HandOver | None:
        """The hand-over of a conversation, if there was one; nobody else adds one until the end of the block."""

    def add_hand_over(self, item: HandOver) -> None: ...

    def add_notice(self, notice: Notice) -> None:
        """Put a notice into the outbox, to be delivered once this unit has landed; a known id is left alone."""

    def failures(self, attempt: Attempt, since: datetime) -> Failures:
        """How often somebody failed to prove who they are since then, by conversation, source and facts.

        Nobody else counts or adds failures until the end of the block.
        """

    def add_failure(self, attempt: Attempt, at: datetime) -> None: ...

    def commit(self) -> None: ...


class LocalUnit(UnitOfWork, Protocol):
    """A unit of a store that holds the orders itself: the shop's own people can move them on."""

    def owner_of(self, order_id: str) -> str:
        """The id of the customer whose order it is; locks nothing. Raises `NotFound`."""

    def order_by_id(self, order_id: str) -> Order:
        """Read and lock an order, whoever's it is; raises `NotFound`."""

    def save(self, changes: Changes) -> None:
        """Keep what changed of an order and customer that were read here, and of the stock."""


class OrderStore(Protocol):
    """All methods raise `StoreUnavailable` when the store does not answer."""

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
        """Raises the same `NotFound` for a missing order and for another customer's."""

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, latest first."""

    def product(self, product_id: str) -> Product:
        """Raises `NotFound`."""

    def products(self) -> tuple[Product, ...]:
        """The whole catalogue, by id."""

    def products_by_id(self, ids: Sequence[str]) -> tuple[Product, ...]:
        """Those of these products that there are, by id."""

    def proposal(self, proposal_id: str) -> Proposal:
        """Raises `NotFound`."""

    def complaints_of(self, customer_id: str) -> tuple[Complaint, ...]:
        """All complaints of a customer, latest first."""

    def events(self, order_id: str) -> tuple[Event, ...]:
        """The audit trail of an order, oldest first."""

    def events_of_conversation(self, conversation_id: str) -> tuple[Event, ...]:
        """The audit trail of a conversation, oldest first."""

    def meta(self, key: str) -> str | None:
        """`name.zh`, `name.en`, `currency`, `sample` ("true"/"false") or `extras.<key>`."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]: ...


class LocalStore(OrderStore, Protocol):
    """A store that holds the whole shop."""

    def unit_of_work(self) -> AbstractContextManager[LocalUnit]: ...

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
