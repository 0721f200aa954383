"""Made-up customers. Addresses are written in the customer's own language."""

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from examples.shop.files import both, read
from examples.shop.places import Place, Places
from tools.domain import Address, Customer, Language, Money, PaymentKind, PaymentMethod, Tier

DOMAINS = ("example.com", "example.net", "example.org")
AT_HOME = (PaymentKind.ALIPAY, PaymentKind.WECHAT_PAY, PaymentKind.CARD)
ABROAD = (PaymentKind.CARD, PaymentKind.PAYPAL)


def method_id(customer_id: str, kind: PaymentKind) -> str:
    """A customer has one method of a kind at most, so that ids can be told from the kind."""
    return f"pm_{kind.value}_{customer_id.lower()}"


def make_customers(
    rng: Random, places: Places, first_no: int, how_many: int, taken: set[str]
) -> list[Customer]:
    """`how_many` customers from number `first_no`; names, emails and phones that are not in `taken`."""
    data = read("people.yaml")
    home = [place for place in places.values() if place.home]
    abroad = [place for place in places.values() if not place.home]
    made = []
    for number in range(first_no, first_no + how_many):
        chinese = rng.random() < 0.7
        place = rng.choice(home if chinese or rng.random() < 0.4 else abroad)
        made.append(_customer(rng, data, f"C{number:04d}", place, "zh" if chinese else "en", taken))
    return made


def _customer(
    rng: Random, data: dict[str, Any], id_: str, place: Place, language: Language, taken: set[str]
) -> Customer:
    name = both(_unused(taken, (_name(rng, data, language) for _ in count())), "|")
    phone = _unused(taken, (_phone(rng, data, place) for _ in count()))
    shown = name.in_(language)
    return Customer(
        id=id_,
        name=shown,
        email=_unused(taken, _emails(rng, name.en)),
        phone=phone,
        language=language,
        tier=rng.choices(tuple(Tier), (65, 23, 12))[0],
        address=_address(rng, data, place, language, shown, phone),
        payment_methods=_methods(rng, id_, ABROAD if not place.home else AT_HOME),
    )


def _unused(taken: set[str], candidates: Iterator[str]) -> str:
    """The first candidate that is new; of a name in two scripts only the first counts."""
    fresh = next(candidate for candidate in candidates if candidate.split("|")[0] not in taken)
    taken.add(fresh.split("|")[0])
    return fresh


def _name(rng: Random, data: dict[str, Any], language: Language) -> str:
    if language == "en":
        name = f"{rng.choice(data['first'])} {rng.choice(data['last'])}"
        return f"{name}|{name}"
    family, given = both(rng.choice(data["surnames"])), both(rng.choice(data["given"]))
    return f"{family.zh}{given.zh}|{given.en} {family.en}"


def _emails(rng: Random, name: str) -> Iterator[str]:
    parts = name.lower().split()
    local = rng.choice([".".join(parts), "".join(reversed(parts)), parts[0] + parts[-1][0]])
    yield f"{local}@{rng.choice(DOMAINS)}"
    while True:
        yield f"{local}{rng.randrange(10, 100)}@{rng.choice(DOMAINS)}"


def _phone(rng: Random, data: dict[str, Any], place: Place) -> str:
    pattern = place.phone or rng.choice(data["mobile_prefixes"]) + "####"
    return "".join(str(rng.randrange(10)) if mark == "#" else mark for mark in pattern)


def _address(
    rng: Random, data: dict[str, Any], place: Place, language: Language, recipient: str, phone: str
) -> Address:
    number, building, flat = rng.randrange(1, 399), rng.randrange(1, 20), rng.randrange(1, 28) * 100
    flat += rng.randrange(1, 5)
    street = both(rng.choice(data["streets"]))
    if not place.home:
        line1, line2 = f"{number} {rng.choice(place.streets)}", rng.choice(["", f"Apt {flat // 100}"])
    elif language == "zh":
        line1, line2 = f"{place.district.zh}{street.zh} {number} 号", f"{building} 幢 {flat} 室"
    else:
        line1, line2 = f"{number} {street.en}, {place.district.en}", f"Building {building}, Room {flat}"
    city, region = place.city.in_(language), place.region.in_(language)
    return Address(recipient, phone, line1, city, region, place.postcode, place.country, line2)


def _methods(rng: Random, customer_id: str, kinds: tuple[PaymentKind, ...]) -> tuple[PaymentMethod, ...]:
    made = [make_method(customer_id, kind, rng) for kind in rng.sample(kinds, rng.choice([1, 1, 2]))]
    if rng.random() < 0.3:
        made.append(make_method(customer_id, PaymentKind.GIFT_CARD, rng))
    return tuple(made)


def make_method(customer_id: str, kind: PaymentKind, rng: Random) -> PaymentMethod:
    id_ = method_id(customer_id, kind)
    if kind is PaymentKind.CARD:
        return PaymentMethod(id_, kind, last4=f"{rng.randrange(10000):04d}")
    if kind is PaymentKind.GIFT_CARD:
        balance = rng.choice(["50.00", "88.50", "100.00", "163.20", "200.00", "341.00", "500.00", "1000.00"])
        return PaymentMethod(id_, kind, balance=Money.parse(balance))
    return PaymentMethod(id_, kind)
