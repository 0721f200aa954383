"""Finds the pieces of a message that tools need: numbers of orders, mail, names, reasons, choices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from agent.types import Entity
from agent.understand.amounts import find_amounts
from agent.understand.dates import find_dates
from agent.understand.durations import find_durations
from agent.understand.names import find_name
from agent.understand.reasons import find_return_reasons

# The first that claims a piece of the text keeps it. A group called "number" is the entity without its cue.
_CUE = (
    r"(?:tracking|waybill|parcel|consignment|(?<![A-Za-z])(?:awb|fedex|ups|dhl|usps|ems)(?![A-Za-z])|快递|运单|物流|货运|包裹|邮件|顺丰|圆通|中通|申通|韵达|极兔|德邦|百世|邮政|京东)"
    r"(?:\s?(?:number|num|no\.?|code|id|单?号码?|编号|单))?\s?(?:\s?(?:is|was|for it is|[:：#＃]|是|为|=)\s?){0,2}"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("email", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
        ("order_id", r"(?<![A-Za-z0-9])[W#]\s?-?\d{7}(?!\d)"),
        # Carriers' own letters, UPS (1Z and sixteen more), and the postal form of two letters, nine digits, country.
        (
            "tracking_no",
            r"(?<![A-Za-z0-9])(?:SF|JD|YT|ZTO?|STO?|YD|JT|DPK|TBA)[A-Z]{0,2}[ -]?\d{10,15}(?!\d)",
        ),
        (
            "tracking_no",
            r"(?<![A-Za-z0-9])1Z(?:[0-9A-Z]{16}|\s[0-9A-Z]{3}\s[0-9A-Z]{3}\s[0-9A-Z]{2}\s\d{4}\s\d{4})(?![A-Za-z0-9])",
        ),
        ("tracking_no", r"(?<![A-Za-z0-9])[A-Z]{2}\d{9}[A-Z]{2}(?![A-Za-z0-9])"),
        (
            "phone",
            r"(?<!\d)(?<!单号)(?<!单号[:：])(?<!订单编号)(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
        ),
        ("tracking_no", rf"{_CUE}(?P<number>\d{{4}}(?:[ -]\d{{4}}){{2,4}}|\d{{9,22}})(?!\d)"),
        ("phone", r"\+\d{1,3}[- ]?(?:\(\d{1,4}\)[- ]?)?\d{2,4}(?:[- ]?\d{2,4}){2,3}(?!\d)"),
        ("phone", r"(?<![\d-])(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\d)"),
        ("phone", r"(?<![\d-])0[1-9]\d{1,2}[- ]?\d{7,8}(?!\d)"),
        # STO, ZTO and Yunda print no letters.
        ("tracking_no", r"(?<![A-Za-z\d])(?:77\d{13}|7[3-9]\d{12}|4[36]\d{13})(?!\d)"),
    )
)
# After dates and sums of money have been read. A bare seven-digit number is an order number only when nothing
# else claims those digits.
_LATE_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "postcode",
        re.compile(
            r"(?<![\dA-Za-z.#_/])(?<![A-Za-z\d]-)\d{5,6}(?!\d|[.-]\d{5}|\.\d|-\d{1,3}(?!\d)|[A-Za-z_])"
        ),
    ),
    ("order_id", re.compile(r"(?<![\dA-Za-z])\d{7}(?!\d)")),
)
_POSTCODE_CUE = re.compile(
    r"(?:邮编|邮政编码|zip(?:\s?code)?|post(?:al)?\s?code)[\s:：是为]*(?:is\s)?\s*$", re.IGNORECASE
)
_OTHER_CODE = re.compile(
    r"(?:尾号|客服|验证码|取件码|优惠码|工号|型号|密码|门牌|\bpin|ending(?:\s+in)?|(?:verification|security|pick-?up|promo|coupon|discount)\s+code)"
    r"[\s:：#是为]*(?:is\s)?\s*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s?(?:毫安|毫升|积分|分(?!别|开)|步|mah\b|ml\b|points?\b|people\b|times\b|pcs\b)|[元块个件次人分台条箱斤克米万号年天房色多]|左右"
    r"|\s+(?:[NSEW]\.?\s+)?[A-Z][a-z]+\s+(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|way|court|ct)\b",
    re.IGNORECASE,
)

# "It doesn't work at all" is not all of it, "first of all" and "all day" neither.
_ALL = re.compile(
    r"全部|全都|所有|都退|都要退|整单|一起退|\ball\b(?<!\bat all)(?<!\bafter all)(?<!\bof all)(?<!that's all)(?<!that’s all)(?<!that is all)"
    r"(?<!this is all)(?<!above all)(?!\s+(?:the time|day|week|month|year|night|along|right|good|set|of a sudden|over|my life|i\b))"
    r"|\beverything\b(?<!that's everything)(?<!that’s everything)(?<!that is everything)(?<!that was everything)(?<!ll be everything)(?<!thats everything)"
    r"|\bboth\b|whole order|entire order",
    re.IGNORECASE,
)
# A 除湿机 is a dehumidifier; 删除 and 扣除 except nothing.
_EXCEPT = re.compile(
    r"除了|(?<![删解扣免清开排去拆根消])除(?![湿尘螨味臭虫草毛冰霜锈皱疤颤])|except|but not|other than|apart from",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"最近(?:的|那|一)|最新|上一个|上一单|上一笔|刚(?:刚)?(?:买|下|拍)|\b(?:last|latest|most recent|newest) (?:order|one|purchase)",
    re.IGNORECASE,
)
_ORDINAL_ZH = re.compile(r"第\s?([一二两三四五六七八九十\d]{1,2})\s?(?:个|单|件|笔|条|项)")
_ORDINAL_EN = re.compile(
    r"\b(?:the )?(?P<place>first(?<!\bat first)|second(?<!\ba second)(?<!\bone second)|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b"
    r"(?!\s+(?:of all|times?|names?|place|class|floor|street|avenue|day|week|month|hand|party|thing)\b)(?: one)?",
    re.IGNORECASE,
)
_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_ENGLISH_ORDINALS = {
    word: place
    for place, words in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")), 1
    )
    for word in words
}
_HUMAN = re.compile(
    r"人工(?!智能|费|成本|湖|草)|真人|转(?:接)?客服|活人|找个人|经理|(?:real|actual|live) (?:person|human|agent)|\bhuman\b"
    r"|\b(?:speak|talk) (?:to|with) (?:a |an |some|your )?(?:person|someone|manager|agent|representative|supervisor)",
    re.IGNORECASE,
)


# Full-width signs that stand within numbers; others are punctuation and stay.
_SIGNS = str.maketrans("＠＃＄＋－．／～￥", "@#$+-./~¥")


def normalise(text: str) -> str:
    """Full-width letters and digits become half-width; the length in characters stays the same."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "\uff10" <= char <= "\uff5a" else char for char in text
    ).translate(_SIGNS)


def find_entities(text: str, today: date | None = None) -> tuple[Entity, ...]:
    """All entities of a message in the order of the text. Pieces of numbers never overlap.

    `today` is the day of the message where the shop is; without it no dates are read. Values: dates see
    `agent.understand.dates`, lengths of time `durations`, sums of money `amounts`.
    """
    plain = normalise(text)
    numbers = _numbers(plain, today)
    found = [entity for entity in numbers if entity.value] + _words(plain, numbers)
    return tuple(sorted(found, key=lambda entity: (entity.start, entity.kind)))


def _numbers(text: str, today: date | None) -> list[Entity]:
    """Those that stand for a date of no calendar, or for one that is not asked for, have no value."""
    found = _matches(text, _PATTERNS, [])
    _add(found, (Entity("amount", value, start, end) for start, end, value in find_amounts(text)))
    # The day serves only to tell dates from other numbers where none is given.
    dates = find_dates(text, today or date(2000, 1, 1))
    _add(found, (Entity("date", each.value if today else "", each.start, each.end) for each in dates))
    _add(found, (Entity("duration", value, start, end) for start, end, value in find_durations(text)))
    return _matches(text, _LATE_PATTERNS, found)


def _matches(text: str, patterns: Iterable[tuple[str, re.Pattern[str]]], found: list[Entity]) -> list[Entity]:
    for kind, pattern in patterns:
        group = "number" if "number" in pattern.groupindex else 0
        matches = (match for match in pattern.finditer(text) if kind != "postcode" or _is_postcode(match))
        _add(found, (Entity(kind, _value(kind, match[group]), *match.span(group)) for match in matches))
    return found


def _is_postcode(match: re.Match[str]) -> bool:
    """Five or six digits are one unless words make them something else."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 30) : start]
    return bool(_POSTCODE_CUE.search(before)) or not (_OTHER_CODE.search(before) or _COUNTED.match(text, end))


def _add(found: list[Entity], more: Iterable[Entity]) -> None:
    found.extend(entity for entity in more if not _touches(entity, found))


def _touches(entity: Entity, others: Iterable[Entity]) -> bool:
    return any(other.start < entity.end and entity.start < other.end for other in others)


def _value(kind: str, said: str) -> str:
    if kind == "order_id":
        return f"W{said[-7:]}"
    if kind == "email":
        return said.lower()
    return re.sub(r"[ -]", "", said).upper() if kind == "tracking_no" else said


def _words(text: str, numbers: Sequence[Entity]) -> list[Entity]:
    """What words say. "The 3rd of November" is no third order, 我是昨天买的 no name."""
    found = [Entity("reason", reason.value, start, end) for reason, start, end in find_return_reasons(text)]
    for kind, pattern in (("all", _ALL), ("except", _EXCEPT), ("latest", _LATEST), ("human", _HUMAN)):
        if match := pattern.search(text):
            found.append(Entity(kind, match.group().lower(), match.start(), match.end()))
    name = find_name(text)
    others = _ordinals(text) + ([Entity("name", *name)] if name else [])
    return found + [each for each in others if not _touches(each, numbers)]


def _ordinals(text: str) -> list[Entity]:
    found = []
    for match in _ORDINAL_ZH.finditer(text):
        digits = match.group(1)
        place = int(digits) if digits.isdigit() else _NUMERALS.get(digits[-1], 0)
        found.append(Entity("ordinal", str(place), match.start(), match.end()))
    for match in _ORDINAL_EN.finditer(text):
        place = _ENGLISH_ORDINALS[match.group(1).lower()]
        found.append(Entity("ordinal", str(place), match.start(), match.end()))
    return found
