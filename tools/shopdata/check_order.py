"""What one order must keep: its money, its history, what came back of it and what was swapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tools.domain import ORIGINAL, Customer, Exchange, ItemChange, Order, OrderStatus, Swap

# A path within the order, and what is wrong there.
Finding = tuple[tuple[str | int, ...], str]

S = OrderStatus
NEEDS_SHIPMENT = {S.SHIPPED, S.DELIVERED, S.RETURN_REQUESTED, S.RETURNED, S.EXCHANGE_REQUESTED}
NEEDS_DELIVERY = NEEDS_SHIPMENT - {S.SHIPPED}
# Not everything may be paid yet, or it all went back.
PAYMENTS_OPEN = {S.PENDING, S.CANCELLED}


def order_problems(order: Order, customer: Customer | None) -> Iterator[Finding]:
    """Every problem of an order; without its customer, payment methods are not looked at."""
    if customer is not None:
        yield from _methods(order, {item.id for item in customer.payment_methods})
    yield from _line_numbers(order)
    yield from _money(order)
    yield from _history(order)
    yield from _shipment(order)
    if order.returns or order.exchanges or order.repairs or order.item_changes:
        yield from _aftersales(order)


def _methods(order: Order, methods: set[str]) -> Iterator[Finding]:
    used: list[tuple[str, int, str, str]] = []
    used += [("payments", at, "method_id", item.method_id) for at, item in enumerate(order.payments)]
    used += [("refunds", at, "method_id", item.method_id) for at, item in enumerate(order.refunds)]
    used += [
        ("returns", at, "refund_to", item.refund_to)
        for at, item in enumerate(order.returns)
        if item.refund_to != ORIGINAL
    ]
    swaps: list[tuple[str, int, Exchange | ItemChange]] = []
    swaps += [("exchanges", at, each) for at, each in enumerate(order.exchanges)]
    swaps += [("item_changes", at, each) for at, each in enumerate(order.item_changes)]
    for name, at, swap in swaps:
        if swap.method_id or swap.due.amount or swap.refund.amount:
            used.append((name, at, "method_id", swap.method_id))
    for name, at, field, method in used:
        if method not in methods:
            yield (name, at, field), f"the customer has no payment method {method!r}"


def _line_numbers(order: Order) -> Iterator[Finding]:
    seen: set[int] = set()
    for at, line in enumerate(order.lines):
        if line.line_no in seen:
            yield ("lines", at, "line_no"), f"{line.line_no} stands twice"
        seen.add(line.line_no)


def _money(order: Order) -> Iterator[Finding]:
    total, paid = order.total, order.paid
    if total.amount < 0:
        yield ("discount",), f"larger than the order, which comes to {total}"
    if order.refunds and order.refunded > paid:
        yield ("refunds",), f"{order.refunded} is more than the {paid} that was paid"
    if order.status in PAYMENTS_OPEN:
        return
    owed = order.owed if order.exchanges else total
    adjusted = order.adjusted
    if paid - adjusted != owed:
        less = f" less {adjusted} given back" if adjusted.amount else ""
        what = "with its exchanges the order comes to" if owed != total else "the total is"
        yield ("payments",), f"add up to {paid}{less}, {what} {owed}"


def _history(order: Order) -> Iterator[Finding]:
    history = order.history
    for at in range(1, len(history)):
        if history[at].at < history[at - 1].at:
            yield ("history", at, "at"), "earlier than the entry before"
    if history and history[-1].status is not order.status:
        yield ("history",), f"ends in {history[-1].status}, the order is {order.status}"


def _shipment(order: Order) -> Iterator[Finding]:
    if order.status in NEEDS_SHIPMENT and order.shipment is None:
        yield ("shipment",), f"missing for an order that is {order.status}"
    elif order.status in NEEDS_DELIVERY and order.delivered_at is None:
        yield ("shipment", "delivered_at"), f"missing for an order that is {order.status}"
    if order.shipment and order.delivered_at and order.delivered_at < order.shipment.shipped_at:
        yield ("shipment", "delivered_at"), "earlier than shipped_at"


def _aftersales(order: Order) -> Iterator[Finding]:
    bought = {line.line_no: line.quantity for line in order.lines}
    for name in ("returns", "exchanges", "repairs", "item_changes"):
        for at, item in enumerate(getattr(order, name)):
            if item.order_id != order.id:
                yield (name, at, "order_id"), f"{item.order_id!r} is another order"
    yield from _returns(order, bought)
    yield from _exchanges(order, bought)
    yield from _repairs(order, bought)
    for at, line in enumerate(order.lines):
        back, swapped = order.returned_quantity(line.line_no), order.exchanged_quantity(line.line_no)
        if back + swapped > line.quantity:
            more = "returned and exchanged" if back and swapped else "returned" if back else "exchanged"
            yield ("lines", at, "quantity"), f"more pieces {more} than bought"
    for at, change in enumerate(order.item_changes):
        yield from _one_way(("item_changes", at), change.due.amount > 0, change.refund.amount > 0)


def _returns(order: Order, bought: dict[int, int]) -> Iterator[Finding]:
    for at, item in enumerate(order.returns):
        seen: set[int] = set()
        for number, line in enumerate(item.lines):
            path = ("returns", at, "lines", number)
            yield from _piece(path, line.line_no, line.quantity, bought)
            if line.line_no in seen:
                yield (*path, "line_no"), f"{line.line_no} stands twice"
            seen.add(line.line_no)


def _exchanges(order: Order, bought: dict[int, int]) -> Iterator[Finding]:
    skus = {line.line_no: line.sku for line in order.lines}
    for at, item in enumerate(order.exchanges):
        yield from _one_way(("exchanges", at), item.due.amount > 0, item.refund.amount > 0)
        yield from _swaps(("exchanges", at, "lines"), item.lines, bought, skus)


def _swaps(
    path: tuple[str | int, ...], swaps: Iterable[Swap], bought: dict[int, int], skus: dict[int, str]
) -> Iterator[Finding]:
    for number, swap in enumerate(swaps):
        yield from _piece((*path, number), swap.line_no, swap.quantity, bought)
        if swap.old_sku != skus.get(swap.line_no, swap.old_sku):
            yield (*path, number, "old_sku"), f"line {swap.line_no} is SKU {skus[swap.line_no]!r}"


def _repairs(order: Order, bought: dict[int, int]) -> Iterator[Finding]:
    for at, item in enumerate(order.repairs):
        yield from _piece(("repairs", at), item.line_no, item.quantity, bought)
        if item.quantity > bought.get(item.line_no, item.quantity):
            yield ("repairs", at, "quantity"), "more pieces in repair than bought"


def _piece(
    path: tuple[str | int, ...], line_no: int, quantity: int, bought: dict[int, int]
) -> Iterator[Finding]:
    if line_no not in bought:
        yield (*path, "line_no"), f"no line {line_no}"
    if quantity < 1:
        yield (*path, "quantity"), "must be at least 1"


def _one_way(path: tuple[str | int, ...], due: bool, refund: bool) -> Iterator[Finding]:
    if due and refund:
        yield (*path, "refund"), "the customer cannot both pay and get money back"
