"""The fixed cast of `cast.yaml`: the same people and orders in every shop, whatever its seed."""

import json
from datetime import datetime
from random import Random
from typing import Any

from examples.shop.catalogue import Catalogue, order_line
from examples.shop.drafts import Draft, GoingBack
from examples.shop.files import read
from examples.shop.people import method_id
from examples.shop.places import Places, place_of
from examples.shop.stories import STORIES
from examples.shop.world import Mint, World
from tools.domain import (
    Address,
    Customer,
    Money,
    Order,
    OrderLine,
    PaymentKind,
    PaymentMethod,
    ReturnItem,
    ReturnReason,
    Tier,
)


def cast(now: datetime, places: Places, catalogue: Catalogue) -> tuple[list[Customer], list[Order]]:
    """The cast's own chance is fixed; its numbers begin with 1, which the other orders' never do."""
    rng = Random("cast")
    world = World(now, rng, Mint(rng, "1"), places)
    customers: list[Customer] = []
    orders: list[Order] = []
    for row in read("cast.yaml")["customers"]:
        customer = _customer(row)
        customers.append(customer)
        orders.extend(_order(world, catalogue, customer, order) for order in row["orders"])
    return customers, orders


def demo() -> str:
    """Who a visitor of the chat page may be: a JSON list of {name, email, order_id, hint: {zh, en}}."""
    rows = read("cast.yaml")["customers"]
    people = [
        {"name": row["name"], "email": row["email"], "order_id": row["demo"], "hint": row["hint"]}
        for row in rows
    ]
    return json.dumps(people, ensure_ascii=False)


def _customer(row: dict[str, Any]) -> Customer:
    return Customer(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        language=row["language"],
        tier=Tier(row["tier"]),
        address=Address(recipient=row["name"], phone=row["phone"], **row["address"]),
        payment_methods=tuple(
            _method(row["id"], PaymentKind(kind), detail) for kind, detail in row["methods"].items()
        ),
    )


def _method(customer_id: str, kind: PaymentKind, detail: str) -> PaymentMethod:
    id_ = method_id(customer_id, kind)
    if kind is PaymentKind.GIFT_CARD:
        return PaymentMethod(id_, kind, balance=Money.parse(detail))
    return PaymentMethod(id_, kind, last4=detail)


def _order(world: World, catalogue: Catalogue, customer: Customer, row: dict[str, Any]) -> Order:
    methods = {method.kind.value: method for method in customer.payment_methods}
    back = tuple(ReturnItem(line, quantity) for line, quantity in row.get("back", {}).items())
    draft = Draft(
        id=row["id"],
        customer=customer,
        place=place_of(world.places, customer.address),
        lines=tuple(_line(catalogue, no, *bought) for no, bought in enumerate(row["lines"].items(), start=1)),
        method=methods[row["pay"]],
        gift_card=methods.get("gift_card"),
        from_gift_card=Money.parse(row.get("gift", "0.00")),
        days=row.get("days"),
        tracking_no=row.get("tracking", ""),
        going_back=GoingBack(back, ReturnReason(row["reason"])) if back else None,
    )
    return STORIES[row["story"]](world, draft, row["ago"])


def _line(catalogue: Catalogue, line_no: int, sku: str, quantity: int) -> OrderLine:
    product, variant = catalogue.find(sku)
    return order_line(line_no, product, variant, quantity, variant.price)
