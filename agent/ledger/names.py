"""Names in a text: brands, carriers, towns, products, quoted titles, numbers of orders and parcels, links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from agent.ledger.quantities import find_quantities, flat
from tools.domain import Language

# One name a line in both languages, so that it can be found in a source of the other one.
_KNOWN = (
    ("顺丰", r"SF(?: Express)?"), ("京东", r"JD(?:\.com| Logistics)?"), ("中通", r"ZTO(?: Express)?"), ("圆通", r"YTO"), ("申通", r"STO"),
    ("韵达", r"Yunda"), ("邮政|EMS", r"China Post|EMS"), ("菜鸟", r"Cainiao"), ("德邦", r"Deppon"), ("极兔", r"J&T"), ("联邦快递", r"FedEx"),
    ("敦豪", r"DHL"), ("支付宝", r"Alipay"), ("微信", r"WeChat"), ("银联", r"UnionPay"), ("花呗", r"Huabei"), ("信用卡", r"credit cards?"),
    ("贝宝", r"PayPal"), ("淘宝", r"Taobao"), ("天猫", r"Tmall"), ("拼多多", r"Pinduoduo"), ("抖音", r"Douyin|TikTok"), ("小红书", r"Xiaohongshu"),
    ("苹果支付", r"Apple Pay"), ("云闪付", r"QuickPass"), ("北京", r"Beijing"), ("上海", r"Shanghai"), ("广州", r"Guangzhou"), ("深圳", r"Shenzhen"),
    ("杭州", r"Hangzhou"), ("成都", r"Chengdu"), ("武汉", r"Wuhan"), ("香港", r"Hong Kong"), ("澳门", r"Maca[uo]"), ("台湾", r"Taiwan"),
    ("新疆", r"Xinjiang"), ("西藏", r"Tibet"), ("内蒙古", r"Inner Mongolia"), ("青海", r"Qinghai"), ("宁夏", r"Ningxia"), ("海南", r"Hainan"),
    ("新加坡", r"Singapore"), ("马来西亚", r"Malaysia"), ("日本", r"Japan"), ("美国", r"United States|USA?\b|America"), ("英国", r"United Kingdom|UK\b|Britain"),
    ("欧盟", r"EU\b|European Union"), ("加拿大", r"Canada"), ("澳大利亚", r"Australia"), ("中国", r"China|Chinese"),
)  # fmt: skip
_BOTH = [re.compile(rf"{zh}|(?<![A-Za-z])(?:{en})(?![A-Za-z])", re.IGNORECASE) for zh, en in _KNOWN]
_LATIN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z'’.&+-]*[A-Za-z]\d*|(?<![A-Za-z0-9])[A-Z]\d+(?![A-Za-z])"
)
_CAPITAL = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z]*\d*(?:[-'’&][A-Za-z0-9]+)*")
_BEGINNING = re.compile(r"(?:^|[.!?:;。！？：；\n(（“\"「]|[-*•·|/])\s*(?:\d{1,2}[.)、]\s*)?$")
_QUOTED = re.compile(r"“([^”]{2,40})”|「([^」]{2,40})」|《([^》]{2,40})》|(?<![\w\"])\"([^\"]{2,40})\"(?!\w)")
_PROPER = frozenset({"ns", "nt", "nrt"})
_ORDINARY = frozenset(["i", "i'm", "i've", "i'll", "ok", "pdf", "sms", "vat", "id", "sku", "qr", "app", "faq", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"])  # fmt: skip
_ID = re.compile(r"(?<![\w.@/-])(?=[\w-]*\d{2})(?:[A-Za-z]{1,6}[-_]?\d[\w-]*\w|\d[\dA-Za-z_-]*[A-Za-z][\w-]*\w|[0-9A-HJKMNP-TV-Z]{26})(?![\w@])|(?<![\d.,¥$€£/-])\d{9,}(?![\d.,])")  # fmt: skip
_LINK = re.compile(r"https?://[^\s)\]，。；、（）]+|(?<![\w@])www\.[^\s)\]，。；、（）]+")


@dataclass(frozen=True, slots=True)
class Name:
    """`value` is how it is compared: half-width, lower case."""

    kind: str
    value: str
    start: int
    end: int


def names(text: str, language: Language) -> list[Name]:
    """Numbers of orders and the like (id), links, and proper names, in the order of the text."""
    plain = flat(text)
    found = [Name("link", _lean(m.group()).rstrip("."), m.start(), m.end()) for m in _LINK.finditer(plain)]
    for match in _ID.finditer(plain):
        if _looks_like_id(match.group()) and _free(found, match.start(), match.end()):
            found.append(Name("id", _lean(match.group()), match.start(), match.end()))
    taken = [(each.start, each.end) for each in find_quantities(plain)]
    for start, end in _proper(plain, language):
        if _free(found, start, end) and not any(a < end and start < b for a, b in taken):
            found.append(Name("name", _lean(plain[start:end]), start, end))
    return sorted(found, key=lambda each: each.start)


def place_of(name: Name, source: str) -> tuple[int, int] | None:
    """Where a source names it, in either language; None where it does not."""
    plain = flat(source)
    if name.kind != "name":
        found = re.search(rf"(?<![\w]){re.escape(name.value)}(?![\w])", plain, re.IGNORECASE)
        return found.span() if found else None
    lean = _lean(plain)
    if len(lean) == len(plain) and (match := re.search(_whole(name.value), lean)):
        return match.span()
    for pattern in _BOTH:
        if pattern.search(name.value) and (match := pattern.search(plain)):
            return match.span()
    return None


def _whole(value: str) -> str:
    word = re.escape(value).replace(r"\ ", r"\s+")
    plural = value.removesuffix("s")
    ends = rf"(?:{word}|{re.escape(plural)})" if value != plural and len(plural) > 2 else word
    return rf"(?<![a-z0-9]){ends}(?:s|'s)?(?![a-z0-9])" if value.isascii() else ends


def _proper(text: str, language: Language) -> Iterator[tuple[int, int]]:
    for match in _QUOTED.finditer(text):
        group = next(n for n in range(1, 5) if match[n])
        yield match.span(group)
    for pattern in _BOTH:
        yield from (match.span() for match in pattern.finditer(text) if match.group()[:1].isupper() or not match.group().isascii())  # fmt: skip
    yield from _latin(text) if language == "zh" else _capitals(text)
    if language == "zh":
        yield from _tagged(text)


def _latin(text: str) -> Iterator[tuple[int, int]]:
    """A Latin word in a Chinese text is a name, unless a size ("M") or an abbreviation everybody uses."""
    yield from (m.span() for m in _LATIN.finditer(text) if m.group().lower() not in _ORDINARY)


def _capitals(text: str) -> Iterator[tuple[int, int]]:
    """A capitalised word that does not begin a sentence."""
    for match in _CAPITAL.finditer(text):
        word = match.group()
        if word.lower() in _ORDINARY or (len(word) == 1 and word != "X"):
            continue
        if not _BEGINNING.search(text[: match.start()]):
            yield match.span()


def _tagged(text: str) -> Iterator[tuple[int, int]]:
    """Places and institutions, as rjieba tags them."""
    place = 0
    for word, tag in rjieba.tag(text):
        place = text.find(word, place)
        if tag in _PROPER and len(word) > 1 and not word.isascii():
            yield place, place + len(word)
        place += len(word)


def _looks_like_id(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return (digits >= 4 and len(text) >= 5) or (digits >= 3 and len(text) >= 8) or len(text) == 26


def _free(found: list[Name], start: int, end: int) -> bool:
    return not any(each.start < end and start < each.end for each in found)


def _lean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")
