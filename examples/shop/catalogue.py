"""The goods: `catalogue.yaml` as products. The same for every seed, so SKUs and prices can be quoted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as combinations
from typing import Any
from zlib import crc32

from examples.shop.files import read
from tools.domain import Category, Money, OrderLine, Product, Text, Variant


@dataclass(frozen=True, slots=True)
class Catalogue:
    products: tuple[Product, ...]
    presale: frozenset[str]
    """Ids of products that are sold before they are in stock."""

    def find(self, sku: str) -> tuple[Product, Variant]:
        """Raise `KeyError` for a SKU that is not sold here."""
        for product in self.products:
            for variant in product.variants:
                if variant.sku == sku:
                    return product, variant
        raise KeyError(sku)


def load_catalogue() -> Catalogue:
    data = read("catalogue.yaml")
    products = tuple(_product(row, data["options"]) for row in data["products"])
    return Catalogue(products, frozenset(row["id"] for row in data["products"] if row.get("presale")))


def order_line(line_no: int, product: Product, variant: Variant, quantity: int, price: Money) -> OrderLine:
    """A line as sold: the names are copied, since a catalogue changes and an order does not."""
    options = Text(
        " / ".join(text.zh for text in variant.options.values()),
        " / ".join(text.en for text in variant.options.values()),
    )
    return OrderLine(
        line_no, variant.sku, product.id, product.name, options, product.category, quantity, price,
        product.final_sale,
    )  # fmt: skip


def _product(row: dict[str, Any], vocabulary: dict[str, Any]) -> Product:
    return Product(
        id=row["id"],
        name=Text(**row["name"]),
        category=Category(row["category"]),
        description=Text(**row["description"]),
        variants=tuple(_variants(row, vocabulary)),
        final_sale=row.get("final_sale", False),
    )


def _variants(row: dict[str, Any], vocabulary: dict[str, Any]) -> Iterator[Variant]:
    prices: dict[str, str] = row.get("prices", {})
    keys = tuple(row["options"])
    for chosen in combinations(*row["options"].values()):
        words = {key: vocabulary[key][value] for key, value in zip(keys, chosen, strict=True)}
        sku = "-".join([row["id"], *(str(code) for code, _, _ in words.values())])
        price = next((prices[value] for value in chosen if value in prices), row["price"])
        options = {key: Text(zh, en) for key, (_, zh, en) in words.items()}
        yield Variant(sku, options, Money.parse(price), _stock(row, sku))


def _stock(row: dict[str, Any], sku: str) -> int:
    """Between half and all of the row's stock; from the SKU alone, so that every shop has the same."""
    if sku in row.get("sold_out", ()):
        return 0
    most: int = row["stock"]
    return most - crc32(sku.encode()) % (most // 2 + 1)
