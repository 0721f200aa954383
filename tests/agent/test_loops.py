"""No conversation goes round in circles for ever, and nothing is carried out without a yes to just that."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.loops import ANSWERS, HAND_OVER_AFTER, OFFER_AFTER
from agent.slots import known_slots
from agent.types import Decision, Done, State
from agent.understand.agreement import agrees
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS
from agent.understand.understand import affirms
from tests.agent.builders import understood
from tests.agent.talking import Talk, answering


def until_a_person(talk: Talk, messages: list[tuple[str, str, str]]) -> list[Decision]:
    """Say the messages over and over until a person is brought; every turn's decision. (text, intent, act)"""
    decisions: list[Decision] = []
    while len(decisions) < 60 and not talk.state.handed_over:
        text, intent, act = messages[len(decisions) % len(messages)]
        decisions.append(talk.say(text, *([intent] if intent else []), act=act))
    return decisions


ROUNDS = {
    "two questions in turns": [
        ("I want to return something of W1000001", "return_item", "request"),
        ("Change the address of W1000002", "change_address", "request"),
    ],
    "两个问题轮着来": [("我要退W1000001里的东西", "return_item", "request"), ("W1000002要改地址", "change_address", "request")],
    "a proposal that is changed for ever": [
        ("我要退台灯，W1000001，质量问题", "return_item", "request"),
        ("还是退耳机吧", "", "correct"),
        ("还是退台灯吧", "", "correct"),
    ],
    "a proposal that is never said yes or no to": [
        ("Cancel order W1000002, I don't need it", "cancel_order", "request"),
        ("well", "", "inform"),
        ("the weather is odd", "", "inform"),
    ],
    "a wish that is taken up and dropped": [
        ("我要退台灯，W1000001，质量问题", "return_item", "request"),
        ("先不退了", "", "deny"),
    ],
    "the same refusal": [("Cancel order W1000001, I don't need it", "cancel_order", "request")],
    "anger": [("what a shop", "complaint", "abuse")],
    "things that a shop does not do": [("write me a poem", "out_of_scope", "request")],
}  # fmt: skip


@pytest.mark.parametrize("messages", ROUNDS.values(), ids=ROUNDS.keys())
def test_a_round_without_end_is_offered_a_person_and_then_given_one(
    messages: list[tuple[str, str, str]],
) -> None:
    talk = Talk()
    decisions = until_a_person(talk, messages)
    assert decisions[-1].kind == "handover" and len(decisions) <= HAND_OVER_AFTER + 3
    if decisions[-1].rule == "loop.no_progress":
        offered = [each for each in decisions if "offer_person" in [part.template for part in each.parts]]
        assert len(offered) == HAND_OVER_AFTER - OFFER_AFTER
        assert all(each.state.offered_person for each in offered)
    assert talk.last is not None and talk.last.outcome.hand_over is not None
    assert talk.store.orders_of("C-1")[0].returns == ()


def test_the_offer_stands_before_the_question_and_can_be_taken_in_words() -> None:
    talk = Talk()
    state = replace(talk.state, stuck=OFFER_AFTER - 1)
    talk.state = state
    decision = talk.say("hm", "out_of_scope", act="inform")
    assert decision.parts[0].template == "offer_person"
    assert talk.say("Talk to a person", "talk_to_human").kind == "handover"


@pytest.mark.parametrize(
    ("text", "intent", "act"),
    [
        ("hello", "", "greeting"),
        ("thanks", "", "thanks"),
        ("bye", "", "farewell"),
        ("你们真好", "praise", "inform"),
        ("好的", "", "affirm"),
    ],
)
def test_friendly_words_bring_nobody_where_nothing_is_open(text: str, intent: str, act: str) -> None:
    talk = Talk()
    for _ in range(HAND_OVER_AFTER * 2):
        assert talk.say(text, *([intent] if intent else []), act=act).kind == "answer"
    assert talk.state.stuck == 0


def test_answers_can_be_had_for_ever() -> None:
    talk = Talk(hits=answering())
    for number in range(HAND_OVER_AFTER * 2):
        text = ("运费谁出？", "订单W1000001到哪了")[number % 2]
        intent = ("policy_question", "order_status")[number % 2]
        assert talk.say(text, intent, act="question").kind == "answer"


def test_a_long_conversation_that_gets_somewhere_is_left_alone() -> None:
    talk = Talk()
    talk.say("我要退货", "return_item")
    for text in ("W1000001", "台灯", "质量问题", "退到支付宝"):
        talk.say(text, act="inform")
        assert talk.state.stuck <= 1
    assert talk.say("确认", act="affirm").kind == "done" and talk.state.stuck == 0


@pytest.mark.parametrize("text", ["算了", "算了吧，不退了", "never mind", "forget it", "leave it"])
def test_what_is_being_asked_about_can_be_let_go(text: str) -> None:
    talk = Talk()
    talk.say("我要退货 W1000001", "return_item")
    left = talk.say(text, act="deny")
    assert (left.rule, talk.state.requests, talk.state.awaiting) == ("request.given_up", (), "anything_else")


@pytest.mark.parametrize("text", ["不用了", "取消", "I changed my mind"])
def test_what_may_be_the_answer_lets_nothing_go(text: str) -> None:
    talk = Talk()
    asked = talk.say("Cancel order W1000002", "cancel_order")
    assert asked.awaiting == "reason"
    assert talk.say(text, act="inform").rule != "request.given_up"


def test_letting_one_wish_go_takes_up_the_next() -> None:
    talk = Talk()
    talk.say("W1000002的地址写错了", "change_address")
    talk.say("我要退台灯，W1000001", "return_item")
    left = talk.say("算了", act="deny")
    assert [part.template for part in left.parts] == ["withdrawn", "ask_address"]
    assert (left.awaiting, talk.reply.count("？") + talk.reply.count("?")) == ("address", 1)


def test_asking_for_the_same_thing_again_and_again_makes_no_longer_queue() -> None:
    talk = Talk()
    for _ in range(3):
        talk.say("我要退W1000001里的东西", "return_item")
        talk.say("W1000002要改地址", "change_address")
    assert len(talk.state.requests) <= 2


# A customer who says anything

SAID = [
    "我要退台灯，W1000001，质量问题", "还是退耳机吧", "全部都退", "除了水壶都退", "W1000001", "W1000002", "W7654321", "第二个",
    "质量问题", "不想要了", "水壶换成1.5L的，尺寸不对", "背包换成L码", "W1000002取消，不需要了", "不小心下错的", "改用PayPal付W1000002",
    "支付宝", "W1000002改寄到江苏省南京市玄武区中山路18号，邮编210008", "我搬家了，默认地址要改", "耳机充不进电，我要维修",
    "我要投诉", "登记投诉", "你们客服骂人", "我的投诉怎么样了", "太慢了吧", "运费谁出？", "退款多久到账", "我的订单到哪了", "一共退多少",
    "转人工", "你好", "谢谢", "再见", "算了", "好的", "嗯嗯行", "不", "先不办了", "好的，但是只退台灯", "行吧你们真行？", "如果免运费就行",
    "我再想想", "还是", "？？？", "asdf", "wang1@example.com", "liwen@example.com", "yes", "no", "yes, but only the kettle",
    "Exchange the kettle of W1000001 for the green one, it is faulty", "Actually the 1.5L one", "Then the headphones",
    "Cancel my order", "I don't know", "never mind", "I want to file a complaint, the courier was rude", "Where is my order?",
    "What about my complaint?", "Put it on my gift card", "also the lamp", "👍", "ok whatever", "stop", "maybe later",
]  # fmt: skip
LABELS = st.tuples(
    st.sampled_from(SAID), st.sampled_from(ACTS), st.lists(st.sampled_from(INTENTS), max_size=2),
    st.sampled_from(["positive", "neutral", "negative"]), st.sampled_from([*COMPLAINTS, "none", "none", "none"]),
)  # fmt: skip
# Templates that put a question.
ASKING = ("proposal", "confirm_again", "identity_failed", "ask_")


def asks(decision: Decision) -> int:
    names = [part.template for part in decision.parts]
    return sum(name.startswith(ASKING) and name != "proposal_renewed" for name in names)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.booleans(), st.lists(LABELS, min_size=5, max_size=40))
def test_whatever_is_said_ends_well(
    identified: bool, documents: bool, messages: list[tuple[str, str, list[str], str, str]]
) -> None:
    talk = Talk(hits=answering() if documents else ())
    talk.state = State(customer_id="C-1" if identified else None)
    known: set[str] = set()
    idle = 0
    for text, act, intents, sentiment, complaint in messages:
        before = talk.state
        heard = understood(text, *intents, act=act, sentiment=sentiment, complaint=complaint)
        decision = talk.hear(heard)
        check_one_question(talk, decision)
        wanted = before.requests[0].intent if before.requests else ""
        check_writes(talk, before, decision, affirms(heard) or agrees(text, wanted))
        templates = {part.template for part in decision.parts}
        if decision.kind in ("answer", "done", "handover") or templates & ANSWERS:
            idle, known = 0, set()
            continue
        now = {f"{each.intent}:{slot}" for each in talk.state.requests for slot in known_slots(each)}
        fresh = (now - known) or before.customer_id != talk.state.customer_id
        known, idle = known | now, 0 if fresh else idle + 1
        assert idle <= HAND_OVER_AFTER


def check_one_question(talk: Talk, decision: Decision) -> None:
    assert asks(decision) <= 1, [part.template for part in decision.parts]
    assert talk.reply.strip()
    ours = talk.reply
    for request in talk.state.requests:
        # What the customer complains of or found faulty is read back in their own words.
        for words in (request.words, request.fault):
            ours = ours.replace(words, "") if words else ours
    assert len(re.findall("[?？]", ours)) <= 1, talk.reply


def check_writes(talk: Talk, before: State, decision: Decision, yes: bool) -> None:
    """Something is carried out only on a yes, only what was read back, and only once."""
    assert talk.last is not None
    receipt = talk.last.outcome.receipt
    if receipt is None:
        assert talk.state.done == before.done
        return
    assert yes and before.proposal is not None and before.awaiting == "confirmation"
    assert receipt.proposal_id == before.proposal.id
    assert talk.store.proposal(before.proposal.id).digest == before.proposal.digest
    assert talk.state.done[:-1] == before.done and isinstance(talk.state.done[-1], Done)
