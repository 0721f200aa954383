"""Made-up values in the shape of real ones: names, phones, addresses, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from tools.domain import Address, Customer, Language, Order

NAMES = {"zh": ("张三", "李四", "王五", "赵六"), "en": ("Alex Doe", "Sam Roe", "Kim Poe", "Jo Moe")}
CITIES = {"zh": "示例市", "en": "Sampletown"}
LINES = {"zh": "示例路 {} 号", "en": "{} Sample Street"}
LAST4 = "0000"
_DIGIT = re.compile(r"\d")
# With fewer digits, two orders would come to the same number.
_FEWEST_DIGITS = 5
_MAINLAND_DIGITS = 11
# Shorter parts of names are words of every day in another case: Will, Mark, May.
_SURE_NAME = 5
# Of Chinese streets, the district before them is often left out.
_STREET = re.compile(r"^.{1,6}?[区县市](?P<street>.*\d.*)$")
# Orders are counted from here, so that no phone of theirs is that of a customer.
_ORDERS_FROM = 10_000


@dataclass(frozen=True)
class MadeUp:
    """A real value and what stands for it. `pattern` finds the ways in which people write it."""

    value: str
    made: str
    pattern: str


def of_customer(customer: Customer, number: int) -> Iterator[MadeUp]:
    """What says who a customer is. `number` counts them from 1."""
    language: Language = customer.language
    yield _plain(customer.id, customer_no(number))
    yield _plain(customer.email, f"customer-{number}@example.com")
    yield _phone(customer.phone, number)
    yield from _of_name(customer.name, language, number)
    yield from _of_address(customer.address, language, number)
    for method in customer.payment_methods:
        yield _plain(method.last4, LAST4)


def of_order(order: Order, number: int) -> Iterator[MadeUp]:
    """What an order has besides its customer's data. `number` counts them from 1."""
    yield _plain(order.id, _shaped(order.id, number, "W"))
    if order.shipment:
        yield _plain(order.shipment.tracking_no, _shaped(order.shipment.tracking_no, number, "SF"))
    yield from _of_address(order.address, language_of(order.address.recipient), _ORDERS_FROM + number)


def customer_no(number: int) -> str:
    return f"C{number:04d}"


def language_of(text: str) -> Language:
    return "zh" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"


def _of_address(address: Address, language: Language, number: int) -> Iterator[MadeUp]:
    yield from _of_name(address.recipient, language, number)
    yield _phone(address.phone, number)
    line = LINES[language].format(number)
    yield _plain(address.line1, line)
    for part in _parts_of(address.line1):
        yield _plain(part, line)
    yield _plain(address.line2, "")
    yield _plain(address.city, CITIES[language])
    yield _plain(address.postcode, _shaped(address.postcode, number))


def _parts_of(line: str) -> list[str]:
    """The street alone, as people tell it."""
    found = _STREET.match(line)
    streets = [found["street"]] if found else []
    return streets + [each.strip() for each in re.split("[,，]", line) if _DIGIT.search(each)]


def _of_name(name: str, language: Language, number: int) -> Iterator[MadeUp]:
    """A name as a whole and, where it has several words, each of them."""
    made = NAMES[language][(number - 1) % len(NAMES[language])]
    yield _plain(name, made)
    parts = name.split()
    if len(parts) > 1:
        for part, other in zip_longest(parts, made.split()[: len(parts)], fillvalue=made.split()[-1]):
            yield _plain(part, other, exact=len(part) < _SURE_NAME)


def _plain(value: str, made: str, exact: bool = False) -> MadeUp:
    """As a word of its own; letter case and spaces do not count, case does where it is `exact`."""
    pattern = re.sub(r"(?:\\?\s)+", r"\\s*", "".join(map(_in_capitals_too, value.strip())))
    return MadeUp(value, made, _edged(value.strip(), pattern if exact else f"(?i:{pattern})"))


def _in_capitals_too(char: str) -> str:
    """Of a letter that has two in capitals, "ß" and "SS", both; a pattern that ignores case knows only of one for one."""
    ways = sorted({char, char.upper(), char.lower()})
    return (
        re.escape(char) if all(len(each) == 1 for each in ways) else f"(?:{'|'.join(map(re.escape, ways))})"
    )


def _edged(value: str, pattern: str) -> str:
    before = "(?<![A-Za-z0-9])" if value[:1].isascii() and value[:1].isalnum() else ""
    after = "(?![A-Za-z0-9])" if value[-1:].isascii() and value[-1:].isalnum() else ""
    return before + pattern + after


def _phone(value: str, number: int) -> MadeUp:
    """With any spaces and hyphens, and with or without +86. Two digits stay: they make it one of a phone."""
    digits = _DIGIT.findall(value)
    made = iter(("".join(digits[:2]) + f"{100 + number:0{max(len(digits) - 2, 1)}d}")[: len(digits)])
    bare = digits[2:] if len(digits) == _MAINLAND_DIGITS + 2 and digits[:2] == ["8", "6"] else digits
    abroad = r"(?:(?:\+|00)?86[\s-]*)?" if len(bare) == _MAINLAND_DIGITS else r"\+?"
    pattern = rf"(?<!\d){abroad}{r'[ ()-]*'.join(bare)}(?!\d)" if bare else ""
    return MadeUp(value, _DIGIT.sub(lambda _: next(made), value), pattern)


def _shaped(value: str, number: int, otherwise: str = "") -> str:
    """As many digits in the same places, all made up: the last ones are `number`, the first a 9.

    A value with hardly any digits becomes a number of its own that begins with `otherwise`, where that is given.
    """
    count = len(_DIGIT.findall(value))
    if otherwise and count < _FEWEST_DIGITS:
        return f"{otherwise}9{number:06d}"
    digits = iter(f"9{number:0{max(count - 1, 1)}d}"[-count:] if count > 1 else "9")
    return _DIGIT.sub(lambda _: next(digits), value)
