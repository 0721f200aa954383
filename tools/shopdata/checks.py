"""What a shop must keep beyond types: ids, references, sums and order in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tools.domain import Customer, DomainError, Money, Order, OrderStatus, Product, Shop, StatusChange

S = OrderStatus
NEEDS_SHIPMENT = {S.SHIPPED, S.DELIVERED, S.RETURN_REQUESTED, S.RETURNED, S.EXCHANGE_REQUESTED}
NEEDS_DELIVERY = NEEDS_SHIPMENT - {S.SHIPPED}


def problems_of(shop: Shop) -> list[str]:
    """Every problem as "path: what is wrong"; empty for a shop that holds together."""
    found = list(_unique("products", (item.id for item in shop.products)))
    found += _unique("customers", (item.id for item in shop.customers))
    found += _unique("orders", (item.id for item in shop.orders))
    found += _skus(shop.products)
    found += _across_orders(shop.orders)
    customers = {item.id: item for item in shop.customers}
    skus = {variant.sku: item.id for item in shop.products for variant in item.variants}
    for at, customer in enumerate(shop.customers):
        methods = (item.id for item in customer.payment_methods)
        found += _unique(f"customers[{at}].payment_methods", methods)
    for at, order in enumerate(shop.orders):
        found += (f"orders[{at}]{problem}" for problem in _order(order, customers, skus))
    return found


def _unique(path: str, ids: Iterable[object], name: str = "id") -> Iterator[str]:
    seen: set[object] = set()
    for at, key in enumerate(ids):
        if key == "":
            yield f"{path}[{at}].{name}: empty"
        elif key in seen:
            yield f"{path}[{at}].{name}: {key!r} stands twice"
        seen.add(key)


def _skus(products: Iterable[Product]) -> Iterator[str]:
    seen: set[str] = set()
    for at, product in enumerate(products):
        if not product.variants:
            yield f"products[{at}].variants: a product needs at least one"
        for number, variant in enumerate(product.variants):
            if variant.sku in seen or not variant.sku:
                yield f"products[{at}].variants[{number}].sku: {variant.sku!r} is empty or stands twice"
            seen.add(variant.sku)


def _across_orders(orders: Iterable[Order]) -> Iterator[str]:
    """Refunds and returns are looked up by id alone, so ids are unique over all orders."""
    refunds: set[str] = set()
    returns: set[str] = set()
    for at, order in enumerate(orders):
        for name, items, seen in (
            ("refunds", [item.id for item in order.refunds], refunds),
            ("returns", [item.id for item in order.returns], returns),
        ):
            for number, key in enumerate(items):
                if key in seen or not key:
                    yield f"orders[{at}].{name}[{number}].id: {key!r} is empty or stands twice"
                seen.add(key)


def _order(order: Order, customers: dict[str, Customer], skus: dict[str, str]) -> Iterator[str]:
    customer = customers.get(order.customer_id)
    if customer is None:
        yield f".customer_id: no customer {order.customer_id!r}"
    else:
        yield from _methods(order, {item.id for item in customer.payment_methods})
    yield from _unique(".lines", (line.line_no for line in order.lines), "line_no")
    yield from _lines(order, skus)
    yield from _money(order)
    yield from _history(order.status, order.history)
    yield from _shipment(order)
    yield from _returns(order)


def _methods(order: Order, methods: set[str]) -> Iterator[str]:
    for at, payment in enumerate(order.payments):
        if payment.method_id not in methods:
            yield f".payments[{at}].method_id: the customer has no payment method {payment.method_id!r}"
    for at, refund in enumerate(order.refunds):
        if refund.method_id not in methods:
            yield f".refunds[{at}].method_id: the customer has no payment method {refund.method_id!r}"


def _lines(order: Order, skus: dict[str, str]) -> Iterator[str]:
    for at, line in enumerate(order.lines):
        if line.sku not in skus:
            yield f".lines[{at}].sku: no SKU {line.sku!r}"
        elif skus[line.sku] != line.product_id:
            yield f".lines[{at}].product_id: SKU {line.sku!r} belongs to {skus[line.sku]!r}"


def _money(order: Order) -> Iterator[str]:
    nothing = Money.zero(order.shipping_fee.currency)
    paid = sum((item.amount for item in order.payments), nothing)
    refunded = sum((item.amount for item in order.refunds), nothing)
    if order.total.amount < 0:
        yield f".discount: larger than the order, which comes to {order.total}"
    if order.status is not OrderStatus.PENDING and paid != order.total:
        yield f".payments: add up to {paid}, the total is {order.total}"
    if refunded > paid:
        yield f".refunds: {refunded} is more than the {paid} that was paid"


def _history(status: OrderStatus, history: tuple[StatusChange, ...]) -> Iterator[str]:
    for at in range(1, len(history)):
        if history[at].at < history[at - 1].at:
            yield f".history[{at}].at: earlier than the entry before"
    if history and history[-1].status is not status:
        yield f".history: ends in {history[-1].status}, the order is {status}"


def _shipment(order: Order) -> Iterator[str]:
    if order.status in NEEDS_SHIPMENT and order.shipment is None:
        yield f".shipment: missing for an order that is {order.status}"
    elif order.status in NEEDS_DELIVERY and order.delivered_at is None:
        yield f".shipment.delivered_at: missing for an order that is {order.status}"
    if order.shipment and order.delivered_at and order.delivered_at < order.shipment.shipped_at:
        yield ".shipment.delivered_at: earlier than shipped_at"


def _returns(order: Order) -> Iterator[str]:
    for at, item in enumerate(order.returns):
        if item.order_id != order.id:
            yield f".returns[{at}].order_id: {item.order_id!r} is another order"
        yield from _unique(f".returns[{at}].lines", (line.line_no for line in item.lines), "line_no")
        for number, line in enumerate(item.lines):
            try:
                order.line(line.line_no)
            except DomainError:
                yield f".returns[{at}].lines[{number}].line_no: no line {line.line_no}"
    for at, bought in enumerate(order.lines):
        if order.returned_quantity(bought.line_no) > bought.quantity:
            yield f".lines[{at}]: more pieces returned than bought"
