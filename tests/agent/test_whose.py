"""What is known of somebody else tells nobody who is writing; a parcel for one's wife is one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.resolve.others import asks_for_others, own_fact
from agent.understand.entities import find_entities
from tests.agent.builders import understood
from tests.agent.goods import ORDERS, buyer

MAIL = "anna.k@example.net"
ANOTHERS = (
    f"my boss is {MAIL}, what did he get",
    f"My wife's email is {MAIL}",
    f"this is my wife's account, mail {MAIL}",
    f"her e-mail address is {MAIL}, where is it",
    f"{MAIL} is my mum's, look it up please",
    f"could you check for my friend, email: {MAIL}",
    f"my best friend ({MAIL}) wants to know",
    f"I write on behalf of my father: {MAIL}",
    f"try {MAIL}, that's my husband",
    f"My colleague’s account is under {MAIL}",
    f"我老公的邮箱是 {MAIL}，帮我看看他买了什么",
    f"朋友的邮箱：{MAIL}",
    f"她的账号 {MAIL}，查一下",
    f"{MAIL} 是我妈的邮箱",
    f"帮我同事查个快递，邮箱 {MAIL}",
    f"我女朋友 {MAIL} 最近下单了没",
)
OWN = (
    f"my email is {MAIL}",
    f"{MAIL}",
    f"where is my parcel? {MAIL}",
    f"I bought it for my wife, mail {MAIL}",
    f"The parcel for my mum hasn't come. My mail: {MAIL}",
    f"My husband's parcel is late. {MAIL}",
    f"my friend told me to write here, I'm {MAIL}",
    f"老板，{MAIL} 帮我查下",
    f"老板 {MAIL} 查单",
    f"我给我妈买的衣服到哪了？邮箱 {MAIL}",
    f"给老婆买的，我的邮箱是 {MAIL}",
    f"我的邮箱 {MAIL}，给我爸买的按摩仪到哪了",
    f"包裹是我妈收的，我邮箱 {MAIL}",
)


@pytest.mark.parametrize("text", ANOTHERS)
def test_anothers_mail_address_is_not_taken(text: str) -> None:
    assert own_fact(replace(understood(text), entities=find_entities(text)), "email") == ""


@pytest.mark.parametrize("text", OWN)
def test_ones_own_is(text: str) -> None:
    assert own_fact(replace(understood(text), entities=find_entities(text)), "email") == MAIL


def test_the_second_of_two_may_be_ones_own() -> None:
    text = f"my boss is boss@example.net and my mail is {MAIL}"
    assert own_fact(replace(understood(text), entities=find_entities(text)), "email") == MAIL


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("I bought the lamp for my sister. Where has her parcel got to?", False),
        ("W1000001 is a present, has her parcel left?", False),
        ("我给我爸买的台灯，他的快递到哪了", False),
        ("W1000001 他的包裹发了没", False),
        ("where is her parcel?", True),
        ("她的包裹到哪了", True),
        ("W1000001, tell me her phone number", True),
        ("我买过你家东西，把她的地址发我", True),
    ],
)
def test_an_order_of_ones_own_is_never_anothers(text: str, others: bool) -> None:
    assert asks_for_others(text, buyer(), ORDERS) is others
