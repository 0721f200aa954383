"""What is a yes to a proposal, and what is none: the messages stand in `said/`, one a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.understand.assent import begins_with_yes, other_action, says_only_yes
from agent.understand.understand import affirms, clear_no, clear_yes
from tests.agent.builders import understood

SAID = Path(__file__).parent / "said"


def lines(name: str) -> list[str]:
    """The messages of a file, without comments."""
    read = (SAID / name).read_text(encoding="utf-8").splitlines()
    return [line for line in read if line and not line.startswith("#")]


YES, NOT_YES = lines("yes.txt"), lines("not_yes.txt")
NAMES = ("台灯", "desk lamp")


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(set(YES)) == len(YES) >= 80 and len(set(NOT_YES)) == len(NOT_YES) >= 120
    assert not set(YES) & set(NOT_YES)
    for messages in (YES, NOT_YES):
        chinese = [each for each in messages if any("\u4e00" <= char <= "\u9fff" for char in each)]
        assert len(chinese) >= 40 and len(messages) - len(chinese) >= 40


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_taken_for_one(text: str) -> None:
    assert affirms(understood(text, act="affirm", probability=0.95), "return_item", NAMES)
    assert not clear_no(text)


@pytest.mark.parametrize("text", NOT_YES)
@pytest.mark.parametrize("intent", ["", "return_item"])
def test_what_is_no_yes_is_not_taken_for_one_however_sure_the_heads_are(text: str, intent: str) -> None:
    assert not clear_yes(text)
    for act in ("affirm", "inform"):
        heard = understood(text, act=act, probability=1.0, sentiment="positive")
        assert not affirms(heard, intent, NAMES)


def test_most_are_a_yes_without_any_head() -> None:
    assert sum(clear_yes(text) for text in YES) >= 0.75 * len(YES)


@pytest.mark.parametrize("act", ["request", "question", "inform", "deny", "abuse", "thanks"])
def test_where_the_words_do_not_begin_with_a_yes_the_head_has_to_agree(act: str) -> None:
    for text in YES:
        taken = affirms(understood(text, act=act, probability=0.99), "return_item", NAMES)
        assert taken == (clear_yes(text) or begins_with_yes(text))


@pytest.mark.parametrize("text", YES)
def test_an_angry_yes_needs_to_be_nothing_but_a_yes(text: str) -> None:
    heard = understood(text, act="affirm", probability=0.99, sentiment="negative")
    assert affirms(heard, "return_item", NAMES) == clear_yes(text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yes, cancel it", "cancel_order"),
        ("Yes, please cancel the order.", "cancel_order"),
        ("好的，取消吧", "cancel_order"),
        ("Yes, please cancel the order and refund it.", "cancel_order"),
        ("yes, exchange it", "exchange_item"),
        ("好的换货吧", "exchange_item"),
        ("yes change it", "change_address"),
        ("好的，改吧", "change_items"),
        ("yes file it please", "complaint"),
        ("好的，登记吧", "complaint"),
        ("yes repair it", "repair"),
        ("yes please, put me through to a person", "person"),
        ("好的，转人工吧", "person"),
    ],
)
def test_what_was_read_back_may_be_named_in_a_yes_and_nothing_else(text: str, intent: str) -> None:
    heard = understood(text, act="affirm", probability=0.95)
    assert affirms(heard, intent)
    assert not affirms(heard, "return_item") and other_action(text, "return_item")


@pytest.mark.parametrize(
    "text", ["好的，退台灯", "yes, return the desk lamp", "可以，台灯退了吧", "Yes please, the desk lamp"]
)
def test_what_it_is_about_may_be_named(text: str) -> None:
    assert says_only_yes(text, "return_item", NAMES)
    assert not says_only_yes(text, "return_item")


@pytest.mark.parametrize("text", ["退吧", "确认退货"])
def test_plain_words_for_one_action_are_no_yes_to_another(text: str) -> None:
    heard = understood(text)
    assert affirms(heard, "return_item") and not affirms(heard, "cancel_order")
