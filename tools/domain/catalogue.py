"""What the shop sells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tools.domain.values import DomainError, Money, Text


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
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Variant:
    """One buyable form of a product. `options` such as {"size": Text("M", "M")}.

    `stock` counts pieces; None is for shops that know only that there are some.
    """

    sku: str
    options: dict[str, Text]
    price: Money
    stock: int | None = None

    def __post_init__(self) -> None:
        if (self.stock or 0) < 0 or self.price.amount < 0:
            raise DomainError(f"variant {self.sku}: stock and price may not be negative")

    def has(self, quantity: int) -> bool:
        """Whether that many can be had now."""
        return self.stock is None or self.stock >= quantity

    def described(self) -> Text:
        """The options as one text, as they stand on an order line."""
        parts = self.options.values()
        return Text(" / ".join(part.zh for part in parts), " / ".join(part.en for part in parts))


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: Text
    category: Category
    description: Text
    variants: tuple[Variant, ...]
    final_sale: bool = False

    def variant(self, sku: str) -> Variant | None:
        return next((each for each in self.variants if each.sku == sku), None)
