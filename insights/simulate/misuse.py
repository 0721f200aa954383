"""What the planted cheats do: the ring and the serial returner buy to send back, strangers take accounts over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from examples.shop.places import load_places
from insights.simulate.chance import later, stream
from insights.simulate.ordering import gift_card, place
from insights.simulate.people import Person, address_at
from insights.simulate.plan import Plan
from insights.simulate.world import Ahead, World
from tools.domain import Address

# The door to which all stolen goods go; no customer has a number as high.
DROP = 9_000_000


@dataclass(frozen=True, slots=True)
class Buys:
    """An order that will be sent back with this chance."""

    person: Person
    manner: Literal["abuse", "habit"]
    share: float


class Misuse:
    """The cheats' calendar."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buys: dict[int, list[Buys]] = defaultdict(list)
        plan, crowd, rng = world.plan, world.crowd, stream(world.plan.seed, "misuse")
        last = max(1, plan.days - 15)
        for who in _cheats(
            plan, crowd.ring, crowd.people[crowd.returner] if crowd.returner is not None else None
        ):
            self._buys[rng.randrange(last)].append(who)
        self._taken = [(rng.randrange(5, last), crowd.people[number]) for number in crowd.victims]
        self._taken.sort(key=lambda each: each[0])

    def of_day(self, day: int) -> None:
        world, rng = self._world, stream(self._world.plan.seed, "misuse", day)
        for buys in self._buys.pop(day, []):
            made = place(world, rng, buys.person, world.moment(rng, day))
            if rng.random() < buys.share:
                at = later(made.delivered_at, rng.uniform(24, 120))
                world.ahead.add(at, Ahead("return_item", buys.person, made, 1, buys.manner, "solved"))
        for when, person in self._taken:
            if when == day:
                at = world.plan.midnight(day) + timedelta(minutes=rng.randrange(30, 300))
                world.ahead.add(at, Ahead("account", person, manner="takeover", outcome="solved"))


def _cheats(plan: Plan, ring: tuple[Person, ...], returner: Person | None) -> Iterator[Buys]:
    """Every order of every cheat."""
    if plan.abuse_ring:
        for person in ring:
            yield from [Buys(person, "abuse", plan.abuse_ring.share)] * plan.abuse_ring.orders
    if plan.serial_returner and returner:
        yield from [Buys(returner, "habit", plan.serial_returner.share)] * plan.serial_returner.orders


def drop_address(plan: Plan, person: Person) -> Address:
    """Where the thieves have the goods sent, in the name of the customer."""
    home = [place for place in load_places().values() if place.home]
    where = stream(plan.seed, "drop").choice(home)
    return address_at(where, "zh", person.customer.name, person.customer.phone, DROP)


def order_gift_cards(world: World, rng: Random, person: Person, at: datetime) -> None:
    """Within hours of the new address, gift cards are ordered to it and the payment is changed."""
    robbed = replace(person, customer=replace(person.customer, address=drop_address(world.plan, person)))
    how_many = world.plan.takeovers.orders if world.plan.takeovers else 0
    for number in range(how_many):
        made = place(world, rng, robbed, later(at, 0.3 + number * rng.uniform(0.3, 1.2)), gift_card(rng))
        if number == 0:
            when = later(made.placed_at, 0.1)
            world.log.add("OrderPaymentChanged", when, "customer", person.customer.id, made.id)
