"""Between τ-bench's words and ours: its actions as commands, our orders and customers as its records."""

from __future__ import annotations

import copy
from typing import Any

from eval.tau.folder import Database
from tools.domain import (
    ORIGINAL,
    Address,
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    Customer,
    Exchange,
    Order,
    OrderStatus,
    Return,
    ReturnItem,
    ReturnReason,
    StartExchange,
    StartReturn,
    SwapItem,
)
from tools.shopdata.tau import COUNTRIES
from tools.store.protocol import OrderStore

CANCEL_REASONS = {
    "no longer needed": CancelReason.NO_LONGER_NEEDED,
    "ordered by mistake": CancelReason.ORDERED_BY_MISTAKE,
}
_STATUS = {
    OrderStatus.RETURN_REQUESTED: "return requested",
    OrderStatus.EXCHANGE_REQUESTED: "exchange requested",
}
_COUNTRY = {ours: theirs for theirs, ours in reversed(COUNTRIES.items())}


def command_of(name: str, arguments: dict[str, Any], store: OrderStore, customer_id: str) -> Command:
    """A write of τ-bench as a command. Raises `NotFound` and, for a write that there is not, `KeyError`."""
    if name == "modify_user_address":
        return ChangeDefaultAddress(_address(arguments, store.customer(customer_id).address))
    order = store.order(str(arguments["order_id"]), customer_id)
    if name == "cancel_pending_order":
        return CancelOrder(order.id, CANCEL_REASONS.get(arguments["reason"], CancelReason.OTHER))
    if name == "return_delivered_order_items":
        lines = _lines(order, arguments["item_ids"])
        items = tuple(ReturnItem(number, 1) for number in lines)
        return StartReturn(order.id, items, ReturnReason.NO_LONGER_WANTED, arguments["payment_method_id"])
    if name == "modify_pending_order_address":
        return ChangeAddress(order.id, _address(arguments, order.address))
    if name == "modify_pending_order_payment":
        return ChangePayment(order.id, arguments["payment_method_id"])
    swaps = tuple(
        SwapItem(number, 1, str(new))
        for number, new in zip(_lines(order, arguments["item_ids"]), arguments["new_item_ids"], strict=True)
    )
    method = arguments["payment_method_id"]
    if name == "modify_pending_order_items":
        return ChangeItems(order.id, swaps, method)
    if name == "exchange_delivered_order_items":
        return StartExchange(order.id, swaps, ReturnReason.NO_LONGER_WANTED, method)
    raise KeyError(name)


def _lines(order: Order, item_ids: list[str]) -> list[int]:
    """The line of each item; the same item twice is two lines. 0, which no order has, for one that is not there."""
    free = list(order.lines)
    numbers = []
    for item in item_ids:
        line = next((each for each in free if each.sku == str(item)), None)
        if line is not None:
            free.remove(line)
        numbers.append(line.line_no if line else 0)
    return numbers


def _address(arguments: dict[str, Any], before: Address) -> Address:
    """Recipient and phone, which τ-bench does not have, stay as they were."""
    country = COUNTRIES.get(arguments["country"], arguments["country"])
    return Address(
        before.recipient, before.phone, arguments["address1"], arguments["city"], arguments["state"],
        arguments["zip"], country, arguments.get("address2") or "",
    )  # fmt: skip


def database_after(before: Database, store: OrderStore, user_id: str) -> Database:
    """τ-bench's database as our store has it now. Only this user's records can have changed."""
    after = {table: dict(rows) for table, rows in before.items()}
    after["users"][user_id] = _user(before["users"][user_id], store.customer(user_id))
    for order in store.orders_of(user_id):
        after["orders"][order.id] = _order(before["orders"][order.id], order)
    return after


def _user(record: dict[str, Any], customer: Customer) -> dict[str, Any]:
    after: dict[str, Any] = copy.deepcopy(record)
    after["address"] = _their_address(customer.address)
    for method in customer.payment_methods:
        if method.balance is not None:
            after["payment_methods"][method.id]["balance"] = float(method.balance.amount)
    return after


def _their_address(address: Address) -> dict[str, str]:
    return {
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "state": address.region,
        "country": _COUNTRY.get(address.country, address.country),
        "zip": address.postcode,
    }


def _order(record: dict[str, Any], order: Order) -> dict[str, Any]:
    after: dict[str, Any] = copy.deepcopy(record)
    after["status"] = _STATUS.get(order.status, order.status.value)
    if order.item_changes and order.status is OrderStatus.PENDING:
        after["status"] = "pending (item modified)"
    after["address"] = _their_address(order.address)
    after["items"] = [
        {"name": line.name.en, "product_id": line.product_id, "item_id": line.sku,
         "price": float(line.unit_price.amount)}
        for line in order.lines
    ]  # fmt: skip
    after["payment_history"] = [
        *(_paid("payment", each.amount.amount, each.method_id) for each in order.payments),
        *(_paid("refund", each.amount.amount, each.method_id) for each in order.refunds),
    ]
    if order.cancel_reason:
        theirs = {ours.value: name for name, ours in CANCEL_REASONS.items()}
        after["cancel_reason"] = theirs.get(order.cancel_reason, order.cancel_reason)
    for returned in order.returns:
        after |= _returned(returned, order)
    for exchange in order.exchanges:
        after |= _exchanged(exchange)
    return after


def _paid(kind: str, amount: Any, method: str) -> dict[str, Any]:
    return {"transaction_type": kind, "amount": float(amount), "payment_method_id": method}


def _returned(item: Return, order: Order) -> dict[str, Any]:
    skus = [order.line(line.line_no).sku for line in item.lines for _ in range(line.quantity)]
    paid_by = order.payments[0].method_id if item.refund_to == ORIGINAL else item.refund_to
    return {"return_items": sorted(skus), "return_payment_method_id": paid_by}


def _exchanged(item: Exchange) -> dict[str, Any]:
    return {
        "exchange_items": sorted(swap.old_sku for swap in item.lines for _ in range(swap.quantity)),
        "exchange_new_items": sorted(swap.new_sku for swap in item.lines for _ in range(swap.quantity)),
        "exchange_payment_method_id": item.method_id,
        "exchange_price_difference": float((item.due - item.refund).amount),
    }
