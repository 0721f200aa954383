"""A store in memory: the fake for fast tests, under the same contract as the real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import TypeVar

from tools.desk.changes import Changes
from tools.desk.identify import Attempt, Failures
from tools.desk.notices import Notice
from tools.desk.records import Event, Proposal
from tools.domain import Complaint, Customer, HandOver, Order, Product, Shop
from tools.errors import ImportRefused, NotFound
from tools.shopdata.checks import problems_of
from tools.store.identity import keys, keys_of
from tools.store.protocol import ALREADY, meta_of

T = TypeVar("T")


@dataclass
class _State:
    shop: Shop | None = None
    customers: dict[str, Customer] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    complaints: dict[str, Complaint] = field(default_factory=dict)
    hand_overs: dict[str, HandOver] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    failures: list[tuple[Attempt, datetime]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def copy(self) -> _State:
        return replace(
            self,
            customers=dict(self.customers),
            products=dict(self.products),
            orders=dict(self.orders),
            proposals=dict(self.proposals),
            complaints=dict(self.complaints),
            hand_overs=dict(self.hand_overs),
            notices=dict(self.notices),
            failures=list(self.failures),
            events=list(self.events),
        )

    def order(self, order_id: str, customer_id: str) -> Order:
        found = self.orders.get(order_id)
        if found is None or found.customer_id != customer_id:
            raise NotFound("order", order_id)
        return found


def _get(table: dict[str, T], what: str, key: str) -> T:
    if key not in table:
        raise NotFound(what, key)
    return table[key]


class MemoryUnit:
    """Works on a copy; `commit` puts it in the place of the original."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._state = store.state.copy()

    def proposal(self, proposal_id: str) -> Proposal:
        return _get(self._state.proposals, "proposal", proposal_id)

    def open_proposals(self, conversation_id: str) -> tuple[Proposal, ...]:
        mine = [
            each
            for each in self._state.proposals.values()
            if each.conversation_id == conversation_id and each.status == "open"
        ]
        return tuple(sorted(mine, key=lambda each: (each.created_at, each.id)))

    def customer(self, customer_id: str) -> Customer:
        return _get(self._state.customers, "customer", customer_id)

    def order(self, order_id: str, customer_id: str) -> Order:
        return self._state.order(order_id, customer_id)

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        return tuple(each for each in self._state.orders.values() if each.customer_id == customer_id)

    def owner_of(self, order_id: str) -> str:
        return self.order_by_id(order_id).customer_id

    def order_by_id(self, order_id: str) -> Order:
        return _get(self._state.orders, "order", order_id)

    def products(self, ids: Sequence[str]) -> tuple[Product, ...]:
        return tuple(self._state.products[each] for each in sorted(ids) if each in self._state.products)

    def add_proposal(self, proposal: Proposal) -> None:
        self._state.proposals[proposal.id] = proposal

    def save_proposal(self, proposal: Proposal) -> None:
        old = self.proposal(proposal.id)
        self._state.proposals[proposal.id] = replace(old, status=proposal.status, receipt=proposal.receipt)

    def execute(self, proposal: Proposal, changes: Changes) -> None:
        self.save(changes)
        self.save_proposal(proposal)

    def save(self, changes: Changes) -> None:
        if changes.order is not None:
            self._state.orders[changes.order.id] = changes.order
        if changes.customer is not None:
            self._state.customers[changes.customer.id] = changes.customer
        if changes.complaint is not None:
            self._state.complaints[changes.complaint.id] = changes.complaint
        for sku, pieces in changes.taken.items():
            self._take(sku, pieces)

    def _take(self, sku: str, pieces: int) -> None:
        for product in self._state.products.values():
            variant = product.variant(sku)
            if variant is None or variant.stock is None:
                continue
            fewer = replace(variant, stock=variant.stock - pieces)
            variants = tuple(fewer if each.sku == sku else each for each in product.variants)
            self._state.products[product.id] = replace(product, variants=variants)
            return

    def add_event(self, event: Event) -> None:
        self._state.events.append(replace(event, id=len(self._state.events) + 1))

    def hand_over(self, conversation_id: str) -> HandOver | None:
        return self._state.hand_overs.get(conversation_id)

    def add_hand_over(self, item: HandOver) -> None:
        self._state.hand_overs[item.conversation_id] = item

    def add_notice(self, notice: Notice) -> None:
        self._state.notices.setdefault(notice.id, notice)

    def failures(self, attempt: Attempt, since: datetime) -> Failures:
        recent = [each for each, at in self._state.failures if at >= since]
        return Failures(
            sum(each.conversation_id == attempt.conversation_id for each in recent),
            sum(each.source == attempt.source for each in recent) if attempt.source else 0,
            sum(each.fact == attempt.fact for each in recent),
        )

    def add_failure(self, attempt: Attempt, at: datetime) -> None:
        self._state.failures.append((attempt, at))

    def commit(self) -> None:
        self._store.state = self._state
        self._state = self._state.copy()


class MemoryStore:
    """A `LocalStore` for tests and demonstrations; one unit of work at a time."""

    def __init__(self, shop: Shop | None = None) -> None:
        self.state = _State()
        self._lock = RLock()
        if shop:
            self.import_shop(shop)

    @contextmanager
    def unit_of_work(self) -> Iterator[MemoryUnit]:
        with self._lock:
            yield MemoryUnit(self)

    def find_customer(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        postcode: str | None = None,
    ) -> Customer | None:
        wanted = keys(email, phone, name, postcode)
        fits = [each for each in self.state.customers.values() if wanted.fit(keys_of(each))]
        return fits[0] if wanted.enough and len(fits) == 1 else None

    def customer(self, customer_id: str) -> Customer:
        return _get(self.state.customers, "customer", customer_id)

    def order(self, order_id: str, customer_id: str) -> Order:
        return self.state.order(order_id, customer_id)

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        mine = [each for each in self.state.orders.values() if each.customer_id == customer_id]
        return tuple(sorted(mine, key=lambda each: (each.placed_at, each.id), reverse=True))

    def product(self, product_id: str) -> Product:
        return _get(self.state.products, "product", product_id)

    def products(self) -> tuple[Product, ...]:
        return _by_id(self.state.products)

    def products_by_id(self, ids: Sequence[str]) -> tuple[Product, ...]:
        return tuple(self.state.products[each] for each in sorted(ids) if each in self.state.products)

    def proposal(self, proposal_id: str) -> Proposal:
        return _get(self.state.proposals, "proposal", proposal_id)

    def complaints_of(self, customer_id: str) -> tuple[Complaint, ...]:
        mine = [each for each in self.state.complaints.values() if each.customer_id == customer_id]
        return tuple(sorted(mine, key=lambda each: each.opened_at, reverse=True))

    def events(self, order_id: str) -> tuple[Event, ...]:
        return tuple(each for each in self.state.events if each.order_id == order_id)

    def events_of_conversation(self, conversation_id: str) -> tuple[Event, ...]:
        return tuple(each for each in self.state.events if each.conversation_id == conversation_id)

    def meta(self, key: str) -> str | None:
        return meta_of(self.state.shop).get(key) if self.state.shop else None

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        if problems := problems_of(shop):
            raise ImportRefused(problems)
        if self.state.shop and not replace:
            raise ImportRefused([ALREADY])
        with self._lock:
            state = self.state.copy()
            state.shop = shop
            state.customers = {each.id: each for each in shop.customers}
            state.products = {each.id: each for each in shop.products}
            state.orders = {each.id: each for each in shop.orders}
            state.proposals = {key: _withdrawn(each) for key, each in state.proposals.items()}
            self.state = state

    def export_shop(self) -> Shop:
        state = self.state
        if state.shop is None:
            raise NotFound("shop", "")
        return replace(
            state.shop,
            products=_by_id(state.products),
            customers=_by_id(state.customers),
            orders=_by_id(state.orders),
        )


def _withdrawn(proposal: Proposal) -> Proposal:
    return replace(proposal, status="withdrawn") if proposal.status == "open" else proposal


def _by_id(table: dict[str, T]) -> tuple[T, ...]:
    return tuple(table[key] for key in sorted(table))
