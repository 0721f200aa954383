"""What a question of several is about, where it says little of itself."""

from __future__ import annotations

import pytest

from agent.documents import answers
from agent.in_subject import beside_subject, placed, speaks_for_itself, strays
from agent.types import Search
from retrieval.search import Hit
from tests.agent.builders import hit
from tests.agent.test_documents import found, search

CARDS = (hit("…", score=0.7, topic="gift-cards#amounts"), hit("…", score=0.1, topic="gift-cards#use"))
SHIPPING = hit("…", score=0.8, topic="shipping#delivery-time")


def part(question: str, *hits: Hit) -> Search:
    return Search(question, hits, whole=False)


@pytest.mark.parametrize(
    ("question", "hits", "does"),
    [
        ("能用多久呀", (SHIPPING,), True),
        ("能用多久呀", (), True),
        ("能绑她那边吗", (hit("…", score=0.3, topic="gift-cards#use"),), False),
        ("满多少钱可以用花呗分期付款呀", (hit("…", score=0.6, topic="payment#instalments"),), False),
        ("满多少钱可以用花呗分期付款呀", (hit("…", score=0.4, topic="payment#instalments"),), True),
    ],
)
def test_a_question_strays_from_what_the_message_is_about(
    question: str, hits: tuple[Hit, ...], does: bool
) -> None:
    assert strays(part(question, *hits), CARDS, 0.4) is does


def test_where_the_message_is_surely_about_nothing_no_question_strays() -> None:
    assert not strays(part("能用多久呀", SHIPPING), (hit("…", score=0.3, topic="gift-cards#use"),), 0.4)
    assert not strays(part("能用多久呀", SHIPPING), (), 0.4)


def test_two_documents_as_likely_leave_a_long_question_open() -> None:
    rival = hit("…", score=0.3, topic="presale#balance")
    assert not speaks_for_itself(part("满多少钱可以用花呗分期付款呀", SHIPPING, rival))
    assert speaks_for_itself(part("满多少钱可以用花呗分期付款呀", SHIPPING))


def test_the_subject_draws_a_question_to_itself() -> None:
    alone = part("能用多久呀", SHIPPING)
    validity = hit("…", score=0.9, topic="gift-cards#validity")
    assert beside_subject("能用多久呀", CARDS[0]) == f"{CARDS[0].passage.title}：能用多久呀"
    drawn = placed(alone, (validity,), CARDS, 0.4)
    assert (drawn.topic, drawn.placed, drawn.question) == ("gift-cards#validity", True, "能用多久呀")


def test_a_question_that_stays_with_another_document_is_about_that() -> None:
    assert placed(part("能用多久呀", SHIPPING), (SHIPPING,), CARDS, 0.4).placed


@pytest.mark.parametrize(
    "beside",
    [(), (hit("…", score=0.3, topic="gift-cards#validity"),), (hit("…", topic="warranty#periods"),)],
)
def test_else_it_stays_as_it_was(beside: tuple[Hit, ...]) -> None:
    alone = part("能用多久呀", SHIPPING)
    assert placed(alone, beside, CARDS, 0.4) == alone


def test_what_was_drawn_stands_beside_what_the_whole_message_is_about() -> None:
    whole = search("…", "gift-cards#amounts", 0.7)
    drawn = placed(
        part("能用多久呀", SHIPPING), (hit("…", score=0.9, topic="gift-cards#validity"),), CARDS, 0.4
    )
    other = part("卡能绑她那边吗", hit("…", score=0.6, topic="gift-cards#use"))
    topics = [each.topic for each in answers(found(whole, other, drawn))]
    assert topics == ["gift-cards#amounts", "gift-cards#use", "gift-cards#validity"]
