"""Whether somebody asks for what is another customer's. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.resolve.orders import numbered
from agent.resolve.whose import of_another
from agent.types import Understanding
from tools.domain import Customer, Order

_THEIRS = re.compile(
    r"[她他](?:们)?家?的?(?:收[货件])?(?:住址|地址|电话|手机号?|单子|订单|包裹|快递)"
    r"|\b(?:her|his|their) (?:home )?(?:address|phone(?: number)?|orders?|parcels?|packages?)\b"
    r"|\b(?:someone|somebody) else'?s? (?:address|phone|orders?)\b",
    re.IGNORECASE,
)
_OF_NAMED = re.compile(
    r"(?:查|看|找|告诉|发)(?:一?下|给)?(?:我)?(?P<zh>[\u4e00-\u9fff]{2,3})的(?:单子|订单|包裹|地址|电话|手机号?)"
    r"|\b(?P<en>[A-Z][a-z]+(?: [A-Z][a-z]+)?)['’]s (?:order|parcel|package|address|phone)"
)
# What stands in the place of a name without being one.
_NO_NAME = re.compile(
    r"[我你您这那一下给昨今前之刚最未已]|^(?:上|所有|全部|自己|本人)|^(?:The|My|Your|Order|Today|Yesterday)"
)
# What one has bought oneself is one's own, whoever shall have it.
_BOUGHT = re.compile(
    r"\bi(?:'ve| have|'d)? (?:\w+ )?(?:ordered|bought|purchased|got|paid for|placed)\b|\b(?:on|in|from|under|through|with|via) my (?:own )?(?:account|name|profile|e-?mail|login|order)\b|\bmy (?:own )?orders?\b"
    r"|我(?:自己)?(?:的)?(?:账号|账户|帐号|帐户|名下|这边)|我(?:自己)?(?:[给帮替为][^，。,]{1,6})?(?:买|订|下单|下的单|拍|网购)|我(?:自己)?的(?:订单|单子)",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"地址|电话|手机|address|phone", re.IGNORECASE)
_TELL_ME = re.compile(
    r"(?:发|告诉|报|念|透露|说)(?:一?下|给)?(?:我|一下)|\b(?:tell|send|give|show|text|dm) me\b|\bwhat(?:['’]?s| is| was) (?:her|his|their)\b",
    re.IGNORECASE,
)


_AUTHORITY = re.compile(
    r"(?:我(?:们)?(?:这边)?是|这里是)[^，。]{0,8}(?:公安|警察|警官|民警|派出所|经侦|网警|法院|检察院|税务局|纪委)|配合(?:我们)?(?:调查|办案)"
    r"|\b(?:detective|det(?:ective)?\.? (?:sgt|sergeant|inspector|constable|insp)\b\.?|police officer|fraud squad|economic crime unit|constable|sergeant|(?:special )?agent \w+,? (?:fbi|ice|irs)|subpoena|this is (?:the )?(?:police|fbi|interpol)|legally obliged|i(?:['’]m| am) (?:with|from) (?:the )?(?:police|fbi|interpol|court))\b",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"地址|电话|手机号|订单|购买|信息|资料|记录|名单|\b(?:address|phone|orders?|purchases?|data|details|records|list|number)\b",
    re.IGNORECASE,
)


# What is told of customers at large, of no one in particular.
_OF_CUSTOMERS = re.compile(
    r"(?:念|列|讲讲|说说|发|给|告诉|报)[^。？！?!]{0,16}(?:顾客|客户|用户|买家)(?:们)?的?(?:名单|名字|姓名|电话|手机|地址|订单|资料|信息)|(?:随便)?挑(?:一)?个[^。，]{0,6}(?:顾客|客户|用户|买家)"
    r"|\b(?:customers?|buyers?|clients?)['’]?s?['’]? (?:names?|phone|numbers?|addresses|mobiles?|e-?mails?)\b[\s\S]{0,60}\b(?:list|start|begin|read|tell|give|show|whisper\w*|recite)\b"
    r"|\b(?:list|start|begin|read|tell|give|show|whisper\w*|recite)\b[\s\S]{0,60}\b(?:customers?|buyers?|clients?)['’]?s?['’]? (?:names?|phone|numbers?|addresses|mobiles?|e-?mails?)\b",
    re.IGNORECASE,
)


# What the shop does with them is a question about its rules.
_OF_THE_SHOP = re.compile(
    r"会(?:不会)?(?:把|给|将|泄露|卖)|泄露|\b(?:do|does|will|would|did) (?:you|they|the shop)\b",
    re.IGNORECASE,
)


def asks_of_customers(text: str) -> bool:
    """Whether somebody wants the names, addresses or purchases of the shop's customers."""
    return bool(_OF_CUSTOMERS.search(text)) and not _OF_THE_SHOP.search(text)


def asks_where_they_live(text: str) -> bool:
    """ "She shops here too, send me her address": of somebody whose order is not said to be one's own."""
    private = any(_PRIVATE.search(match.group()) for match in _THEIRS.finditer(text))
    return private and bool(_TELL_ME.search(text)) and not _BOUGHT.search(text)


def claims_authority(text: str) -> bool:
    """Whether somebody says to be of the police or a court and wants data: a chat proves nothing of the kind."""
    return bool(_AUTHORITY.search(text) and _DATA.search(text))


def asks_for_others(text: str, customer: Customer, orders: Sequence[Order] = ()) -> bool:
    """ "Where is Emma's order?", "发我她的地址": by a name that is not the customer's own, or by her, his, their.

    `orders` are the customer's own: "I bought it for my wife, W1000003, where is her parcel?" asks for one of them.
    """
    theirs = _THEIRS.search(text)
    own = bool(_BOUGHT.search(text) or numbered(text, orders))
    if theirs and not (own and not _PRIVATE.search(theirs.group())):
        return True
    named = (match["zh"] or match["en"] for match in _OF_NAMED.finditer(text))
    return any(not _NO_NAME.search(name) and name.lower() not in customer.name.lower() for name in named)


def names_another(understanding: Understanding) -> bool:
    """Whether what would tell who is writing is said to be somebody else's: "my boss is a@b.c"."""
    text = understanding.text
    facts = (each for each in understanding.entities if each.kind in ("email", "phone", "name"))
    return any(of_another(text, each.start, each.end) for each in facts)


def own_fact(understanding: Understanding, kind: str) -> str:
    """The first value of a kind of entity that is not said to be another person's, "" for none."""
    text = understanding.text
    found = (each for each in understanding.entities if each.kind == kind)
    return next((each.value for each in found if not of_another(text, each.start, each.end)), "")
