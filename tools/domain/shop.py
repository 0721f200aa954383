"""A whole shop, as it is imported and exported."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.domain.catalogue import Product
from tools.domain.customers import Customer
from tools.domain.orders import Order
from tools.domain.values import Text


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
