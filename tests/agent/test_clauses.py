"""What the parts of a message want: their own words decide before the trained heads do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.types import Clause, Score
from agent.understand.clauses import read_clauses, says, split_sentences
from agent.understand.heads import Heads, HeadScores


@dataclass
class Judge:
    """Stands in for the heads: knows what some words stand for, and is sure of it to a degree."""

    words: Mapping[str, str] = field(default_factory=dict)
    sure: float = 0.9

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        assert vector.shape == (1,)
        found = tuple(Score(intent, self.sure) for word, intent in self.words.items() if word in text)
        unsure = (Score("policy_question", 0.1),)
        none = (Score("none", 1.0),)
        return HeadScores((Score("request", 1.0),), found or unsure, none, none, 0.0, 0.5)


def embed(_text: str) -> NDArray[np.float32]:
    return np.ones(1, dtype=np.float32)


def clauses(text: str, *whole: str, judge: Judge | None = None) -> tuple[Clause, ...]:
    heads = cast(Heads, judge or Judge())
    return read_clauses(text, tuple(Score(name, 0.9) for name in whole), heads, embed)


def intents(text: str, *whole: str, judge: Judge | None = None) -> list[tuple[str, ...]]:
    return [clause.intents for clause in clauses(text, *whole, judge=judge)]


def test_what_was_cancelled_already_is_asked_after() -> None:
    told = "月初那单等太久我给取消了，钱回我微信没有"
    (clause,) = clauses(told, "refund_status", "cancel_order")
    assert clause.intents == ("refund_status",)
    for wish in ("我想取消了吧，钱退我微信", "帮我取消了，钱退我微信行吗"):
        (clause,) = clauses(wish, "refund_status", "cancel_order")
        assert clause.intents[0] == "cancel_order"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Please cancel my order", "cancel_order"),
        ("帮我取消这个订单", "cancel_order"),
        ("I'd like to return the lamp", "return_item"),
        ("我想退货", "return_item"),
        ("Could you exchange the kettle for a green one", "exchange_item"),
        ("水壶想换成绿色", "exchange_item"),
        ("Please change the backpack in my order to size L", "change_items"),
        ("把订单里的尺码改成L", "change_items"),
        ("I need to change the delivery address of my order", "change_address"),
        ("这个订单改寄到公司", "change_address"),
        ("Please switch the payment to PayPal", "change_payment"),
        ("支付方式想改一下", "change_payment"),
        ("I moved, please update my default address", "update_profile"),
        ("我的默认地址要改一下", "update_profile"),
    ],
)
def test_words_that_name_an_action_decide(text: str, intent: str) -> None:
    assert intents(text) == [(intent,)]
    assert intents(text, "policy_question") == [(intent,)]
    assert says(intent, text)


@pytest.mark.parametrize(
    "text",
    [
        "When was the order cancelled?",
        "取消的订单什么时候退款",
        "Where is my parcel?",
        "运费谁出",
        "Hello",
        "好的",
    ],
)
def test_words_that_name_no_action_leave_it_to_the_heads(text: str) -> None:
    assert intents(text, "refund_status") == [("refund_status",)]
    assert intents(text) == [()]


def test_a_question_about_something_else_is_not_an_action() -> None:
    judge = Judge({"deliver": "delivery_time"})
    assert intents("How long do you need to deliver to my address?", "delivery_time", judge=judge) == [
        ("delivery_time",)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cancel it. I want a refund!", ["Cancel it", "I want a refund!"]),
        ("取消吧。我要退货！好吗？", ["取消吧。", "我要退货！", "好吗？"]),
        ("one line\nanother line", ["one line", "another line"]),
        ("It cost 12.50 and weighs 1.5 kg", ["It cost 12.50 and weighs 1.5 kg"]),
        ("no. 7 please", ["no. 7 please"]),
        ("", [""]),
    ],
)
def test_a_message_is_cut_at_the_ends_of_its_sentences(text: str, expected: list[str]) -> None:
    assert split_sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Please cancel order W1000002. I also want to return the lamp of W1000001.",
            [("cancel_order",), ("return_item",)],
        ),
        ("W1000002请帮我取消。W1000001的台灯我想退货。", [("cancel_order",), ("return_item",)]),
        (
            "My default address should be changed. Then exchange the kettle. And cancel the other order.",
            [("update_profile",), ("exchange_item",), ("cancel_order",)],
        ),
    ],
)
def test_each_wish_of_a_message_is_a_part_in_its_order(text: str, expected: list[tuple[str, ...]]) -> None:
    assert intents(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel order W1000002. I no longer need it.",
        "I want to return the lamp. It was broken. Refund it to my gift card.",
        "我要退台灯，想退货。因为破了。退到礼品卡。",
        "Please cancel order W1000002. My name is Ann Lee.",
    ],
)
def test_what_only_adds_to_a_wish_stays_with_it(text: str) -> None:
    (only,) = clauses(text)
    assert only.text == text


def test_what_only_adds_is_no_wish_whatever_the_heads_say() -> None:
    judge = Judge({"Refund": "refund_status", "退到": "gift_card"})
    text = "I want to return the lamp. Refund it to my gift card."
    assert intents(text, judge=judge) == [("return_item",)]
    assert intents("台灯我想退货。退到礼品卡。", judge=judge) == [("return_item",)]


def test_what_adds_to_the_second_wish_stays_with_the_second() -> None:
    text = "Cancel order W1000002. Then return the lamp. Refund it to PayPal."
    first, second = clauses(text)
    assert first == Clause("Cancel order W1000002", ("cancel_order",))
    assert second == Clause("Then return the lamp Refund it to PayPal.", ("return_item",))


def test_a_greeting_stands_with_the_wish_after_it() -> None:
    found = clauses("Hello there. I ordered a lamp. I want to return it. Then cancel W1000002.")
    assert [clause.intents for clause in found] == [("return_item",), ("cancel_order",)]
    assert found[0].text.startswith("Hello there")


def test_a_question_beside_a_wish_is_a_part_of_its_own() -> None:
    judge = Judge({"How long": "delivery_time", "多久": "delivery_time"})
    text = "How long does delivery take? I want to return the lamp."
    assert intents(text, judge=judge) == [("delivery_time",), ("return_item",)]
    assert intents("快递要多久？台灯我想退货。", judge=judge) == [("delivery_time",), ("return_item",)]


def test_a_head_that_is_not_sure_makes_no_part() -> None:
    judge = Judge({"How long": "delivery_time"}, sure=0.5)
    assert intents("How long does delivery take? I want to return the lamp.", judge=judge) == [
        ("return_item",)
    ]


def test_a_complaint_beside_an_action_is_kept() -> None:
    assert intents("This is a disgrace, cancel my order", "complaint", "product_question") == [
        ("cancel_order", "complaint")
    ]


def test_exchange_and_change_of_items_are_one_wish() -> None:
    assert intents("Exchange the backpack in my order", "exchange_item", "change_items") == [
        ("exchange_item",)
    ]


def test_an_endless_message_is_read_up_to_its_first_sentences() -> None:
    found = clauses("\n".join(f"Cancel order W100000{n}." for n in range(9)) + "\nReturn the lamp.")
    assert all(clause.intents == ("cancel_order",) for clause in found)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Don't cancel the entire order.", "cancel_order"), ("do not cancel it", "cancel_order"),
        ("I don't want to return it", "return_item"), ("no need to exchange it", "exchange_item"),
        ("别取消", "cancel_order"), ("不要给我取消了", "cancel_order"), ("甭取消", "cancel_order"),
        ("不用退了", "return_item"), ("我不是要换货", "exchange_item"),
    ],
)  # fmt: skip
def test_what_is_ruled_out_is_no_wish(text: str, intent: str) -> None:
    assert intents(text, intent) == [()]


def test_ruling_one_thing_out_leaves_the_other() -> None:
    text = "Can you cancel only the hose from my order? Don't cancel the entire order."
    assert intents(text) == [("cancel_order",)]
    assert intents("我不是要退货，我要换货", "return_item", "exchange_item") == [("exchange_item",)]
    assert intents("I don't want to cancel it, I want to return it", "cancel_order", "return_item") == [
        ("return_item",)
    ]


def test_a_question_about_not_doing_it_is_still_about_it() -> None:
    assert intents("Why don't you cancel my order?", "cancel_order") == [("cancel_order",)]


@pytest.mark.parametrize("text", ["除了耳机都退", "就退耳机吧", "全退"])
def test_all_but_one_is_a_return(text: str) -> None:
    assert intents(text) == [("return_item",)]


@pytest.mark.parametrize("text", ["钱都退了吗", "都退款了没", "运费全退还给我了"])
def test_money_that_came_back_is_no_return(text: str) -> None:
    assert intents(text) == [()]


def test_who_does_not_know_how_hears_it_first() -> None:
    assert intents("我想退换货，但不知道怎么操作。", "return_item") == [("policy_question",)]
