"""Kefu's opponents get what they were promised: tools, passages, orders; and they always end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks.answers.agent import AgentContestant
from benchmarks.answers.plain_llama import PlainLlama, TimeIsUp
from benchmarks.answers.rag import RagContestant
from benchmarks.answers.shop import Shop
from eval.replies.cases import Case, Expectation
from eval.replies.sample import sample_shop
from service.settings import ROOT
from tools.policy.cards import load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

CASE = Case(
    "en-order-001",
    "en",
    "order",
    "Where is my coffee?",
    Expectation(unknown=True),
    "james.miller@example.com",
)


class ScriptedLlama(PlainLlama):
    """Writes what it is told to, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = iter(answers)
        self.asked: list[tuple[list[dict[str, Any]], list[dict[str, Any]] | None]] = []

    def __del__(self) -> None:
        """There is nothing to free."""

    def allow(self, limit_s: float) -> None:
        return

    def forget(self) -> None:
        return

    def chat(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None
    ) -> Iterator[str]:
        self.asked.append((messages, tools))
        answer = next(self.answers, None)
        if answer is None:
            raise TimeIsUp("the time limit is over")
        yield from (answer[start : start + 4] for start in range(0, len(answer), 4))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.sqlite3'}")
    migrate(engine)
    store = SqlStore(engine)
    store.import_shop(sample_shop())
    passage = SimpleNamespace(
        title="Returns", heading="No reason", context="Returns › No reason", text="7 days."
    )
    snapshot = SimpleNamespace(search=lambda *_given, **_named: [SimpleNamespace(passage=passage)])
    yield Shop(store, load_policy_book(Path(ROOT) / "examples" / "policies"), cast(Any, snapshot))
    engine.dispose()


def call(name: str, arguments: str) -> str:
    return f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'


def test_the_agent_calls_tools_for_the_customer_and_shows_only_its_answer(shop: Shop) -> None:
    llama = ScriptedLlama(
        call("track_order", '{"order_id": "W1000003"}'), call("search_policies", '{"query": "returns"}'),
        "It arrives on 18 November.",
    )  # fmt: skip
    agent = AgentContestant(shop, llama, 60.0)
    said = agent.say(CASE, agent.prepare(CASE))
    assert (said.reply, said.ended) == ("It arrives on 18 November.", "")
    assert said.first_s is not None and said.first_s <= said.whole_s
    assert [step.partition("(")[0] for step in said.steps] == ["track_order", "search_policies"]
    assert "SF1000000000203" in said.seen[0] and "7 days." in said.seen[1]
    messages, tools = llama.asked[-1]
    assert [each["role"] for each in messages] == ["system", "user", "assistant", "tool", "assistant", "tool"]
    assert "James Miller" in messages[0]["content"]
    assert {"track_order", "search_policies", "start_return"} <= {
        each["function"]["name"] for each in tools or []
    }


def test_orders_of_others_are_not_told(shop: Shop) -> None:
    agent = AgentContestant(shop, ScriptedLlama(call("track_order", '{"order_id": "W1000001"}'), "No."), 60.0)
    said = agent.say(CASE, agent.prepare(CASE))
    assert "SF1000000000101" not in said.seen[0] and "error" in said.seen[0]


def test_an_agent_that_goes_round_in_circles_is_cut_off(shop: Shop) -> None:
    agent = AgentContestant(shop, ScriptedLlama(*[call("list_orders", "{}")] * 50), 60.0)
    said = agent.say(CASE, agent.prepare(CASE))
    assert said.ended.startswith("GraphRecursionError") and not said.reply


def test_what_was_shown_before_the_time_was_up_is_the_reply(shop: Shop) -> None:
    agent = AgentContestant(shop, ScriptedLlama(), 60.0)
    assert agent.say(CASE, agent.prepare(CASE)).ended.startswith("TimeIsUp")
    rag = RagContestant(shop, ScriptedLlama(), 60.0)
    assert rag.say(CASE, rag.prepare(CASE)).ended.startswith("TimeIsUp")


def test_what_came_before_is_part_of_the_conversation(shop: Shop) -> None:
    case = Case(
        "en-order-002", "en", "order", "And the kettle?", CASE.expect, CASE.customer, ("Hello there",)
    )
    llama = ScriptedLlama("Hello.", "On Wednesday.")
    agent = AgentContestant(shop, llama, 60.0)
    assert agent.say(case, agent.prepare(case)).reply == "On Wednesday."
    said = [each["content"] for each in llama.asked[-1][0][1:]]
    assert said == ["Hello there", "Hello.", "And the kettle?"]


def test_plain_rag_has_passages_and_the_customers_orders_in_one_prompt(shop: Shop) -> None:
    llama = ScriptedLlama("On Wednesday.")
    rag = RagContestant(shop, llama, 60.0)
    said = rag.say(CASE, rag.prepare(CASE))
    prompt = llama.asked[0][0][-1]["content"]
    assert said.reply == "On Wednesday."
    assert all(part in prompt for part in ("7 days.", "W1000003", "SF1000000000203", CASE.text))
    assert "W1000001" not in prompt
