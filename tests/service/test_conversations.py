"""Conversations and turns in real databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.types import ProposalRef, Request, State
from service.conversations import ConversationMoved, ConversationStore
from service.schema import DecisionView, ScoreView, Turn, UnderstandingView
from tests.tools.conftest import postgres_schema as postgres_schema
from tools.domain import ReturnItem, ReturnReason
from tools.store.database import make_engine, migrate

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
STATE = State(
    language="en",
    customer_id="C0001",
    requests=(Request("return_item", "退", "W1000001", (ReturnItem(1, 2),), ReturnReason.QUALITY),),
    awaiting="confirmation",
    proposal=ProposalRef("P-1", "abc", "W1000001"),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'kefu.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_schema")
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine, request: pytest.FixtureRequest) -> ConversationStore:
    return ConversationStore(engine)


def turn(conversation: str, number: int, message_id: str | None) -> Turn:
    score = ScoreView("inform", 1.0)
    return Turn(
        turn_id=f"t_{conversation}_{number}", conversation_id=conversation, message_id=message_id, at=NOW.isoformat(),
        text="你好 👋", reply="您好", language="zh",
        decision=DecisionView("answer", "talk.greeting", None, None), citations=[], receipts=[],
        understanding=UnderstandingView("zh", score, [], score, score, False, []), claims=[], quick_replies=[],
        timings_ms={"total": 1.5}, snapshot_id="s",
    )  # fmt: skip


def test_the_state_comes_back_as_it_was(store: ConversationStore, request: pytest.FixtureRequest) -> None:
    name = f"c_{abs(hash(request.node.nodeid))}"
    store.create(name, "web", "zh", NOW, State())
    store.save_turn(turn(name, 1, "m1"), {"why": "所以"}, 1, STATE, NOW)
    stored = store.load(name)
    assert stored is not None
    assert (stored.state, stored.next_seq, stored.created_at) == (STATE, 2, NOW)
    assert store.turns(name) == [turn(name, 1, "m1")]
    assert store.turn_for_message(name, "m1") == turn(name, 1, "m1")
    assert store.turn_for_message(name, "m2") is None
    trace = store.trace(f"t_{name}_1")
    assert trace is not None and trace["trace"] == {"why": "所以"}


@pytest.mark.parametrize(("number", "message_id"), [(1, "m2"), (2, "m1")])
def test_a_place_or_a_message_is_taken_once(
    store: ConversationStore, request: pytest.FixtureRequest, number: int, message_id: str
) -> None:
    name = f"c_{abs(hash(request.node.nodeid))}"
    store.create(name, "web", "zh", NOW, State())
    store.save_turn(turn(name, 1, "m1"), {}, 1, State(), NOW)
    with pytest.raises(ConversationMoved):
        store.save_turn(turn(name, 9, message_id), {}, number, STATE, NOW)
    stored = store.load(name)
    assert stored is not None
    assert stored.state == State()
    assert len(store.turns(name)) == 1


def test_an_unknown_conversation_is_none(store: ConversationStore) -> None:
    assert store.load("c_none") is None
    assert store.trace("t_none") is None
