"""Sums of money as customers write them: "¥1,299.00", "12块5", "三百多块", "20 bucks".

A value is the sum with two decimals and its currency, "1299.00 CNY"; "~300.00 CNY" for one said roughly.
"""

from __future__ import annotations

import re
from decimal import Decimal

from agent.understand.numerals import ZH_NUMERALS, number_en, number_zh

_CURRENCIES = {
    **dict.fromkeys(("¥", "￥", "rmb", "cny", "yuan", "kuai", "元", "块", "块钱", "圆", "人民币"), "CNY"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "buck", "美元", "美金", "美刀"), "USD"),
    **dict.fromkeys(("£", "gbp", "quid", "英镑"), "GBP"),
    **dict.fromkeys(("€", "eur", "euro", "欧元"), "EUR"),
    **dict.fromkeys(("hk$", "hkd", "港币", "港元"), "HKD"),
}
_TIMES = {"k": 1000, "百": 100, "千": 1000, "万": 10_000, "w": 10_000}
_DIGITS = r"(?P<n>\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(?P<cents>\.\d{1,2})?(?!\.?\d)"
_WORDS = r"(?P<n>(?:a|one|two|three|five)\s+hundred|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|ten|twelve|fifteen|five|two|three|four)"
# 两块表 are two watches and 一块退 is "send back together": a few 块 are money where the words around say so.
_MONEY_AFTER = re.compile(
    r"[\d一二两三四五六七八九半]|\s*(?:$|[,，。.!！?？;；、)）多左以])|的?(?:运费|邮费|差价|优惠|红包|券)|[太没吗吧呢了]"
)
_MONEY_BEFORE = re.compile(r"(?:运费|邮费|价|退我?|差|付|花|赔|补|减|便宜|优惠|收|扣)(?:了|你们?|我)?\s?$")
_TWO_OR_THREE = re.compile(r"[一二两三四五六七八][二两三四五六七八九]")
_PIECES_AFTER = re.compile(r"[表饼肥香巧布玻电手蛋板砖]")
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<unit>us\$|hk\$|[¥￥$£€]|(?<![A-Za-z])(?:rmb|cny|usd|eur|gbp|hkd)\s?)\s?{_DIGITS}(?P<times>k(?![A-Za-z])|[千万])?(?:\s?(?:元|块钱?|yuan))?",
        rf"(?<![\d.A-Za-z]){_DIGITS}(?P<times>k)?\s?(?P<unit>yuan|rmb|cny|kuai|dollars?|bucks?|usd|euros?|eur|quid|gbp|hkd)(?![A-Za-z])",
        rf"(?<![A-Za-z]){_WORDS}\s+(?P<unit>yuan|rmb|kuai|dollars?|bucks?|euros?|quid)(?![A-Za-z])",
        rf"(?<![\d.第{ZH_NUMERALS}几])(?P<n>\d{{1,3}}(?:,\d{{3}}){{1,2}}|\d{{1,9}}|(?![百千万])[{ZH_NUMERALS}]{{1,9}})(?P<cents>\.\d{{1,2}})?(?P<times>[百千万wk])?(?P<about>多|来|几)?\s?"
        r"(?P<unit>元(?![旦宵素件组气老器宝])|块钱?|圆|人民币|美元|美金|美刀|欧元|英镑|港币|港元)"
        r"(?:(?P<tenths>[\d一二两三四五六七八九])[毛角]钱?"
        r"|(?<=块)(?P<rest>\d{1,2}(?![\d./-]|\s?[个件天盒包条双套只斤次单月号日年]|%)|一(?=\s*(?:$|[,，。.!！?？;；的吧吗呢]))"
        r"|[二两三四五六七八九半](?!包(?!邮)|[个件天盒条双套只斤次单月号日年十百千万])))?",
        rf"(?<![\d.{ZH_NUMERALS}几])(?P<tenths>[\d一二两三四五六七八九])[毛角]钱(?P<unit>)",
    )
)
# Most messages are not about money.
_UNIT = re.compile(
    r"[¥￥$£€元块圆币金刀镑毛角]|rmb|cny|usd|eur|gbp|hkd|yuan|kuai|dollar|buck|quid", re.IGNORECASE
)


def find_amounts(text: str) -> list[tuple[int, int, str]]:
    """(start, end, value) of every sum of money in a text; they never overlap."""
    found: list[tuple[int, int, str]] = []
    for pattern in _PATTERNS if _UNIT.search(text) else ():
        for match in pattern.finditer(text):
            start, end = match.span()
            taken = any(start < other_end and other_start < end for other_start, other_end, _ in found)
            if not taken and (value := _value(match)):
                found.append((start, end, value))
    return found


def _value(match: re.Match[str]) -> str:
    said = {name: (text or "").strip().lower() for name, text in match.groupdict().items()}
    number = said.get("n", "")
    roughly = bool(said.get("about") or _TWO_OR_THREE.fullmatch(number))
    # 三四块 are three or four.
    number = number[:1] if _TWO_OR_THREE.fullmatch(number) else number
    whole = _number(number) if number else Decimal(0)
    if whole is None:
        return ""
    amount = (whole + Decimal(said.get("cents") or 0)) * _TIMES.get(said.get("times", ""), 1)
    if said["unit"] == "块" and amount < 10 and not _money(match):
        return ""
    amount += _tenths(said.get("tenths", "") or said.get("rest", ""))
    currency = _CURRENCIES.get(said["unit"]) or _CURRENCIES.get(said["unit"].rstrip("s"), "CNY")
    return f"{'~' if roughly else ''}{amount:.2f} {currency}"


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "")
    if plain[:1].isdecimal():
        return Decimal(plain)
    if plain[:1].isascii():
        *many, last = plain.split()
        return Decimal(100) * (number_en(" ".join(many)) or 1) if last == "hundred" else number_en(plain)
    return number_zh(plain)


def _tenths(text: str) -> Decimal:
    """ "12块5" and "12块五" are 12.50, "12块50" as well."""
    if not text:
        return Decimal(0)
    if text == "半":
        return Decimal("0.5")
    return (number_zh(text) or Decimal(0)) / (100 if len(text) == 2 else 10)


def _money(match: re.Match[str]) -> bool:
    text, end = match.string, match.end("unit")
    if match["tenths"] or match["rest"]:
        return True
    if match["n"] in ("1", "一") or _PIECES_AFTER.match(text, end):
        return False
    return bool(_MONEY_AFTER.match(text, end) or _MONEY_BEFORE.search(text[: match.start()][-6:]))
