"""Which of the customer's orders fit the day that a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from agent.understand.dates import FoundDate, clause_around, find_dates, parse_date
from agent.understand.entities import normalise
from tools.domain import Order

Event = Literal["placed", "arrived"]
_CJK = re.compile(r"[\u4e00-\u9fff]")
# Memory blurs with distance: a day, and more than one where every ten days have gone by.
_AGO = re.compile(r"(?:\bago|\bback|[天周期拜月年半]\s?[之以]?前)$", re.IGNORECASE)
_BLUR_DAYS = 10
# "Last Friday's order" and 上周五的那单 say themselves what they mean.
_ORDER_AFTER = re.compile(
    r"\s*(?:['’]s?\s+|\s)(?:orders?|purchases?)\b|['’]s\s*$|\s*(?:的|那)(?!退|换|申请|快递|物流|包裹|发货|活动|价|时候|天|问题"
    r"|个?(?:客服|人|小哥)|聊天|对话|电话)",
    re.IGNORECASE,
)
# What a day can be that of. A thing that was to happen, or did not, tells no day of an order.
_EVENTS = (
    (
        "other",
        r"\b(?:not|never|supposed\s+to|should|was\s+to|will|to\s+be|hasn['’]t|haven['’]t|wasn['’]t|didn['’]t)\s+(?:have\s+)?(?:been\s+|be\s+)?(?:yet\s+)?"
        r"(?:deliver|receiv|arriv|c[ao]me|get|got|ship)\w*",
    ),
    ("other", r"[没未不](?:有|能|会)?(?:收到|签收|到|送)|应该|预计|本来|说|承诺|申请|退|换|寄|发货|发的|联系|反馈|打电话|投诉|维修|取消"),
    ("other", r"\b(?:return|refund|exchang|repair|sen[dt]|ship|cancel|contact|call|complain|promis|expect)\w*"),
    ("other", r"\b(?:said|told|due|will|need|arrives?|deliver|before|until|till|since|by)\b|坏|碎|裂|漏|发现|开始|用"),
    ("other", r"\b(?:brok|stopp|notic|happen|start|us(?:e|ed|ing)\b|work|open|tr(?:y|ied)|wr(?:it|ot)|chat|ask|di(?:e|ed)\b)\w*"),
    ("placed", r"买|下[的了]?单|下的|拍|订|付|购|入手|那[个单笔件次](?!客服|人)|\b(?:order|purchas)\w*|\b(?:bought|buy|placed|paid|from)\b"),
    ("arrived", r"收到|签收|到货|送到|送达|拿到|到的|收的|\b(?:arrived|delivered|received|came)\b"),
    ("either", r"\bgot\b"),
)  # fmt: skip
_EVENT = re.compile("|".join(f"({pattern})" for _, pattern in _EVENTS), re.IGNORECASE)
_EVENTS_OF: dict[str, tuple[Event, ...]] = {
    "placed": ("placed",), "arrived": ("arrived",), "either": ("placed", "arrived"), "other": (),
}  # fmt: skip
# "The one, I think, last Friday" is hardly more than a day.
_LETTER = re.compile(r"[^\W\d_]")
_FEW_LETTERS = 16
# The months of a season, with December before January; goods are for a season too, so it has to be said of a purchase.
_SEASONS = {"春": (3, 4, 5), "夏": (6, 7, 8), "秋": (9, 10, 11), "冬": (12, 1, 2)}
_SEASONS |= {"spring": _SEASONS["春"], "summer": _SEASONS["夏"], "autumn": _SEASONS["秋"], "fall": _SEASONS["秋"], "winter": _SEASONS["冬"]}  # fmt: skip
_SEASON = re.compile(
    r"(?P<zh>[春夏秋冬])[天季](?:的?那|里?(?:买|拍|下|订|入手))|\bthe (?P<one>spring|summer|autumn|fall|winter) (?:one|order|purchase)\b"
    r"|\b(?:bought|ordered|purchased|placed|got)\b[^.?!]{0,40}\b(?:in|last|this|over the|during) (?P<en>spring|summer|autumn|fall|winter)\b",
    re.IGNORECASE,
)
_A_YEAR = timedelta(days=365)
# Before a date in Chinese stands what is wanted now: 退上周五买的.
_WISH = re.compile(r"[退换]|取消|维修")


def orders_when(text: str, orders: Sequence[Order], now: datetime) -> list[Order]:
    """The orders that were placed, or have arrived, when a text says; none where it says nothing that fits.

    `now` is in the shop's timezone. Named days are meant exactly; "two weeks ago" may be a day off, and what
    is longer ago a day for every ten. Of several dates one that fits no order is ignored.
    """
    plain = normalise(text)
    fit: list[Order] = []
    for found in find_dates(plain, now.date()):
        days = _days(plain, found, now.date()) if found.value else None
        events = _events(plain, found)
        near = [each for each in fit or orders if days and _on(each, events, days, now)]
        fit = near or fit
    return fit or _of_the_season(plain, orders, now)


def _of_the_season(text: str, orders: Sequence[Order], now: datetime) -> list[Order]:
    """ "The summer one", 夏天买的: the orders of a season's months within the last year."""
    found = _SEASON.search(text)
    if found is None:
        return []
    months = _SEASONS[(found["zh"] or found["one"] or found["en"]).lower()]
    placed = ((order, order.placed_at.astimezone(now.tzinfo)) for order in orders)
    return [order for order, at in placed if at.month in months and now - at <= _A_YEAR]


def _days(text: str, found: FoundDate, today: date) -> tuple[date, date]:
    first, last = parse_date(found.value)
    if not _AGO.search(text[found.start : found.end]):
        return first, last
    blur = timedelta(days=max(1, (today - first).days // _BLUR_DAYS))
    return first - blur, last + blur


def _on(order: Order, events: Sequence[Event], days: tuple[date, date], now: datetime) -> bool:
    moments = {"placed": order.placed_at, "arrived": order.delivered_at}
    told = (moments[event] for event in events)
    return any(days[0] <= moment.astimezone(now.tzinfo).date() <= days[1] for moment in told if moment)


def _events(text: str, found: FoundDate) -> tuple[Event, ...]:
    """What happened on a day by the words beside it; a day with hardly a word is that of the purchase.

    In English those words mostly stand before the day, in Chinese behind it.
    """
    before, after = clause_around(text, found.start, found.end)
    if _ORDER_AFTER.match(after):
        return ("placed",)
    if _CJK.search(before + text[found.start : found.end] + after):
        event = _first(after) or _last(_WISH.sub("", before))
    else:
        event = _last(before) or _first(after)
    if event:
        return _EVENTS_OF[event]
    return ("placed",) if len(_LETTER.findall(before + after)) <= _FEW_LETTERS else ()


def _first(words: str) -> str:
    match = _EVENT.search(words)
    return _EVENTS[(match.lastindex or 1) - 1][0] if match else ""


def _last(words: str) -> str:
    matches = list(_EVENT.finditer(words))
    return _EVENTS[(matches[-1].lastindex or 1) - 1][0] if matches else ""
