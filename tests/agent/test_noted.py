"""Words that close a matter where nothing is open."""

from __future__ import annotations

import pytest

from tests.agent.talking import Talk


@pytest.mark.parametrize(
    "text", ["Oh well", "ah well, too bad", "I see", "understood", "知道了", "哦，这样啊", "那没办法了"]
)
def test_who_takes_note_is_asked_whether_there_is_more_and_not_comforted(text: str) -> None:
    talk = Talk()
    decision = talk.say(text, act="inform", sentiment="negative")
    assert (decision.rule, decision.kind) == ("talk.noted", "answer")


@pytest.mark.parametrize("text", ["No, that's everything, thanks", "nothing else", "就这些，没别的事了"])
def test_who_wants_nothing_more_starts_nothing_again(text: str) -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    talk.say("先不退了", act="deny")
    decision = talk.say(text, act="deny", probability=0.4)
    assert decision.kind == "answer" and not talk.state.requests and decision.rule.startswith("talk.")


@pytest.mark.parametrize(
    "text", ["Oh well, what now?", "知道了，那运费呢？", "this is terrible", "that's all wrong"]
)
def test_a_question_or_anger_is_more_than_a_note(text: str) -> None:
    assert Talk().say(text, act="inform", sentiment="negative").rule not in ("talk.noted", "talk.done")


def test_a_note_within_an_open_request_leaves_it_open() -> None:
    talk = Talk()
    talk.say("我要退W1000001里的东西", "return_item")
    assert talk.say("知道了", act="inform").rule != "talk.noted" and talk.state.requests
