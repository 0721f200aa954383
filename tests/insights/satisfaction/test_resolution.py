"""How conversations end: every one exactly once, by what was done and said, never by a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.satisfaction.resolution import (
    ANGRY,
    CAME_BACK_WITHIN,
    IDLE,
    Contact,
    Resolution,
    TurnFact,
    came_back,
    resolve,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LONG_AGO = timedelta(hours=2)


def turn(kind: str, rule: str = "", awaiting: str = "anything_else", mood: float = 0.0) -> TurnFact:
    return TurnFact(NOW - LONG_AGO, kind, rule, awaiting, mood=mood)


ANSWERED = turn("answer", "knowledge.found")
UNANSWERED = turn("answer", "knowledge.none")
THANKED = turn("answer", "talk.thanks", "", 0.8)
WHO = turn("ask", "identity.needed", "identity")
PROPOSED = turn("propose", "return.quality", "confirmation")
DONE = turn("done", "proposal.confirmed")
REFUSED = turn("refuse", "return.window_closed")
PERSON = turn("handover", "person.asked", "")


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([ANSWERED], "solved"),
        ([ANSWERED, THANKED], "solved"),
        ([WHO, PROPOSED, DONE], "solved"),
        ([DONE, THANKED], "solved"),
        # A refusal that says why is an answer, as long as it is taken for one.
        ([REFUSED, turn("answer", "talk.noted", "", -0.2)], "solved"),
        ([REFUSED, turn("refuse", "return.window_closed", mood=-0.9)], "abandoned"),
        ([WHO], "abandoned"),
        ([ANSWERED, PROPOSED], "abandoned"),
        # The second of two wishes is still proposed.
        ([replace(DONE, awaiting="confirmation")], "abandoned"),
        # Thanks while a yes is awaited are no yes.
        ([PROPOSED, replace(THANKED, awaiting="confirmation")], "abandoned"),
        ([ANSWERED, UNANSWERED], "abandoned"),
        ([ANSWERED, UNANSWERED, THANKED], "abandoned"),
        ([ANSWERED, turn("ask", "talk.complaint")], "abandoned"),
        ([turn("answer", "talk.greeting", "")], "abandoned"),
        ([PROPOSED, turn("answer", "proposal.declined")], "abandoned"),
        ([], "abandoned"),
        ([PERSON], "handed_over"),
        ([PERSON, DONE, THANKED], "handed_over"),
    ],
)
def test_what_a_conversation_came_to(turns: list[TurnFact], expected: Resolution) -> None:
    assert resolve(turns, NOW) == expected


def test_a_bad_mood_that_was_there_before_the_answer_is_why_they_came() -> None:
    angry = replace(ANSWERED, mood=-0.95)
    assert resolve([angry], NOW) == "solved"
    assert resolve([replace(WHO, mood=-0.95), replace(DONE, mood=-0.95)], NOW) == "solved"
    assert resolve([ANSWERED, angry], NOW) == "abandoned"
    assert resolve([ANSWERED, replace(THANKED, mood=-0.95)], NOW) == "abandoned"
    assert resolve([ANSWERED, replace(ANSWERED, mood=ANGRY / 2)], NOW) == "solved"


@pytest.mark.parametrize("last", [WHO, PROPOSED, UNANSWERED, THANKED])
def test_it_is_open_for_half_an_hour(last: TurnFact) -> None:
    assert resolve([last], last.at + IDLE) == "open"
    assert resolve([last], last.at + IDLE + timedelta(seconds=1)) == "abandoned"


TURNS = st.builds(
    TurnFact,
    at=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 22), timezones=st.just(UTC)),
    decision_kind=st.sampled_from(["answer", "ask", "propose", "done", "refuse", "handover", "", "later"]),
    rule=st.sampled_from(["", "talk.thanks", "knowledge.none", "return.items", "proposal.declined"]),
    awaiting=st.sampled_from(["", "anything_else", "identity", "confirmation", "nobody knows"]),
    mood=st.floats(-1, 1),
)


@given(st.lists(TURNS, max_size=8))
def test_every_conversation_ends_in_exactly_one_way_and_stays_so(turns: list[TurnFact]) -> None:
    turns.sort(key=lambda each: each.at)
    at_once, later = resolve(turns, turns[-1].at if turns else NOW), resolve(turns, NOW + LONG_AGO)
    assert at_once in get_args(Resolution)
    assert later != "open"
    assert at_once == later or (at_once, later) == ("open", "abandoned")
    assert (later == "handed_over") == any(each.decision_kind == "handover" for each in turns)
    if later == "solved":
        assert turns[-1].awaiting in ("", "anything_else")
        assert {each.decision_kind for each in turns} & {"answer", "refuse", "done"}


FIRST = Contact("C1", NOW - LONG_AGO, NOW, "solved", frozenset({"return_item", "refund_status"}), "W1")


def again(after: timedelta) -> Contact:
    began = FIRST.last_at + after
    return replace(FIRST, began_at=began, last_at=began, reasons=frozenset({"tracking"}), order_id="")


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (again(timedelta(days=1)), False),
        (replace(again(timedelta(days=1)), order_id="W1"), True),
        (replace(again(timedelta(days=1)), reasons=frozenset({"refund_status"})), True),
        (replace(again(timedelta(days=1)), reasons=frozenset()), False),
        (replace(again(CAME_BACK_WITHIN), order_id="W1"), True),
        (replace(again(CAME_BACK_WITHIN + timedelta(seconds=1)), order_id="W1"), False),
        (replace(again(timedelta(0)), order_id="W1"), False),
        (replace(again(-timedelta(days=1)), order_id="W1"), False),
        (replace(again(timedelta(days=1)), order_id="W1", customer_id="C2"), False),
    ],
)
def test_who_came_back(later: Contact, expected: bool) -> None:
    assert came_back(FIRST, [again(timedelta(hours=1)), later]) is expected


def test_only_what_was_solved_and_whose_it_was_can_come_back() -> None:
    later = replace(again(timedelta(days=1)), order_id="W1")
    assert not came_back(replace(FIRST, resolution="handed_over"), [later])
    assert not came_back(replace(FIRST, customer_id=""), [replace(later, customer_id="")])
    assert not came_back(replace(FIRST, order_id="", reasons=frozenset()), [replace(later, order_id="")])
    assert not came_back(FIRST, [])
