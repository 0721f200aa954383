"""The shelves of the simulated shop, and how likely each product is bought."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from insights.simulate.chance import stream
from insights.simulate.data import read
from tools.domain import Category, Money, Product, Text, Variant

COLOURS = (("BLK", Text("黑色", "black")), ("WHT", Text("白色", "white")))
SIZES = (("S", Text("小号", "small")), ("M", Text("中号", "medium")), ("L", Text("大号", "large")))
WORN = (Category.APPAREL, Category.SHOES_BAGS)
GIFT_CARD = "P900"
GIFT_CARD_PRICES = ("200.00", "500.00")
# Popularity falls with rank as in most shops: a few products sell much, many sell little.
FALL = 0.6


@dataclass(frozen=True, slots=True)
class Good:
    """A product and the taste that likes it, "" for none."""

    product: Product
    taste: str


@cache
def catalogue() -> tuple[Good, ...]:
    """All products, the gift card last. The same for every seed, so that SKUs can be named."""
    goods = []
    for number, (taste, line) in enumerate(
        (taste, line) for taste, lines in read("catalogue").items() for line in lines
    ):
        goods.append(Good(_product(f"P{100 + number}", line), taste))
    return (*goods, Good(_gift_card(), ""))


def tastes() -> tuple[str, ...]:
    return tuple(read("catalogue"))


def _product(product_id: str, line: str) -> Product:
    zh, en, category, price = (part.strip() for part in line.split("|"))
    kind = Category(category)
    name, options = ("size", SIZES) if kind in WORN else ("color", COLOURS)
    variants = tuple(
        Variant(f"{product_id}-{code}", {name: text}, Money.parse(f"{price}.00"), 200)
        for code, text in options
    )
    return Product(product_id, Text(zh, en), kind, Text(f"{zh}，七天无理由退货。", f"{en}."), variants)


def _gift_card() -> Product:
    variants = tuple(
        Variant(
            f"{GIFT_CARD}-{price[:3]}",
            {"value": Text(f"{price[:3]} 元", f"¥{price[:3]}")},
            Money.parse(price),
        )
        for price in GIFT_CARD_PRICES
    )
    name, about = Text("礼品卡", "Gift card"), Text("可在本店使用。", "To be spent in this shop.")
    return Product(GIFT_CARD, name, Category.GIFT_CARD, about, variants)


class Shelves:
    """Draws what is bought, by popularity and, where tastes are planted, by taste."""

    def __init__(self, seed: int, share: float) -> None:
        self.share = share
        self._by_id = {good.product.id: good.product for good in catalogue()}
        ranks = list(range(len(catalogue())))
        stream(seed, "popularity").shuffle(ranks)
        weights = [(rank + 1.0) ** -FALL for rank in ranks]
        self._all = _Pile(catalogue(), weights)
        self._liked = {
            taste: _Pile(*_of_taste(taste, weights)) for taste in tastes()
        }  # fmt: skip

    def product(self, product_id: str) -> Product:
        return self._by_id[product_id]

    def draw(self, rng: Random, taste: str) -> tuple[Product, Variant]:
        liked = taste and self.share > 0 and rng.random() < self.share
        product = (self._liked[taste] if liked else self._all).draw(rng).product
        return product, rng.choice(product.variants)


def _of_taste(taste: str, weights: list[float]) -> tuple[tuple[Good, ...], list[float]]:
    kept = [(good, weight) for good, weight in zip(catalogue(), weights, strict=True) if good.taste == taste]
    return tuple(good for good, _ in kept), [weight for _, weight in kept]


class _Pile:
    def __init__(self, goods: tuple[Good, ...], weights: list[float]) -> None:
        self._goods, self._weights = goods, list(accumulate(weights))

    def draw(self, rng: Random) -> Good:
        return rng.choices(self._goods, cum_weights=self._weights)[0]
