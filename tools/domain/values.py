"""What everything else is made of: money, texts in two languages, aware times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Literal

Language = Literal["zh", "en"]

CENT = Decimal("0.01")
# For a field that a stored value may lack: while it has its default it is left out of JSON, so that what was
# written, and signed by its digest, before there was the field still reads and digests the same.
ADDED: Mapping[str, bool] = MappingProxyType({"added": True})


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
