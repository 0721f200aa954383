"""Small shops, customers and orders for tests; every builder takes only what a test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tools.domain import (
    Address,
    Category,
    Customer,
    Exchange,
    ExchangeStatus,
    ItemChange,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    Refund,
    Repair,
    RepairStatus,
    Return,
    ReturnItem,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Shipment,
    Shop,
    StartReturn,
    StatusChange,
    Swap,
    SwapItem,
    Text,
    Tier,
    TrackingEvent,
    Variant,
)
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Situation

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
CARD_FILE = POLICIES / "returns.card.yaml"
# A Tuesday evening in Shanghai.
DELIVERED = datetime(2026, 11, 10, 11, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 12, 2, 0, tzinfo=UTC)
ADDRESS = Address("王小明", "13800000001", "文三路 1 号", "杭州", "浙江", "310012")


def yuan(amount: str) -> Money:
    return Money(Decimal(amount))


def line(
    line_no: int = 1,
    price: str = "100.00",
    quantity: int = 1,
    category: Category = Category.APPAREL,
    final_sale: bool = False,
) -> OrderLine:
    return OrderLine(
        line_no,
        f"SKU-{category}",
        f"P-{category}",
        Text("衬衫", "shirt"),
        Text("黑色 / M", "black / M"),
        category,
        quantity,
        yuan(price),
        final_sale,
    )


def customer(number: int = 1, tier: Tier = Tier.STANDARD) -> Customer:
    return Customer(
        f"C-{number}",
        f"Wang Xiaoming {number}",
        f"wang{number}@example.com",
        f"+86 138 0000 {number:04}",
        "zh",
        tier,
        ADDRESS,
        (
            PaymentMethod("PM-alipay", PaymentKind.ALIPAY),
            PaymentMethod("PM-gift", PaymentKind.GIFT_CARD, balance=yuan("50.00")),
        ),
    )


def shipment(delivered_at: datetime | None = DELIVERED) -> Shipment:
    shipped = DELIVERED - timedelta(days=2)
    seen = TrackingEvent(shipped, Text("杭州", "Hangzhou"), Text("已揽收", "picked up"))
    return Shipment(Text("顺丰", "SF Express"), "SF123", shipped, delivered_at, DELIVERED, (seen,))


def order(
    *lines: OrderLine,
    number: int = 1,
    customer_id: str = "C-1",
    status: OrderStatus = OrderStatus.DELIVERED,
    delivered_at: datetime | None = DELIVERED,
    discount: str = "0.00",
    shipping_fee: str = "0.00",
) -> Order:
    """A paid order; not yet shipped ones have no shipment."""
    placed = DELIVERED - timedelta(days=3)
    unpaid = Order(
        f"O-{number}",
        customer_id,
        status,
        placed,
        lines or (line(),),
        yuan(shipping_fee),
        yuan(discount),
        ADDRESS,
        history=(StatusChange(OrderStatus.PENDING, placed), StatusChange(status, DELIVERED)),
    )
    shipped = status not in (OrderStatus.PENDING, OrderStatus.PROCESSED, OrderStatus.CANCELLED)
    return replace(
        unpaid,
        payments=(Payment("PM-alipay", PaymentKind.ALIPAY, unpaid.total, placed),),
        shipment=shipment(delivered_at) if shipped else None,
    )


def wish(
    *items: tuple[int, int],
    reason: ReturnReason = ReturnReason.NO_LONGER_WANTED,
    order_id: str = "O-1",
    refund_to: str = "original",
) -> StartReturn:
    wanted = items or ((1, 1),)
    return StartReturn(order_id, tuple(ReturnItem(*item) for item in wanted), reason, refund_to)


def returned(
    *lines: tuple[int, int, str],
    status: ReturnStatus = ReturnStatus.REQUESTED,
    reason: ReturnReason = ReturnReason.QUALITY,
    postage: str = "0.00",
    number: int = 1,
) -> Return:
    items = tuple(ReturnLine(line_no, quantity, yuan(refund)) for line_no, quantity, refund in lines)
    goods = sum((item.refund for item in items), Money.zero())
    refund = max(goods - yuan(postage), Money.zero())
    return Return(
        f"RT-{number}", "O-1", status, reason, items, refund, yuan(postage), "original", NOW, "returns.x"
    )


def refund(amount: str, number: int = 1) -> Refund:
    return Refund(f"RF-{number}", yuan(amount), "PM-alipay", NOW, "goodwill")


def product(category: Category) -> Product:
    variant = Variant(f"SKU-{category}", {"size": Text("中号", "M")}, yuan("100.00"), 5)
    return Product(f"P-{category}", Text("商品", "thing"), category, Text("描述", "description"), (variant,))


def wardrobe(category: Category = Category.APPAREL, stock: int | None = 5) -> Product:
    """What a `line` of that category was bought from: it is the black M, at ¥100, of these variants.

    Their SKUs end in -L and -S (sizes), -white, -dear (XL, ¥130), -cheap (XS, ¥70) and -none (sold out).
    """
    black, white = Text("黑色", "black"), Text("白色", "white")
    rows = [
        ("", black, "M", "100.00", stock),
        ("-L", black, "L", "100.00", stock),
        ("-S", black, "S", "100.00", stock),
        ("-white", white, "M", "100.00", stock),
        ("-dear", black, "XL", "130.00", stock),
        ("-cheap", black, "XS", "70.00", stock),
        ("-none", black, "XXL", "100.00", 0),
    ]
    variants = tuple(
        Variant(f"SKU-{category}{end}", {"color": color, "size": Text(size, size)}, yuan(price), pieces)
        for end, color, size, price, pieces in rows
    )
    return replace(product(category), variants=variants)


def for_variant(
    line_no: int = 1, end: str = "-L", quantity: int = 1, category: Category = Category.APPAREL
) -> SwapItem:
    """A wish: pieces of a line as another variant of the `wardrobe`."""
    return SwapItem(line_no, quantity, f"SKU-{category}{end}")


def swapped(line_no: int = 1, quantity: int = 1, old: str = "100.00", new: str = "100.00") -> Swap:
    medium, large = Text("黑色 / M", "black / M"), Text("黑色 / L", "black / L")
    return Swap(
        line_no, quantity, "SKU-apparel", "SKU-apparel-L", medium, large, yuan(old), yuan(new)
    )  # fmt: skip


def exchanged(*swaps: Swap, status: ExchangeStatus = ExchangeStatus.COMPLETED) -> Exchange:
    return Exchange(
        "EX-1", "O-1", status, ReturnReason.WRONG_SIZE, swaps or (swapped(),), yuan("0.00"), yuan("0.00"),
        yuan("0.00"), "PM-alipay", NOW, "exchange.no_reason",
    )  # fmt: skip


def repaired(line_no: int = 1, quantity: int = 1, status: RepairStatus = RepairStatus.REQUESTED) -> Repair:
    until = DELIVERED.date().replace(year=DELIVERED.year + 1)
    return Repair("RP-1", "O-1", line_no, quantity, status, "dead", until, NOW, "repair.warranty")


def items_changed(*swaps: Swap) -> ItemChange:
    return ItemChange(
        "IC-1", "O-1", swaps or (swapped(),), yuan("0.00"), yuan("0.00"), "PM-alipay", NOW,
        "order_changes.items",
    )  # fmt: skip


def situation(
    goods: Order | None, cards: PolicyCards, now: datetime = NOW, who: Customer | None = None
) -> Situation:
    """What a decision looks at; every line of the order comes from a `wardrobe`."""
    categories = {line.category for line in goods.lines} if goods else set()
    products = {f"P-{category}": wardrobe(category) for category in categories}
    return Situation(who or customer(), goods, cards, now, products)


def shop(*orders: Order, customers: tuple[Customer, ...] = (), sample: bool = True) -> Shop:
    return Shop(
        Text("青禾优选", "Greenleaf Select"),
        "CNY",
        sample,
        tuple(sorted((product(each) for each in Category), key=lambda each: each.id)),
        customers or (customer(1), customer(2)),
        orders or (order(line(1), line(2, "50.00", 2)), order(number=2, customer_id="C-2")),
        {"opened": "2020"},
    )
