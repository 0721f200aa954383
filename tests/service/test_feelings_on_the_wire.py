"""Mood and the moment for a rating as channels and people who read a trace see them."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from agent.types import State
from service.schema import Turn
from service.trace import trace_of
from service.views import turn_view
from tests.agent.talking import Talk, angry


def test_a_turn_tells_the_mood_and_when_to_ask_for_a_rating() -> None:
    talk = Talk(state=State(customer_id="C-1", answered=True))
    talk.say("谢谢", act="thanks", sentiment="positive", mood=0.5)
    assert talk.last is not None
    turn = turn_view(talk.last, "t_1", "c_1", None, talk.now)
    assert (turn.understanding.mood, turn.ask_rating) == (0.5, True)
    assert msgspec.json.decode(msgspec.json.encode(turn), type=Turn) == turn


def test_a_turn_from_before_there_was_a_mood_is_read_as_calm() -> None:
    talk = Talk()
    talk.say("谢谢", act="thanks")
    assert talk.last is not None
    row = msgspec.to_builtins(turn_view(talk.last, "t_1", "c_1", None, talk.now))
    del row["ask_rating"], row["understanding"]["mood"]
    turn = msgspec.convert(row, Turn)
    assert (turn.understanding.mood, turn.ask_rating) == (0.0, False)


def test_the_trace_has_the_moods_and_where_they_are_going() -> None:
    talk = Talk()
    for mood in (-0.1, -0.4, -0.65):
        talk.hear(replace(angry("太慢了吧！", "complaint", complaint="none"), mood=mood))
    assert talk.last is not None
    decision = trace_of(talk.last, {})["decision"]
    assert decision["mood"] == {"moods": [-0.1, -0.4, -0.65], "trend": "falling"}
    assert (decision["rule"], decision["ask_rating"]) == ("mood.escalated", False)
