"""What the shop's system is asked, as domain values; an answer about something else than was asked is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from tools.domain import Customer, Order, Product
from tools.errors import BadAnswer, NotFound
from tools.shopdata.check_order import order_problems
from tools.store.identity import keys, keys_of
from tools.store.rest.address import askable
from tools.store.rest.client import NOTHING, Answer, ShopApi
from tools.store.rest.wire import (
    Customers,
    OneCustomer,
    OneOrder,
    OneProduct,
    Orders,
    Outcome,
    Products,
    ShopHead,
    read,
)

MOST_PAGES: Final = 1000
# Of ids in one address, which has to stay shorter than what servers take.
AT_ONCE: Final = 20
T = TypeVar("T")
P = TypeVar("P", Orders, Products)


class RemoteShop:
    """Every method raises `StoreUnavailable`, and `BadAnswer` for what is not in the contract."""

    def __init__(self, api: ShopApi) -> None:
        self._api = api
        self._head: ShopHead | None = None

    def head(self) -> ShopHead:
        """Asked once in a process: a shop does not change its currency while it sells."""
        if self._head is None:
            self._head = read(ShopHead, _there(self._api.get("shop"), "/shop"), "CNY", "/shop")
        return self._head

    def fitting(self, facts: Mapping[str, str]) -> tuple[Customer, ...]:
        """The customers who fit all facts (`email`, `phone`, `name`, `postcode`).

        They are compared here once more: a system that overlooks a fact must not open a stranger's account.
        """
        value = _there(self._api.get("customers", query=facts), "/customers")
        found = self._read(Customers, value, "/customers").customers
        wanted = keys(*(facts.get(name) for name in ("email", "phone", "name", "postcode")))
        return tuple(each for each in found if wanted.fit(keys_of(each)))

    def customer(self, customer_id: str) -> OneCustomer:
        """Raises `NotFound`."""
        found = self._one(OneCustomer, "customers", "customer", customer_id)
        _require_id(found.customer.id, customer_id, f"/customers/{customer_id}: customer")
        _require_version(found.version, f"/customers/{customer_id}")
        return found

    def order(self, order_id: str, customer_id: str) -> OneOrder:
        """Raises the same `NotFound` for a missing order and for another customer's."""
        found = self._one(OneOrder, "orders", "order", order_id)
        where = f"/orders/{order_id}"
        _require_id(found.order.id, order_id, f"{where}: order")
        if found.order.customer_id != customer_id:
            raise NotFound("order", order_id)
        _require_version(found.version, where)
        _require_whole(found.order, f"{where}: order")
        return found

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """None for a customer whom nobody knows."""
        if not askable(customer_id):
            return ()
        where = f"/customers/{customer_id}/orders"
        found: list[Order] = []
        for page in self._pages(Orders, ("customers", customer_id, "orders"), where):
            for at, order in enumerate(page.orders):
                _require_id(order.customer_id, customer_id, f"{where}: orders[{at}].customer_id")
                _require_whole(order, f"{where}: orders[{at}]")
            found += page.orders
        return tuple(found)

    def product(self, product_id: str) -> Product:
        """Raises `NotFound`."""
        found = self._one(OneProduct, "products", "product", product_id).product
        _require_id(found.id, product_id, f"/products/{product_id}: product")
        return found

    def products(self, query: Mapping[str, Sequence[str]] = NOTHING) -> tuple[Product, ...]:
        found: list[Product] = []
        for page in self._pages(Products, ("products",), "/products", query):
            found += page.products
        return tuple(found)

    def products_by_id(self, ids: Sequence[str]) -> tuple[Product, ...]:
        """Those of them that there are, by id."""
        wanted = sorted(each for each in set(ids) if askable(each))
        found: dict[str, Product] = {}
        for start in range(0, len(wanted), AT_ONCE):
            asked = wanted[start : start + AT_ONCE]
            found |= {each.id: each for each in self.products({"id": asked})}
        return tuple(found[each] for each in wanted if each in found)

    def command(self, body: str, key: str) -> Outcome:
        """Have a command carried out, or learn what came of it. Raises also when that cannot be told."""
        answer = self._api.post("commands", body=body, key=key)
        outcome = read(Outcome, answer.value, "CNY", "/commands")
        _require_id(outcome.key, key, "/commands: key")
        if (outcome.outcome == "done") is not (answer.status < 300):
            raise BadAnswer(f"/commands: {outcome.outcome!r} does not go with the status {answer.status}")
        return outcome

    def _read(self, kind: type[T], value: object, what: str) -> T:
        return read(kind, value, self.head().currency, what)

    def _one(self, kind: type[T], folder: str, what: str, key: str) -> T:
        answer = self._api.get(folder, key) if askable(key) else Answer(404, None)
        if answer.status == 404:
            raise NotFound(what, key)
        return self._read(kind, answer.value, f"/{folder}/{key}")

    def _pages(
        self,
        kind: Callable[..., P],
        path: tuple[str, ...],
        what: str,
        query: Mapping[str, Sequence[str]] = NOTHING,
    ) -> Iterable[P]:
        cursor, earlier = "", {""}
        while True:
            answer = self._api.get(*path, query={**query, "cursor": cursor} if cursor else query)
            if answer.status == 404 and not cursor and len(path) > 1:
                return
            page: P = self._read(kind, _there(answer, what), what)  # type: ignore[arg-type]
            yield page
            cursor = page.next
            if not cursor:
                return
            if cursor in earlier or len(earlier) > MOST_PAGES:
                raise BadAnswer(f"{what}: next: {cursor[:60]!r} comes again, or the pages have no end")
            earlier.add(cursor)


def _there(answer: Answer, what: str) -> Any:
    if answer.status == 404:
        raise BadAnswer(f"{what}: answered 404; is the address the right one?")
    return answer.value


def _require_id(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise BadAnswer(f"{what}: {found[:60]!r} is not what was asked for")


def _require_version(version: str, what: str) -> None:
    if not version:
        raise BadAnswer(f"{what}: version: empty")


def _require_whole(order: Order, what: str) -> None:
    for path, reason in order_problems(order, None):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
        raise BadAnswer(f"{what}{place}: {reason}")
