"""Recorded conversations are read whole and in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from eval.recorded.conversations import NotRecorded, read
from tests.eval.recorded.conversations_by_hand import BEGAN, a_conversation, a_record, a_turn
from tools.store import tables
from tools.store.database import make_engine, migrate


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Three conversations with turns, a day after each other, and an empty one."""
    path: Path = tmp_path_factory.mktemp("recorded") / "kefu.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.begin() as connection:
        for number, channel in enumerate(("web", "app", "web", "web")):
            row = {"id": f"c_{number}", "channel": channel, "locale": "zh-CN", "state": {},
                   "created_at": BEGAN + timedelta(days=number)}  # fmt: skip
            connection.execute(insert(tables.conversations).values(row))
            for seq in (1, 0) if number < 3 else ():
                record = a_record(f"Message {seq}")
                turn = {
                    "id": f"t_{number}{seq}",
                    "conversation_id": f"c_{number}",
                    "seq": seq,
                    "at": BEGAN,
                    "record": record,
                }
                connection.execute(insert(tables.turns).values(turn))
    yield engine
    engine.dispose()


def test_the_newest_are_read_oldest_first_with_their_turns_in_order(engine: Engine) -> None:
    assert [each.id for each in read(engine)] == ["c_0", "c_1", "c_2"]
    found = read(engine, limit=2)
    assert [each.id for each in found] == ["c_1", "c_2"]
    assert [each.turn.text for each in found[0].turns] == ["Message 0", "Message 1"]
    assert found[0].began == BEGAN + timedelta(days=1)
    assert found[0].language == "zh"


def test_they_are_chosen_by_id_channel_and_day(engine: Engine) -> None:
    assert [each.id for each in read(engine, ["c_2", "c_0"], limit=1)] == ["c_0", "c_2"]
    assert [each.id for each in read(engine, channel="app")] == ["c_1"]
    assert [each.id for each in read(engine, since=BEGAN + timedelta(days=1))] == ["c_1", "c_2"]


def test_what_is_not_recorded_is_named(engine: Engine) -> None:
    with pytest.raises(NotRecorded, match="no conversation c_3, c_9 with a turn"):
        read(engine, ["c_9", "c_0", "c_3"])
    with pytest.raises(NotRecorded, match="no conversation is recorded here that fits"):
        read(engine, channel="none")


def test_whom_the_channel_vouched_for_is_known_without_telling() -> None:
    assert a_conversation(a_turn("Hi", "C0001")).signed_in == "C0001"
    assert a_conversation(a_turn("I am liwen@example.com", "C0001", ("email",))).signed_in == ""
    later = a_conversation(a_turn("Hi", ""), a_turn("liwen@example.com", "C0001", ("email",)))
    assert later.signed_in == ""
    assert later.customer_ids == ("C0001",)
