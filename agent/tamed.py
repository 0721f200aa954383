"""Texts of the shop's data that others wrote (carriers, sellers, customers), without what must not be passed on. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.ledger.demands import foreign
from agent.sentences import split_sentences
from tools.domain import Customer, Order, Product, Text

_BRACKETS = re.compile(r"\s*(?:【[^】]*】|（[^）]*）|\([^)]*\)|\[[^\]]*\])")
NAMELESS = Text("商品", "item")


def told(text: str) -> str:
    """A text without the brackets and sentences that lead away, ask for money or secrets, or give orders."""
    if not foreign(text) and not any(foreign(_inner(each)) for each in _BRACKETS.findall(text)):
        return text
    text = _BRACKETS.sub(lambda match: "" if foreign(_inner(match.group())) else match.group(), text)
    return " ".join(each for each in split_sentences(text) if not foreign(each)).strip()


def tamed_order(order: Order) -> Order:
    """An order as it may be spoken of. What a carrier wrote is told whole or not at all; place and time stay."""
    lines = tuple(replace(line, name=_name(line.name)) for line in order.lines)
    address = replace(order.address, recipient=told(order.address.recipient), line2=told(order.address.line2))
    shipment = order.shipment
    if shipment is not None:
        events = tuple(replace(each, text=_whole(each.text)) for each in shipment.events)
        shipment = replace(shipment, events=events)
    if (lines, address, shipment) == (order.lines, order.address, order.shipment):
        return order
    return replace(order, lines=lines, address=address, shipment=shipment)


def tamed_product(product: Product) -> Product:
    """A product under a name that may be said."""
    name = _name(product.name)
    return product if name == product.name else replace(product, name=name)


def tamed_customer(customer: Customer) -> Customer:
    """A customer by a name that may be said."""
    name = told(customer.name)
    return customer if name == customer.name else replace(customer, name=name)


def _inner(bracket: str) -> str:
    return bracket.strip()[1:-1].strip()


def _name(name: Text) -> Text:
    zh, en = told(name.zh), told(name.en)
    return name if (zh, en) == (name.zh, name.en) else Text(zh or NAMELESS.zh, en or NAMELESS.en)


def _whole(text: Text) -> Text:
    """Neither language is told where one of them is unfit: the other says the same."""
    return Text("", "") if foreign(text.zh) or foreign(text.en) else text
