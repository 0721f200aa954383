"""Made-up customers: where they live has nothing to do with how they are served."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from examples.shop.files import both
from examples.shop.files import read as read_sample
from examples.shop.places import Place, load_places
from insights.simulate.chance import stream
from insights.simulate.goods import tastes
from insights.simulate.plan import Plan
from tools.domain import Address, Customer, Language, Money, PaymentKind, PaymentMethod, Tier

ABROAD, CHINESE, HAS_GIFT_CARD = 0.08, 0.7, 0.6
WAYS = (PaymentKind.ALIPAY, PaymentKind.WECHAT_PAY, PaymentKind.CARD)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, how much they buy compared with others, and what they like. `source` is where they write from."""

    customer: Customer
    activity: float
    taste: str
    source: str

    @property
    def method(self) -> PaymentMethod:
        return self.customer.payment_methods[0]

    @property
    def gift_card(self) -> PaymentMethod | None:
        return next((way for way in self.customer.payment_methods if way.kind is PaymentKind.GIFT_CARD), None)


class Crowd:
    """All customers; the first ones are the cast of the planted truths."""

    def __init__(self, plan: Plan) -> None:
        rng = stream(plan.seed, "people")
        places = list(load_places().values())
        home, abroad = [place for place in places if place.home], [p for p in places if not p.home]
        people = [_person(rng, number, home, abroad) for number in range(plan.customers)]
        ring, self.returner, self.victims = cast_of(plan)
        head = people[ring[0]] if ring else None
        for number in ring:
            people[number] = _sharing(people[number], head or people[number])
        self.ring = tuple(people[number] for number in ring)
        self.people = tuple(people)
        self._weights = list(accumulate(person.activity for person in people))

    def anyone(self, rng: Random) -> Person:
        return rng.choices(self.people, cum_weights=self._weights)[0]


def customer_id(number: int) -> str:
    return f"C{100_000 + number}"


def cast_of(plan: Plan) -> tuple[tuple[int, ...], int | None, tuple[int, ...]]:
    """The numbers of the ring, of the serial returner and of those whose accounts are taken over."""
    ring = plan.abuse_ring.accounts if plan.abuse_ring else 0
    victims = plan.takeovers.accounts if plan.takeovers else 0
    chosen = stream(plan.seed, "cast").sample(range(plan.customers), ring + victims + 1)
    returner = chosen[-1] if plan.serial_returner else None
    return tuple(chosen[:ring]), returner, tuple(chosen[ring : ring + victims])


def _person(rng: Random, number: int, home: list[Place], abroad: list[Place]) -> Person:
    far = rng.random() < ABROAD
    language: Language = "zh" if not far and rng.random() < CHINESE / (1 - ABROAD) else "en"
    place = rng.choice(abroad if far else home)
    names = read_sample("people.yaml")
    if language == "zh":
        name = both(rng.choice(names["surnames"])).zh + both(rng.choice(names["given"])).zh
        mail = f"user{number}"
    else:
        first, last = rng.choice(names["first"]), rng.choice(names["last"])
        name, mail = f"{first} {last}", f"{first}.{last}{number}".lower()
    # A phone and a door that nobody shares by chance: sharing them is a sign of its own.
    phone = f"199{number:08d}"
    return Person(
        Customer(
            customer_id(number), name, f"{mail}@example.com", phone, language,
            rng.choices(tuple(Tier), (65, 23, 12))[0], address_at(place, language, name, phone, number),
            _methods(rng, number),
        ),
        rng.gammavariate(1.5, 1.0) + 0.05, rng.choice(tastes()), f"s-{number:06d}",
    )  # fmt: skip


def address_at(place: Place, language: Language, name: str, phone: str, number: int) -> Address:
    """A door of its own for every number."""
    house, flat = number % 389 + 1, number // 389 + 101
    city, region = place.city.in_(language), place.region.in_(language)
    line1 = f"{place.district.zh}人民路 {house} 号" if language == "zh" else f"{house} Main Street"
    line2 = f"{flat} 室" if language == "zh" else f"Room {flat}"
    return Address(name, phone, line1, city, region, place.postcode, place.country, line2)


def _methods(rng: Random, number: int) -> tuple[PaymentMethod, ...]:
    kind = rng.choice(WAYS)
    digits = f"{rng.randrange(10_000):04d}" if kind is PaymentKind.CARD else ""
    ways = [PaymentMethod(f"pm_{kind.value}_{number}", kind, digits)]
    if rng.random() < HAS_GIFT_CARD:
        ways.append(PaymentMethod(f"pm_gift_card_{number}", PaymentKind.GIFT_CARD, balance=Money.zero()))
    return tuple(ways)


def _sharing(person: Person, head: Person) -> Person:
    """The same person at the door, phone and card of another."""
    address = replace(head.customer.address, recipient=person.customer.name)
    card = replace(person.method, kind=PaymentKind.CARD, last4=head.method.last4 or "4417")
    methods = (card, *person.customer.payment_methods[1:])
    customer = replace(
        person.customer, address=address, phone=head.customer.phone, payment_methods=methods,
    )  # fmt: skip
    return replace(person, customer=customer)
