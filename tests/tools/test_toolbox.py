"""The tools as a model sees them, and as one that means no good tries them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool

from tests.tools.builders import NOW, order, shop
from tests.tools.desk_builders import desk_shop
from tools.desk.proposals import LIFETIME
from tools.domain import OrderStatus
from tools.policy.cards import PolicyCards
from tools.store.memory import MemoryStore
from tools.store.protocol import LocalStore
from tools.toolbox import ToolSession, order_tools

RETURN = {"order_id": "O-1", "reason": "quality", "items": [{"line_no": 1, "quantity": 1}]}
DEARER = [{"line_no": 1, "quantity": 1, "new_sku": "SKU-apparel-dear"}]
ELSEWHERE = {
    "line1": "友好路 8 号", "line2": "", "city": "乌鲁木齐", "region": "新疆", "postcode": "830000",
}  # fmt: skip
READS: dict[str, dict[str, Any]] = {
    "identify_customer": {"email": "wang1@example.com"},
    "get_profile": {},
    "list_orders": {},
    "get_order_status": {"order_id": "O-1"},
    "track_order": {"order_id": "O-1"},
    "get_refund_status": {"order_id": "O-1"},
    "get_return_status": {"order_id": "O-1"},
    "find_products": {"words": "thing"},
    "get_product": {"product_id": "P-apparel"},
    "check_return": RETURN,
    "list_complaints": {},
}
# By tool: what the desk shop allows, and the kind of its proposal.
WRITES: dict[str, tuple[dict[str, Any], str]] = {
    "cancel_order": ({"order_id": "O-2", "reason": "other"}, "cancel_order"),
    "start_return": (RETURN, "start_return"),
    "start_exchange": ({"order_id": "O-1", "reason": "wrong_size", "items": DEARER}, "start_exchange"),
    "start_repair": ({"order_id": "O-4", "line_no": 1, "fault": "dead"}, "start_repair"),
    "change_order_address": ({"order_id": "O-3", "address": ELSEWHERE}, "change_address"),
    "change_order_items": ({"order_id": "O-2", "items": DEARER, "method_id": "PM-gift"}, "change_items"),
    "change_order_payment": ({"order_id": "O-3", "method_id": "PM-gift"}, "change_payment"),
    "change_default_address": ({"address": ELSEWHERE}, "change_default_address"),
    "open_complaint": ({"kind": "logistics", "text": "太慢了", "order_id": "O-1"}, "open_complaint"),
}
HAND_OVER = {"reason": "asked for a person", "summary": "wants to talk"}
EVERY: dict[str, dict[str, Any]] = (
    READS | {name: arguments for name, (arguments, _) in WRITES.items()} | {"hand_over": HAND_OVER}
)
PUBLIC = {"identify_customer", "find_products", "get_product", "hand_over"}
HOSTILE = [
    "'; DROP TABLE orders; --",
    "O-1\x00",
    "O-\ud800",
    "x" * 100_000,
    "../../etc/passwd",
    "O-1' OR '1'='1",
]


@pytest.fixture
def store(memory_first: LocalStore) -> LocalStore:
    memory_first.import_shop(desk_shop())
    return memory_first


@pytest.fixture
def every_store(empty_store: LocalStore) -> LocalStore:
    empty_store.import_shop(desk_shop())
    return empty_store


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore(desk_shop())


def session(**changes: Any) -> ToolSession:
    return replace(ToolSession("K-1", "C-1", lambda: NOW), **changes)


def tools(store: LocalStore, cards: PolicyCards, **changes: Any) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in order_tools(store, cards, session(**changes))}


def schema_of(tool: BaseTool) -> dict[str, Any]:
    schema: dict[str, Any] = tool.get_input_jsonschema()
    return schema


def call(tool: BaseTool, arguments: dict[str, Any]) -> ToolMessage:
    """As a model's graph calls it."""
    message = tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": arguments})
    assert isinstance(message, ToolMessage)
    return message


def test_a_model_gets_twenty_one_described_tools(memory: MemoryStore, cards: PolicyCards) -> None:
    mine = tools(memory, cards)
    assert list(mine) == list(EVERY)
    assert len(mine) == 21
    for tool in mine.values():
        assert len(tool.description) > 30
        assert schema_of(tool).get("additionalProperties") is False


def test_every_argument_is_described_also_within_lists(memory: MemoryStore, cards: PolicyCards) -> None:
    for tool in tools(memory, cards).values():
        schema = schema_of(tool)
        for part in (schema, *schema.get("$defs", {}).values()):
            for name, argument in part.get("properties", {}).items():
                assert len(argument.get("description", "")) > 3, f"{tool.name}: {name}"
                assert "type" in argument or "$ref" in str(argument), f"{tool.name}: {name}"


def test_only_what_waits_for_a_yes_says_so(memory: MemoryStore, cards: PolicyCards) -> None:
    said = {name for name, tool in tools(memory, cards).items() if "proposal" in tool.description}
    assert said == set(WRITES)
    assert {name for name, tool in tools(memory, cards).items() if "proposal_id" in tool.args} == set(WRITES)


@pytest.mark.parametrize("name", EVERY)
def test_answers_reach_a_model_as_json(memory: MemoryStore, cards: PolicyCards, name: str) -> None:
    answer = json.loads(str(call(tools(memory, cards)[name], EVERY[name]).content))
    assert isinstance(answer, dict) and "error" not in answer


def test_order_status(memory: MemoryStore, cards: PolicyCards) -> None:
    facts = tools(memory, cards)["get_order_status"].invoke({"order_id": " O-1 "})
    assert (facts["status"], facts["total"], facts["currency"]) == ("delivered", "200.00", "CNY")
    assert [item["name"] for item in facts["lines"]] == ["衬衫", "衬衫"]
    english = tools(memory, cards, language="en")["get_order_status"].invoke({"order_id": "O-1"})
    assert english["lines"][0]["options"] == "black / M"


def test_tracking(memory: MemoryStore, cards: PolicyCards) -> None:
    facts = tools(memory, cards)["track_order"].invoke({"order_id": "O-1"})
    assert (facts["carrier"], facts["tracking_no"]) == ("顺丰", "SF123")
    assert facts["events"] == [{"at": "2026-11-08T11:30:00+00:00", "place": "杭州", "text": "已揽收"}]


def test_tracking_before_shipping(cards: PolicyCards) -> None:
    early = MemoryStore(shop(order(status=OrderStatus.PROCESSED)))
    facts = tools(early, cards)["track_order"].invoke({"order_id": "O-1"})
    assert facts == {"order_id": "O-1", "status": "processed", "shipped": False, "expected_ship_at": None}


def test_checking_a_return(cards: PolicyCards) -> None:
    check = tools(MemoryStore(shop()), cards)["check_return"]
    one = check.invoke(RETURN)
    assert (one["allowed"], one["refund"], one["rule"]) == (True, "100.00", "returns.shop_fault")
    every = check.invoke({"order_id": "O-1", "reason": "wrong_size"})
    assert [(each["line_no"], each["refund"]) for each in every["lines"]] == [(1, "88.00"), (2, "88.00")]
    too_many = check.invoke(RETURN | {"items": [{"line_no": 1, "quantity": 2}]})
    assert (too_many["allowed"], too_many["reason"]) == (False, "quantity")


def test_what_else_a_product_comes_in(memory: MemoryStore, cards: PolicyCards) -> None:
    found = tools(memory, cards, language="en")["find_products"].invoke({"words": "THING"})
    assert {each["product_id"] for each in found["products"]} == {"P-apparel", "P-electronics"}
    product = tools(memory, cards, language="en")["get_product"].invoke({"product_id": "P-apparel"})
    sold_out = [each["sku"] for each in product["variants"] if not each["available"]]
    assert sold_out == ["SKU-apparel-none"]
    assert product["variants"][1]["options"] == {"color": "black", "size": "L"}


def test_who_is_asking_is_found_out_and_then_stays(memory: MemoryStore, cards: PolicyCards) -> None:
    asking = session(customer_id=None)
    mine = {tool.name: tool for tool in order_tools(memory, cards, asking)}
    assert mine["list_orders"].invoke({})["error"] == "not_identified"
    wrong = mine["identify_customer"].invoke({"email": "nobody@example.com"})
    assert wrong == {"identified": False, "why": "no_match"}
    assert mine["identify_customer"].invoke({"email": "wang1@example.com"})["identified"] is True
    assert asking.customer_id == "C-1"
    assert len(mine["list_orders"].invoke({})["orders"]) == 4
    assert mine["identify_customer"].invoke({"email": "wang2@example.com"})["error"] == "not_yours"
    assert asking.customer_id == "C-1"


@pytest.mark.parametrize("name", WRITES)
def test_without_a_confirmed_proposal_nothing_is_changed(
    store: LocalStore, cards: PolicyCards, name: str
) -> None:
    before = store.export_shop()
    arguments, kind = WRITES[name]
    tool = tools(store, cards)[name]
    answer = tool.invoke(arguments)
    assert (answer["done"], answer["awaiting"]) == (False, "confirmation")
    proposal = answer["proposal"]
    assert proposal["kind"] == kind and len(proposal["digest"]) == 64
    for insisting in (proposal["proposal_id"], "P-404", "yes"):
        again = tool.invoke(arguments | {"proposal_id": insisting})
        assert again["done"] is False, "a model's word is no confirmation"
    assert store.export_shop() == before
    assert store.complaints_of("C-1") == ()
    assert store.proposal(proposal["proposal_id"]).receipt is None


@pytest.mark.parametrize("name", WRITES)
def test_a_confirmed_proposal_is_carried_out_once(store: LocalStore, cards: PolicyCards, name: str) -> None:
    arguments, _ = WRITES[name]
    proposal = tools(store, cards)[name].invoke(arguments)["proposal"]
    confirmed = {proposal["proposal_id"]: proposal["digest"]}
    tool = tools(store, cards, confirmed=confirmed)[name]
    first, *others = (tool.invoke(arguments | {"proposal_id": proposal["proposal_id"]}) for _ in range(3))
    assert first["done"] is True
    assert others == [first, first]
    assert first["receipt"]["proposal_id"] == proposal["proposal_id"]
    assert len(store.events_of_conversation("K-1")) == 2


@pytest.mark.parametrize("name", WRITES)
def test_a_confirmed_proposal_is_no_key_to_another_tool(
    memory: MemoryStore, cards: PolicyCards, name: str
) -> None:
    arguments, _ = WRITES[name]
    proposal = tools(memory, cards)[name].invoke(arguments)["proposal"]
    before = memory.export_shop()
    mine = tools(memory, cards, confirmed={proposal["proposal_id"]: proposal["digest"]})
    for other in set(WRITES) - {name}:
        answer = mine[other].invoke(WRITES[other][0] | {"proposal_id": proposal["proposal_id"]})
        assert answer["error"] == "proposal_mismatched", other
    assert memory.export_shop() == before
    assert memory.proposal(proposal["proposal_id"]).status == "open"


def test_a_confirmation_of_something_else_is_an_error(memory: MemoryStore, cards: PolicyCards) -> None:
    proposal = tools(memory, cards)["start_return"].invoke(RETURN)["proposal"]
    key, digest = proposal["proposal_id"], proposal["digest"]
    late = NOW + LIFETIME + timedelta(seconds=1)
    for code, changes in (
        ("proposal_mismatched", {"confirmed": {key: "0" * 64}}),
        ("proposal_not_yours", {"confirmed": {key: digest}, "conversation_id": "K-2"}),
        ("proposal_not_yours", {"confirmed": {key: digest}, "customer_id": "C-2"}),
        ("proposal_expired", {"confirmed": {key: digest}, "clock": lambda: late}),
        ("not_found", {"confirmed": {"P-404": digest}}),
    ):
        wanted = key if code != "not_found" else "P-404"
        answer = tools(memory, cards, **changes)["start_return"].invoke(RETURN | {"proposal_id": wanted})
        assert answer["error"] == code
    assert memory.order("O-1", "C-1").returns == ()


def test_a_model_that_insists_leaves_one_open_proposal_a_thing(store: LocalStore, cards: PolicyCards) -> None:
    before = store.export_shop()
    start = tools(store, cards)["start_return"]
    keys = [start.invoke(RETURN)["proposal"]["proposal_id"] for _ in range(50)]
    with store.unit_of_work() as unit:
        assert [each.id for each in unit.open_proposals("K-1")] == keys[-1:]
    assert store.export_shop() == before
    kinds = [each.kind for each in store.events("O-1")]
    assert (kinds.count("ReturnProposed"), kinds.count("ProposalWithdrawn")) == (50, 49)


def test_a_conversation_is_handed_over_at_once_and_once(every_store: LocalStore, cards: PolicyCards) -> None:
    before = every_store.export_shop()
    tool = tools(every_store, cards, customer_id=None)["hand_over"]
    first = tool.invoke(HAND_OVER)
    assert first["done"] is True
    assert tool.invoke(HAND_OVER | {"reason": "again"}) == first
    assert every_store.export_shop() == before
    assert len(every_store.events_of_conversation("K-1")) == 1


@pytest.mark.parametrize("name", [name for name in EVERY if name not in PUBLIC])
def test_nobody_sees_or_does_anything_unidentified(
    memory: MemoryStore, cards: PolicyCards, name: str
) -> None:
    before = memory.export_shop()
    assert tools(memory, cards, customer_id=None)[name].invoke(EVERY[name])["error"] == "not_identified"
    assert memory.export_shop() == before
    assert memory.events_of_conversation("K-1") == ()


@pytest.mark.parametrize("name", [name for name, given in EVERY.items() if "order_id" in given])
def test_other_peoples_orders_look_like_none(store: LocalStore, cards: PolicyCards, name: str) -> None:
    arguments = EVERY[name]
    tool = tools(store, cards, customer_id="C-2")[name]
    others, missing = tool.invoke(arguments), tool.invoke(arguments | {"order_id": "O-404"})
    assert others["error"] == missing["error"] == "not_found"
    assert others["message"] == missing["message"].replace("O-404", arguments["order_id"])
    assert store.events_of_conversation("K-1") == ()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_get_a_clear_answer_and_change_nothing(
    every_store: LocalStore, cards: PolicyCards, hostile: str
) -> None:
    """In every place for text of every tool; nothing is raised, nothing is done."""
    before = every_store.export_shop()
    mine = tools(every_store, cards)
    for name, arguments in EVERY.items():
        if name == "hand_over":
            continue
        for field in texts_of(arguments) | {"proposal_id": ""} if name in WRITES else texts_of(arguments):
            content = str(call(mine[name], arguments | {field: hostile}).content)
            assert "Traceback" not in content
            assert "store_unavailable" not in content, f"{name}: {field}"
            content.encode()
    assert every_store.export_shop() == before
    assert every_store.complaints_of("C-1") == ()
    assert every_store.order("O-1", "C-1").returns == ()


def texts_of(arguments: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in arguments.items() if isinstance(value, str)}


@pytest.mark.parametrize("hostile", HOSTILE[:4])
def test_hostile_facts_identify_nobody(every_store: LocalStore, cards: PolicyCards, hostile: str) -> None:
    asking = session(customer_id=None)
    mine = {tool.name: tool for tool in order_tools(every_store, cards, asking)}
    for facts in (
        {"email": hostile},
        {"phone": hostile, "name": hostile},
        {"name": hostile, "postcode": hostile},
    ):
        content = str(call(mine["identify_customer"], facts).content)
        assert "no_match" in content or "too_many" in content or "validation error" in content.lower()
    assert asking.customer_id is None


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"order_id": "O-1", "reason": "bored", "items": []},
        RETURN | {"items": [{"line_no": 1, "quantity": 0}]},
        RETURN | {"items": [{"line_no": 1, "quantity": 10**30}]},
        RETURN | {"items": [{"line_no": 1, "quantity": 1, "refund": "1000.00"}]},
        RETURN | {"confirmed": True},
        RETURN | {"order_id": "O-1\x00"},
        RETURN | {"order_id": ["O-1"]},
    ],
)
def test_bad_arguments_are_answered_not_raised(
    memory: MemoryStore, cards: PolicyCards, arguments: dict[str, Any]
) -> None:
    before = memory.export_shop()
    answer = tools(memory, cards)["start_return"].invoke(arguments)
    assert "validation error" in str(answer).lower()
    assert memory.export_shop() == before
