"""Orders that are named by their day, in a conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.decide import decide
from agent.types import Decision, Evidence, State
from agent.understand.entities import find_entities
from tests.agent.goods import BACKPACK, CARDS, HEADPHONES, KETTLE, KNOWN, LAMP, said, seen
from tests.agent.test_dates import NOW, TODAY, placed
from tools.domain import OrderStatus

ORDERS = (
    placed(5, "2026-11-06", KETTLE),
    placed(6, "2026-11-06", LAMP),
    placed(1, "2026-11-03", LAMP),
    placed(2, "2026-10-28", HEADPHONES),
    placed(7, "2026-11-09", BACKPACK, status=OrderStatus.SHIPPED),
    placed(8, "2026-11-10", KETTLE, status=OrderStatus.PENDING),
)


def table(known: bool = True) -> Evidence:
    evidence = replace(seen(*ORDERS), now=NOW)
    return evidence if known else replace(evidence, identified=None, orders=())


def tell(text: str, *intents: str, state: State = KNOWN, known: bool = True) -> Decision:
    message = replace(said(text, *intents), entities=find_entities(text, TODAY))
    return decide(message, table(known), state, CARDS)


def meant(decision: Decision) -> set[str]:
    return {part.values["order"].id for part in decision.parts if "order" in part.values}


@pytest.mark.parametrize(
    ("text", "intent", "order"),
    [
        ("return the order from Nov 3, it arrived broken", "return_item", "W1000001"),
        ("两周前买的要退，质量问题", "return_item", "W1000002"),
        ("where is the order from Monday", "order_status", "W1000007"),
        ("11月10号下的单到哪了", "order_status", "W1000008"),
    ],
)
def test_the_only_order_of_a_day_is_taken_without_a_question(text: str, intent: str, order: str) -> None:
    assert meant(tell(text, intent)) == {order}


@pytest.mark.parametrize(
    "text", ["上周五买的要退，质量问题", "return the order from last Friday, it is faulty"]
)
def test_of_several_orders_of_a_day_only_these_are_offered(text: str) -> None:
    decision = tell(text, "return_item")
    assert [each.text for each in decision.quick_replies] == ["W1000005", "W1000006"]


def test_which_order_is_answered_by_a_day() -> None:
    asked = tell("I want to return something", "return_item")
    assert asked.awaiting == "order_id"
    assert tell("the one from two weeks ago", state=asked.state).state.requests[0].order_id == "W1000002"
    narrowed = tell("the one from last Friday", state=asked.state)
    assert [each.text for each in narrowed.quick_replies] == ["W1000005", "W1000006"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("我要退11月3号下单的那个，不想要了", "return_item"), ("where is the order from Nov 3", "order_status")],
)
def test_a_day_said_before_anybody_was_known_is_remembered(text: str, intent: str) -> None:
    asked = tell(text, intent, state=State(), known=False)
    assert asked.awaiting == "identity"
    assert meant(tell("wang1@example.com", state=replace(asked.state, customer_id="C-1"))) == {"W1000001"}
