"""The tools as a model sees them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool

from tests.tools.builders import NOW, order, shop
from tools.domain import OrderStatus
from tools.order_tools import ToolSession, order_tools
from tools.policy.return_card import ReturnCard
from tools.store.memory import MemoryStore

RETURN = {"order_id": "O-1", "reason": "quality", "items": [{"line_no": 1, "quantity": 1}]}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(shop())


def tools(store: MemoryStore, card: ReturnCard, **session: Any) -> dict[str, BaseTool]:
    plain = ToolSession(conversation_id="K-1", customer_id="C-1", clock=lambda: NOW)
    return {tool.name: tool for tool in order_tools(store, card, replace(plain, **session))}


def test_a_model_gets_four_described_tools(store: MemoryStore, card: ReturnCard) -> None:
    mine = tools(store, card)
    assert list(mine) == ["get_order_status", "track_order", "check_return", "start_return"]
    for tool in mine.values():
        assert len(tool.description) > 30
        for argument in tool.args.values():
            assert argument["description"]


def test_order_status(store: MemoryStore, card: ReturnCard) -> None:
    facts = tools(store, card)["get_order_status"].invoke({"order_id": " O-1 "})
    assert (facts["status"], facts["total"], facts["currency"]) == ("delivered", "200.00", "CNY")
    assert [item["name"] for item in facts["lines"]] == ["衬衫", "衬衫"]
    english = tools(store, card, language="en")["get_order_status"].invoke({"order_id": "O-1"})
    assert english["lines"][0]["options"] == "black / M"


def test_answers_reach_a_model_as_json(store: MemoryStore, card: ReturnCard) -> None:
    for name, tool in tools(store, card).items():
        arguments = RETURN if "return" in name else {"order_id": "O-1"}
        call = {"type": "tool_call", "id": "1", "name": name, "args": arguments}
        message = tool.invoke(call)
        assert isinstance(message, ToolMessage)
        assert isinstance(json.loads(str(message.content)), dict)


def test_tracking(store: MemoryStore, card: ReturnCard) -> None:
    facts = tools(store, card)["track_order"].invoke({"order_id": "O-1"})
    assert (facts["carrier"], facts["tracking_no"]) == ("顺丰", "SF123")
    assert facts["events"] == [{"at": "2026-11-08T11:30:00+00:00", "place": "杭州", "text": "已揽收"}]


def test_tracking_before_shipping(card: ReturnCard) -> None:
    early = MemoryStore(shop(order(status=OrderStatus.PROCESSED)))
    facts = tools(early, card)["track_order"].invoke({"order_id": "O-1"})
    assert facts == {"order_id": "O-1", "status": "processed", "shipped": False, "expected_ship_at": None}


def test_checking_a_return(store: MemoryStore, card: ReturnCard) -> None:
    check = tools(store, card)["check_return"]
    one = check.invoke(RETURN)
    assert (one["allowed"], one["refund"], one["rule"]) == (True, "100.00", "returns.shop_fault")
    every = check.invoke({"order_id": "O-1", "reason": "wrong_size"})
    assert [(each["line_no"], each["refund"]) for each in every["lines"]] == [(1, "88.00"), (2, "88.00")]
    too_many = check.invoke(RETURN | {"items": [{"line_no": 1, "quantity": 2}]})
    assert (too_many["allowed"], too_many["reason"]) == (False, "quantity")


def test_starting_a_return_only_proposes(store: MemoryStore, card: ReturnCard) -> None:
    before = store.export_shop()
    start = tools(store, card)["start_return"]
    answer = start.invoke(RETURN)
    assert (answer["done"], answer["awaiting"]) == (False, "confirmation")
    insisting = start.invoke(RETURN | {"proposal_id": answer["proposal"]["proposal_id"]})
    assert insisting["done"] is False, "a model's word is no confirmation"
    assert store.export_shop() == before


def test_a_confirmed_proposal_is_carried_out_once(store: MemoryStore, card: ReturnCard) -> None:
    proposal = tools(store, card)["start_return"].invoke(RETURN)["proposal"]
    confirmed = {proposal["proposal_id"]: proposal["digest"]}
    start = tools(store, card, confirmed=confirmed)["start_return"]
    arguments = RETURN | {"proposal_id": proposal["proposal_id"]}
    first, second = start.invoke(arguments), start.invoke(arguments)
    assert first == second
    assert (first["done"], first["receipt"]["refund"]) == (True, "100.00")
    assert len(store.order("O-1", "C-1").returns) == 1


def test_a_confirmation_of_something_else_is_an_error(store: MemoryStore, card: ReturnCard) -> None:
    proposal = tools(store, card)["start_return"].invoke(RETURN)["proposal"]["proposal_id"]
    start = tools(store, card, confirmed={proposal: "0" * 64})["start_return"]
    assert start.invoke(RETURN | {"proposal_id": proposal})["error"] == "proposal_mismatched"
    assert store.order("O-1", "C-1").returns == ()


@pytest.mark.parametrize("name", ["get_order_status", "track_order", "check_return", "start_return"])
def test_nobody_sees_anything_unidentified_or_of_others(
    store: MemoryStore, card: ReturnCard, name: str
) -> None:
    arguments = RETURN if "return" in name else {"order_id": "O-1"}
    assert tools(store, card, customer_id=None)[name].invoke(arguments)["error"] == "not_identified"
    others = tools(store, card, customer_id="C-2")[name].invoke(arguments)
    missing = tools(store, card, customer_id="C-2")[name].invoke(arguments | {"order_id": "O-404"})
    assert others["error"] == missing["error"] == "not_found"
    assert others["message"] == missing["message"].replace("O-404", "O-1")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"order_id": "O-1", "reason": "bored", "items": []},
        RETURN | {"items": [{"line_no": 1, "quantity": 0}]},
        RETURN | {"confirmed": True},
    ],
)
def test_bad_arguments_are_answered_not_raised(
    store: MemoryStore, card: ReturnCard, arguments: dict[str, Any]
) -> None:
    before = store.export_shop()
    answer = tools(store, card)["start_return"].invoke(arguments)
    assert "validation error" in str(answer).lower()
    assert store.export_shop() == before
