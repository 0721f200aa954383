"""Reads the retail database of τ-bench (users, orders and products as one JSON object).

The source has no times, no categories and no stock figures. Orders get the moment of the import, a minute
apart in the order of each user's list; every product is of the category "other"; a variant is available or
not. Names and options are taken for both languages as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.domain import (
    Address,
    Category,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    Product,
    Refund,
    RefundReason,
    Shipment,
    Shop,
    StatusChange,
    Text,
    Tier,
    Variant,
    require_aware,
)
from tools.errors import ImportRefused

CURRENCY = "USD"
COUNTRIES = {"USA": "US", "US": "US", "United States": "US"}
KINDS = {
    "credit_card": PaymentKind.CARD,
    "paypal": PaymentKind.PAYPAL,
    "gift_card": PaymentKind.GIFT_CARD,
}
Amount = Annotated[float, Field(ge=0, le=10_000_000)]


class _Row(BaseModel):
    """What is not named here is not looked at."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Address(_Row):
    address1: str
    address2: str = ""
    city: str
    state: str
    country: str
    zip: str


class _Name(_Row):
    first_name: str
    last_name: str


class _Method(_Row):
    id: str
    source: Literal["credit_card", "paypal", "gift_card"]
    brand: str = ""
    last_four: str = ""
    balance: Amount | None = None


class _User(_Row):
    user_id: str
    name: _Name
    address: _Address
    email: str
    payment_methods: dict[str, _Method]
    orders: list[str] = []


class _Item(_Row):
    name: str
    product_id: str
    item_id: str
    price: Amount
    options: dict[str, str]


class _Paid(_Row):
    transaction_type: Literal["payment", "refund"]
    amount: Amount
    payment_method_id: str


class _Fulfillment(_Row):
    tracking_id: list[str] = Field(min_length=1)


class _Order(_Row):
    order_id: str
    user_id: str
    address: _Address
    items: list[_Item] = Field(min_length=1)
    status: Literal["pending", "processed", "delivered", "cancelled"]
    fulfillments: list[_Fulfillment] = []
    payment_history: list[_Paid]
    cancel_reason: str = ""


class _Variant(_Row):
    item_id: str
    options: dict[str, str]
    available: bool
    price: Amount


class _Product(_Row):
    name: str
    product_id: str
    variants: dict[str, _Variant] = Field(min_length=1)


class _Database(_Row):
    products: dict[str, _Product]
    users: dict[str, _User]
    orders: dict[str, _Order]


def load_tau(text: str, file: str, now: datetime) -> Shop:
    """Read the database; raise `ImportRefused` with every problem as "file: path: what is wrong"."""
    require_aware(now, "now")
    try:
        data = _Database.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ImportRefused([f"{file}: {place}: not JSON: {error.msg}"]) from error
    except (ValidationError, RecursionError) as error:
        raise ImportRefused(_problems(file, error)) from error
    if lost := list(_lost(data)):
        raise ImportRefused(f"{file}: {problem}" for problem in lost)
    return Shop(
        name=Text("τ-bench 零售", "τ-bench retail"),
        currency=CURRENCY,
        sample=False,
        products=tuple(sorted(map(_product, data.products.values()), key=lambda each: each.id)),
        customers=tuple(sorted(map(_customer, data.users.values()), key=lambda each: each.id)),
        orders=tuple(sorted(_orders(data, now), key=lambda each: each.id)),
    )


def _problems(file: str, error: Exception) -> list[str]:
    if not isinstance(error, ValidationError):
        return [f"{file}: not a readable JSON file: {error}"]
    return [f"{file}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]


def _lost(data: _Database) -> Iterator[str]:
    """References that lead nowhere; the checks of every import find the rest."""
    for key, order in data.orders.items():
        user = data.users.get(order.user_id)
        if user is None:
            yield f"orders.{key}.user_id: no user {order.user_id!r}"
            continue
        for paid in order.payment_history:
            if paid.payment_method_id not in user.payment_methods:
                yield f"orders.{key}.payment_history: no payment method {paid.payment_method_id!r}"
    for key, user in data.users.items():
        for method in user.payment_methods.values():
            if method.source == "gift_card" and method.balance is None:
                yield f"users.{key}.payment_methods.{method.id}.balance: a gift card needs a balance"


def _money(amount: float) -> Money:
    # The source has binary floats; their shortest decimal form is what was meant.
    return Money(Decimal(repr(amount)), CURRENCY)


def _product(product: _Product) -> Product:
    variants = tuple(
        Variant(
            each.item_id,
            {name: Text(value, value) for name, value in each.options.items()},
            _money(each.price),
            None if each.available else 0,
        )
        for each in product.variants.values()
    )
    nothing = Text("", "")
    return Product(product.product_id, Text(product.name, product.name), Category.OTHER, nothing, variants)


def _customer(user: _User) -> Customer:
    name = f"{user.name.first_name} {user.name.last_name}"
    methods = tuple(
        PaymentMethod(
            each.id,
            KINDS[each.source],
            each.last_four,
            _money(each.balance) if each.balance is not None else None,
            each.brand,
        )
        for each in user.payment_methods.values()
    )
    return Customer(
        user.user_id, name, user.email, "", "en", Tier.STANDARD, _address(user.address, name), methods
    )


def _address(address: _Address, recipient: str) -> Address:
    country = COUNTRIES.get(address.country, address.country)
    return Address(
        recipient, "", address.address1, address.city, address.state, address.zip, country, address.address2
    )


def _orders(data: _Database, now: datetime) -> Iterator[Order]:
    for order in data.orders.values():
        user = data.users[order.user_id]
        place = user.orders.index(order.order_id) if order.order_id in user.orders else len(user.orders)
        yield _order(order, user, now - timedelta(minutes=len(user.orders) - place))


def _order(order: _Order, user: _User, at: datetime) -> Order:
    status = OrderStatus(order.status)
    name = f"{user.name.first_name} {user.name.last_name}"
    lines = tuple(_line(number, item) for number, item in enumerate(order.items, 1))
    payments, refunds = [], []
    reason = RefundReason.CANCELLED if status is OrderStatus.CANCELLED else RefundReason.PAYMENT_CHANGED
    for number, paid in enumerate(order.payment_history, 1):
        method, amount = paid.payment_method_id, _money(paid.amount)
        if paid.transaction_type == "payment":
            payments.append(Payment(method, KINDS[user.payment_methods[method].source], amount, at))
        else:
            refunds.append(Refund(f"RF-{order.order_id}-{number}", amount, method, at, reason.value))
    return Order(
        id=order.order_id,
        customer_id=order.user_id,
        status=status,
        placed_at=at,
        lines=lines,
        shipping_fee=Money.zero(CURRENCY),
        discount=Money.zero(CURRENCY),
        address=_address(order.address, name),
        history=(StatusChange(status, at),),
        shipment=_shipment(order, status, at),
        payments=tuple(payments),
        refunds=tuple(refunds),
        cancel_reason=order.cancel_reason,
    )


def _line(number: int, item: _Item) -> OrderLine:
    options = " / ".join(item.options.values())
    return OrderLine(
        number, item.item_id, item.product_id, Text(item.name, item.name), Text(options, options),
        Category.OTHER, 1, _money(item.price),
    )  # fmt: skip


def _shipment(order: _Order, status: OrderStatus, at: datetime) -> Shipment | None:
    if not order.fulfillments and status is not OrderStatus.DELIVERED:
        return None
    number = order.fulfillments[0].tracking_id[0] if order.fulfillments else ""
    delivered = at if status is OrderStatus.DELIVERED else None
    return Shipment(Text("承运商", "carrier"), number, at, delivered, None)
