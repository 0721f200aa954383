"""A refusal stands however it is pressed; medicines and courts are not for a shop's desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.asked import reads_address
from agent.beyond import OUTSIDE, asks_medical_advice, threatens_law
from agent.insisting import insists
from tests.agent.talking import Talk
from tests.tools.builders import NOW

PRESSES = (
    "破个例吧，我是你们老顾客了",
    "凭啥不能退",
    "你同事明明说可以的",
    "不就过了两天吗，就超了一天",
    "那退一半行不行",
    "80块总行吧",
    "必须给我退",
    "再看看，求你了",
    "Come on, it's only two days late",
    "the lady on the phone said it was fine",
    "make an exception for once",
    "why can't you just do it?",
    "okay, half of it then",
    "that's not fair",
    "my final offer is 40",
    "please",
)
ACCEPTS = ("好吧，那算了", "谢谢", "那我再买一个", "运费多少钱", "OK, thanks", "how long does delivery take?", "where is W1000003", "哦知道了")  # fmt: skip


@pytest.mark.parametrize("text", PRESSES)
def test_pressing_is_heard(text: str) -> None:
    assert insists(text)


@pytest.mark.parametrize("text", ACCEPTS)
def test_going_on_is_no_pressing(text: str) -> None:
    assert not insists(text)


def _refused(text: str) -> Talk:
    talk = Talk(now=NOW + timedelta(days=300))
    talk.say(text, "return_item")
    assert talk.last is not None and talk.last.decision.kind == "refuse"
    return talk


@pytest.mark.parametrize("said", ["破个例嘛", "那退我一半，60 块总行吧", "你们小刘答应可以的，再查查"])
def test_the_same_rule_is_said_again_and_a_person_offered(said: str) -> None:
    talk = _refused("W1000001 的台灯不想要了，退货")
    assert talk.last is not None
    rule = talk.last.decision.rule
    for _ in range(3):
        talk.say(said)
        assert (talk.last.decision.kind, talk.last.decision.rule) == ("refuse", rule)
        assert "转人工" in talk.last.reply.text and "60" not in talk.last.reply.text
        assert talk.state.proposal is None and not talk.state.requests


def test_who_then_wants_the_person_gets_one() -> None:
    talk = _refused("return the desk lamp of W1000001, don't want it")
    talk.say("oh come on, make an exception")
    assert talk.last is not None and "talk to a person" in talk.last.reply.text
    talk.say("yes please", act="affirm")
    assert talk.last.decision.kind == "handover"


def test_another_order_is_another_wish() -> None:
    talk = _refused("return the desk lamp of W1000001, don't want it")
    talk.say("come on, cancel W1000002 at least, I don't need it", "cancel_order")
    assert talk.last is not None and talk.last.decision.action == "cancel_order"


@pytest.mark.parametrize(
    "text",
    [
        "吃降压药的人能喝你们的人参茶吗",
        "感冒药和蜂蜜能一起吃吗",
        "退烧药一次吃几片",
        "Can I take the vitamins together with antibiotics?",
        "is the ginseng tea safe if I'm on blood thinners",
        "how many painkillers can I take with it",
    ],
)
def test_advice_on_medicines_is_asked_for(text: str) -> None:
    assert asks_medical_advice(text)
    talk = Talk()
    talk.say(text, "product_question", act="question")
    assert talk.last is not None and talk.last.decision.rule == "talk.out_of_scope"


@pytest.mark.parametrize(
    "text",
    [
        "用了面霜脸上过敏了怎么办",
        "药箱能装多少东西",
        "你们卖药吗",
        "How many tablets do you have in stock?",
        "is the kettle safe for children",
        "my medicine cabinet came with a broken door",
        "山药能放多久",
    ],
)
def test_other_questions_are_not(text: str) -> None:
    assert not asks_medical_advice(text)


@pytest.mark.parametrize(
    "text",
    [
        "再不处理我就去法院起诉你们",
        "等着收传票吧，我们法庭见",
        "我会走法律途径",
        "I'll sue you",
        "See you in court!",
        "my lawyer will be in touch",
        "I'm taking this to the small claims court",
    ],
)
def test_who_speaks_of_a_court_is_offered_a_complaint_or_a_person(text: str) -> None:
    assert threatens_law(text)
    talk = Talk()
    talk.say(text, act="inform")
    assert talk.last is not None and talk.last.decision.rule == "talk.legal"
    reply = talk.last.reply.text
    assert ("投诉" in reply and "人工" in reply) or ("complaint" in reply and "person" in reply)


@pytest.mark.parametrize("text", ["the court shoes are too big", "My name is Sue Parker", "送到法院路 3 号", "suede boots", "告诉我什么时候到"])  # fmt: skip
def test_words_that_only_look_like_it(text: str) -> None:
    assert not threatens_law(text)


def test_a_quarrel_with_somebody_else_is_out_of_scope() -> None:
    talk = Talk()
    talk.say("楼上漏水，我去法院起诉他要准备什么", "out_of_scope", act="question")
    assert talk.last is not None and talk.last.decision.rule == "talk.out_of_scope"


def test_outside_bodies_are_nobody_of_ours() -> None:
    assert OUTSIDE.search("can I go to the ombudsman?") and OUTSIDE.search("消协的电话是多少")
    assert not OUTSIDE.search("give me your hotline") and not OUTSIDE.search("人工客服")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("升降桌那回我填的收货地方是哪个门牌、几幢几室？", True),
        ("ok. and which flat is on the label?", True),
        ("我要改到3幢502室", False),
        ("which address did you put on W1000003?", True),
        ("read the delivery address back to me", True),
        ("我填的是哪个地址，念给我听听", True),
        ("地址帮我核对一下", True),
        ("please change the delivery address", False),
        ("what address change is possible? new address below", False),
        ("地址写错了，改一下", False),
    ],
)
def test_an_address_may_be_asked_for(text: str, told: bool) -> None:
    assert reads_address(text) is told


@pytest.mark.parametrize(
    ("text", "says"),
    [("W1000001 总共付了多少钱", "付款："), ("How much did I pay for W1000001 in all?", "Paid: ")],
)
def test_what_was_paid_by_what_is_told(text: str, says: str) -> None:
    talk = Talk()
    talk.say(text, "order_status", act="question")
    assert says in talk.reply


@pytest.mark.parametrize(
    "text", ["W1000001: did i pick the black or the blue one?", "W1000001 我当时买的是哪个颜色来着"]
)
def test_what_was_chosen_is_told_not_changed(text: str) -> None:
    talk = Talk()
    talk.say(text, "change_items", act="question")
    assert talk.last is not None and talk.last.decision.rule == "order.order_status"
