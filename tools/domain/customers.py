"""Who buys, where they live and how they pay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tools.domain.values import DomainError, Language, Money


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
    """How a customer pays. `last4` and `brand` for cards; `balance` for gift cards, never negative."""

    id: str
    kind: PaymentKind
    last4: str = ""
    balance: Money | None = None
    brand: str = ""

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

    def method(self, method_id: str) -> PaymentMethod | None:
        return next((each for each in self.payment_methods if each.id == method_id), None)

    def credited(self, method_id: str, amount: Money) -> Customer:
        """The same customer after `amount` went to a method; only a gift card has a balance to change.

        `amount` may be below zero. Raises `DomainError` when the card does not hold that much.
        """
        return replace(
            self,
            payment_methods=tuple(
                replace(each, balance=each.balance + amount)
                if each.id == method_id and each.balance is not None
                else each
                for each in self.payment_methods
            ),
        )
