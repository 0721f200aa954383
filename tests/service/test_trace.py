"""What `GET /v1/turns/{id}/trace` has to show of a decision: enough to see why, and plain values only."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from agent.decide import BRANCHES, FITS
from agent.types import Clause, Score, State, Understanding
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS, NO_COMPLAINT, SENTIMENTS
from service.trace import trace_of
from tests.agent.builders import understood
from tests.agent.talking import Talk, angry


def traced(talk: Talk) -> dict[str, Any]:
    """The trace of the last turn, as it is stored and read back."""
    assert talk.last is not None
    trace: dict[str, Any] = json.loads(json.dumps(trace_of(talk.last, {"code": "test"})))
    return trace


def scored(text: str, *intents: str) -> Understanding:
    heard = understood(text, *intents, act="request")
    return replace(
        heard,
        alternatives=(
            Score("request", 0.9), Score("question", 0.06), Score(intents[0], 0.9), Score("repair", 0.2),
            Score("neutral", 0.7), Score("negative", 0.3), Score("none", 0.8), Score("quality", 0.15),
        ),
        clauses=(Clause(text, intents),),
    )  # fmt: skip


def test_no_label_belongs_to_two_heads() -> None:
    labels = [*ACTS, *INTENTS, *SENTIMENTS, *COMPLAINTS, NO_COMPLAINT]
    assert len(labels) == len(set(labels))


def test_every_head_is_shown_with_what_it_did_not_choose() -> None:
    talk = Talk()
    talk.hear(scored("I want to return the desk lamp of W1000001", "return_item"))
    heads = traced(talk)["understanding"]["heads"]
    assert heads["act"] == [
        {"label": "request", "probability": 0.9},
        {"label": "question", "probability": 0.06},
    ]
    assert [each["label"] for each in heads["intents"]] == ["return_item", "repair"]
    assert [each["label"] for each in heads["sentiment"]] == ["neutral", "negative"]
    assert [each["label"] for each in heads["complaint"]] == ["none", "quality"]


def test_clauses_and_entities_are_shown() -> None:
    talk = Talk()
    talk.hear(scored("I want to return the desk lamp of W1000001", "return_item"))
    understanding = traced(talk)["understanding"]
    assert understanding["clauses"][0]["intents"] == ["return_item"]
    (number,) = [each for each in understanding["entities"] if each["kind"] == "order_id"]
    assert (number["value"], number["start"], number["end"]) == ("W1000001", 34, 42)


def test_every_open_request_shows_what_is_known_and_what_is_missing() -> None:
    talk = Talk()
    talk.say("W1000002的地址写错了", "change_address")
    talk.say("我要退台灯，W1000001", "return_item")
    first, second = traced(talk)["decision"]["requests"]
    assert (first["intent"], first["missing"], first["asked"], first["times"]) == (
        "return_item", ["reason"], "reason", 1,
    )  # fmt: skip
    assert first["known"] == {"order_id": "W1000001", "items": "护眼台灯 ×1"}
    assert (second["intent"], second["missing"]) == ("change_address", ["address"])


def test_nothing_is_missing_of_what_was_read_back() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    (request,) = traced(talk)["decision"]["requests"]
    assert request["missing"] == [] and request["known"]["reason"] == "quality"


def test_who_is_asking_is_missing_first() -> None:
    talk = Talk(state=State())
    talk.say("我要退台灯，质量问题", "return_item")
    assert traced(talk)["decision"]["requests"][0]["missing"][0] == "identity"


@pytest.mark.parametrize(
    ("text", "intents", "act", "branch"),
    [
        ("转人工", ("talk_to_human",), "request", "person"),
        ("我要退货", ("return_item",), "request", "requests"),
        ("谢谢", (), "thanks", "talk"),
        ("asdf", (), "inform", "confused"),
    ],
)
def test_the_branches_that_were_tried_are_named_with_when_they_fit(
    text: str, intents: tuple[str, ...], act: str, branch: str
) -> None:
    talk = Talk()
    talk.say(text, *intents, act=act)
    decision = traced(talk)["decision"]
    names = [each["branch"] for each in decision["tried"]]
    assert decision["branch"] == branch == names[-1]
    assert names == [*(each.name for each in BRANCHES), "confused"][: len(names)]
    assert [each["fitted"] for each in decision["tried"]] == [False] * (len(names) - 1) + [True]
    assert all(each["fits_when"] == FITS[each["branch"]] for each in decision["tried"])


def test_a_confirmation_says_that_it_was_one() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    talk.say("好的", act="affirm")
    decision = traced(talk)["decision"]
    assert (decision["branch"], decision["rule"]) == ("confirmation", "proposal.confirmed")


def test_a_hand_over_shows_what_the_person_is_told() -> None:
    talk = Talk()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("转人工", "talk_to_human")
    action = traced(talk)["action"]
    assert action["hand_over"]["id"] == "HO-K-1" and action["hand_over"]["reason"] == "person.asked"
    assert action["note"]["wishes"][0]["intent"] == "complaint"
    assert action["note"]["dropped"]["kind"] == "open_complaint"
    assert action["note"]["wishes"][0]["words"] in action["hand_over"]["summary"]


def test_a_turn_that_hands_nothing_over_says_so() -> None:
    talk = Talk()
    talk.say("谢谢", act="thanks")
    action = traced(talk)["action"]
    assert action["hand_over"] is None and action["note"] is None


def test_turns_that_got_nowhere_are_counted_in_the_state() -> None:
    talk = Talk()
    for _ in range(2):
        talk.say("我要退W1000001里的东西", "return_item")
    assert traced(talk)["decision"]["state"]["stuck"] == 1
