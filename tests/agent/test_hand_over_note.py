"""What a person is told who takes a conversation on: enough to go on, and nothing private."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.notes import HandOverNote
from agent.slots import NEEDS, slots_of, without_private
from agent.tasks import TASKS
from agent.types import Request, State
from tests.agent.goods import DELIVERED, ORDERS
from tests.agent.talking import Talk, angry
from tests.tools.builders import ADDRESS
from tools.domain import HandOver, ReturnItem, ReturnReason


def handed_over(talk: Talk) -> tuple[HandOverNote, HandOver]:
    """The note as typed and the item on the desk of the person."""
    assert talk.last is not None and talk.last.decision.command is not None
    note, item = talk.last.decision.command.note, talk.last.outcome.hand_over
    assert note is not None and item is not None
    return note, item


def test_what_is_wanted_and_what_is_missing_is_told() -> None:
    talk = Talk()
    talk.say("I want to return the desk lamp of W1000001", "return_item")
    talk.say("Talk to a person", "talk_to_human")
    note, item = handed_over(talk)
    (wish,) = note.wishes
    assert (wish.intent, wish.missing) == ("return_item", ("reason",))
    assert wish.known == {"order_id": "W1000001", "items": "Desk Lamp ×1"}
    assert wish.words == "I want to return the desk lamp of W1000001"
    assert (note.customer_id, note.language, note.why) == ("C-1", "en", "person.asked")
    for piece in ("C-1", "W1000001", "Desk Lamp", "missing: reason", "Talk to a person"):
        assert piece in item.summary


def test_a_proposal_that_waited_is_withdrawn_and_told_of() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    assert talk.state.proposal is not None
    waiting = talk.state.proposal.id
    talk.say("转人工", "talk_to_human")
    note, item = handed_over(talk)
    assert note.dropped is not None
    assert (note.dropped.kind, note.dropped.order_id) == ("start_return", "W1000001")
    assert talk.store.proposal(waiting).status == "withdrawn"
    assert note.wishes[0].missing == () and note.wishes[0].known["reason"] == "quality"
    assert "未确认" in item.summary and waiting in item.summary


def test_what_was_done_is_told_with_its_receipts() -> None:
    talk = Talk()
    talk.say("Cancel order W1000002, I don't need it", "cancel_order")
    talk.say("Yes.", act="affirm")
    talk.say("I want to talk to a human", "talk_to_human")
    note, item = handed_over(talk)
    (done,) = note.finished
    assert (done.kind, done.order_id) == ("order_cancelled", "W1000002")
    assert done.receipt_id.startswith("RC-") and done.receipt_id in item.summary
    assert note.wishes == () and note.dropped is None


def test_mood_urgency_and_last_words_are_told() -> None:
    talk = Talk()
    heard = replace(
        angry("The heater sparks, get me a human!", "talk_to_human", complaint="quality"), urgent=True
    )
    talk.hear(heard)
    note, item = handed_over(talk)
    assert (note.sentiment, note.complaint, note.urgent) == ("negative", "quality", True)
    assert note.last_words == "The heater sparks, get me a human!"
    assert "upset" in item.summary and "urgent" in item.summary


def test_what_made_the_customer_angry_before_is_told() -> None:
    talk = Talk()
    talk.hear(angry("三天没动，太慢了，打13800138000也没人接", "complaint", complaint="logistics"))
    talk.say("转人工", "talk_to_human")
    note, item = handed_over(talk)
    assert note.grievance == "三天没动，太慢了，打[phone]也没人接" and note.grievance in item.summary


def test_nobody_known_is_said_to_be_nobody_known() -> None:
    talk = Talk(state=State(identity_failures=2))
    talk.say("我要退货，订单W1000001", "return_item")
    talk.say("转人工", "talk_to_human")
    note, item = handed_over(talk)
    assert (note.customer_id, note.failed_identities) == ("", 2)
    assert note.wishes[0].missing[0] == "identity"
    assert "未核实身份" in item.summary and "2" in item.summary


PRIVATE = ["zhou.min@example.com", "13800138000", "周敏", "4111 1111 1111 1111", "310012"]


def test_mail_phone_name_and_card_are_not_written_down_again() -> None:
    talk = Talk(state=State())
    talk.say("我是周敏，退货，电话13800138000，卡号4111 1111 1111 1111", "return_item")
    talk.say("转人工！邮箱zhou.min@example.com 邮编310012", "talk_to_human")
    note, item = handed_over(talk)
    for private in PRIVATE:
        assert private not in item.summary and private not in str(note)
    assert "退货" in item.summary


def test_an_address_is_not_written_down_again() -> None:
    talk = Talk()
    talk.say("W1000002请改寄到江苏省南京市玄武区中山路18号，邮编210008", "change_address")
    talk.say("转人工，中山路18号不对", "talk_to_human")
    note, item = handed_over(talk)
    assert "中山路" not in item.summary and note.wishes[0].known["address"] == "given"


@pytest.mark.parametrize("intent", sorted(TASKS))
def test_every_task_says_what_it_needs(intent: str) -> None:
    slots = slots_of(Request(intent, "please"))
    assert slots.missing == NEEDS[intent] and slots.known == {}


def test_nothing_is_missing_of_a_request_that_was_read_back() -> None:
    request = Request("return_item", "退", "W1000001", (ReturnItem(2, 1),))
    assert slots_of(request, ORDERS).missing == ("reason",)
    assert slots_of(request, ORDERS, complete=True).missing == ()


def test_a_slot_is_known_once_it_is_filled() -> None:
    request = Request(
        "return_item", "退", "W1000001", (ReturnItem(2, 1), ReturnItem(3, 1)), ReturnReason.QUALITY,
        method_id="PM-gift",
    )  # fmt: skip
    assert slots_of(request, (DELIVERED,), "zh").known == {
        "order_id": "W1000001", "items": "护眼台灯 ×1, 蓝牙耳机 ×1", "reason": "quality", "payment_method": "PM-gift",
    }  # fmt: skip
    assert slots_of(request).known["items"] == "#2, #3"
    assert slots_of(Request("update_profile", "x", address=ADDRESS)).missing == ()


def test_order_numbers_stay_readable() -> None:
    text = "订单W1000001，运单SF1234567890123，1000002"
    assert without_private(text) == text
