"""A section that its heading limits to a case answers questions that name the case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.subjects import of_the_case
from retrieval.search import Hit
from tests.agent.builders import hit


def found(topic: str, heading: str, score: float) -> Hit:
    made = hit("…", score=score, topic=topic)
    return replace(made, passage=replace(made.passage, title="", heading=heading))


HERE = found("returns#postage", "Who pays return postage", 0.3)
ABROAD = found("cross-border#returns", "Returns from abroad", 0.6)
SWAP = found("exchanges#postage", "Exchange postage", 0.7)
WINDOW = found("returns#window", "Return period", 0.8)
EXPRESS = found("shipping#express", "Express delivery", 0.4)
GOLD = found("membership#gold", "Free return postage for gold members", 0.9)


@pytest.mark.parametrize(
    ("question", "first", "other"),
    [
        ("Who pays the postage of a broken lamp?", ABROAD, HERE),
        ("What is the postage if I send a chair back?", SWAP, HERE),
        ("Is posting the old one back on you?", WINDOW, HERE),
        ("does express cost more?", WINDOW, EXPRESS),
        ("I'm silver: return postage?", GOLD, replace(HERE, score=0.2)),
    ],
)
def test_another_case_gives_way(question: str, first: Hit, other: Hit) -> None:
    chosen = of_the_case(question, (first, other))
    assert chosen[0].passage == other.passage
    assert chosen[0].score == first.score


@pytest.mark.parametrize(
    ("question", "first", "other"),
    [
        ("Who pays the postage from Canada?", found("x#y", "Returns from abroad: postage", 0.6), HERE),
        ("Postage of swapping sizes?", SWAP, HERE),
        ("Gold here, is return postage free?", GOLD, HERE),
        ("How many days do I have?", WINDOW, HERE),
        ("Who pays the postage of a broken lamp?", ABROAD, replace(HERE, score=0.01)),
    ],
)
def test_the_best_stays_where_it_fits_or_nothing_comes_near(question: str, first: Hit, other: Hit) -> None:
    assert of_the_case(question, (first, other)) == (first, other)


@given(
    st.text(max_size=60),
    st.lists(st.sampled_from((HERE, ABROAD, SWAP, WINDOW, EXPRESS, GOLD)), max_size=6, unique=True),
)
def test_nothing_is_made_up_and_the_best_score_stays(question: str, hits: list[Hit]) -> None:
    ordered = sorted(hits, key=lambda each: -each.score)
    chosen = of_the_case(question, ordered)
    assert {each.passage for each in chosen} <= {each.passage for each in ordered}
    assert [each.score for each in chosen[:1]] == [each.score for each in ordered[:1]]
    assert [each.score for each in chosen] == sorted((each.score for each in chosen), reverse=True)
