"""What made-up customers buy, and how they pay for it."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from examples.shop.catalogue import Catalogue, order_line
from examples.shop.drafts import Draft, GoingBack
from examples.shop.places import Place, place_of
from examples.shop.world import World
from tools.domain import (
    Category,
    Customer,
    Money,
    OrderLine,
    PaymentKind,
    Product,
    ReturnItem,
    ReturnReason,
)

# Excluded from no-reason returns by the shop's return policy.
NEVER_WITHOUT_REASON = frozenset(
    {Category.UNDERWEAR, Category.FRESH_FOOD, Category.FOOD, Category.BEAUTY, Category.GIFT_CARD}
)
PERISHABLE_OR_CASH = frozenset({Category.FRESH_FOOD, Category.GIFT_CARD})
WORN = frozenset({Category.APPAREL, Category.SHOES_BAGS})
BOUGHT_IN_NUMBERS = frozenset({Category.FOOD, Category.FRESH_FOOD, Category.UNDERWEAR, Category.BOOKS})
SELDOM = frozenset({Category.LARGE_APPLIANCES, Category.FURNITURE, Category.GIFT_CARD})
COUPONS = ((1000, "100.00"), (500, "50.00"), (200, "20.00"), (100, "10.00"))
FREE_SHIPPING_EVERYWHERE = Money.parse("199.00")


@dataclass(frozen=True, slots=True)
class Shopper:
    """Draws drafts. `world.rng` decides; the same state of it gives the same draft."""

    world: World
    catalogue: Catalogue

    def can(self, customer: Customer, wish: str) -> bool:
        """Whether this customer's address allows the wish."""
        place = place_of(self.world.places, customer.address)
        if wish == "returnable":
            return place.home
        return wish not in tuple(Category) or place.takes(Category(wish))

    def draft(self, customer: Customer, wish: str) -> Draft:
        rng, place = self.world.rng, place_of(self.world.places, customer.address)
        lines = self._lines(place, wish)
        method = rng.choice([m for m in customer.payment_methods if m.kind is not PaymentKind.GIFT_CARD])
        draft = Draft(self.world.mint.number("W", 7), customer, place, lines, method)
        if any(line.category is Category.FRESH_FOOD for line in lines):
            draft = replace(draft, days=1)
        if wish == "returnable":
            return self._gift_card(replace(draft, going_back=self._going_back(draft)))
        if wish == "dropped":
            return self._dropped(draft)
        return self._gift_card(self._extras(draft))

    def _lines(self, place: Place, wish: str) -> tuple[OrderLine, ...]:
        """One to four different products; more if the wish needs a higher total."""
        rng = self.world.rng
        first = self._pick(place, wish, [])
        if wish == "presale":
            return (self._line(1, first, 1),)
        wanted, lines, seen = rng.choices((1, 2, 3, 4), (52, 30, 13, 5))[0], [self._line(1, first)], [first]
        while len(lines) < wanted or (wish == "returnable" and _goods(lines) < FREE_SHIPPING_EVERYWHERE):
            seen.append(self._pick(place, "returnable" if wish == "returnable" else "", seen))
            lines.append(self._line(len(seen), seen[-1]))
        return tuple(lines)

    def _pick(self, place: Place, wish: str, seen: list[Product]) -> Product:
        shelf = [
            product
            for product in self.catalogue.products
            if place.takes(product.category) and product not in seen and self._fits(product, wish)
        ]
        return self.world.rng.choices(shelf, [1 if product.category in SELDOM else 3 for product in shelf])[0]

    def _fits(self, product: Product, wish: str) -> bool:
        presale = product.id in self.catalogue.presale
        if wish in ("presale", "") or presale:
            return presale == (wish == "presale")
        if wish == "final_sale":
            return product.final_sale
        if wish in ("returnable", "dropped"):
            return product.category not in PERISHABLE_OR_CASH and not product.final_sale
        return product.category == wish

    def _line(self, number: int, product: Product, quantity: int = 0) -> OrderLine:
        """One line in eight was bought when the price was higher than it is today."""
        rng = self.world.rng
        variant = rng.choice(product.variants)
        price = variant.price
        if product.category is not Category.GIFT_CARD and rng.random() < 0.12:
            price = _dearer(price)
        often = product.category in BOUGHT_IN_NUMBERS
        return order_line(
            number,
            product,
            variant,
            quantity or rng.choices((1, 2, 3), (5, 3, 2) if often else (18, 1, 0))[0],
            price,
        )

    def _extras(self, draft: Draft) -> Draft:
        """Now and then a coupon, express delivery, or a warehouse that takes its time."""
        rng, gift = self.world.rng, any(line.category is Category.GIFT_CARD for line in draft.lines)
        if not gift and rng.random() < 0.3:
            off = next((text for least, text in COUPONS if draft.goods.amount >= least), "0.00")
            draft = replace(draft, discount=Money.parse(off))
        if rng.random() < 0.1:
            draft = replace(draft, late_hours=rng.uniform(34, 60))
        return replace(draft, express=draft.place.home and not draft.place.remote and rng.random() < 0.1)

    def _gift_card(self, draft: Draft) -> Draft:
        """Four in ten who own a gift card use it; cards cannot buy cards."""
        own = [m for m in draft.customer.payment_methods if m.kind is PaymentKind.GIFT_CARD]
        cards = any(line.category is Category.GIFT_CARD for line in draft.lines)
        if not own or cards or self.world.rng.random() > 0.4:
            return draft
        worth = Money.parse(self.world.rng.choice(["50.00", "100.00", "200.00", "500.00"]))
        return replace(draft, gift_card=own[0], from_gift_card=worth)

    def _dropped(self, draft: Draft) -> Draft:
        """Every price protection here is about one piece that cost a tenth more than today."""
        first = draft.lines[0]
        _, variant = self.catalogue.find(first.sku)
        dearer = replace(first, unit_price=_dearer(variant.price))
        return replace(draft, lines=(dearer, *draft.lines[1:]), price_drop=dearer.unit_price - variant.price)

    def _going_back(self, draft: Draft) -> GoingBack:
        """One line, or all of them; the shop's fault where the policy allows no other reason."""
        rng = self.world.rng
        lines = draft.lines if rng.random() < 0.3 else (rng.choice(draft.lines),)
        items = tuple(ReturnItem(line.line_no, line.quantity) for line in lines)
        own = [m.id for m in draft.customer.payment_methods if m.kind is PaymentKind.GIFT_CARD]
        to = own[0] if own and rng.random() < 0.3 else ""
        return GoingBack(items, self._reason(lines), to)

    def _reason(self, lines: tuple[OrderLine, ...]) -> ReturnReason:
        rng = self.world.rng
        covers_postage = _goods(list(lines)) > Money.parse("80.00")
        barred = any(line.category in NEVER_WITHOUT_REASON for line in lines)
        if barred or not covers_postage or rng.random() < 0.4:
            return rng.choice([reason for reason in ReturnReason if reason.shop_fault])
        worn = all(line.category in WORN for line in lines)
        return rng.choice([ReturnReason.NO_LONGER_WANTED, *([ReturnReason.WRONG_SIZE] if worn else [])])


def _goods(lines: list[OrderLine]) -> Money:
    return sum((line.total for line in lines), Money.zero())


def _dearer(price: Money) -> Money:
    """About a tenth more, in whole yuan and at least one."""
    more = max((price.amount * Decimal("0.1")).quantize(Decimal(1), ROUND_HALF_UP), Decimal(1))
    return Money(price.amount + more, price.currency)
