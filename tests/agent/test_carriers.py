"""An order by the carrier that brought it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.resolve.carriers import brought_by
from tests.tools.builders import order, shipment
from tools.domain import Order, Text


def came_with(order_id: str, zh: str, en: str) -> Order:
    return replace(order(), id=order_id, shipment=replace(shipment(), carrier=Text(zh, en)))


ORDERS = (
    came_with("W1000001", "顺丰速运", "SF Express"),
    came_with("W1000002", "中通快递", "ZTO Express"),
    came_with("W1000003", "京东物流", "JD Logistics"),
    replace(order(), id="W1000004", shipment=None),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("九月里中通来送的那回", ["W1000002"]),
        ("顺丰那单到哪了", ["W1000001"]),
        ("one of my parcels came with JD", ["W1000003"]),
        ("was it SF or ZTO that came?", ["W1000001", "W1000002"]),
        ("快递到哪了", []),
        ("is it safe", []),
        ("the express one", []),
    ],
)
def test_the_carrier_that_is_named(text: str, meant: list[str]) -> None:
    assert [each.id for each in brought_by(text, ORDERS)] == meant
