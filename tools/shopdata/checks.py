"""What a shop must keep beyond types: ids, references, and what its orders say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from tools.domain import Customer, ExchangeStatus, Order, Product, Shop
from tools.errors import Problem
from tools.shopdata.check_order import order_problems
from tools.shopdata.draft import Draft, Watch, unwatched

# These are looked up by id alone, so their ids are unique over all orders.
ACROSS_ORDERS = ("refunds", "returns", "exchanges", "repairs", "item_changes")
# The new variants of these have still to be sent.
EXCHANGE_OPEN = {ExchangeStatus.REQUESTED, ExchangeStatus.IN_TRANSIT, ExchangeStatus.RECEIVED}
T = TypeVar("T")


def problems_of(shop: Shop) -> list[Problem]:
    """Every problem with its path; empty for a shop that holds together."""
    return draft_problems(Draft.of(shop))


def draft_problems(draft: Draft, watch: Watch = unwatched) -> list[Problem]:
    """Every problem among the rows that could be read."""
    found = list(_unique("products", draft.products, lambda item: item.id))
    found += _unique("customers", draft.customers, lambda item: item.id)
    found += _unique("orders", draft.orders, lambda item: item.id)
    found += _variants(draft.products)
    found += _across_orders(draft.orders)
    for at, customer in _there(draft.customers):
        found += _payment_methods(at, customer)
    found += _orders(draft, watch)
    return found


def _there(items: Sequence[T | None]) -> Iterator[tuple[int, T]]:
    return ((at, item) for at, item in enumerate(items) if item is not None)


def _unique(name: str, items: Sequence[T | None], key: Callable[[T], str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, item in _there(items):
        yield from _new(key(item), seen, (name, at, "id"))


def _new(key: str, seen: set[str], path: tuple[str | int, ...]) -> Iterator[Problem]:
    if not key:
        yield Problem(path, "empty")
    elif key in seen:
        yield Problem(path, f"{key!r} stands twice")
    seen.add(key)


def _variants(products: Sequence[Product | None]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, product in _there(products):
        if not product.variants:
            yield Problem(("products", at, "variants"), "a product needs at least one")
        for number, variant in enumerate(product.variants):
            path = ("products", at, "variants", number)
            yield from _new(variant.sku, seen, (*path, "sku"))
            if "" in variant.options:
                yield Problem((*path, "options"), "an option without a name")


def _across_orders(orders: Sequence[Order | None]) -> Iterator[Problem]:
    for name in ACROSS_ORDERS:
        seen: set[str] = set()
        for at, order in _there(orders):
            items: Iterable[Any] = getattr(order, name)
            for number, item in enumerate(items):
                yield from _new(item.id, seen, ("orders", at, name, number, "id"))


def _payment_methods(at: int, customer: Customer) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, method in enumerate(customer.payment_methods):
        yield from _new(method.id, seen, ("customers", at, "payment_methods", number, "id"))


def _orders(draft: Draft, watch: Watch) -> Iterator[Problem]:
    customers = {item.id: item for _, item in _there(draft.customers)}
    sold_as = {variant.sku: item.id for _, item in _there(draft.products) for variant in item.variants}
    for at, order in _there(draft.orders):
        if at % 5000 == 0:
            watch("checking orders", at, len(draft.orders))
        customer = customers.get(order.customer_id)
        if customer is None and order.customer_id not in draft.unread_customers:
            yield Problem(("orders", at, "customer_id"), f"no customer {order.customer_id!r}")
        for path, reason in order_problems(order, customer):
            yield Problem(("orders", at, *path), reason)
        for path, reason in _goods(order, sold_as, draft.unread_products):
            yield Problem(("orders", at, *path), reason)


def _goods(
    order: Order, sold_as: dict[str, str], unread: frozenset[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Whether the shop has what was bought, and what it is to be exchanged for."""
    for number, line in enumerate(order.lines):
        if line.product_id in unread:
            continue
        if line.sku not in sold_as:
            yield ("lines", number, "sku"), f"no SKU {line.sku!r}"
        elif sold_as[line.sku] != line.product_id:
            yield ("lines", number, "product_id"), f"SKU {line.sku!r} belongs to {sold_as[line.sku]!r}"
    for at, item in enumerate(order.exchanges):
        for number, swap in enumerate(item.lines):
            if item.status in EXCHANGE_OPEN and not unread and swap.new_sku not in sold_as:
                yield ("exchanges", at, "lines", number, "new_sku"), f"no SKU {swap.new_sku!r}"
