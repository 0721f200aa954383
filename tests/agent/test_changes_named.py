"""What a change is to lead to: the new method and not the old, a part of an order, two wishes in one message."""

from __future__ import annotations

import pytest

from agent.complaints import needs_number
from agent.resolve.methods import named_kind, named_method
from agent.resolve.parts import part_of
from agent.resolve.variants import wanted_variant
from agent.types import Request
from agent.understand.clauses import _two_wishes as two_wishes
from agent.understand.clauses import says, split_sentences
from tests.agent.goods import BACKPACK, BY_ID, DELIVERED, KETTLE, buyer, line_of, said
from tools.domain import PaymentKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("move it from PayPal to my gift card", "PM-gift"),
        ("from the Visa over to Alipay", "PM-alipay"),
        ("I'd sooner pay by PayPal than with the gift card", "PM-paypal"),
        ("I don't want to use Alipay, use PayPal", "PM-paypal"),
        ("从礼品卡换成支付宝", "PM-alipay"),
        ("支付宝不用了，改成贝宝", "PM-paypal"),
        ("不用支付宝改用礼品卡", "PM-gift"),
        ("贝宝换礼品卡", "PM-gift"),
        ("刷我的卡吧", "PM-visa"),
        ("half PayPal, half Alipay", None),
        ("支付宝和礼品卡一起付", None),
        ("anything other than PayPal", None),
    ],
)
def test_of_two_methods_the_new_one_is_meant(text: str, expected: str | None) -> None:
    assert named_method(text, buyer()) == expected


def test_the_kind_that_a_change_leads_to_is_named_even_if_the_customer_has_none() -> None:
    assert named_kind("从支付宝换成微信付") is PaymentKind.WECHAT_PAY
    assert named_kind("from WeChat Pay to PayPal") is PaymentKind.PAYPAL


KETTLE_NO = next(line.line_no for line in DELIVERED.lines if line.product_id == KETTLE.id)


@pytest.mark.parametrize(
    "text",
    [
        "cancel just the kettle",
        "Please cancel the electric kettle, but keep the desk lamp and the headphones",
        "Cancel the electric kettle please",
        "no longer needed, only the kettle",
        "单独取消电热水壶",
        "取消电热水壶，台灯和耳机照发",
    ],
)
def test_a_part_of_an_order_is_told_from_the_whole(text: str) -> None:
    assert part_of(text, DELIVERED, BY_ID) == (KETTLE_NO,)


@pytest.mark.parametrize(
    "text",
    [
        "cancel my order with the kettle",
        "Cancel the kettle order",
        "电热水壶那单取消吧",
        "cancel it, I no longer need it",
        "cancel the kettle, the lamp and the headphones",
        "取消订单",
    ],
)
def test_an_order_called_by_what_is_in_it_is_meant_whole(text: str) -> None:
    assert part_of(text, DELIVERED, BY_ID) == ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I'd like to update my default address", "update_profile"),
        ("想换一下我的默认收货地址", "update_profile"),
        ("set the address of W1234567 to my default address", "change_address"),
        ("把W1234567的地址改成默认地址", "change_address"),
        ("please switch the order over to PayPal", "change_payment"),
        ("从微信换成礼品卡", "change_payment"),
        ("帮我改寄到公司", "change_address"),
        ("can I have the shirt in blue rather than red", "change_items"),
    ],
)
def test_words_name_the_action(text: str, intent: str) -> None:
    assert says(intent, text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("啥时候送到的", "change_address"),
        ("快递还没送到", "change_address"),
        ("把W1234567的地址改成默认地址", "update_profile"),
        ("change the lamp to black and refund the difference to PayPal", "change_payment"),
        ("can I get a refund instead of an exchange", "change_items"),
    ],
)
def test_words_that_only_sound_like_it_do_not(text: str, intent: str) -> None:
    assert not says(intent, text)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("W1000002帮我取消，另外W1000001的台灯要退货", "另外W1000001的台灯要退货"),
        ("cancel W1000002 and return the lamp from W1000001", "and return the lamp from W1000001"),
        (
            "背包改成蓝色，地址也改成江苏省南京市中山路 1 号，210008",
            "地址也改成江苏省南京市中山路 1 号，210008",
        ),
    ],
)
def test_two_wishes_for_two_orders_or_places_are_two(text: str, second: str) -> None:
    assert two_wishes(text)[1:] == [second]


@pytest.mark.parametrize(
    "text",
    [
        "exchange the lamp for a black one and return the kettle",
        "请改寄到江苏省南京市玄武区中山路 18 号，邮编 210008",
        "Cancel W1000002, I no longer need it",
    ],
)
def test_one_wish_stays_whole(text: str) -> None:
    assert two_wishes(text) == [text] == split_sentences(text)


@pytest.mark.parametrize(
    "text", ["L instead of M", "M不要了，换成L码", "size L, not M", "L rather than M please"]
)
def test_what_is_not_wanted_any_more_is_no_wish(text: str) -> None:
    line = line_of(BACKPACK, 2)
    (only, *_) = wanted_variant(text, line, BACKPACK).fits
    assert only.options["size"].en == "L"


@pytest.mark.parametrize(
    ("kind", "needed"), [("service", True), ("other", True), ("quality", False), ("logistics", False)]
)
def test_a_complaint_about_people_is_about_an_order_only_by_its_number(kind: str, needed: bool) -> None:

    assert needs_number(Request("complaint", "", complaint=kind), said("yesterday")) is needed
