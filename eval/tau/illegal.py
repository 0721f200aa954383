"""What the policy of τ-bench retail forbids, tried on each of a customer's orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tools.domain import (
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    Command,
    Customer,
    Order,
    OrderStatus,
    PaymentKind,
    Product,
    ReturnItem,
    ReturnReason,
    StartExchange,
    StartRepair,
    StartReturn,
    SwapItem,
)
from tools.policy.return_money import paid_by_method
from tools.store.protocol import OrderStore

NO_REASON = ReturnReason.NO_LONGER_WANTED


def illegal_commands(store: OrderStore, customer: Customer) -> Iterator[tuple[str, Command]]:
    """Pairs of why it is forbidden and the command, for every order as it is now."""
    for order in store.orders_of(customer.id):
        yield from _wrong_state(order)
        yield from _wrong_variant(order, store)
        yield from _wrong_money(order, customer)
        whole = [SwapItem(order.lines[0].line_no, order.lines[0].quantity + 1, order.lines[0].sku)]
        yield "more than was bought", _return(order, whole[0].quantity)
        yield "no line", StartReturn(order.id, (ReturnItem(99, 1),), NO_REASON)
        yield "nothing named", StartReturn(order.id, (), NO_REASON)
        yield "not offered", StartRepair(order.id, order.lines[0].line_no, 1, "it is broken")
        yield "no such reason", CancelOrder(order.id, CancelReason.FOUND_CHEAPER)


def foreign_commands(order: Order) -> Iterator[Command]:
    """Everything that somebody else might try with this order."""
    swap = (SwapItem(order.lines[0].line_no, 1, order.lines[0].sku),)
    yield CancelOrder(order.id, CancelReason.NO_LONGER_NEEDED)
    yield _return(order, 1)
    yield StartExchange(order.id, swap, NO_REASON)
    yield ChangeItems(order.id, swap)
    yield ChangeAddress(order.id, replace(order.address, line1="elsewhere"))
    yield ChangePayment(order.id, "any")


def _return(order: Order, quantity: int) -> StartReturn:
    return StartReturn(order.id, (ReturnItem(order.lines[0].line_no, quantity),), NO_REASON)


def _wrong_state(order: Order) -> Iterator[tuple[str, Command]]:
    line = order.lines[0]
    same = (SwapItem(line.line_no, 1, line.sku),)
    if order.status is not OrderStatus.DELIVERED:
        yield "return of an order not delivered, or twice", _return(order, 1)
        yield "exchange of an order not delivered, or twice", StartExchange(order.id, same, NO_REASON)
    if order.status is not OrderStatus.PENDING:
        yield "cancelling too late", CancelOrder(order.id, CancelReason.NO_LONGER_NEEDED)
        yield "address too late", ChangeAddress(order.id, replace(order.address, line1="elsewhere"))
        yield "items too late", ChangeItems(order.id, same)
        yield "payment too late", ChangePayment(order.id, "any")
    elif order.item_changes:
        yield "cancelling after a change", CancelOrder(order.id, CancelReason.NO_LONGER_NEEDED)
        yield "items a second time", ChangeItems(order.id, same)


def _wrong_variant(order: Order, store: OrderStore) -> Iterator[tuple[str, Command]]:
    line = order.lines[0]
    other = next(each for each in store.products() if each.id != line.product_id)
    for why, sku in (
        ("another product", other.variants[0].sku),
        ("sold out", _sold_out(store.product(line.product_id))),
    ):
        if sku:
            swap = (SwapItem(line.line_no, 1, sku),)
            yield why, StartExchange(order.id, swap, NO_REASON)
            yield why, ChangeItems(order.id, swap)
    yield "the same variant", ChangeItems(order.id, (SwapItem(line.line_no, 1, line.sku),))


def _sold_out(product: Product) -> str:
    return next((each.sku for each in product.variants if not each.has(1)), "")


def _wrong_money(order: Order, customer: Customer) -> Iterator[tuple[str, Command]]:
    paid = {payment.method_id for payment in order.payments}
    for method in customer.payment_methods:
        gift_card = method.kind is PaymentKind.GIFT_CARD
        if method.id not in paid and not gift_card:
            line = order.lines[0]
            wish = (ReturnItem(line.line_no, 1),)
            yield "refund to another method", StartReturn(order.id, wish, NO_REASON, method.id)
        if gift_card and method.balance is not None and method.balance < order.total:
            yield "gift card too low", ChangePayment(order.id, method.id)
    yield "a method of somebody else", ChangePayment(order.id, "credit_card_0000000")
    for method_id in paid_by_method(order):
        yield "the method that paid", ChangePayment(order.id, method_id)
