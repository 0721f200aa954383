"""A draft is what a customer wants to buy; `place` turns it into a paid order."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from examples.shop.places import Place
from examples.shop.world import World, whole_seconds
from tools.domain import (
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    ReturnItem,
    ReturnReason,
    StatusChange,
)

EXPRESS_FEE = Money.parse("22.00")
PROMISED = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class GoingBack:
    """What the customer will send back of an order, and why. `to` is a method's id; empty: as paid."""

    items: tuple[ReturnItem, ...]
    reason: ReturnReason
    to: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    customer: Customer
    place: Place
    lines: tuple[OrderLine, ...]
    method: PaymentMethod
    gift_card: PaymentMethod | None = None
    from_gift_card: Money = field(default_factory=Money.zero)
    discount: Money = field(default_factory=Money.zero)
    express: bool = False
    presale: bool = False
    days: int | None = None
    """How long its parcel will travel; none: as its place has it."""
    late_hours: float = 0.0
    """How much longer than usual it lay in the warehouse."""
    tracking_no: str = ""
    going_back: GoingBack | None = None
    price_drop: Money = field(default_factory=Money.zero)
    """How much less one piece of the first line costs today."""

    @property
    def goods(self) -> Money:
        return sum((line.total for line in self.lines), Money.zero())

    def travel_days(self, world: World) -> int:
        low, high = (1, 2) if self.express else self.place.days
        return self.days or world.rng.randint(low, high)


def place(draft: Draft, paid_at: datetime, *, ship_by: datetime | None = None) -> Order:
    """A pending order that was placed two minutes before it was paid."""
    placed_at = whole_seconds(paid_at - timedelta(minutes=2))
    order = Order(
        id=draft.id,
        customer_id=draft.customer.id,
        status=OrderStatus.PENDING,
        placed_at=placed_at,
        lines=draft.lines,
        shipping_fee=EXPRESS_FEE if draft.express else draft.place.shipping(draft.goods),
        discount=draft.discount,
        address=draft.customer.address,
        history=(StatusChange(OrderStatus.PENDING, placed_at),),
        expected_ship_at=ship_by or whole_seconds(paid_at + PROMISED),
        presale=draft.presale,
    )
    return _paid(order, draft, whole_seconds(paid_at))


def _paid(order: Order, draft: Draft, at: datetime) -> Order:
    gift = min(draft.from_gift_card, order.total)
    parts = [(draft.gift_card, gift), (draft.method, order.total - gift)]
    payments = tuple(
        Payment(method.id, method.kind, amount, at)
        for method, amount in parts
        if method and amount.amount > 0
    )
    return replace(order, payments=payments)
