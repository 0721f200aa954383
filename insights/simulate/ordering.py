"""How orders are placed and delivered, and the few that are cancelled before they are packed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from insights.simulate.chance import about, later, poisson, stream
from insights.simulate.data import read
from insights.simulate.goods import catalogue
from insights.simulate.outcomes import outcome_of
from insights.simulate.people import Person
from insights.simulate.purchases import Purchase, text_of
from insights.simulate.world import Ahead, World
from tools.domain import Money, OrderLine, Product, Refund, RefundReason, Variant

PROCESSING_H, PACKING_H, TRAVEL_H = 14.0, 10.0, 60.0
PROMISED = timedelta(hours=108)
FREE_FROM, FEE = Money.parse("99.00"), Money.parse("8.00")
CANCELLED, ASKS_WHEN_LATE = 0.025, 0.35
LINES = ((1, 2, 3), (62, 28, 10))
QUANTITY = ((1, 2, 3), (88, 9, 3))


def order_day(world: World, day: int) -> None:
    """All orders of a day, those of the planted batch included."""
    rng = stream(world.plan.seed, "orders", day)
    for _ in range(poisson(rng, world.pace.orders(day))):
        person = world.crowd.anyone(rng)
        place(world, rng, person, world.moment(rng, day))
    batch = world.plan.defective_batch
    if batch and batch.first_day <= day < batch.first_day + batch.days:
        for _ in range(poisson(rng, batch.extra_orders)):
            place(world, rng, world.crowd.anyone(rng), world.moment(rng, day), _by_sku(batch.sku))


def _by_sku(sku: str) -> tuple[Product, Variant]:
    return next(
        (good.product, form) for good in catalogue() for form in good.product.variants if form.sku == sku
    )


def gift_card(rng: Random) -> tuple[Product, Variant]:
    product = catalogue()[-1].product
    return product, rng.choice(product.variants)


def place(
    world: World, rng: Random, person: Person, at: datetime, only: tuple[Product, Variant] | None = None
) -> Purchase:
    """One order with everything that will become of it on its way to the customer."""
    number = world.next("order")
    lines = _lines(world, rng, person, only)
    goods = sum((line.total for line in lines), Money.zero())
    warehouse = rng.choice(read("world")["warehouses"])
    slow = world.plan.slow_warehouse
    held = slow.hours if slow and slow.warehouse == warehouse else 0.0
    processed = later(at, about(rng, PROCESSING_H) + held)
    shipped = later(processed, about(rng, PACKING_H))
    made = Purchase(
        f"W{2_000_000 + number}", person, person.customer.address, person.method, lines,
        Money.zero() if goods >= FREE_FROM else FEE, text_of(rng.choice(read("world")["carriers"])), warehouse,
        at, processed, shipped, later(shipped, about(rng, TRAVEL_H, 0.35)), shipped + PROMISED,
    )  # fmt: skip
    world.window.add(made, world.plan.day_of(at))
    _foresee(world, rng, made)
    return made


def _lines(
    world: World, rng: Random, person: Person, only: tuple[Product, Variant] | None
) -> tuple[OrderLine, ...]:
    how_many = 1 if only else rng.choices(*LINES)[0]
    bought: dict[str, tuple[Product, Variant]] = {}
    for _ in range(how_many):
        product, form = only or world.shelves.draw(rng, person.taste)
        bought.setdefault(product.id, (product, form))
    return tuple(
        OrderLine(
            number, form.sku, product.id, product.name, form.described(), product.category,
            rng.choices(*QUANTITY)[0], form.price, product.final_sale,
        )
        for number, (product, form) in enumerate(bought.values(), 1)
    )  # fmt: skip


def _foresee(world: World, rng: Random, made: Purchase) -> None:
    """Either it is cancelled, or it is delivered; who waits too long asks."""
    if rng.random() < CANCELLED:
        hours = (made.processed_at - made.placed_at).total_seconds() / 3600
        ends = outcome_of(world.plan, rng, "cancel_order")
        wish = Ahead("cancel_order", made.person, made, outcome=ends)
        world.ahead.add(later(made.placed_at, hours * rng.uniform(0.05, 0.6)), wish)
        if ends == "solved":
            return
    moments = (made.processed_at, made.shipped_at, made.delivered_at)
    for kind, at in zip(("OrderProcessed", "OrderShipped", "OrderDelivered"), moments, strict=True):
        world.log.add(kind, at, "staff", made.person.customer.id, made.id, staff="warehouse")
    _break(world, rng, made)
    asks = later(made.expected_at, rng.uniform(4, 40))
    if asks < made.delivered_at and rng.random() < ASKS_WHEN_LATE:
        world.ahead.add(asks, Ahead("tracking", made.person, made))


def _break(world: World, rng: Random, made: Purchase) -> None:
    """A piece of the planted batch may be broken; then its customer complains or sends it back."""
    batch = world.plan.defective_batch
    if not batch or not 0 <= world.plan.day_of(made.placed_at) - batch.first_day < batch.days:
        return
    for line in made.lines:
        if line.sku == batch.sku and rng.random() < batch.share:
            wants = rng.choice(("return_item", "complaint"))
            at = later(made.delivered_at, rng.uniform(12, 200))
            world.ahead.add(at, Ahead(wants, made.person, made, line.line_no, "defect"))


def cancel(world: World, made: Purchase, at: datetime, conversation_id: str) -> str:
    """The order is off and its money goes back; answers with the receipt's id."""
    receipt = f"R-{world.next('receipt'):08d}"
    made.cancelled_at = at
    made.refunds.append(
        Refund(f"RF-{made.id}-1", made.total, made.method.id, at, RefundReason.CANCELLED.value)
    )
    world.log.add(
        "OrderCancelled", at, "customer", made.person.customer.id, made.id, conversation_id,
        rule="cancellation.cancel", receipt_id=receipt,
    )  # fmt: skip
    return receipt
