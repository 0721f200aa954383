"""Made-up personal data in place of the real, the same everywhere, so that a conversation still makes sense.

Names, mail addresses, phones, addresses, postcodes, order, tracking and card numbers of the customers are replaced in
their records and in what was said; what else looks like a mail address or a long number is replaced too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import TypeVar

from agent.understand.masking import masked
from eval.recorded.made_up import (
    CITIES,
    LAST4,
    LINES,
    MadeUp,
    customer_no,
    language_of,
    of_customer,
    of_order,
)
from tools.domain import (
    ORIGINAL,
    Address,
    Customer,
    Exchange,
    ItemChange,
    Order,
    PaymentMethod,
    Shipment,
    Shop,
)

# Shorter ones are words of every day; in a record, where they stand alone, they are replaced all the same.
_SHORTEST = 2

S = TypeVar("S", Exchange, ItemChange)


class Mask:
    """From each real value to the made-up one; the longest are looked for first."""

    def __init__(self, shop: Shop) -> None:
        found = [made for number, each in enumerate(shop.customers, 1) for made in of_customer(each, number)]
        found += [made for number, each in enumerate(shop.orders, 1) for made in of_order(each, number)]
        first: dict[str, MadeUp] = {}
        for each in found:
            if each.value.strip():
                first.setdefault(each.value, each)
        self._made = {value: each.made for value, each in first.items()}
        self._customers = {each.id: customer_no(number) for number, each in enumerate(shop.customers, 1)}
        sought = [each for each in first.values() if each.pattern and len(each.value.strip()) >= _SHORTEST]
        sought.sort(key=lambda each: (-len(each.value), each.value))
        self._sought = sought
        self._pattern = re.compile("|".join(f"({each.pattern})" for each in sought)) if sought else None
        self._methods = self._of_methods(shop)

    def text(self, text: str) -> str:
        """What was said, without personal data."""
        pieces, end = [], 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            pieces += [_unknown(text[end : found.start()]), self._other(found)]
            end = found.end()
        return "".join([*pieces, _unknown(text[end:])])

    def value(self, text: str) -> str:
        """A field of a record: what is known in it is replaced."""
        if text in self._made:
            return self._made[text]
        return self._pattern.sub(self._other, text) if self._pattern else text

    def shop(self, shop: Shop) -> Shop:
        """The same shop with made-up people."""
        return replace(
            shop,
            customers=tuple(map(self._customer, shop.customers)),
            orders=tuple(map(self._order, shop.orders)),
            extras={},
        )

    def _other(self, found: re.Match[str]) -> str:
        assert found.lastindex is not None
        return self._sought[found.lastindex - 1].made

    def _of_methods(self, shop: Shop) -> dict[str, str]:
        """By a payment method's id, the made-up one: ids that are ends of cards would all come to the same."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for method in (each for customer in shop.customers for each in customer.payment_methods):
            if method.id in found:
                continue
            made = self.value(method.id)
            free = (f"{made}-{number}" if number else made for number in count())
            found[method.id] = next(each for each in free if each not in taken)
            taken.add(found[method.id])
        return found

    def _method_id(self, method_id: str) -> str:
        return self._methods.get(method_id) or self.value(method_id)

    def _customer(self, customer: Customer) -> Customer:
        return replace(
            customer,
            id=self._customers[customer.id],
            name=self.value(customer.name),
            email=self.value(customer.email),
            phone=self.value(customer.phone),
            address=self._address(customer.address),
            payment_methods=tuple(map(self._method, customer.payment_methods)),
        )

    def _order(self, order: Order) -> Order:
        number = self.value(order.id)
        return replace(
            order,
            id=number,
            customer_id=self._customers.get(order.customer_id, order.customer_id),
            address=self._address(order.address),
            shipment=self._shipment(order.shipment),
            payments=tuple(
                replace(each, method_id=self._method_id(each.method_id)) for each in order.payments
            ),
            refunds=tuple(replace(each, method_id=self._method_id(each.method_id)) for each in order.refunds),
            returns=tuple(
                replace(each, order_id=number, refund_to=self._refund_to(each.refund_to))
                for each in order.returns
            ),
            exchanges=self._swaps(order.exchanges, number),
            item_changes=self._swaps(order.item_changes, number),
            repairs=tuple(
                replace(each, order_id=number, fault=self.text(each.fault)) for each in order.repairs
            ),
        )

    def _refund_to(self, method_id: str) -> str:
        return method_id if method_id == ORIGINAL else self._method_id(method_id)

    def _swaps(self, swaps: Iterable[S], number: str) -> tuple[S, ...]:
        return tuple(
            replace(each, order_id=number, method_id=self._method_id(each.method_id)) for each in swaps
        )

    def _shipment(self, shipment: Shipment | None) -> Shipment | None:
        if shipment is None:
            return None
        return replace(shipment, tracking_no=self.value(shipment.tracking_no), events=())

    def _address(self, address: Address) -> Address:
        language = language_of(address.line1 + address.city)
        return Address(
            recipient=self.value(address.recipient), phone=self.value(address.phone),
            line1=self._made.get(address.line1, LINES[language].format(1)), city=CITIES[language],
            region=address.region, postcode=self.value(address.postcode), country=address.country, line2="",
        )  # fmt: skip

    def _method(self, method: PaymentMethod) -> PaymentMethod:
        return replace(method, id=self._method_id(method.id), last4=LAST4 if method.last4 else "")


def _unknown(text: str) -> str:
    """Mail addresses and long numbers that are in nobody's records."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + masked(text) + after
