"""The facts are what the records say, however they arrived and wherever computing them was stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from insights.facts import build, rebuild
from insights.facts.batches import Batches
from insights.facts.build import refresh
from insights.facts.marks import alone
from tests.insights.facts.raw import LATER, START, ZONE, event, facts, happen, put, rows, say, turn
from tools.store.fact_tables import fact_cases, fact_conversations, fact_reasons, fact_rules, fact_stages
from tools.store.service_tables import feedback, ratings
from tools.store.tables import shipments

ORDER = "O-1"


def only(engine: Engine) -> dict[str, Any]:
    found = rows(engine, fact_conversations)
    assert len(found) == 1
    return found[0]


def test_a_conversation_becomes_one_row(engine: Engine) -> None:
    angry = turn(("complaint",), "refuse", "returns.window_closed", -0.8, complaint="quality", orders=[ORDER])
    say(engine, "c1", turn(("return_item",), mood=0.2), angry, customer="C-1")
    refresh(engine, ZONE, LATER)
    found = only(engine)
    assert (found["reason"], found["complaint"], found["turns"], found["refused"]) == (
        "return_item", "quality", 2, 1,
    )  # fmt: skip
    assert (found["order_id"], found["product_id"], found["region"]) == (ORDER, "P-apparel", "浙江")
    assert (found["sentiment_low"], found["sentiment_last"]) == (-0.8, -0.8)
    assert found["sentiment_trend"] == pytest.approx(-1.0)
    assert [row["reason"] for row in rows(engine, fact_reasons)] == ["complaint", "return_item"]
    assert [(row["kind"], row["rule"], row["turns"]) for row in rows(engine, fact_rules)] == [
        ("refuse", "returns.window_closed", 1)
    ]


def test_the_day_is_the_shops(engine: Engine) -> None:
    say(engine, "c1", turn(), at=START.replace(hour=17))
    refresh(engine, ZONE, LATER)
    assert only(engine)["day"].isoformat() == "2026-11-13"


def test_a_return_has_its_stages(engine: Engine) -> None:
    hours = lambda n: START + timedelta(hours=n)  # noqa: E731
    happen(
        engine,
        event("ReturnStarted", hours(0), ORDER, "c1", return_id="RT-1", customer="C-1", why="defective"),
        event("ReturnApproved", hours(2), ORDER, return_id="RT-1"),
        event("ReturnSentBack", hours(26), ORDER, return_id="RT-1", carrier="YTO Express"),
    )
    refresh(engine, ZONE, LATER)
    case = next(row for row in rows(engine, fact_cases) if row["process"] == "return")
    assert (case["reason"], case["carrier"], case["outcome"], case["hours"]) == (
        "defective", "YTO Express", "", None,
    )  # fmt: skip
    stages = [(row["stage"], row["hours"]) for row in rows(engine, fact_stages) if row["process"] == "return"]
    assert sorted(stages) == [("approved", 2.0), ("received", None), ("sent_back", 24.0)]
    happen(engine, event("ReturnRejected", hours(50), ORDER, return_id="RT-1"))
    refresh(engine, ZONE, LATER)
    case = next(row for row in rows(engine, fact_cases) if row["process"] == "return")
    assert (case["outcome"], case["hours"]) == ("rejected", 50.0)
    assert {row["stage"] for row in rows(engine, fact_stages) if row["process"] == "return"} == {
        "approved", "sent_back",
    }  # fmt: skip


def test_events_older_than_ids_in_their_data_still_make_a_case(engine: Engine) -> None:
    happen(
        engine,
        event("RepairStarted", START, ORDER, proposal="P-01abc"),
        event("RepairFinished", START + timedelta(hours=5), ORDER),
    )
    refresh(engine, ZONE, LATER)
    case = next(row for row in rows(engine, fact_cases) if row["process"] == "repair")
    assert (case["case_id"], case["outcome"], case["hours"]) == ("RP-01ABC", "repaired", 5.0)


def test_damaged_records_are_counted_and_named(engine: Engine) -> None:
    say(engine, "c1", turn(), {"turn": {"text": 5}}, "nonsense")
    found = refresh(engine, ZONE, LATER)
    assert (found.damaged, found.named) == (2, ["turn t_c1_2", "turn t_c1_3"])
    assert only(engine)["turns"] == 3


def test_a_conversation_ends_when_its_customer_stays_away(engine: Engine) -> None:
    say(engine, "c1", turn(kind="ask", awaiting="order"))
    refresh(engine, ZONE, START + timedelta(minutes=5))
    assert only(engine)["resolution"] == "open"
    refresh(engine, ZONE, START + timedelta(minutes=45))
    assert only(engine)["resolution"] == "abandoned"


def test_whoever_comes_back_about_the_same_takes_back_what_was_solved(engine: Engine) -> None:
    say(engine, "c1", turn(), customer="C-1")
    refresh(engine, ZONE, LATER)
    assert not only(engine)["came_back"]
    say(engine, "c2", turn(), customer="C-1", at=START + timedelta(days=6))
    refresh(engine, ZONE, LATER)
    assert [row["came_back"] for row in rows(engine, fact_conversations)] == [True, False]


def test_ratings_and_thumbs_arrive_afterwards(engine: Engine) -> None:
    say(engine, "c1", turn())
    refresh(engine, ZONE, LATER)
    put(engine, ratings, {"conversation_id": "c1", "score": 2, "at": START})
    put(engine, feedback, {"turn_id": "t_c1_1", "conversation_id": "c1", "thumb": -1, "at": START})
    refresh(engine, ZONE, LATER)
    assert (only(engine)["csat"], only(engine)["thumbs_down"]) == (2, 1)


def test_what_an_order_lends_follows_the_order(engine: Engine) -> None:
    say(engine, "c1", turn(orders=[ORDER]))
    refresh(engine, ZONE, LATER)
    with engine.begin() as connection:
        connection.execute(update(shipments).where(shipments.c.order_id == ORDER).values(warehouse="WH-9"))
    happen(engine, event("OrderShipped", LATER, ORDER))
    refresh(engine, ZONE, LATER)
    assert only(engine)["warehouse"] == "WH-9"


def test_a_second_refresh_changes_nothing_and_does_nothing(engine: Engine) -> None:
    say(engine, "c1", turn(), customer="C-1")
    happen(engine, event("ReturnStarted", START, ORDER, "c1", return_id="RT-1"))
    refresh(engine, ZONE, LATER)
    before = facts(engine)
    again = refresh(engine, ZONE, LATER + timedelta(days=1))
    assert not again.full
    assert not again.counts.total()
    assert facts(engine) == before


def test_a_rebuild_that_was_killed_goes_on_without_double_rows(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 2)
    for number in range(7):
        say(engine, f"c{number}", turn(), customer="C-1", at=START + timedelta(days=number))
    steps = 0

    def die(kind: str, n: int) -> None:
        nonlocal steps
        steps += 1
        raise KeyboardInterrupt

    for _ in range(50):
        try:
            refresh(engine, ZONE, LATER, progress=die)
            break
        except KeyboardInterrupt:
            continue
    assert steps > 3
    resumed = facts(engine)
    refresh(engine, ZONE, LATER, full=True)
    assert facts(engine) == resumed


def test_an_update_that_was_killed_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    refresh(engine, ZONE, START)
    for number in range(4):
        say(engine, f"c{number}", turn(), customer="C-1", at=START + timedelta(days=number))
        happen(engine, event("RepairStarted", START, ORDER, f"c{number}", repair_id=f"RP-{number}"))
    for allowed in range(1, 40):
        left = [allowed]
        real = {name: getattr(Batches, name) for name in ("conversations", "orders")}

        def limited(self: Batches, ids: Any, real: Any, left: list[int] = left) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(self, ids)

        with monkeypatch.context() as patch:
            for name, each in real.items():
                patch.setattr(Batches, name, lambda self, ids, each=each: limited(self, ids, each))
            try:
                refresh(engine, ZONE, LATER)
                break
            except KeyboardInterrupt:
                continue
    updated = facts(engine)
    refresh(engine, ZONE, LATER, full=True)
    assert facts(engine) == updated


def test_one_process_at_a_time(engine: Engine) -> None:
    with alone(engine, wait=False) as mine:
        assert mine
        assert refresh(engine, ZONE, LATER, wait=False).busy
    assert not refresh(engine, ZONE, LATER, wait=False).busy
