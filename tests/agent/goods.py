"""A shop of kettles, lamps and backpacks, and one customer who has bought of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from agent.types import Clause, Evidence, Score, State, Understanding
from tests.agent.builders import evidence, understood
from tests.tools.builders import NOW, POLICIES, customer, order, yuan
from tools.domain import (
    Address,
    Category,
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    Text,
    Variant,
)
from tools.policy.cards import load_policy_book

CARDS = load_policy_book(POLICIES).at(NOW)
KNOWN = State(customer_id="C-1")
HARBOUR = Address("王小明", "13800000001", "14 Harbour Lane", "Suzhou", "Jiangsu", "215000")
COLORS = {"steel": "银色", "green": "绿色", "black": "黑色", "blue": "蓝色", "white": "白色"}
YES_NO = {"yes": "是", "no": "否"}


def product(
    name: str, zh: str, category: Category, key: str, *rows: tuple[str, str, str, int], second: str = "color"
) -> Product:
    """Rows are (first option, second option, price, stock); SKUs are the name and the number of the row."""
    variants = tuple(
        Variant(
            f"{name.split()[-1].upper()}-{number}",
            {
                key: Text(YES_NO.get(one, one), one),
                second: Text(COLORS.get(two, YES_NO.get(two, two)), two),
            },
            yuan(price),
            stock,
        )
        for number, (one, two, price, stock) in enumerate(rows, 1)
    )
    return Product(f"P-{name}", Text(zh, name), category, Text("", ""), variants)


KETTLE = product(
    "Electric Kettle", "电热水壶", Category.HOME, "capacity",
    ("1L", "steel", "100.00", 5), ("1.5L", "steel", "120.00", 5), ("2L", "steel", "140.00", 5),
    ("1L", "green", "90.00", 5), ("1.5L", "green", "110.00", 5), ("2L", "green", "80.00", 0),
)  # fmt: skip
LAMP = product(
    "Desk Lamp", "护眼台灯", Category.HOME, "brightness",
    ("low", "black", "129.00", 5), ("low", "white", "129.00", 5), ("high", "black", "169.00", 5),
)  # fmt: skip
BACKPACK = product(
    "Backpack", "双肩背包", Category.SHOES_BAGS, "size",
    ("S", "black", "200.00", 5), ("M", "black", "200.00", 5), ("L", "black", "220.00", 5),
    ("M", "blue", "200.00", 5),
)  # fmt: skip
HEADPHONES = product(
    "Headphones", "蓝牙耳机", Category.ELECTRONICS, "waterproof",
    ("no", "black", "300.00", 5), ("yes", "black", "340.00", 5), ("yes", "blue", "360.00", 5),
)  # fmt: skip
PRODUCTS = (KETTLE, LAMP, BACKPACK, HEADPHONES)
BY_ID = {each.id: each for each in PRODUCTS}


def line_of(goods: Product, row: int = 1, line_no: int = 1, quantity: int = 1) -> OrderLine:
    variant = goods.variants[row - 1]
    return OrderLine(
        line_no, variant.sku, goods.id, goods.name, variant.described(), goods.category, quantity, variant.price
    )  # fmt: skip


def bought(order_id: str, *lines: OrderLine, status: OrderStatus = OrderStatus.DELIVERED) -> Order:
    """An order with another number; its lines are numbered in their order."""
    numbered = tuple(replace(each, line_no=number) for number, each in enumerate(lines, 1))
    delivered = {} if status is OrderStatus.DELIVERED else {"delivered_at": None}
    return replace(order(*numbered, status=status, **delivered), id=order_id)  # type: ignore[arg-type]


DELIVERED = bought("W1000001", line_of(KETTLE), line_of(LAMP), line_of(HEADPHONES))
PENDING = replace(
    bought("W1000002", line_of(BACKPACK, 2), line_of(KETTLE, 4), status=OrderStatus.PENDING),
    placed_at=DELIVERED.placed_at + timedelta(days=1),
)
CANCELLED = replace(bought("W1000003", line_of(BACKPACK, 4), status=OrderStatus.CANCELLED), address=HARBOUR)
ORDERS = (PENDING, DELIVERED, CANCELLED)


def buyer(*more: PaymentMethod) -> Customer:
    """Alipay, PayPal, a Visa card 4242, and a gift card of ¥500."""
    ways = (
        PaymentMethod("PM-alipay", PaymentKind.ALIPAY),
        PaymentMethod("PM-paypal", PaymentKind.PAYPAL),
        PaymentMethod("PM-visa", PaymentKind.CARD, "4242", brand="Visa"),
        PaymentMethod("PM-gift", PaymentKind.GIFT_CARD, balance=yuan("500.00")),
    )
    return replace(customer(), payment_methods=(*ways, *more))


def paid_by(goods: Order, method: str, kind: PaymentKind) -> Order:
    return replace(goods, payments=(Payment(method, kind, goods.total, goods.placed_at),))


def seen(
    *orders: Order, who: Customer | None = None, order: Order | None = None, named: tuple[Product, ...] = ()
) -> Evidence:
    """What is on the table when this customer is known; `order` is the one just spoken of."""
    known = evidence(who or buyer(), orders or ORDERS)
    return replace(known, products=BY_ID, order=order, named_products=named)


def said(text: str, *intents: str, act: str = "request", probability: float = 0.9) -> Understanding:
    return understood(text, *intents, act=act, probability=probability)


def in_parts(*parts: tuple[str, str], act: str = "request") -> Understanding:
    """A message of several parts, each with what it asks for."""
    whole = " ".join(text for text, _ in parts)
    clauses = tuple(Clause(text, (intent,) if intent else ()) for text, intent in parts)
    labels = dict.fromkeys(intent for _, intent in parts if intent)
    message = understood(whole, *labels, act=act)
    return replace(message, clauses=clauses, intents=tuple(Score(label, 0.9) for label in labels))
