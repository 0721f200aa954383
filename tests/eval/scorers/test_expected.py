"""What a suite expects of single turns: each scorer finds what is planted, and nothing in a right turn."""

from __future__ import annotations

from typing import Any

import pytest

from eval.scorers.expected import (
    arguments,
    citations,
    decision,
    latency,
    moments,
    patience,
    sayings,
    understanding,
)
from eval.scorers.registry import EXPECTED, findings
from tests.eval.scorers.playing_by_hand import a_case, a_play, a_turn

UNDERSTOOD = {"intents": ["return_item", "refund"], "act": "request", "sentiment": "negative"}
TURN: dict[str, Any] = {
    "reply": "You have 7 days for it.", "decision": "propose", "rule": "return.change_of_mind", "awaiting": "confirmation",
    "action": "start_return", "arguments": {"refund": "899.00", "items": [{"line_no": 1}]}, "slots": {"reason": "damaged"},
    "receipt": "return_started", "understood": UNDERSTOOD, "cites": ("returns#window",), "latency": "documents",
    "mood": -0.7, "ask_rating": True,
}  # fmt: skip

RIGHT = [
    {"decision": "propose"}, {"decision": ["ask", "propose"]}, {"rule": "return.*"}, {"rule": ["x", "return.change_of_mind"]},
    {"awaiting": "confirmation"}, {"action": "start_return"}, {"receipt": "return_started"}, {"arguments": {"refund": "899"}},
    {"slots": {"reason": "damaged"}}, {"intents": ["refund"]}, {"act": "request"}, {"sentiment": "negative"},
    {"cites": ["returns#window"]}, {"must_say": ["7天"]}, {"must_say": [["8 days", "7 days"]]}, {"must_not_say": ["17 days"]},
    {"admits": False}, {"latency": "documents"}, {"latency": "model"}, {"mood": {"at_most": -0.7}},
    {"mood": {"at_least": -0.8, "at_most": -0.6}}, {"ask_rating": True}, {"recommends": False},
]  # fmt: skip
WRONG = [
    (decision, {"decision": ["ask", "refuse"]}, "decision: propose, expected ask or refuse"),
    (decision, {"rule": "cancel.*"}, "rule: return.change_of_mind, expected cancel.*"),
    (decision, {"awaiting": "nothing"}, "awaiting: confirmation, expected nothing"),
    (decision, {"action": "cancel_order"}, "action: start_return, expected cancel_order"),
    (decision, {"receipt": "order_cancelled"}, "receipt: return_started, expected order_cancelled"),
    (arguments, {"arguments": {"refund": "900"}}, "arguments: refund: '899.00', expected '900'"),
    (arguments, {"arguments": {"order_id": "W1"}}, "arguments: order_id: 'none', expected 'W1'"),
    (arguments, {"arguments": {"items": []}}, "arguments: items: [{'line_no': 1}], expected []"),
    (arguments, {"slots": {"reason": "wrong"}}, "slots: reason: 'damaged', expected 'wrong'"),
    (understanding, {"intents": ["refund", "cancel_order"]}, "intents: return_item, refund, expected refund or cancel_order"),
    (understanding, {"act": "question"}, "act: request, expected question"),
    (understanding, {"sentiment": "neutral"}, "sentiment: negative, expected neutral"),
    (understanding, {"mood": {"at_most": -0.8}}, "mood: -0.7, expected at most -0.8"),
    (understanding, {"mood": {"at_least": 0, "at_most": 0.5}}, "mood: -0.7, expected at least 0.0 and at most 0.5"),
    (moments, {"ask_rating": False}, "asks for a rating"),
    (moments, {"recommends": True}, "recommends nothing"),
    (citations, {"cites": ["returns#postage"]}, "cites: returns#window, expected returns#postage"),
    (sayings, {"must_say": [["8 days", "9 days"]]}, "does not say '8 days' or '9 days'"),
    (sayings, {"must_not_say": ["7天"]}, "says '7天'"),
    (sayings, {"admits": True}, "does not admit, refuse or offer a person"),
    (latency, {"latency": "fixed"}, "took documents, at most fixed was expected"),
]  # fmt: skip


@pytest.mark.parametrize("expect", RIGHT)
def test_a_right_turn_has_no_finding(expect: dict[str, Any]) -> None:
    played = a_play(a_turn(expect=expect, **TURN))
    assert not [each for scorer in EXPECTED.values() for each in scorer(a_case(), played)]


@pytest.mark.parametrize(("scorer", "expect", "why"), WRONG)
def test_a_planted_fault_is_found_by_its_scorer_alone(scorer: Any, expect: dict[str, Any], why: str) -> None:
    played = a_play(a_turn(), a_turn(expect=expect, **TURN))
    found = [each for one in EXPECTED.values() for each in one(a_case(), played)]
    assert [(each.why, each.turn) for each in found] == [(why, 1)]
    assert EXPECTED[found[0].scorer] is scorer


def test_one_who_admits_to_know_nothing_where_an_answer_was_expected() -> None:
    played = a_play(a_turn("I could not find an answer to that.", expect={"admits": False}))
    assert [each.why for each in sayings(a_case(), played)] == ["admits, refuses or offers a person"]


@pytest.mark.parametrize(("outcome", "found"), [("out_of_patience", 1), ("", 0), ("done", 0)])
def test_a_simulated_customer_who_had_enough(outcome: str, found: int) -> None:
    assert len(list(patience(a_case(), a_play(a_turn(), outcome=outcome)))) == found


def test_turns_of_which_nothing_is_expected_are_not_looked_at() -> None:
    assert not findings(a_case(), a_play(a_turn(decision="refuse")), {})
