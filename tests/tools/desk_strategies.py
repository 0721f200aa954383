"""Random shops for the order desk: odd prices and discounts, orders in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.tools.builders import ADDRESS, DELIVERED, shipment, yuan
from tests.tools.desk_builders import FAR, with_gift_card
from tools.domain import (
    CancelOrder,
    CancelReason,
    Category,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    ComplaintKind,
    Customer,
    Exchange,
    ExchangeStatus,
    Money,
    OpenComplaint,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Product,
    Refund,
    Return,
    ReturnItem,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Shop,
    StartExchange,
    StartRepair,
    StartReturn,
    StatusChange,
    Swap,
    SwapItem,
    Text,
    Variant,
)
from tools.policy.return_money import from_cents, line_refund

S = OrderStatus
CATEGORIES = (Category.APPAREL, Category.ELECTRONICS, Category.FURNITURE)
METHODS = ("PM-alipay", "PM-card", "PM-gift")
BEFORE = (S.PENDING, S.PROCESSED, S.SHIPPED, S.DELIVERED)
AFTER = {S.RETURN_REQUESTED, S.RETURNED, S.REFUNDED, S.EXCHANGE_REQUESTED}
cents = st.integers(0, 30_000).map(lambda value: from_cents(value, "CNY"))


@st.composite
def products(draw: st.DrawFn, category: Category) -> Product:
    variants = tuple(
        Variant(f"{category}-{number}", {"size": Text(str(number), str(number))}, draw(cents), stock)
        for number, stock in enumerate(draw(st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=3)))
    )
    name = Text(f"商品 {category}", f"thing {category}")
    return Product(f"P-{category}", name, category, Text("描述", "description"), variants)


@st.composite
def lines(draw: st.DrawFn, goods: tuple[Product, ...]) -> tuple[OrderLine, ...]:
    chosen = draw(st.lists(st.sampled_from(goods), min_size=1, max_size=3))
    result = []
    for number, product in enumerate(chosen, 1):
        variant = draw(st.sampled_from(product.variants))
        result.append(
            OrderLine(
                number, variant.sku, product.id, product.name, variant.described(), product.category,
                draw(st.integers(1, 3)), draw(cents), draw(st.integers(0, 9)) == 9,
            )
        )  # fmt: skip
    return tuple(result)


@st.composite
def orders(draw: st.DrawFn, number: int, customer: Customer, goods: tuple[Product, ...]) -> Order:
    status = draw(st.sampled_from((S.PENDING, S.DELIVERED) * 4 + tuple(OrderStatus)))
    placed = DELIVERED - timedelta(days=3)
    fee = yuan(draw(st.sampled_from(["0.00", "8.00", "15.00"])))
    bought = draw(lines(goods))
    whole = sum((line.total for line in bought), fee)
    share = draw(st.integers(0, 4))
    discount = from_cents(int(whole.amount * 100) * share // 4 if share else 0, "CNY")
    order = Order(f"O-{number}", customer.id, S.PENDING, placed, bought, fee, discount, ADDRESS)
    order = replace(
        order, history=(StatusChange(S.PENDING, placed),), payments=draw(payments(order, customer))
    )
    reached = S.DELIVERED if status in AFTER else status
    if status is not S.CANCELLED:
        for step in BEFORE[1 : BEFORE.index(reached) + 1]:
            order = moved(order, step)
    if order.status in (S.SHIPPED, S.DELIVERED):
        order = replace(order, shipment=shipment(None if order.status is S.SHIPPED else DELIVERED))
    return _further(order, status)


def moved(order: Order, status: OrderStatus) -> Order:
    at = order.placed_at + timedelta(hours=len(order.history))
    return replace(order, status=status, history=(*order.history, StatusChange(status, at)))


@st.composite
def payments(draw: st.DrawFn, order: Order, customer: Customer) -> tuple[Payment, ...]:
    """The total, by one method or by two."""
    first, second = draw(st.permutations(customer.payment_methods))[:2]
    total = order.total
    part = from_cents(int(total.amount * 100) * draw(st.integers(1, 3)) // 3, "CNY")
    split = [(first, part), (second, total - part)]
    return tuple(
        Payment(method.id, method.kind, amount, order.placed_at) for method, amount in split if amount.amount
    )


def _further(order: Order, status: OrderStatus) -> Order:
    """Cancelled, or with one piece of the first line on its way back, back, refunded or to be exchanged."""
    at, line, nothing = DELIVERED, order.lines[0], Money.zero()
    method = order.payments[0].method_id if order.payments else "PM-alipay"
    if status is S.CANCELLED:
        refunds = tuple(
            Refund(f"RF-{order.id}-{number}", each.amount, each.method_id, at, "cancelled")
            for number, each in enumerate(order.payments)
        )
        return moved(replace(order, refunds=refunds, cancel_reason="other"), status)
    if status is S.EXCHANGE_REQUESTED:
        swap = Swap(1, 1, line.sku, line.sku, line.options, line.options, line.unit_price, line.unit_price)
        exchange = Exchange(
            f"EX-{order.id}", order.id, ExchangeStatus.REQUESTED, ReturnReason.QUALITY, (swap,), nothing,
            nothing, nothing, method, at, "exchange.x",
        )  # fmt: skip
        return moved(replace(order, exchanges=(exchange,)), status)
    states = {
        S.RETURN_REQUESTED: ReturnStatus.REQUESTED,
        S.RETURNED: ReturnStatus.RECEIVED,
        S.REFUNDED: ReturnStatus.REFUNDED,
    }
    if status not in states:
        return order
    worth = line_refund(order, line, 1)
    # Back the way it came, and to one method: no more than that one has paid.
    worth = min(worth, order.payments[0].amount) if order.payments else nothing
    back = Return(
        f"RT-{order.id}", order.id, states[status], ReturnReason.QUALITY, (ReturnLine(1, 1, worth),), worth,
        nothing, "original", at, "returns.x",
    )  # fmt: skip
    order = moved(replace(order, returns=(back,)), S.RETURN_REQUESTED)
    if status is S.REFUNDED and worth.amount:
        order = replace(order, refunds=(Refund(f"RF-{order.id}", worth, method, at, "return"),))
    return order if status is S.RETURN_REQUESTED else moved(order, status)


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    goods = tuple(draw(products(category)) for category in CATEGORIES)
    balances = [draw(st.sampled_from(["0.00", "0.01", "77.77", "500.00"])) for _ in range(2)]
    customers = tuple(with_gift_card(number, balance) for number, balance in enumerate(balances, 1))
    owners = draw(st.lists(st.sampled_from(customers), min_size=3, max_size=5))
    found = tuple(draw(orders(number, owner, goods)) for number, owner in enumerate(owners, 1))
    return Shop(Text("店", "Shop"), "CNY", False, goods, customers, found)


@st.composite
def commands(draw: st.DrawFn, shop: Shop, customer_id: str) -> Command:
    """Mostly wishes that make sense for one of the customer's orders as it is, and some that do not."""
    mine = [each for each in shop.orders if each.customer_id == customer_id] or list(shop.orders)
    order = draw(st.sampled_from(mine * 8 + list(shop.orders)))
    kinds = _LIKELY.get(order.status, ()) * 5 + _ANY
    make: Any = draw(st.sampled_from(kinds))
    found: Command = make(draw, shop, order)
    return found


def _swaps(draw: st.DrawFn, shop: Shop, order: Order) -> tuple[SwapItem, ...]:
    skus = {each.id: [variant.sku for variant in each.variants] for each in shop.products}

    def one(line: OrderLine) -> SwapItem:
        wanted = draw(st.sampled_from(skus[line.product_id] * 5 + skus["P-apparel"]))
        return SwapItem(line.line_no, _pieces(draw, line), wanted)

    return tuple(one(line) for line in _some(draw, order))


def _some(draw: st.DrawFn, order: Order) -> list[OrderLine]:
    return draw(st.lists(st.sampled_from(order.lines), min_size=1, max_size=2, unique_by=lambda x: x.line_no))


def _pieces(draw: st.DrawFn, line: OrderLine) -> int:
    return draw(st.sampled_from([1, 1, 1, line.quantity, line.quantity, line.quantity + 1]))


def _method(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["original", *METHODS] * 3 + ["PM-404"]))


def _cancel(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return CancelOrder(order.id, draw(st.sampled_from(CancelReason)))


def _return(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    items = tuple(ReturnItem(line.line_no, _pieces(draw, line)) for line in _some(draw, order))
    return StartReturn(order.id, items, draw(st.sampled_from(ReturnReason)), _method(draw))


def _exchange(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    reason = draw(st.sampled_from(ReturnReason))
    return StartExchange(order.id, _swaps(draw, shop, order), reason, _method(draw))


def _repair(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    (line, *_) = _some(draw, order)
    return StartRepair(order.id, line.line_no, _pieces(draw, line), "broken")


def _address(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return ChangeAddress(order.id, draw(st.sampled_from([ADDRESS, FAR])))


def _items(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return ChangeItems(order.id, _swaps(draw, shop, order), _method(draw))


def _payment(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return ChangePayment(order.id, draw(st.sampled_from(METHODS)))


def _default(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return ChangeDefaultAddress(draw(st.sampled_from([ADDRESS, FAR])))


def _complaint(draw: st.DrawFn, shop: Shop, order: Order) -> Command:
    return OpenComplaint(draw(st.sampled_from(ComplaintKind)), "太慢", draw(st.sampled_from(["", order.id])))


_ANY: tuple[Any, ...] = (
    _cancel, _return, _exchange, _repair, _address, _items, _payment, _default, _complaint,
)  # fmt: skip
_LIKELY: dict[OrderStatus, tuple[Any, ...]] = {
    S.PENDING: (_items, _items, _payment, _address, _cancel),
    S.PROCESSED: (_address,),
    S.DELIVERED: (_return, _exchange, _repair),
    S.RETURN_REQUESTED: (_return,),
    S.RETURNED: (_return, _exchange),
    S.REFUNDED: (_return, _exchange),
}
