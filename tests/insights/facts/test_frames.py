"""Frames hold what the facts hold, typed for analyses, also where there is nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from insights.facts import frames
from insights.facts.build import refresh
from insights.facts.filters import Filter
from tests.insights.facts.raw import LATER, START, ZONE, event, happen, rows, say, turn
from tools.store.fact_tables import fact_cases, fact_conversations, fact_stages

MADE = (frames.conversations, frames.reasons, frames.cases, frames.stages, frames.sales)


def test_they_are_typed_also_when_empty(engine: Engine) -> None:
    for make in MADE:
        frame = make(engine, Filter())
        assert frame.empty
        assert str(frame.day.dtype) == "datetime64[ns]"


def test_rows_arrive_as_they_are(engine: Engine) -> None:
    say(engine, "c1", turn(("return_item", "tracking")), customer="C-1", at=START.replace(hour=17))
    happen(engine, event("ReturnStarted", START, "O-1", "c1", return_id="RT-1", why="defective"))
    refresh(engine, ZONE, LATER)
    talk, told = frames.conversations(engine), rows(engine, fact_conversations)[0]
    assert talk.started_at[0].to_pydatetime() == told["started_at"]
    assert talk.day[0].date() == told["day"]
    assert set(talk) == set(told)
    assert frames.reasons(engine).reason.tolist() == ["return_item", "tracking"]
    assert set(frames.reasons(engine).first_reason) == {"return_item"}
    assert len(frames.cases(engine)) == len(rows(engine, fact_cases))
    stages = frames.stages(engine)
    assert len(stages) == len(rows(engine, fact_stages))
    assert set(stages[stages.process == "return"].reason) == {"defective"}
    assert stages.loc[stages.process == "return", "hours"].isna().all()


def test_sales_are_order_lines_in_the_shops_currency(engine: Engine) -> None:
    refresh(engine, ZONE, LATER)
    sold = frames.sales(engine)
    first = sold[sold.order_id == "O-1"]
    assert first.quantity.tolist() == [1, 2]
    assert first.amount.tolist() == [100.0, 100.0]
    assert set(sold.region) == {"浙江"}


def test_days_are_included(engine: Engine) -> None:
    for number in range(3):
        say(engine, f"c{number}", turn(), at=START + timedelta(days=number))
    refresh(engine, ZONE, LATER)
    day = START.date()
    assert frames.conversations(engine, Filter(day, day + timedelta(days=1))).conversation_id.tolist() == [
        "c0",
        "c1",
    ]
