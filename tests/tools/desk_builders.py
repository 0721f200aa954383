"""A shop in which every action of the order desk is possible, and what must hold whatever was done to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType

from tests.tools.builders import NOW, customer, for_variant, line, order, wardrobe, wish, yuan
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.domain import (
    TRANSITIONS,
    Address,
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
    Money,
    OpenComplaint,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    ReturnReason,
    Shop,
    StartExchange,
    StartRepair,
    Text,
)
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied
from tools.shopdata.checks import problems_of
from tools.store.protocol import OrderStore

LATER = NOW + timedelta(minutes=5)
# Delivery to there costs ¥15 for goods of ¥100, which travel free at home.
FAR = Address("王小明", "13800000001", "友好路 8 号", "乌鲁木齐", "新疆", "830000")
GOODS = (Category.APPAREL, Category.ELECTRONICS)

# One command of each kind that the desk shop allows, by the kind of its proposal.
COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "cancel_order": CancelOrder("O-2", CancelReason.OTHER),
        "start_return": wish((1, 1), (2, 1), refund_to="PM-gift"),
        "start_exchange": StartExchange(
            "O-1", (for_variant(1, "-dear"),), ReturnReason.WRONG_SIZE, "PM-gift"
        ),
        "start_repair": StartRepair("O-4", 1, 1, "does not start"),
        "change_address": ChangeAddress("O-3", FAR),
        "change_items": ChangeItems("O-2", (for_variant(1, "-dear"),), "PM-gift"),
        "change_payment": ChangePayment("O-3", "PM-gift"),
        "change_default_address": ChangeDefaultAddress(FAR),
        "open_complaint": OpenComplaint(ComplaintKind.LOGISTICS, "三天没有动静了", "O-1"),
    }
)


def with_gift_card(number: int = 1, balance: str = "200.00") -> Customer:
    """A customer with Alipay, a card, and a gift card of ¥200."""
    ways = (
        PaymentMethod("PM-alipay", PaymentKind.ALIPAY),
        PaymentMethod("PM-card", PaymentKind.CARD, "4242", brand="Visa"),
        PaymentMethod("PM-gift", PaymentKind.GIFT_CARD, balance=yuan(balance)),
    )
    return replace(customer(number), payment_methods=ways)


def pending(number: int, *paid: tuple[str, str], customer_id: str = "C-1") -> Order:
    """A pending order of one black M for ¥100, paid as told, by Alipay where nothing is told."""
    goods = order(line(), number=number, status=OrderStatus.PENDING, customer_id=customer_id)
    kinds = {each.id: each.kind for each in with_gift_card().payment_methods}
    return replace(
        goods,
        history=goods.history[:1],
        payments=tuple(
            Payment(method, kinds[method], yuan(amount), goods.placed_at)
            for method, amount in paid or (("PM-alipay", "100.00"),)
        ),
    )


def desk_shop(stock: int | None = 5) -> Shop:
    """C-1 has a delivered order O-1, pending ones O-2 (partly by gift card) and O-3, electronics O-4."""
    orders = (
        order(line(1), line(2, "50.00", 2)),
        pending(2, ("PM-alipay", "80.00"), ("PM-gift", "20.00")),
        pending(3),
        order(line(category=Category.ELECTRONICS), number=4),
        order(number=5, customer_id="C-2"),
    )
    return shop_of(orders, (with_gift_card(1), with_gift_card(2)), stock)


def shop_of(orders: tuple[Order, ...], customers: tuple[Customer, ...], stock: int | None = 5) -> Shop:
    goods: tuple[Product, ...] = tuple(wardrobe(category, stock) for category in GOODS)
    return Shop(Text("青禾优选", "Greenleaf Select"), "CNY", True, goods, customers, orders)


def proposed(
    store: OrderStore, cards: PolicyCards, command: Command, conversation: str = "K-1", who: str = "C-1"
) -> Proposal:
    result = propose(store, cards, conversation, who, command, NOW)
    assert isinstance(result, Proposal), result
    return result


def answered(store: OrderStore, cards: PolicyCards, proposal: Proposal) -> Receipt | Denied:
    """What this proposal's own customer hears when they say yes."""
    return confirm(
        store, cards, proposal.id, proposal.digest, proposal.conversation_id, proposal.customer_id, LATER
    )


def agreed(store: OrderStore, cards: PolicyCards, proposal: Proposal) -> Receipt:
    receipt = answered(store, cards, proposal)
    assert isinstance(receipt, Receipt), receipt
    return receipt


def assert_sound(before: Shop, after: Shop) -> None:
    """What holds between a shop and what any number of actions made of it."""
    assert problems_of(after) == []
    for was, now in zip(before.orders, after.orders, strict=True):
        assert_order_sound(was, now)
    assert gift_money(after) == gift_money(before), "what leaves a gift card has paid for something"
    assert pieces(after) == pieces(before), "what leaves the shelf is in somebody's order"


def assert_order_sound(before: Order, after: Order) -> None:
    """Money adds up, history only grows and only along the state machine, nothing comes back twice."""
    assert Money.zero() <= after.refunded <= after.paid
    if after.status is OrderStatus.CANCELLED:
        assert after.refunded == after.paid
    else:
        assert after.paid - after.adjusted == after.owed
    assert after.history[: len(before.history)] == before.history
    assert after.history[-1].status is after.status
    for one, other in pairwise(after.history[len(before.history) - 1 :]):
        assert other.status in TRANSITIONS[one.status]
        assert one.at <= other.at
    for each in after.lines:
        gone = after.returned_quantity(each.line_no) + after.exchanged_quantity(each.line_no)
        assert gone <= each.quantity


def gift_money(shop: Shop) -> dict[str, Money]:
    """By customer: what is on their gift cards, and what gift cards have paid and not got back."""
    cards = {
        (each.id, method.id): method.balance
        for each in shop.customers
        for method in each.payment_methods
        if method.balance is not None
    }
    total = {each.id: Money.zero(shop.currency) for each in shop.customers}
    for (owner, _), balance in cards.items():
        total[owner] = total[owner] + balance
    for each in shop.orders:
        for sign, moves in ((1, each.payments), (-1, each.refunds)):
            for move in moves:
                if (each.customer_id, move.method_id) in cards:
                    total[each.customer_id] = total[each.customer_id] + move.amount * sign
    return total


def pieces(shop: Shop) -> dict[str, int | None]:
    """By SKU: pieces on the shelf and in orders; None stays None for what nobody counts."""
    sold: Counter[str] = Counter()
    for each in shop.orders:
        if each.status is not OrderStatus.CANCELLED:
            for item in each.lines:
                sold[item.sku] += item.quantity
    variants = [variant for product in shop.products for variant in product.variants]
    assert all(variant.stock is None or variant.stock >= 0 for variant in variants)
    return {each.sku: None if each.stock is None else each.stock + sold[each.sku] for each in variants}
