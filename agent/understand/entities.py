"""Finds the pieces of a message that tools need: numbers of orders, mail, names, reasons, choices."""

from __future__ import annotations

import re
import unicodedata

from agent.types import Entity
from tools.domain import ReturnReason

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")),
    ("order_id", re.compile(r"(?<![A-Za-z0-9])[Ww#]\s?-?(\d{7})(?!\d)")),
    ("tracking_no", re.compile(r"(?<![A-Za-z0-9])(?:SF|JD|ZT)[A-Z]{0,2}\d{10,15}(?!\d)", re.IGNORECASE)),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)")),
    (
        "amount",
        re.compile(r"[¥￥$]\s?\d+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?\s?(?:元|块钱|yuan|RMB)", re.IGNORECASE),
    ),
    ("postcode", re.compile(r"(?<![\dA-Za-z])\d{5,6}(?!\d)")),
)

# A bare seven-digit number is an order number only when nothing else claims those digits.
_BARE_ORDER = re.compile(r"(?<![\dA-Za-z])\d{7}(?!\d)")

_REASONS: tuple[tuple[ReturnReason, str], ...] = (
    (ReturnReason.WRONG_ITEM, r"发错|寄错|错发|给错|不是我(?:买|订|拍)的|货不对|wrong (?:item|product|one|colou?r|thing)"
     r"|not what i ordered|sent me (?:the|a) (?:wrong|different)|somebody else'?s"),
    (ReturnReason.NOT_AS_DESCRIBED, r"描述不符|与描述|和描述|图片不符|跟图片|和图片|色差|货不对板|假货|not as described"
     r"|(?:doesn'?t|not) (?:match|look like) the (?:photo|picture|description|listing)|fake"),
    (ReturnReason.DAMAGED, r"破损|破了|碎了|摔坏|压坏|压扁|裂了|裂开|烂了|漏了|漏液|坏的|坏掉|坏了|变质|发霉"
     r"|broken|broke|damaged|cracked|smashed|shattered|leak(?:ed|ing)|torn|dented|crushed|rotten|mou?ldy"),
    (ReturnReason.QUALITY, r"质量|瑕疵|毛病|故障|有问题|用不了|开不了机|不能用|不工作|不亮|充不进|掉色|开线|脱线|起球|做工"
     r"|defect|faulty|quality|doesn'?t work|not working|stopped working|won'?t (?:turn|charge|start)|dead on arrival"
     r"|malfunction|falling apart|fell apart"),
    (ReturnReason.WRONG_SIZE, r"尺码|尺寸|码数|太大|太小|大了|小了|偏大|偏小|不合身|不合脚|穿不(?:下|上)|换大|换小"
     r"|too (?:big|small|tight|large|loose|short|long)|(?:does|did|do|is|are|was)(?:n['’]?t| not) (?:really )?(?:fit|my size)|too (?:tiny|huge)|wrong size|size"),
    (ReturnReason.NO_LONGER_WANTED, r"不想要|不要了|不喜欢|买错|拍错|后悔|不需要|用不上|用不着|不合适|七天无理由|7天无理由|无理由"
     r"|don'?t (?:want|need|like)|no longer (?:want|need)|changed? my mind|didn'?t like|not for me|by mistake|regret"
     r"|no reason"),
)  # fmt: skip
_COMPILED_REASONS = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _REASONS)

_ALL = re.compile(
    r"全部|全都|所有|都退|都要退|整单|一起退|\ball\b|\beverything\b|\bboth\b|whole order|entire order",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"除了|除|except|but not|other than|apart from", re.IGNORECASE)
_LATEST = re.compile(
    r"最近(?:的|那|一)|最新|上一个|上一单|上一笔|刚(?:刚)?(?:买|下|拍)|\b(?:last|latest|most recent|newest) (?:order|one|purchase)",
    re.IGNORECASE,
)
_ORDINAL_ZH = re.compile(r"第\s?([一二两三四五六七八九十\d]{1,2})\s?(?:个|单|件|笔|条|项)")
_ORDINAL_EN = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b(?: one)?", re.IGNORECASE
)
_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_ENGLISH_ORDINALS = {
    word: place
    for place, words in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")), 1
    )
    for word in words
}
_NAME_ZH = re.compile(
    r"(?:我(?:是|叫)|姓名[:：是]?\s?|名字[:：是叫]?\s?)([\u4e00-\u9fff]{2,4})(?=[,，。.;；\s邮\d]|$)"
)
_NAME_EN = re.compile(
    r"(?i:my name(?: is|'s)|name[:：]|this is|i am|i'm|我(?:叫|是)|姓名[:：是]?)\s*([A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,3})",
    re.UNICODE,
)
_NAME_BESIDE_POSTCODE = re.compile(
    r"^\s*([\u4e00-\u9fff]{2,4}|[A-Za-z][A-Za-z'’-]+(?:\s+[A-Za-z][A-Za-z'’-]+){1,3})[\s,，、;；:：]+(?:邮编|postcode|zip(?: code)?)?"
    r"[\s:：是]*\d{5,6}\s*[.。]?\s*$",
    re.IGNORECASE,
)
_HUMAN = re.compile(
    r"人工|真人|转(?:接)?客服|活人|找个人|经理|(?:real|actual|live) (?:person|human|agent)|\bhuman\b"
    r"|\b(?:speak|talk) (?:to|with) (?:a |an |some|your )?(?:person|someone|manager|agent|representative|supervisor)",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """Full-width letters and digits become half-width; the length in characters stays the same."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "\uff10" <= char <= "\uff5a" or char == "\uff20" else char
        for char in text
    )


def find_entities(text: str) -> tuple[Entity, ...]:
    """All entities of a message in the order of the text. Pieces of numbers never overlap."""
    plain = normalise(text)
    found = _numbers(plain) + _words(plain)
    return tuple(sorted(found, key=lambda entity: (entity.start, entity.kind)))


def _numbers(text: str) -> list[Entity]:
    found: list[Entity] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(e.start < match.end() and match.start() < e.end for e in found):
                found.append(Entity(kind, _value(kind, match), match.start(), match.end()))
    for match in _BARE_ORDER.finditer(text):
        if not any(e.start < match.end() and match.start() < e.end for e in found):
            found.append(Entity("order_id", f"W{match.group()}", match.start(), match.end()))
    return found


def _value(kind: str, match: re.Match[str]) -> str:
    if kind == "order_id":
        return f"W{match.group(1)}"
    if kind == "email":
        return match.group().lower()
    return match.group().upper() if kind == "tracking_no" else match.group()


def _words(text: str) -> list[Entity]:
    found = [
        Entity("reason", reason.value, match.start(), match.end())
        for reason, pattern in _COMPILED_REASONS
        if (match := pattern.search(text))
    ]
    for kind, pattern in (("all", _ALL), ("except", _EXCEPT), ("latest", _LATEST), ("human", _HUMAN)):
        if match := pattern.search(text):
            found.append(Entity(kind, match.group().lower(), match.start(), match.end()))
    return found + _ordinals(text) + _names(text)


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


def _names(text: str) -> list[Entity]:
    for pattern in (_NAME_BESIDE_POSTCODE, _NAME_ZH, _NAME_EN):
        if match := pattern.search(text):
            return [Entity("name", match.group(1), match.start(1), match.end(1))]
    return []
