"""Chances: a model only where it beats the shares, shares with honest intervals elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insights.outreach.chance import Chances, Seen, history, learn, wilson
from insights.outreach.outreach import likely
from insights.outreach.signals import Kind, Signal, signals
from insights.outreach.usual import Usual
from insights.outreach.world import World
from tests.insights.outreach.worlds import NOW, ago, grievance, half_a_year_of_late_parcels, parcel

NEVER_SLOW = Usual({("", ""): timedelta(days=40)}, timedelta(days=40))


def learned(world: World) -> tuple[Chances, Sequence[Seen]]:
    def at(day: datetime) -> list[Signal]:
        return signals(world, day, NEVER_SLOW)

    seen = history(world, NOW, at)
    return learn(world, seen), seen


def test_a_model_learns_that_the_later_the_likelier() -> None:
    world = half_a_year_of_late_parcels(seed=4, telling=True)
    chances, seen = learned(world)
    assert chances.model is not None and chances.better > 0.05
    fresh, old = (parcel(1, shipped=late + 3, expected=late, moved=(late + 2,)) for late in (0.5, 6))
    low, high = (
        chances.of(World((each,)), signals(World((each,)), NOW, NEVER_SLOW)[0], NOW) for each in (fresh, old)
    )
    assert low.probability + 0.2 < high.probability
    assert low.basis == "model"
    said = np.array([chances.of(world, each.signal, each.at).probability for each in seen])
    assert abs(said.mean() - np.mean([each.wrote for each in seen])) < 0.02


def test_where_nothing_tells_customers_apart_the_share_is_said() -> None:
    chances, seen = learned(half_a_year_of_late_parcels(seed=5, telling=False))
    wrote = float(np.mean([each.wrote for each in seen]))
    late = signals(World((parcel(),)), NOW, NEVER_SLOW)[0]
    found = chances.of(World((parcel(),)), late, NOW)
    assert found.low <= wrote <= found.high
    assert abs(found.probability - wrote) < 0.1
    assert found.cases == len(seen)


def test_without_a_past_nothing_is_known_and_the_interval_says_so() -> None:
    (only,) = likely(World((parcel(),)), NOW)
    assert (only.chance.probability, only.chance.low, only.chance.high, only.chance.cases) == (
        0.5,
        0.0,
        1.0,
        0,
    )


def test_a_customer_stands_on_the_list_once_with_the_likeliest_signal() -> None:
    world = World((parcel(1), parcel(2)), complaints=(grievance(1),))
    found = likely(world, NOW)
    assert [(each.signal.customer_id, each.signal.kind, each.also) for each in found] == [
        ("C-1", Kind.COMPLAINT_OVERDUE, (Kind.PARCEL_LATE,)),
        ("C-2", Kind.PARCEL_LATE, ()),
    ]


def test_the_week_after_a_signal_is_over_before_it_is_learned_from() -> None:
    world = World(tuple(parcel(n, 60, 50, 1) for n in range(3)), contacts={"C-0": (ago(100), ago(49.5))})
    _, seen = learned(world)
    assert seen and max(each.at for each in seen) <= NOW - timedelta(days=7)
    assert {each.signal.customer_id for each in seen if each.wrote} <= {"C-0"}


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_holds_the_share(hits: int, others: int) -> None:
    low, high = wilson(hits, hits + others)
    assert 0 <= low <= high <= 1
    if hits + others:
        assert low - 1e-9 <= hits / (hits + others) <= high + 1e-9
