"""Made-up personal data in place of the real, the same everywhere, so that a conversation still makes sense.

Names, mail addresses, phones, addresses, postcodes, order, tracking and card numbers of the customers are replaced in
their records and in what was said; what else looks like a mail address or a long number is replaced too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agent.understand.masking import masked
from tools.domain import Address, Customer, Order, PaymentMethod, Shipment, Shop

_NAMES = {"zh": ("张三", "李四", "王五", "赵六"), "en": ("Alex Doe", "Sam Roe", "Kim Poe", "Jo Moe")}
_CITIES = {"zh": "示例市", "en": "Sampletown"}
_LINES = {"zh": "示例路 {} 号", "en": "{} Sample Street"}
_DIGITS = re.compile(r"\d")
# Shorter ones are words of every day.
_SHORTEST = 2


class Mask:
    """From each real value to the made-up one; the longest are looked for first."""

    def __init__(self, shop: Shop) -> None:
        self._made: dict[str, str] = {}
        for number, customer in enumerate(shop.customers, start=1):
            self._add(dict(_of_customer(customer, number)))
        for number, order in enumerate(shop.orders, start=1):
            self._add(dict(_of_order(order, number)))
        made = sorted(self._made, key=lambda value: (-len(value), value))
        self._pattern = re.compile("|".join(map(re.escape, made)), re.IGNORECASE) if made else None
        self._folded = {value.casefold(): made for value, made in self._made.items()}

    def text(self, text: str) -> str:
        """What was said, without personal data."""
        pieces, end = [], 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            pieces += [_unknown(text[end : found.start()]), self._folded[found.group().casefold()]]
            end = found.end()
        return "".join([*pieces, _unknown(text[end:])])

    def value(self, text: str) -> str:
        """A field of a record: what is known in it is replaced."""
        return self._known(text)

    def shop(self, shop: Shop) -> Shop:
        """The same shop with made-up people."""
        return replace(
            shop,
            customers=tuple(
                self._customer(each, number) for number, each in enumerate(shop.customers, start=1)
            ),
            orders=tuple(self._order(each) for each in shop.orders),
            extras={},
        )

    def _known(self, text: str) -> str:
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._folded[found.group().casefold()], text)

    def _add(self, made: dict[str, str]) -> None:
        for value, other in made.items():
            if len(value.strip()) >= _SHORTEST:
                self._made.setdefault(value, other)

    def _customer(self, customer: Customer, number: int) -> Customer:
        return replace(
            customer,
            id=f"C{number:04d}",
            name=self.value(customer.name),
            email=self.value(customer.email),
            phone=self.value(customer.phone),
            address=self._address(customer.address),
            payment_methods=tuple(self._method(each) for each in customer.payment_methods),
        )

    def _order(self, order: Order) -> Order:
        numbers = {value: made for value, made in self._made.items() if value == order.customer_id}
        return replace(
            order,
            id=self.value(order.id),
            customer_id=numbers.get(order.customer_id, order.customer_id),
            address=self._address(order.address),
            shipment=self._shipment(order.shipment),
            returns=tuple(replace(each, order_id=self.value(each.order_id)) for each in order.returns),
            exchanges=tuple(replace(each, order_id=self.value(each.order_id)) for each in order.exchanges),
            repairs=tuple(replace(each, order_id=self.value(each.order_id), fault=self.text(each.fault) if each.fault else "")
                          for each in order.repairs),
        )  # fmt: skip

    def _shipment(self, shipment: Shipment | None) -> Shipment | None:
        if shipment is None:
            return None
        return replace(shipment, tracking_no=self.value(shipment.tracking_no), events=())

    def _address(self, address: Address) -> Address:
        language = "zh" if _chinese(address.line1 + address.city) else "en"
        return Address(
            recipient=self.value(address.recipient), phone=self.value(address.phone),
            line1=self._made.get(address.line1, _LINES[language].format(1)), city=_CITIES[language],
            region=address.region, postcode=self.value(address.postcode), country=address.country, line2="",
        )  # fmt: skip

    def _method(self, method: PaymentMethod) -> PaymentMethod:
        return replace(method, last4="0000") if method.last4 else method


def _unknown(text: str) -> str:
    """Mail addresses and long numbers that are in nobody's records."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + masked(text) + after


def _of_customer(customer: Customer, number: int) -> Iterator[tuple[str, str]]:
    language = customer.language
    yield customer.id, f"C{number:04d}"
    yield customer.email, f"customer-{number}@example.com"
    yield customer.phone, _phone(customer.phone, 100 + number)
    yield from _of_address(customer.address, language, number)
    yield customer.name, _NAMES[language][(number - 1) % len(_NAMES[language])]
    for method in customer.payment_methods:
        if method.last4:
            yield method.last4, "0000"


def _of_order(order: Order, number: int) -> Iterator[tuple[str, str]]:
    yield order.id, _shaped(order.id, number)
    if order.shipment:
        yield order.shipment.tracking_no, _shaped(order.shipment.tracking_no, number)
    language = "zh" if _chinese(order.address.recipient) else "en"
    yield from _of_address(order.address, language, 10 + number)


def _of_address(address: Address, language: str, number: int) -> Iterator[tuple[str, str]]:
    yield address.recipient, _NAMES[language][(number - 1) % len(_NAMES[language])]
    yield address.phone, _phone(address.phone, 100 + number)
    yield address.line1, _LINES[language].format(number)
    yield address.line2, ""
    yield address.city, _CITIES[language]
    yield address.postcode, _shaped(address.postcode, number)


def _shaped(value: str, number: int) -> str:
    """As many digits in the same places, all made up: the last ones are `number`, the first a 9."""
    count = len(_DIGITS.findall(value))
    digits = iter(f"9{number:0{max(count - 1, 1)}d}"[-count:] if count > 1 else "9")
    return _DIGITS.sub(lambda _: next(digits), value)


def _phone(value: str, number: int) -> str:
    """The prefix that makes a number one of a phone stays: two digits."""
    digits = _DIGITS.findall(value)
    made = iter(("".join(digits[:2]) + f"{number:0{max(len(digits) - 2, 1)}d}")[: len(digits)])
    return _DIGITS.sub(lambda _: next(made), value)


def _chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)
