"""Whether somebody asks for what is another customer's. Pure."""

from __future__ import annotations

import re

from tools.domain import Customer

_THEIRS = re.compile(
    r"[她他](?:们)?家?的?(?:住址|地址|电话|手机号?|单子|订单|包裹|快递)"
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


def asks_for_others(text: str, customer: Customer) -> bool:
    """ "Where is Emma's order?", "发我她的地址": by a name that is not the customer's own, or by her, his, their."""
    if _THEIRS.search(text):
        return True
    named = (match["zh"] or match["en"] for match in _OF_NAMED.finditer(text))
    return any(not _NO_NAME.search(name) and name.lower() not in customer.name.lower() for name in named)
