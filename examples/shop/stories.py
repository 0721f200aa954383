"""The lives that an order can lead. Every story is told backwards from now: a `when` says how long ago
its last or most telling moment was, in hours for what the warehouse still holds; afterwards in days, and
only whole ones count.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from examples.shop import steps
from examples.shop.drafts import Draft, place
from examples.shop.tracking import arrived, travelling
from examples.shop.world import World, whole_seconds
from tools.domain import Order, OrderStatus, ReturnStatus

Story = Callable[[World, Draft, float], Order]

LEAVES = (16, 21)
PACKED = (8, 14)
CANCEL_REASONS = ("changed_mind", "ordered_by_mistake", "found_cheaper", "wrong_address", "too_slow")


def pending(world: World, draft: Draft, when: float) -> Order:
    return place(draft, world.ago(when))


def presale(world: World, draft: Draft, when: float) -> Order:
    """One in eight is late: the day on which it should have left is over."""
    late = when > 72 and world.rng.random() < 0.12
    ship_by = world.day(1 if late else -world.rng.randint(3, 25), (18, 19))
    return place(replace(draft, presale=True), world.ago(when), ship_by=ship_by)


def processed(world: World, draft: Draft, when: float) -> Order:
    return steps.step(place(draft, world.ago(when)), OrderStatus.PROCESSED, world.ago(when * 0.3))


def shipped(world: World, draft: Draft, when: float) -> Order:
    travel = max(draft.travel_days(world), int(when))
    order, left = _packed(world, draft, int(when))
    due = world.day(int(when) - travel, draft.place.hours)
    return steps.ship(order, travelling(world, draft.place, (left, due), number=draft.tracking_no))


def stuck(world: World, draft: Draft, when: float) -> Order:
    """The parcel has not moved since its first days."""
    order, left = _packed(world, draft, int(when))
    due = left + timedelta(days=draft.travel_days(world))
    return steps.ship(order, travelling(world, draft.place, (left, due), stops=world.rng.randint(2, 3)))


def delivered(world: World, draft: Draft, when: float) -> Order:
    order, left = _packed(world, draft, int(when) + draft.travel_days(world))
    handed_over = world.day(int(when), draft.place.hours)
    return steps.ship(order, arrived(world, draft.place, (left, handed_over), number=draft.tracking_no))


def price_protected(world: World, draft: Draft, when: float) -> Order:
    """The first line became cheaper and the customer got the difference."""
    order = delivered(world, draft, when)
    difference = draft.price_drop * draft.lines[0].quantity
    at = world.after(_arrival(order), 3, 10)
    refunds = steps.money_back(order, world.mint, difference, steps.ORIGINAL, at, "price_protection")
    return replace(order, refunds=refunds)


def cancelled(world: World, draft: Draft, when: float) -> Order:
    order = place(draft, world.ago(when * 24))
    at = world.after(order.payments[-1].at, 0.5, 8)
    refunded_at = world.after(at, 12, 48)
    return steps.cancel(order, world.mint, at, refunded_at, world.rng.choice(CANCEL_REASONS))


def return_requested(world: World, draft: Draft, when: float) -> Order:
    return _requested(world, draft, delivered(world, draft, when), world.ago(world.between(3, 24)))


def return_in_transit(world: World, draft: Draft, when: float) -> Order:
    order = _requested(world, draft, delivered(world, draft, when), world.ago(world.between(50, 80)))
    return steps.returning(order, ReturnStatus.IN_TRANSIT)


def returned(world: World, draft: Draft, when: float) -> Order:
    order = _requested(world, draft, delivered(world, draft, when), world.ago(world.between(110, 135)))
    order = steps.step(order, OrderStatus.RETURNED, world.ago(world.between(4, 60)))
    return steps.returning(order, ReturnStatus.RECEIVED)


def refunded(world: World, draft: Draft, when: float) -> Order:
    order = _requested_early(world, draft, when)
    order = steps.step(order, OrderStatus.RETURNED, world.after(order.history[-1].at, 60, 110))
    return steps.pay_return(order, world.mint, world.after(order.history[-1].at, 12, 70))


def return_rejected(world: World, draft: Draft, when: float) -> Order:
    """Inspection found the goods used: they went back to the customer."""
    order = _requested_early(world, draft, when)
    order = steps.step(order, OrderStatus.DELIVERED, world.after(order.history[-1].at, 90, 130))
    return steps.returning(order, ReturnStatus.REJECTED)


def exchange_requested(world: World, draft: Draft, when: float) -> Order:
    order = delivered(world, draft, when)
    return steps.step(order, OrderStatus.EXCHANGE_REQUESTED, world.ago(world.between(3, 24)))


STORIES: dict[str, Story] = {
    story.__name__: story
    for story in (
        pending, presale, processed, shipped, stuck, delivered, price_protected, cancelled, return_requested,
        return_in_transit, returned, refunded, return_rejected, exchange_requested,
    )
}  # fmt: skip


def _packed(world: World, draft: Draft, left_days_ago: int) -> tuple[Order, datetime]:
    """A processed order and the time at which its parcel left."""
    left = world.day(left_days_ago, LEAVES)
    packed = world.day(left_days_ago, PACKED)
    paid = whole_seconds(packed - timedelta(hours=world.between(1, 18) + draft.late_hours))
    return steps.step(place(draft, paid), OrderStatus.PROCESSED, packed), left


def _requested_early(world: World, draft: Draft, when: float) -> Order:
    """Sent back within six days of delivery, long ago enough for all that follows."""
    order = delivered(world, draft, when)
    return _requested(world, draft, order, world.after(_arrival(order), 6, 130))


def _requested(world: World, draft: Draft, order: Order, at: datetime) -> Order:
    assert draft.going_back is not None, f"order {draft.id}: nothing to send back"
    return steps.request_return(order, world.mint, at, draft.going_back, draft.customer.tier)


def _arrival(order: Order) -> datetime:
    assert order.delivered_at is not None, f"order {order.id}: not delivered yet"
    return order.delivered_at
