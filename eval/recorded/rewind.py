"""The shop as it was when a conversation began, as far as orders tell: what came later is taken back.

Addresses, payment methods and stock have no history; they stay as they are now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from eval.recorded.conversations import Recorded
from tools.domain import Customer, Order, OrderLine, OrderStatus, Shop, Swap, Text
from tools.errors import NotFound
from tools.store.protocol import OrderStore


def shop_before(recorded: Recorded, store: OrderStore) -> Shop:
    """The catalogue, and the customers of a conversation with their orders. A customer who is gone is left out."""
    customers: list[Customer] = []
    orders: list[Order] = []
    for customer_id in recorded.customer_ids:
        try:
            customers.append(store.customer(customer_id))
        except NotFound:
            continue
        placed = (each for each in store.orders_of(customer_id) if each.placed_at <= recorded.began)
        orders += [order_before(each, recorded.began) for each in placed]
    name = Text(store.meta("name.zh") or "", store.meta("name.en") or "")
    currency = store.meta("currency") or "CNY"
    return Shop(name, currency, False, store.products(), tuple(customers), tuple(orders))


def order_before(order: Order, moment: datetime) -> Order:
    """The order without anything that is later than `moment`."""
    history = tuple(each for each in order.history if each.at <= moment)
    shipment = order.shipment
    if shipment is not None and shipment.shipped_at > moment:
        shipment = None
    if shipment is not None:
        delivered = shipment.delivered_at
        shipment = replace(
            shipment,
            delivered_at=delivered if delivered and delivered <= moment else None,
            events=tuple(each for each in shipment.events if each.at <= moment),
        )
    return replace(
        order,
        status=_status_before(order, moment),
        lines=_lines_before(order, moment),
        history=history,
        shipment=shipment,
        payments=tuple(each for each in order.payments if each.at <= moment),
        refunds=tuple(each for each in order.refunds if each.at <= moment),
        returns=tuple(each for each in order.returns if each.requested_at <= moment),
        exchanges=tuple(each for each in order.exchanges if each.requested_at <= moment),
        repairs=tuple(each for each in order.repairs if each.requested_at <= moment),
        item_changes=tuple(each for each in order.item_changes if each.at <= moment),
        cancel_reason=order.cancel_reason if history and history[-1].status.value == "cancelled" else "",
    )


def _status_before(order: Order, moment: datetime) -> OrderStatus:
    """The last one until then; the first one where all came later, or the order's where none is recorded."""
    past = [each.status for each in order.history if each.at <= moment]
    return past[-1] if past else order.history[0].status if order.history else order.status


def _lines_before(order: Order, moment: datetime) -> tuple[OrderLine, ...]:
    """Pieces that became other variants later are what they were; the last change is taken back first."""
    lines = list(order.lines)
    for change in reversed(order.item_changes):
        if change.at > moment:
            for swap in reversed(change.lines):
                _take_back(swap, lines)
    return tuple(lines)


def _take_back(swap: Swap, lines: list[OrderLine]) -> None:
    """A line became another variant as a whole, or some of its pieces were put in a line of their own at the end."""
    at = next((at for at, each in enumerate(lines) if each.line_no == swap.line_no), None)
    if at is None:
        return
    new = [each for each in lines if (each.sku, each.quantity) == (swap.new_sku, swap.quantity)]
    line = lines[at]
    if line in new:
        lines[at] = replace(line, sku=swap.old_sku, options=swap.old_options, unit_price=swap.old_price)
    elif new and line.sku == swap.old_sku:
        lines[at] = replace(line, quantity=line.quantity + swap.quantity)
        lines.remove(new[-1])


def changed_since(recorded: Recorded, store: OrderStore) -> Sequence[str]:
    """The orders that are not as they were when the conversation began."""
    found: list[str] = []
    for customer_id in recorded.customer_ids:
        try:
            orders = store.orders_of(customer_id)
        except NotFound:
            continue
        found += [each.id for each in orders if order_before(each, recorded.began) != each]
    return found
