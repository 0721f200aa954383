"""A store in memory: the fake for fast tests, under the same contract as the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import TypeVar

from tools.desk.records import Event, Proposal
from tools.domain import Customer, Order, OrderStatus, Product, Return, Shop, StatusChange
from tools.errors import ImportRefused, NotFound
from tools.shopdata.checks import problems_of
from tools.store.identity import keys, keys_of
from tools.store.protocol import meta_of

T = TypeVar("T")


@dataclass
class _State:
    shop: Shop | None = None
    customers: dict[str, Customer] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def copy(self) -> _State:
        return replace(
            self,
            orders=dict(self.orders),
            proposals=dict(self.proposals),
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


class _MemoryUnit:
    """Works on a copy; `commit` puts it in the place of the original."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._state = store.state.copy()

    def proposal(self, proposal_id: str) -> Proposal:
        return _get(self._state.proposals, "proposal", proposal_id)

    def customer(self, customer_id: str) -> Customer:
        return _get(self._state.customers, "customer", customer_id)

    def order(self, order_id: str, customer_id: str) -> Order:
        return self._state.order(order_id, customer_id)

    def add_proposal(self, proposal: Proposal) -> None:
        self._state.proposals[proposal.id] = proposal

    def save_proposal(self, proposal: Proposal) -> None:
        old = self.proposal(proposal.id)
        self._state.proposals[proposal.id] = replace(old, status=proposal.status, receipt=proposal.receipt)

    def add_return(self, item: Return) -> None:
        order = self._state.orders[item.order_id]
        self._state.orders[order.id] = replace(order, returns=(*order.returns, item))

    def set_status(self, order_id: str, status: OrderStatus, at: datetime) -> None:
        order = self._state.orders[order_id]
        history = (*order.history, StatusChange(status, at))
        self._state.orders[order_id] = replace(order, status=status, history=history)

    def add_event(self, event: Event) -> None:
        self._state.events.append(event)

    def commit(self) -> None:
        self._store.state = self._state
        self._state = self._state.copy()


class MemoryStore:
    """An `OrderStore` for tests and demonstrations; one unit of work at a time."""

    def __init__(self, shop: Shop | None = None) -> None:
        self.state = _State()
        self._lock = RLock()
        if shop:
            self.import_shop(shop)

    @contextmanager
    def unit_of_work(self) -> Iterator[_MemoryUnit]:
        with self._lock:
            yield _MemoryUnit(self)

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

    def proposal(self, proposal_id: str) -> Proposal:
        return _get(self.state.proposals, "proposal", proposal_id)

    def events(self, order_id: str) -> tuple[Event, ...]:
        return tuple(each for each in self.state.events if each.order_id == order_id)

    def meta(self, key: str) -> str | None:
        return meta_of(self.state.shop).get(key) if self.state.shop else None

    def import_shop(self, shop: Shop, replace: bool = False) -> None:
        problems = problems_of(shop)
        if self.state.shop and not replace:
            problems.insert(0, "the store already holds a shop; replacing it must be asked for")
        if problems:
            raise ImportRefused(problems)
        with self._lock:
            self.state = _State(
                shop,
                {each.id: each for each in shop.customers},
                {each.id: each for each in shop.products},
                {each.id: each for each in shop.orders},
                {key: _withdrawn(each) for key, each in self.state.proposals.items()},
                self.state.events,
            )

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
