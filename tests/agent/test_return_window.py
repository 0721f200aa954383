"""Whether, and until when, goods may come back: told from the rules and the customer's own orders. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.return_window import asks_whether
from tests.agent.goods import BACKPACK, HEADPHONES, KETTLE, line_of
from tests.agent.talking import Talk
from tests.tools.builders import NOW, order
from tools.domain import Order, Product


@pytest.mark.parametrize(
    "text",
    [
        "净化器嫌吵，要退的话最晚哪天提？",
        "这件毛衣还能退吗",
        "不想要了，还来得及退不",
        "台灯和水壶哪个还能无理由退",
        "By what date would I have to ask if I just don't want the headphones after all?",
        "can the kettle still go back?",
        "Am I too late to return the lamp?",
        "I've gone off both, which can still be returned",
    ],
)
def test_questions_about_the_time_to_return(text: str) -> None:
    assert asks_whether(text)


@pytest.mark.parametrize(
    "text",
    [
        "帮我退了那个水壶",
        "退款几天到账",
        "How long does a refund take?",
        "Return the kettle please, it leaks.",
        "什么时候发货",
        "when will it arrive",
        "我退的衣服到哪了",
    ],
)
def test_what_asks_for_something_else(text: str) -> None:
    assert not asks_whether(text)


def arrived(order_id: str, days: int, *goods: Product) -> Order:
    """An order that came so many days ago."""
    lines = [line_of(each, line_no=number) for number, each in enumerate(goods, 1)]
    came = NOW - timedelta(days=days)
    found = order(*lines, delivered_at=came)
    assert found.shipment is not None
    sent = replace(found.shipment, shipped_at=came - timedelta(days=2), events=())
    paid = tuple(replace(each, at=came - timedelta(days=3)) for each in found.payments)
    return replace(
        found, id=order_id, placed_at=came - timedelta(days=3), shipment=sent, payments=paid, history=()
    )


def talk_of(days: int) -> Talk:
    """A customer whose kettle and backpack came so many days ago; the kettle has 7 days, the backpack 15."""
    talk = Talk()
    orders = (arrived("W1000001", days, KETTLE, BACKPACK), arrived("W1000009", 40, HEADPHONES))
    talk.store.import_shop(replace(talk.store.export_shop(), orders=orders), replace=True)
    return talk


@pytest.mark.parametrize(
    ("days", "open_", "closed"), [(3, ("kettle", "backpack"), ()), (10, ("backpack",), ("kettle",))]
)
def test_each_of_the_goods_has_its_own_last_day(
    days: int, open_: tuple[str, ...], closed: tuple[str, ...]
) -> None:
    talk = talk_of(days)
    talk.say("Just asking: can the kettle and the backpack still go back?", "policy_question", act="question")
    lines = {
        name: next(line for line in talk.reply.split("\n") if name in line.lower())
        for name in ("kettle", "backpack")
    }
    for name in open_:
        assert "without a reason until" in lines[name]
    for name in closed:
        assert "is over; the last day was" in lines[name]
    assert all("faulty, damaged or the wrong item" in line for line in lines.values())


def test_what_was_named_before_is_meant() -> None:
    text = "水壶和双肩背包是前几天到的。不想要了，还能退吗？"
    talk = talk_of(3)
    talk.say(text, "policy_question", act="question")
    assert "水壶" in talk.reply and "双肩背包" in talk.reply and "最晚" in talk.reply


def test_when_both_times_are_over_both_are_said() -> None:
    talk = talk_of(3)
    talk.say("耳机不想要了还能退吗？", "policy_question", act="question")
    assert "无理由退货已经过期" in talk.reply or "已经过了退货期" in talk.reply


def test_a_plain_wish_hears_of_no_days() -> None:
    talk = talk_of(3)
    talk.say("Return the kettle, I no longer want it", "return_item")
    assert "until" not in talk.reply
