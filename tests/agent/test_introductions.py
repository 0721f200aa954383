"""Who somebody says they are: a name and a number in any order, in one message or in two."""

from __future__ import annotations

import pytest

from agent.introductions import given, has_no_account, only_introduces
from agent.types import Request, State
from agent.understand.entities import find_entities
from agent.understand.names import bare_name, find_name
from tests.agent.builders import understood

ASKED = State(customer_id=None, requests=(Request("order_status", "查订单"),), awaiting="identity")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫周敏，邮编 430071", "周敏"),
        ("收件人是周敏", "周敏"),
        ("周敏, 15800000111", "周敏"),
        ("430071，周敏", "周敏"),
        ("欧阳小雨 邮编430071", "欧阳小雨"),
        ("包裹还没到，周敏 430071", "周敏"),
        ("I lost the mail. Anna Berg, postcode 430071", "Anna Berg"),
        ("I'm Anna Berg", "Anna Berg"),
        ("name's anna berg zip 430071", "anna berg"),
        ("ok Anna Berg 430072 then", "Anna Berg"),
        ("Anna Berg here, phone 13900000109", "Anna Berg"),
        ("周敏, postcode 430071", "周敏"),
        ("the recipient is Anna Berg", "Anna Berg"),
    ],
)
def test_a_name_is_found_beside_what_announces_it(text: str, name: str) -> None:
    found = find_name(text)
    assert found is not None and found[0] == name and text[found[1] : found[2]] == name
    assert name in [each.value for each in find_entities(text) if each.kind == "name"]


@pytest.mark.parametrize(
    "text",
    [
        "我是昨天买的", "我是老顾客", "我是金卡会员", "我要退大衣 430071", "马上发 430071", "The Kettle costs 123456",
        "I'm really angry", "I am waiting for 123456", "my order from Monday", "谢谢，430071", "where is order 1234567",
    ],
)  # fmt: skip
def test_other_words_are_no_name(text: str) -> None:
    assert find_name(text) is None


def test_a_bare_name_is_one_only_where_it_was_asked_for() -> None:
    for text, name in (("周敏", "周敏"), ("Anna Berg", "Anna Berg"), ("就是周敏啊，订单号说过了", "周敏")):
        assert bare_name(text) == name
        assert given(understood(text), ASKED).name == name and not given(understood(text), State()).name
    for text in ("谢谢", "知道了", "No account", "order status", "金卡", "马上", "I forgot", "没有"):
        assert bare_name(text) == ""


def test_an_introduction_asks_for_nothing_new() -> None:
    for text in ("收货人是周敏", "周敏", "邮编是430071", "I'm Anna Berg", "my postcode is 430071"):
        assert only_introduces(understood(text), ASKED)
        assert not only_introduces(understood(text), State())
    for text in ("收货人改成周敏", "I'm Anna Berg and want to cancel the order", "周敏的包裹到哪了"):
        assert not only_introduces(understood(text), ASKED)


@pytest.mark.parametrize(
    "text",
    [
        "no account",
        "I don't have an account",
        "never ordered here yet, I've never ordered",
        "没注册过账号",
        "没有账户",
    ],
)
def test_who_has_no_account_is_heard(text: str) -> None:
    assert has_no_account(text)


def test_who_speaks_of_their_account_has_one() -> None:
    assert not any(
        has_no_account(text) for text in ("my account", "我的账号登不上", "no, my account is fine")
    )
