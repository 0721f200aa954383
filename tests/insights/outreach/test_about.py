"""What a reason speaks of is looked up: the order, and the very return or complaint."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from insights.outreach.about import Record, Records
from insights.outreach.signals import Kind, signals
from insights.outreach.usual import Usual
from insights.outreach.world import Bought, Defect, World
from tests.insights.outreach.worlds import CARRIER, NOW, ago, bought, going_back, grievance, parcel
from tools.domain import ReturnReason

USUAL = Usual({("", ""): timedelta(days=2)}, timedelta(days=3))


def about(world: World, kind: Kind, *defects: Defect) -> dict[str, Record]:
    """The records of the only signal of a kind."""

    def ends_soon(line: Bought, reason: ReturnReason) -> datetime:
        return NOW + timedelta(days=1)

    found = signals(world, NOW, USUAL, defects, ends_soon)
    (signal,) = [each for each in found if each.kind is kind]
    records = Records(world).of(signal)
    assert records[0].kind == "order"
    return {each.kind: each for each in records}


def test_a_late_parcel_is_its_order_with_what_is_known_of_the_way() -> None:
    found = about(World(parcels=(parcel(1), parcel(2, delivered=1))), Kind.PARCEL_LATE)
    assert set(found) == {"order"}
    assert (found["order"].id, found["order"].carrier) == ("O-1", CARRIER)
    assert found["order"].moments == {"shipped": ago(4), "expected": ago(1), "moved": ago(1.5)}


def test_a_late_refund_is_its_own_return_and_no_other_of_the_order() -> None:
    other = replace(going_back(1, started=30, sent=29, received=28, closed=27), return_id="RT-0")
    world = World(bought=(bought(1, delivered=35),), returns=(other, going_back(1, sent=9, received=8)))
    found = about(world, Kind.REFUND_LATE)
    assert found["return"].moments == {"requested": ago(10), "sent_back": ago(9), "received": ago(8)}
    assert found["order"].goods == (bought(1).name,)


def test_an_overdue_complaint_is_told_with_its_deadline() -> None:
    world = World(complaints=(grievance(1), grievance(2, closed=1)))
    found = about(world, Kind.COMPLAINT_OVERDUE)
    assert found["complaint"].moments == {"opened": ago(3), "answer_by": ago(2)}


def test_an_expiring_window_is_what_it_was_left_for() -> None:
    half_done = World(bought=(bought(1),), returns=(going_back(1),))
    assert set(about(half_done, Kind.RETURN_EXPIRING)) == {"order", "return"}
    complained = World(bought=(bought(1),), complaints=(grievance(1, answer=None),))
    assert set(about(complained, Kind.RETURN_EXPIRING)) == {"order", "complaint"}


def test_a_known_defect_is_the_order_with_its_goods() -> None:
    world = World(bought=(bought(1), bought(2, sku="SKU-2")))
    defect = Defect("SKU-1", bought(1).placed_on, bought(1).placed_on)
    assert about(world, Kind.KNOWN_DEFECT, defect)["order"] == Record("order", "O-1", goods=(bought(1).name,))
