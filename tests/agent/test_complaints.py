"""Complaints by chat: who gets one recorded, who is offered one, and how earlier ones are told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.complaint_words import asks_after, asks_how, files_complaint, tells_of_harm, tells_something
from agent.complaints import new_complaint
from agent.types import Request, Score, State
from tests.agent.builders import understood
from tests.agent.goods import in_parts
from tests.agent.talking import Talk, angry, answering
from tools.domain import ComplaintKind, ComplaintStatus, OpenComplaint

FILES = [
    "this is the third time it broke, I want to file a complaint",
    "I want to complain",
    "I'd like to make a complaint about your courier",
    "File a complaint",
    "please register a complaint: the driver threw my parcel over the fence",
    "I wish to lodge a formal complaint against your support team",
    "Complaint: the lamp smells of petrol",
    "I need to complain about the rude agent yesterday",
    "Can I make a complaint about the packaging?",
    "I complained last week and nobody cared, so I want to file another complaint",
    "我要投诉你们客服态度差",
    "我要投诉",
    "登记投诉",
    "我想投诉快递员，他把包裹扔在雨里",
    "帮我投诉一下商家，卖假货",
    "这已经是第三次坏了，我要投诉！",
    "请登记投诉：台灯有股汽油味",
    "麻烦帮我提交一个投诉",
    "我要举报你们卖假货",
    "投诉你们的物流，三天没动",
    "一拖再拖，我要投诉",
]
ONLY_ANGRY = [
    "so slow!",
    "what a terrible shop",
    "Your service is awful, this is the third time",
    "If it isn't here tomorrow I will file a complaint",
    "send it today or I'll make a complaint",
    "I don't want to complain, but the lamp is a bit dim",
    "no need to file a complaint, just tell me where it is",
    "太慢了吧！",
    "什么破店",
    "再不发货我就投诉了",
    "再这样我投诉你们了啊",
    "不想投诉，就想问问什么时候到",
    "不处理的话我只好投诉",
    "否则我要投诉你们",
]
HOW = ["怎么投诉？", "去哪里投诉", "投诉电话是多少", "how can I file a complaint?", "Where do I complain?"]
AFTER = [
    "我的投诉怎么样了",
    "上次投诉你们的事有结果吗",
    "我投诉过了怎么没人理",
    "投诉进度查一下",
    "我那个投诉处理了吗",
    "What about my complaint?",
    "any news on my complaint",
    "I filed a complaint last week, nobody answered",
    "what is the status of complaint CP-1234?",
    "Has anyone looked at my complaint yet",
]


@pytest.mark.parametrize("text", FILES)
def test_who_asks_for_a_complaint_in_words_gets_one(text: str) -> None:
    assert files_complaint(text) and not asks_after(text)


@pytest.mark.parametrize("text", [*ONLY_ANGRY, *HOW, *AFTER])
def test_nobody_else_gets_one(text: str) -> None:
    assert not files_complaint(text)


@pytest.mark.parametrize("text", AFTER)
def test_who_asks_after_a_complaint_is_understood(text: str) -> None:
    assert asks_after(text) and not asks_how(text)


@pytest.mark.parametrize("text", HOW)
def test_how_to_complain_is_a_question_for_the_documents(text: str) -> None:
    talk = Talk(hits=answering())
    assert asks_how(text) and not asks_after(text)
    assert talk.say(text, "complaint", act="question").rule == "knowledge.found"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我要投诉", False),
        ("我要投诉你们客服", False),
        ("投诉，订单W1000001", False),
        ("I want to complain about my recent order W1000001", False),
        ("File a complaint", False),
        ("麻烦帮我提交一个投诉", False),
        ("I wish to lodge a formal complaint against your support team", False),
        ("我要投诉你们客服态度差", True),
        ("我要投诉快递太慢", True),
        ("I want to complain about the rude agent", True),
        ("I want to complain, the lamp exploded", True),
    ],
)
def test_whether_anything_was_said_besides_that_it_is_a_complaint(text: str, told: bool) -> None:
    assert tells_something(text) is told


# Recorded: proposal, yes, receipt


@pytest.mark.parametrize(
    ("text", "label", "yes"),
    [
        ("我要投诉你们客服态度差", "service", "确认"),
        ("I want to file a complaint, your agent hung up on me", "service", "Yes, please."),
        ("这是第三次坏了，我要投诉", "quality", "好的"),
    ],
)
def test_a_complaint_is_read_back_confirmed_and_answered_with_its_number(
    text: str, label: str, yes: str
) -> None:
    talk = Talk()
    asked = talk.hear(angry(text, "complaint", complaint=label, act="request"))
    assert (asked.kind, asked.awaiting, asked.action) == ("propose", "confirmation", "complaint")
    assert [part.template for part in asked.parts] == ["sorry", "proposal"]
    assert text in talk.reply and not talk.store.complaints_of("C-1")
    done = talk.say(yes, act="affirm")
    (complaint,) = talk.store.complaints_of("C-1")
    assert done.kind == "done" and complaint.id in talk.reply
    assert (complaint.kind, complaint.text, complaint.status) == (
        ComplaintKind(label), text, ComplaintStatus.OPEN,
    )  # fmt: skip
    assert [each.subject_id for each in talk.state.done] == [complaint.id]


def command(talk: Talk) -> OpenComplaint:
    """What waits for a yes."""
    assert talk.state.proposal is not None
    waiting = talk.store.proposal(talk.state.proposal.id).command
    assert isinstance(waiting, OpenComplaint)
    return waiting


@pytest.mark.parametrize(
    ("text", "label", "order_id"),
    [
        ("I want to complain about order W1000002, it came in an open box", "logistics", "W1000002"),
        ("我要投诉，台灯用三天就不亮了", "quality", "W1000001"),
        ("我要投诉你们客服态度差", "service", ""),
    ],
)
def test_a_complaint_is_about_the_order_that_it_names_or_about_none(
    text: str, label: str, order_id: str
) -> None:
    talk = Talk()
    talk.hear(angry(text, "complaint", complaint=label))
    assert command(talk) == OpenComplaint(ComplaintKind(label), text, order_id, talk.state.language)


@pytest.mark.parametrize(("label", "order_id"), [("logistics", "W1000002"), ("service", "")])
def test_what_was_just_spoken_of_is_meant_where_it_is_about_goods(label: str, order_id: str) -> None:
    talk = Talk()
    talk.say("Where is order W1000002?", "order_status", act="question")
    talk.hear(angry("This takes far too long, I want to file a complaint", "complaint", complaint=label))
    assert command(talk).order_id == order_id


def test_another_order_for_the_complaint_is_read_back_anew() -> None:
    talk = Talk()
    talk.hear(angry("我要投诉，台灯用三天就不亮了", "complaint", complaint="quality"))
    again = talk.say("不是这个订单，是W1000002", act="correct")
    assert again.kind == "propose" and command(talk).order_id == "W1000002"


def test_more_that_happened_is_added_and_read_back_anew() -> None:
    talk = Talk()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("另外他还挂我电话", act="inform")
    assert command(talk).text == "我要投诉你们客服态度差 另外他还挂我电话"
    assert "挂我电话" in talk.reply and not talk.store.complaints_of("C-1")


def test_a_no_records_nothing() -> None:
    talk = Talk()
    talk.hear(angry("I want to complain about the rude agent", "complaint", complaint="service"))
    declined = talk.say("no, leave it", act="deny")
    assert declined.rule == "proposal.declined" and talk.state.proposal is None
    assert not talk.store.complaints_of("C-1")


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("我要投诉", "你们客服骂人"),
        ("I want to complain", "The courier threw the box over the fence"),
    ],
)
def test_what_happened_is_asked_for_where_nothing_was_said(first: str, told: str) -> None:
    talk = Talk()
    asked = talk.say(first, "complaint")
    assert (asked.kind, asked.awaiting, asked.rule) == ("ask", "reason", "complaint.words")
    talk.say(told, "order_status", act="inform", complaint="service")
    assert command(talk) == OpenComplaint(ComplaintKind.SERVICE, told, "", talk.state.language)


@pytest.mark.parametrize("answer", ["yes", "好的", "no", "W1000001"])
def test_a_yes_or_a_number_does_not_say_what_happened(answer: str) -> None:
    talk = Talk()
    talk.say("I want to complain", "complaint")
    again = talk.say(answer, act="affirm")
    assert again.kind == "ask" and talk.state.requests[0].words == ""


def test_who_complains_comes_first_and_nothing_has_to_be_said_again() -> None:
    talk = Talk(state=State())
    asked = talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    assert (asked.kind, asked.awaiting) == ("ask", "identity")
    told = talk.say("wang1@example.com", act="inform")
    assert told.kind == "propose" and command(talk).text == "我要投诉你们客服态度差"


def test_a_number_that_is_none_of_the_customers_is_said_to_be_so_and_stops_nothing() -> None:
    talk = Talk()
    asked = talk.hear(angry("I want to complain about W7654321, it was smashed", complaint="quality"))
    assert [part.template for part in asked.parts] == ["sorry", "order_not_found", "proposal"] or [
        part.template for part in asked.parts
    ] == ["order_not_found", "sorry", "proposal"]
    assert command(talk).order_id == ""


def test_a_complaint_about_the_people_here_is_no_wish_for_one_of_them() -> None:
    talk = Talk()
    decision = talk.hear(angry("我要投诉你们经理", "complaint", "talk_to_human", complaint="service"))
    assert decision.kind != "handover"
    assert Talk().say("我要投诉，给我转人工", "complaint", "talk_to_human").kind == "handover"


def test_urgency_stays_with_the_complaint() -> None:
    talk = Talk()
    talk.say("I want to complain", "complaint", urgent=True)
    talk.say("The heater sparks, it is dangerous", act="inform", complaint="quality")
    assert talk.state.requests[0].urgent


def test_a_very_long_complaint_is_cut_and_read_back_as_it_will_be_recorded() -> None:
    talk = Talk()
    talk.say("我要投诉，" + "快递把我的包裹弄丢了" * 400, "complaint", complaint="logistics")
    assert len(command(talk).text) <= 1500
    assert command(talk).text in talk.reply


# Served first


def test_what_is_wanted_besides_is_served_first_and_the_complaint_follows() -> None:
    talk = Talk()
    message = in_parts(
        ("The desk lamp of W1000001 arrived broken, I want to return it.", "return_item"),
        ("And I want to file a complaint about the packaging.", "complaint"),
    )
    first = talk.hear(message)
    assert first.kind == "propose" and first.action == "return"
    second = talk.say("Yes.", act="affirm")
    assert second.kind == "done" and command(talk).kind is ComplaintKind.OTHER
    assert talk.reply.index("RT-") < talk.reply.index("Complaint:")
    talk.say("Yes.", act="affirm")
    assert len(talk.store.complaints_of("C-1")) == 1 and len(talk.store.order("W1000001", "C-1").returns) == 1


@pytest.mark.parametrize(
    "text", ["W1000002到底什么时候到？我要投诉！", "Where is W1000002? I want to complain"]
)
def test_a_question_is_answered_and_the_complaint_read_back_with_it(text: str) -> None:
    talk = Talk()
    decision = talk.hear(angry(text, "order_status", "complaint", complaint="logistics"))
    assert [part.template for part in decision.parts][-1] == "proposal"
    assert "order_facts" in [part.template for part in decision.parts]
    assert command(talk).order_id == "W1000002"


@pytest.mark.parametrize("intent", ["repair", "return_item", "refund_status", "tracking"])
def test_what_was_only_suffered_is_no_wish(intent: str) -> None:
    talk = Talk()
    heard = angry("it broke for the third time, I want to file a complaint", intent, complaint="quality")
    assert talk.hear(heard).action == "complaint"


def test_an_angry_wish_is_served_and_the_complaint_only_offered() -> None:
    talk = Talk()
    heard = angry("Where is W1000002, this is a disgrace", "order_status", complaint="logistics")
    decision = talk.hear(heard)
    assert [part.template for part in decision.parts][:2] == ["sorry", "order_facts"]
    assert [each.text for each in decision.quick_replies] == ["File a complaint"]
    assert decision.command is None


def test_a_complaint_in_the_middle_of_a_return_comes_first_and_the_return_is_not_forgotten() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    moved = talk.say("我还要投诉你们客服态度差", "complaint", complaint="service")
    assert moved.parts[0].template == "withdrawn_for_now" and command(talk).kind is ComplaintKind.SERVICE
    back = talk.say("先不办了", act="deny")
    assert [part.template for part in back.parts] == ["withdrawn", "proposal"]
    assert (back.kind, back.awaiting) == ("propose", "confirmation")
    assert talk.state.proposal is not None and talk.state.proposal.kind == "start_return"
    assert not talk.store.complaints_of("C-1")


# Only angry


@pytest.mark.parametrize("text", ONLY_ANGRY)
@pytest.mark.parametrize("act", ["inform", "abuse"])
def test_who_is_only_angry_hears_sorry_and_is_offered_a_complaint(text: str, act: str) -> None:
    talk = Talk()
    decision = talk.hear(angry(text, "complaint", complaint="service", act=act))
    assert decision.rule == "talk.complaint" and decision.command is None
    assert {"登记投诉", "File a complaint"} & {each.text for each in decision.quick_replies}
    assert talk.state.proposal is None


@pytest.mark.parametrize("text", ["so slow!", "太慢了吧！", "烦死了"])
def test_a_bad_mood_is_enough_for_the_offer_even_where_no_head_hears_a_complaint(text: str) -> None:
    heard = understood(text, act="inform", sentiment="negative")
    assert Talk().hear(heard).rule == "talk.complaint"
    assert Talk().hear(understood(text, act="inform")).rule == "confused"


def test_what_was_said_about_complaints_is_not_what_one_says() -> None:
    talk = Talk()
    talk.hear(angry("我的投诉怎么样了", "complaint", complaint="service", act="question"))
    assert talk.state.grievance is None
    assert talk.say("登记投诉").rule == "complaint.words"


@pytest.mark.parametrize(
    ("grumbling", "button"),
    [("太慢了吧！三天没动", "登记投诉"), ("so slow! No news for days", "File a complaint")],
)
def test_the_offer_taken_records_what_was_said_before(grumbling: str, button: str) -> None:
    talk = Talk()
    talk.hear(angry(grumbling, "complaint", complaint="logistics"))
    talk.say(button)
    assert (command(talk).text, command(talk).kind) == (grumbling, ComplaintKind.LOGISTICS)
    talk.say("确认" if talk.state.language == "zh" else "Yes", act="affirm")
    assert talk.state.grievance is None


def test_several_angry_messages_make_one_complaint() -> None:
    talk = Talk()
    for text in ("so slow!", "three weeks now, and nobody answers"):
        talk.hear(angry(text, "complaint", complaint="logistics"))
    talk.say("File a complaint")
    assert command(talk).text == "so slow! three weeks now, and nobody answers"


def test_anger_while_something_is_asked_keeps_the_question_open() -> None:
    talk = Talk()
    talk.say("我要退货 W1000001", "return_item")
    talk.hear(angry("烦死了", "complaint", complaint="service", act="abuse"))
    assert talk.state.awaiting == "items" and talk.state.requests[0].intent == "return_item"


# Earlier ones


@pytest.mark.parametrize("text", AFTER)
def test_open_complaints_are_told_of(text: str) -> None:
    talk = Talk()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("确认", act="affirm")
    (complaint,) = talk.store.complaints_of("C-1")
    answer = talk.say(text, "complaint", act="question")
    assert (answer.kind, answer.rule) == ("answer", "complaint.status")
    assert complaint.id in talk.reply


def test_whose_complaints_comes_first_and_then_they_are_told() -> None:
    talk = Talk(state=State())
    assert talk.say("What about my complaint?", "complaint", act="question").awaiting == "identity"
    told = talk.say("wang1@example.com", act="inform")
    assert told.rule == "complaint.status" and "no complaint" in talk.reply


def test_an_answer_that_is_late_is_said_to_be_late() -> None:
    talk = Talk()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("确认", act="affirm")
    talk.say("我的投诉怎么样了", act="question")
    assert "抱歉" not in talk.reply
    assert "24 小时" in talk.reply and "11月13日（周五） 10:01" in talk.reply
    talk.now += timedelta(hours=30)
    talk.say("我的投诉怎么样了", act="question")
    assert "抱歉" in talk.reply


def test_a_question_about_a_complaint_leaves_a_proposal_waiting() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    before = talk.state.proposal
    between = talk.say("我的投诉怎么样了？", "complaint", act="question")
    assert [part.template for part in between.parts] == ["complaints", "proposal_waits"]
    assert talk.state.proposal == before and talk.state.awaiting == "confirmation"


def test_a_complaint_counts_for_nothing_in_a_sum_of_money() -> None:
    talk = Talk()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("确认", act="affirm")
    answer = talk.say("一共退我多少钱？", "refund_status", act="question")
    assert "totals" not in [part.template for part in answer.parts]


def test_an_old_conversation_without_these_fields_is_still_read() -> None:
    """What was stored before is a state too."""
    import msgspec

    old = msgspec.to_builtins(State(requests=(Request("return_item", "退"),)))
    for name in ("grievance", "stuck", "filled"):
        old.pop(name)
    for name in ("words", "complaint", "urgent"):
        old["requests"][0].pop(name)
    assert msgspec.convert(old, State) == State(requests=(Request("return_item", "退"),))


def test_a_message_that_only_looks_angry_asks_for_nothing() -> None:
    heard = replace(understood("😡😡😡", act="abuse"), complaint=angry("x").complaint)
    assert Talk().hear(heard).command is None


@pytest.mark.parametrize(
    "text",
    ["the kettle gave me an electric shock", "the charger caught fire", "it burnt my hand", "we ended up in hospital",
     "插上就漏电", "充电宝冒烟了", "孩子被烫伤", "吃完全家进了医院"],
)  # fmt: skip
def test_harm_makes_a_complaint_urgent_whatever_the_heads_say(text: str) -> None:
    assert tells_of_harm(text)
    request = new_complaint(understood(text, complaint="quality"), State())
    assert request.urgent


@pytest.mark.parametrize(
    "text",
    [
        "the colours are shocking",
        "it was a fire sale",
        "买电水壶",
        "热得快",
        "too slow",
        "the hospital bed sheets",
        "地址是市医院门口",
    ],
)
def test_no_harm_no_urgency(text: str) -> None:
    assert not tells_of_harm(text)


def test_a_calm_complaint_has_the_likeliest_class() -> None:
    calm = replace(
        understood("我想投诉一下：键盘有个按键偶尔会没反应", complaint="none"),
        alternatives=(
            Score("request", 0.9),
            Score("none", 0.6),
            Score("quality", 0.3),
            Score("service", 0.1),
        ),
    )
    assert new_complaint(calm, State()).complaint == "quality"
    unsure = replace(calm, alternatives=(Score("none", 0.9), Score("service", 0.1)))
    assert new_complaint(unsure, State()).complaint == "other"
