"""A yes to what was read back, however it is worded; and what only sounds like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understand.agreement import agrees
from agent.understand.assent import other_action
from tests.agent.talking import Talk
from tests.agent.test_yes import NOT_YES

LONG_YES = [
    ("All of that is right, please submit it, many thanks!", "return_item"),
    ("That's absolutely fine with me, go ahead please 🙏", "change_items"),
    ("Yep yep, just get it done already", "cancel_order"),
    ("Um, I believe so... yes, confirm it", "cancel_order"),
    ("I double-checked, everything looks good. Proceed with the exchange", "exchange_item"),
    ("no objections, submit please", "repair"),
    ("understood, carry on", "return_item"),
    ("ok with the postage, go ahead", "return_item"),
    ("lovely, that's what I wanted", "exchange_item"),
    ("good, file it", "complaint"),
    ("yes, record it", "complaint"),
    ("yes submit that too", "complaint"),
    ("ok send it", "complaint"),
    ("呃……应该对，提交吧", "return_item"),
    ("核对了两遍，信息没问题，办吧", "repair"),
    ("行行行，赶紧办", "cancel_order"),
    ("内容都对，麻烦尽快提交，谢谢啦", "return_item"),
    ("没有错，就是这个，退吧", "return_item"),
    ("知道了，运费我出，退吧", "return_item"),
    ("可以了，修吧", "repair"),
    ("对，改吧", "change_address"),
    ("确认更改", "change_payment"),
    ("没错，取消掉", "cancel_order"),
]
NO_YES = [
    "yes but keep the kettle", "oh wonderful, another week…", "sure, if the postage is free", "hmm, yes", "I think that's right",
    "get on with your work", "that's all right, keep it", "yes to his account", "everything", "good grief", "submit a complaint instead",
    "I see", "understood", "thank you so much", "please", "ok, and my other order", "fine by me if it's today", "not all correct",
    "嗯……应该没错", "知道了", "明白", "快点", "谢谢啦", "确认一下运费", "对，全部退", "好的，打到我妈账户", "行，退一半", "提交了吗",
    "对是对，就是贵了点", "应该可以", "没错，可是少了一件", "退一件", "换成别的", "都对吗", "好像没问题", "我确认一下再说", "呵，真行",
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), LONG_YES)
def test_a_yes_in_many_words_is_one(text: str, intent: str) -> None:
    assert agrees(text, intent)


@pytest.mark.parametrize("text", NO_YES)
@pytest.mark.parametrize("intent", ["return_item", "cancel_order", "change_address"])
def test_whatever_is_added_or_doubted_makes_it_none(text: str, intent: str) -> None:
    assert not agrees(text, intent)


@pytest.mark.parametrize("text", NOT_YES)
def test_what_is_no_yes_to_a_return_agrees_to_none(text: str) -> None:
    assert not agrees(text, "return_item", ("台灯", "desk lamp"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("yes, both", ("both",)),
        ("对，两本", ("两本",)),
        ("the green one, yes", ("green",)),
        ("好的，就L码", ("L码", "L")),
        ("yes, to my Alipay"[:3], ()),
    ],
)
def test_what_was_read_back_may_be_named_if_it_is_just_that(text: str, names: tuple[str, ...]) -> None:
    assert agrees(text, "return_item", names)
    assert not names or not agrees(text, "return_item", ("coat", "大衣"))


def test_to_name_the_action_is_a_yes_only_to_that_one() -> None:
    assert agrees("换吧", "exchange_item") and not agrees("换吧", "return_item")
    assert agrees("退", "return_item") and not agrees("退", "exchange_item") and other_action("退", "repair")
    # To cancel a cancellation is said in the same word.
    assert not agrees("cancel", "cancel_order") and not agrees("取消", "cancel_order")


@given(
    st.sampled_from([text for text, _ in LONG_YES]),
    st.sampled_from(["但是", " but ", "?", "，除了", " unless ", " not "]),
)
def test_a_but_or_a_question_anywhere_behind_it_takes_it_back(text: str, more: str) -> None:
    assert not agrees(f"{text}{more}", "return_item")


def test_a_doubtful_yes_that_ends_with_an_order_carries_it_out() -> None:
    talk = Talk()
    talk.say("W1000002不需要了，取消订单", "cancel_order")
    assert talk.state.awaiting == "confirmation"
    waiting = talk.say("呃……应该没错", act="affirm", probability=0.6)
    assert waiting.kind != "done"
    assert talk.say("呃……应该没错，提交", act="affirm", probability=0.6).kind == "done"


def test_both_is_a_yes_to_two_and_a_change_to_one() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    assert talk.state.awaiting == "confirmation"
    assert talk.say("yes, everything", act="affirm").kind != "done"
