"""The shop's vocabulary: frozen types that know nothing of any database.

Money is a `Decimal` with a currency, times are timezone-aware (UTC), texts that a
customer reads exist in both languages. A value that cannot be right is refused when
it is made, with a `DomainError` that names the field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Literal

Language = Literal["zh", "en"]

CENT = Decimal("0.01")


class DomainError(ValueError):
    """A value that the shop's vocabulary does not allow; the message names the field."""


def require_aware(moment: datetime, name: str) -> None:
    """Raise `DomainError` unless `moment` carries a timezone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise DomainError(f"{name}: time without a timezone: {moment.isoformat()}")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the major unit (yuan, dollar), two decimals, never a float."""

    amount: Decimal
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise DomainError(f"amount: a finite Decimal is needed, not {self.amount!r}")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise DomainError(f"currency: three capital letters are needed, not {self.currency!r}")
        object.__setattr__(self, "amount", self.amount.quantize(CENT, ROUND_HALF_UP))

    @classmethod
    def parse(cls, text: str, currency: str = "CNY") -> Money:
        """Read "129.00"; raises `DomainError` for anything that is not a decimal number."""
        try:
            return cls(Decimal(text), currency)
        except InvalidOperation as error:
            raise DomainError(f"amount: not a decimal number: {text!r}") from error

    @classmethod
    def zero(cls, currency: str = "CNY") -> Money:
        return cls(Decimal(0), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise DomainError(f"currency: {self.currency} and {other.currency} do not add up")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.amount * quantity, self.currency)

    def __str__(self) -> str:
        sign = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}.get(self.currency, "")
        return f"{sign}{self.amount}" if sign else f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Category(StrEnum):
    APPAREL = "apparel"
    SHOES_BAGS = "shoes_bags"
    ELECTRONICS = "electronics"
    APPLIANCES = "appliances"
    LARGE_APPLIANCES = "large_appliances"
    FURNITURE = "furniture"
    HOME = "home"
    BEAUTY = "beauty"
    UNDERWEAR = "underwear"
    FRESH_FOOD = "fresh_food"
    FOOD = "food"
    TOYS = "toys"
    SPORTS = "sports"
    BOOKS = "books"
    GIFT_CARD = "gift_card"


class OrderStatus(StrEnum):
    """What the shop is doing with an order; returns and exchanges keep states of their own."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    REFUNDED = "refunded"
    EXCHANGE_REQUESTED = "exchange_requested"


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    REFUNDED = "refunded"
    REJECTED = "rejected"


class ReturnReason(StrEnum):
    """Why a customer sends something back. The last four are the shop's fault."""

    NO_LONGER_WANTED = "no_longer_wanted"
    WRONG_SIZE = "wrong_size"
    QUALITY = "quality"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"

    @property
    def shop_fault(self) -> bool:
        return self not in (ReturnReason.NO_LONGER_WANTED, ReturnReason.WRONG_SIZE)


class PaymentKind(StrEnum):
    CARD = "card"
    ALIPAY = "alipay"
    WECHAT_PAY = "wechat_pay"
    PAYPAL = "paypal"
    GIFT_CARD = "gift_card"


class Tier(StrEnum):
    STANDARD = "standard"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True)
class Address:
    recipient: str
    phone: str
    line1: str
    city: str
    region: str
    postcode: str
    country: str = "CN"
    line2: str = ""


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """How a customer pays. `last4` for cards; `balance` for gift cards, never negative."""

    id: str
    kind: PaymentKind
    last4: str = ""
    balance: Money | None = None

    def __post_init__(self) -> None:
        if self.kind is PaymentKind.GIFT_CARD and self.balance is None:
            raise DomainError(f"payment method {self.id}: a gift card needs a balance")
        if self.balance is not None and self.balance.amount < 0:
            raise DomainError(f"payment method {self.id}: balance below zero")


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str
    email: str
    phone: str
    language: Language
    tier: Tier
    address: Address
    payment_methods: tuple[PaymentMethod, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One buyable form of a product. `options` such as {"size": Text("M", "M")}."""

    sku: str
    options: dict[str, Text]
    price: Money
    stock: int

    def __post_init__(self) -> None:
        if self.stock < 0 or self.price.amount < 0:
            raise DomainError(f"variant {self.sku}: stock and price may not be negative")


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: Text
    category: Category
    description: Text
    variants: tuple[Variant, ...]
    final_sale: bool = False


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was bought, at the price then paid for one. `name` and `options` as sold."""

    line_no: int
    sku: str
    product_id: str
    name: Text
    options: Text
    category: Category
    quantity: int
    unit_price: Money
    final_sale: bool = False

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise DomainError(f"line {self.line_no}: quantity must be at least 1")

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    place: Text
    text: Text

    def __post_init__(self) -> None:
        require_aware(self.at, "tracking event")


@dataclass(frozen=True, slots=True)
class Shipment:
    carrier: Text
    tracking_no: str
    shipped_at: datetime
    delivered_at: datetime | None
    expected_at: datetime | None
    events: tuple[TrackingEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    method_id: str
    kind: PaymentKind
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    amount: Money
    method_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: OrderStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class ReturnLine:
    line_no: int
    quantity: int
    refund: Money


@dataclass(frozen=True, slots=True)
class Return:
    """Goods on their way back. `refund` is what the customer gets after `postage` is taken off."""

    id: str
    order_id: str
    status: ReturnStatus
    reason: ReturnReason
    lines: tuple[ReturnLine, ...]
    refund: Money
    postage: Money
    refund_to: str
    requested_at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    customer_id: str
    status: OrderStatus
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    shipping_fee: Money
    discount: Money
    address: Address
    history: tuple[StatusChange, ...] = ()
    shipment: Shipment | None = None
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    cancel_reason: str = ""
    expected_ship_at: datetime | None = None
    presale: bool = False

    def __post_init__(self) -> None:
        require_aware(self.placed_at, f"order {self.id}: placed_at")
        if not self.lines:
            raise DomainError(f"order {self.id}: an order needs at least one line")

    @property
    def total(self) -> Money:
        """What the customer had to pay: lines + shipping − discount."""
        goods = sum((line.total for line in self.lines), Money.zero(self.shipping_fee.currency))
        return goods + self.shipping_fee - self.discount

    @property
    def delivered_at(self) -> datetime | None:
        return self.shipment.delivered_at if self.shipment else None

    def returned_quantity(self, line_no: int) -> int:
        """How many of a line are on their way back or back; rejected returns do not count."""
        return sum(
            line.quantity
            for item in self.returns
            if item.status is not ReturnStatus.REJECTED
            for line in item.lines
            if line.line_no == line_no
        )

    def line(self, line_no: int) -> OrderLine:
        """Raise `DomainError` when the order has no such line."""
        for line in self.lines:
            if line.line_no == line_no:
                return line
        raise DomainError(f"order {self.id}: no line {line_no}")


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """A wish: this many of this line."""

    line_no: int
    quantity: int


@dataclass(frozen=True, slots=True)
class StartReturn:
    """Command: send these items of this order back, refund to this method."""

    order_id: str
    items: tuple[ReturnItem, ...]
    reason: ReturnReason
    refund_to: str = "original"


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that `kefu shop import` reads and `export` writes."""

    name: Text
    currency: str
    sample: bool
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    extras: dict[str, str] = field(default_factory=dict)
