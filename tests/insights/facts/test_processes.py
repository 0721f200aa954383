"""Stages add up to the case, whatever the clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.facts.processes import (
    COMPLAINT,
    DELIVERY,
    EXCHANGE,
    REPAIR,
    RETURN,
    Process,
    course_of,
    hours_of,
    step_of,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
PROCESSES = (DELIVERY, RETURN, EXCHANGE, REPAIR, COMPLAINT)
moments = st.sampled_from(PROCESSES).flatmap(
    lambda process: st.tuples(
        st.just(process),
        st.dictionaries(st.sampled_from(sorted(process.kinds)), st.integers(-50, 500).map(lambda n: START + timedelta(hours=n))),
    )
)  # fmt: skip


@given(moments)
def test_stages_follow_each_other_and_fit_into_the_case(case: tuple[Process, dict[str, datetime]]) -> None:
    process, told = case
    course = course_of(process, START, told)
    assert len({stage.name for stage in course.stages}) == len(course.stages)
    began = START
    for stage in course.stages:
        assert stage.began_at == began
        assert stage.hours is None or stage.hours >= 0
        began = stage.ended_at or began
    ended = sum(stage.hours for stage in course.stages if stage.hours is not None)
    if course.hours is not None:
        assert ended <= course.hours + 1e-6
        assert all(stage.ended_at is not None for stage in course.stages)
    assert (course.outcome == "") == (course.closed_at is None)
    assert sum(stage.ended_at is None for stage in course.stages) <= 1


def test_a_return_that_nobody_recorded_step_by_step_waits_for_nothing_known() -> None:
    sent = course_of(RETURN, START, {}, "in_transit")
    assert (sent.stages, sent.outcome, sent.closed_at) == ((), "", None)
    refunded = course_of(RETURN, START, {}, "refunded")
    assert (refunded.outcome, refunded.closed_at, refunded.hours) == ("refunded", None, None)


@given(st.floats(1 / 120, 10_000))
def test_a_step_tells_a_duration_within_two_and_a_half_percent(lasted: float) -> None:
    step = step_of(lasted)
    assert step is not None
    assert hours_of(step) == pytest.approx(lasted, rel=0.0254)
