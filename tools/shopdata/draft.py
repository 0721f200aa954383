"""What could be read of a shop's data: some rows may be bad, the others can be checked all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.codec import Decoder
from tools.domain import Customer, Order, Product, Shop, Text

CURRENCY = re.compile(r"[A-Z]{3}")
# Rows are read even where the currency is wrong, so that everything is named at once.
NO_CURRENCY = "XXX"
# Told what is being read, how much of it is done and how much there is.
Watch = Callable[[str, int, int], None]


def unwatched(what: str, done: int, total: int) -> None:
    """For whoever needs no progress."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A shop in which a row that could not be read is `None` in its place.

    The ids of such products and customers are kept, so that orders that name them are not blamed.
    """

    products: Sequence[Product | None]
    customers: Sequence[Customer | None]
    orders: Sequence[Order | None]
    unread_products: frozenset[str] = frozenset()
    unread_customers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, shop: Shop) -> Draft:
        return cls(shop.products, shop.customers, shop.orders)


@dataclass(frozen=True, slots=True)
class Head:
    """What a shop says about itself."""

    name: Text
    currency: str
    sample: bool
    extras: dict[str, str] = field(default_factory=dict)


def head_of(decoder: Decoder, values: dict[str, Any]) -> tuple[Head | None, str]:
    """The head, None where something is wrong with it, and the currency to read amounts in."""
    head = decoder.read(Head, values)
    currency = values.get("currency")
    known = isinstance(currency, str) and CURRENCY.fullmatch(currency)
    if isinstance(currency, str) and not known:
        decoder.bad((None, "currency"), "three capital letters are needed")
    return (None if decoder.problems else head), str(currency) if known else NO_CURRENCY


def whole(head: Head, draft: Draft) -> Shop:
    """The shop of a draft in which nothing is missing."""
    return Shop(
        name=head.name,
        currency=head.currency,
        sample=head.sample,
        products=tuple(item for item in draft.products if item is not None),
        customers=tuple(item for item in draft.customers if item is not None),
        orders=tuple(item for item in draft.orders if item is not None),
        extras=head.extras,
    )
