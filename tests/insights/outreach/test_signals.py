"""Signals: what stands at a moment, by what was known then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from insights.outreach.signals import Kind, Signal, signals
from insights.outreach.usual import TRANSIT, Usual, usual
from insights.outreach.words import why
from insights.outreach.world import Bought, Defect, World
from tests.insights.outreach.worlds import NOW, ago, bought, going_back, grievance, parcel
from tools.domain import ReturnReason

USUAL = Usual({("", ""): timedelta(days=6)}, timedelta(days=4))


def found(world: World, now: datetime = NOW, **more: object) -> list[Signal]:
    return signals(world, now, USUAL, **more)  # type: ignore[arg-type]


def kinds(world: World, now: datetime = NOW, **more: object) -> list[Kind]:
    return [each.kind for each in found(world, now, **more)]


def test_a_parcel_is_late_after_its_day_or_when_slower_than_usual() -> None:
    assert kinds(World((parcel(expected=1),))) == [Kind.PARCEL_LATE]
    assert kinds(World((parcel(expected=-1),))) == []
    assert kinds(World((parcel(expected=None, shipped=5),))) == []
    (late,) = found(World((parcel(expected=None, shipped=7),)))
    assert late.since == ago(1)
    assert kinds(World((parcel(expected=-3, shipped=7),))) == [Kind.PARCEL_LATE]


def test_a_parcel_without_news_for_three_days_is_stuck() -> None:
    assert kinds(World((parcel(expected=-2, moved=(3.5,)),))) == [Kind.PARCEL_STUCK]
    assert kinds(World((parcel(expected=-2, moved=(3.5, 2.9)),))) == []
    assert kinds(World((parcel(expected=-2, moved=()),))) == [Kind.PARCEL_STUCK]


def test_what_came_later_is_not_known_earlier() -> None:
    arrived = World((parcel(expected=2, delivered=0.5),))
    assert kinds(arrived) == []
    assert kinds(arrived, ago(1)) == [Kind.PARCEL_LATE]
    assert kinds(arrived, ago(5)) == []


def test_lost_parcels_are_not_told_of_for_ever() -> None:
    assert kinds(World((parcel(shipped=60, expected=50),))) == []


def test_a_refund_is_late_after_the_usual_time_from_the_arrival() -> None:
    assert kinds(World(returns=(going_back(sent=9, received=5),))) == [Kind.REFUND_LATE]
    assert kinds(World(returns=(going_back(sent=9, received=3),))) == []
    assert kinds(World(returns=(going_back(sent=9, received=5, closed=1),))) == []


def test_a_complaint_is_overdue_unanswered_and_then_unsolved() -> None:
    assert kinds(World(complaints=(grievance(answer=1),))) == [Kind.COMPLAINT_OVERDUE]
    assert kinds(World(complaints=(grievance(answer=1, answered=2, resolve=-1),))) == []
    (unsolved,) = found(World(complaints=(grievance(answer=2, answered=2.5, resolve=1),)))
    assert unsolved.facts["answered"] is True
    assert kinds(World(complaints=(grievance(answer=None),))) == []
    assert kinds(World(complaints=(grievance(answer=1, closed=0.5),))) == []


def in_days(days: float) -> object:
    def window(line: Bought, reason: ReturnReason) -> datetime:
        return NOW + timedelta(days=days)

    return window


def test_a_window_that_ends_soon_matters_to_those_who_began_something() -> None:
    goods = (bought(1), bought(2), bought(3))
    world = World(
        bought=goods, returns=(going_back(1), going_back(3, sent=2)), complaints=(grievance(2, answer=None),)
    )
    assert [(each.order_id, each.facts["half_done"]) for each in found(world, window=in_days(2))] == [
        ("O-1", True),
        ("O-2", False),
    ]
    assert kinds(world, window=in_days(4)) == []
    assert kinds(world, window=in_days(-1)) == []
    assert kinds(world) == []


def test_buyers_of_a_defective_batch_are_told_of_unless_they_sent_it_back() -> None:
    batch = Defect("SKU-1", date(2026, 11, 1), date(2026, 11, 10))
    goods = (
        bought(1),
        bought(2, placed=date(2026, 11, 11)),
        bought(3, sku="SKU-2"),
        bought(4),
        bought(5, delivered=40),
    )
    world = World(bought=goods, returns=(going_back(4, sent=1),))
    assert [each.order_id for each in found(world, defects=[batch])] == ["O-1"]


def test_usual_is_what_95_of_100_needed_of_the_nearest_group_that_is_big_enough() -> None:
    fast = [parcel(number, shipped=10, delivered=9) for number in range(20)]
    slow = [parcel(number, shipped=10, delivered=4, region="广东") for number in range(19)]
    learned = usual([*fast, *slow], [], NOW)
    assert learned.transit(parcel(region="浙江")) == timedelta(days=1)
    # Nineteen are too few: the carrier's own.
    assert learned.transit(parcel(region="广东")) == timedelta(days=6)
    assert usual(fast, [], ago(9.5)).transit(parcel()) == TRANSIT


@pytest.mark.parametrize(
    ("world", "zh", "en"),
    [
        (
            World((parcel(expected=1),)),
            "包裹已晚到1.0天（圆通，应于11月19日前送达）",
            "the parcel is 1.0 days late",
        ),
        (
            World(complaints=(grievance(answer=1),)),
            "投诉CP-1还没有答复，已超过11月19日的期限1.0天",
            "complaint CP-1 is not answered, 1.0 days after its deadline 19 November",
        ),
        (
            World(returns=(going_back(sent=9, received=5),)),
            "退款比通常晚了1.0天",
            "1.0 days later than usual",
        ),
    ],
)
def test_why_is_said_in_both_languages(world: World, zh: str, en: str) -> None:
    (signal,) = found(world)
    said = why(signal, NOW, ZoneInfo("Asia/Shanghai"))
    assert zh in said.zh and en in said.en
