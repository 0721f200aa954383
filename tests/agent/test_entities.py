"""Numbers, sums of money and choices in messages as customers type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.entities import find_entities, normalise

TODAY = date(2026, 11, 12)


def found(text: str, kind: str) -> list[str]:
    return [each.value for each in find_entities(text, TODAY) if each.kind == kind]


def kinds(text: str) -> set[str]:
    return {each.kind for each in find_entities(text, TODAY)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("快递单号SF1234567890123，到哪了", "SF1234567890123"), ("我的快递YT1234567890123三天没动了", "YT1234567890123"),
        ("ＪＤ０１２３４５６７８９０１２ 查一下", "JD0123456789012"), ("JDVA12345678901-1-1- 这个单号", "JDVA12345678901"),
        ("sf 1234567890123", "SF1234567890123"), ("ZTO75312345678901", "ZTO75312345678901"), ("STO773123456789012", "STO773123456789012"),
        ("EMS EA123456789CN 到哪里了", "EA123456789CN"), ("运单号是 773123456789012", "773123456789012"),
        ("中通 75312345678901 物流不更新", "75312345678901"), ("那个单号 773000111222333", "773000111222333"),
        ("tracking 1Z999AA10123456784 stuck", "1Z999AA10123456784"), ("UPS 1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
        ("my fedex number is 123456789012", "123456789012"), ("tracking no. 1234 5678 9012", "123456789012"),
        ("快递单号：123456789012", "123456789012"), ("Tracking #9400110200881234567890", "9400110200881234567890"),
    ],
)  # fmt: skip
def test_tracking_numbers(text: str, value: str) -> None:
    assert found(text, "tracking_no") == [value]
    assert not kinds(text) & {"order_id", "phone", "postcode", "date"}


@pytest.mark.parametrize(
    "text", ["SF123", "1Z999", "the number 123456789012", "顺丰 13800000001 让我自取", "快递单号1000001"]
)
def test_other_numbers_are_no_tracking_numbers(text: str) -> None:
    assert found(text, "tracking_no") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("¥1,299.00", "1299.00 CNY"), ("￥９９.９的那个", "99.90 CNY"), ("11.3元", "11.30 CNY"), ("¥99元", "99.00 CNY"), ("RMB 100", "100.00 CNY"),
        ("退我12块5就行", "12.50 CNY"), ("12块50", "12.50 CNY"), ("九块九", "9.90 CNY"), ("一块五", "1.50 CNY"), ("12块五毛", "12.50 CNY"), ("12元5角", "12.50 CNY"), ("九块九包邮", "9.90 CNY"), ("5块一杯", "5.00 CNY"), ("1000元一晚", "1000.00 CNY"), ("三四块钱", "~3.00 CNY"),
        ("五毛钱", "0.50 CNY"), ("运费8块谁出", "8.00 CNY"), ("退我两块", "2.00 CNY"), ("三块钱", "3.00 CNY"), ("差价三百多块", "~300.00 CNY"),
        ("花了两千三百块钱", "2300.00 CNY"), ("一百二十元", "120.00 CNY"), ("3万块", "30000.00 CNY"), ("1.5万元", "15000.00 CNY"),
        ("$12.50", "12.50 USD"), ("＄12.50", "12.50 USD"), ("$1,234,567", "1234567.00 USD"), ("20 bucks", "20.00 USD"), ("USD 20", "20.00 USD"),
        ("twenty dollars", "20.00 USD"), ("a hundred yuan", "100.00 CNY"), ("£12", "12.00 GBP"), ("5.99 euros", "5.99 EUR"), ("200港币", "200.00 HKD"),
    ],
)  # fmt: skip
def test_sums_of_money(text: str, value: str) -> None:
    assert found(text, "amount") == [value]
    assert not kinds(text) & {"date", "order_id", "postcode"}


@pytest.mark.parametrize(
    "text",
    [
        "我买了两块表都坏了", "三块饼干", "退我两块表", "一块退", "一块儿买的", "元旦买的", "3毛巾", "三毛的书", "三角形的", "千元本", "满300减50", "五折", "几十块", "¥12.345", "第一百元素",
    ],
)  # fmt: skip
def test_pieces_and_feasts_are_no_money(text: str) -> None:
    assert found(text, "amount") == []


@settings(deadline=2000)
@given(st.decimals(Decimal("0.01"), Decimal(9_999_999), places=2))
def test_every_price_is_read_back(price: Decimal) -> None:
    for text in (f"退了¥{price:,}", f"i paid ￥ {price}", f"一共{price}元", f"it was {price} yuan"):
        assert found(text, "amount") == [f"{price} CNY"], text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("李雯，邮编310012", "310012"), ("我的邮编是 ３１００１２", "310012"), ("James Miller, 80202", "80202"), ("zip code 80202-1234", "80202"),
        ("12345 Main Street, Denver, CO 80202", "80202"), ("邮编 310012 电话 13800000001", "310012"), ("310012", "310012"), ("my name is Zoe Nobody, postcode 999990", "999990"), ("李雯 666666", "666666"), ("It is 80202.", "80202"),
    ],
)  # fmt: skip
def test_postcodes(text: str, value: str) -> None:
    assert found(text, "postcode") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "验证码 123456 没收到", "尾号12345的卡", "20000毫安的充电宝", "20000mAh power bank", "积分有 12345 分", "卡里还有12000元", "12000件", "取件码是 123456",
        "my card ending in 12345", "verification code is 123456", "12345.67", "SF12345", "the bill #37777", "客服39891", "65536色", "10000年", "thread-12053-1-1.html", "010-123456", "201室", "W1000001",
    ],
)  # fmt: skip
def test_codes_and_counts_are_no_postcodes(text: str) -> None:
    assert found(text, "postcode") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("手机号138 0000 0001", "138 0000 0001"), ("138-0000-0001", "138-0000-0001"), ("+86 13800000001", "+86 13800000001"),
        ("call +1 415 555 0132", "+1 415 555 0132"), ("(415) 555-0132", "(415) 555-0132"), ("座机0571-88888888", "0571-88888888"), ("400-820-8820", "400-820-8820"),
    ],
)  # fmt: skip
def test_phone_numbers(text: str, value: str) -> None:
    assert found(text, "phone") == [value]


def test_mail_addresses_and_order_numbers_of_any_width() -> None:
    assert found("liwen＠example．com", "email") == ["liwen@example.com"]
    assert found("order ＃１０００００２ plz", "order_id") == ["W1000002"]
    assert found("订单1000001 付了 ¥1,299.00", "order_id") == ["W1000001"]
    assert found("Order 1234567 for $7,654,321", "order_id") == ["W1234567"]


@pytest.mark.parametrize(
    "text",
    [
        "the 3rd of November",
        "first of all, where is it",
        "at first it worked",
        "wait a second",
        "this is the second time",
        "my first name",
    ],
)
def test_not_every_first_is_a_choice(text: str) -> None:
    assert found(text, "ordinal") == []


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't work at all",
        "after all that",
        "that's all",
        "first of all",
        "I waited all day",
        "all right",
    ],
)
def test_not_every_all_means_all_the_goods(text: str) -> None:
    assert found(text, "all") == []


@pytest.mark.parametrize("text", ["return all of them", "all the lamps", "I want all", "全部都退"])
def test_all_the_goods_are_said_with_all(text: str) -> None:
    assert len(found(text, "all")) == 1


@pytest.mark.parametrize("text", ["除湿机坏了要退", "请删除我的账号", "为什么扣除运费", "免除运费吗"])
def test_a_dehumidifier_is_no_exception(text: str) -> None:
    assert found(text, "except") == []
    assert found("除台灯外都退", "except") == ["除"]


def test_a_clever_speaker_is_no_call_for_a_person() -> None:
    assert found("人工智能音箱坏了", "human") == []
    assert found("转人工", "human") == ["人工"]


def test_a_day_is_no_name() -> None:
    assert found("我是昨天买的", "name") == []
    assert found("我叫李国庆 310012", "name") == ["李国庆"]


@settings(deadline=2000)
@given(st.text(max_size=60))
def test_full_width_signs_keep_their_place(text: str) -> None:
    assert len(normalise(text)) == len(text)
