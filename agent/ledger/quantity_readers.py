"""How money, lengths of time, shares, measures and plain numbers are written in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from agent.understand.numerals import ZH_NUMERALS, number_en, number_zh


@dataclass(frozen=True, slots=True)
class Read:
    kind: str
    value: Fraction | str
    said: Fraction | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """A form of writing; it reads nothing from words that mean something else after all."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Iterable[Read]]


EN_WORDS = (
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -](?:one|two|three|four|five|six|seven|eight|nine)"
    "|a hundred|one hundred|hundred|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|ten"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine"
)
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = rf"(?:{DIGITS}|[{ZH_NUMERALS}]{{1,7}}|(?<![A-Za-z])(?:{EN_WORDS})(?![A-Za-z]))"
_NOT_IN = rf"(?<!\d\.)(?<![\dA-Za-z第{ZH_NUMERALS}])"
_SEPARATOR = r"\s?(?:-|~|–|—|～|to|or|and|到|至|或|和)\s?"
_SCALES = {"万": 10_000, "千": 1000, "百": 100, "k": 1000, "thousand": 1000, "million": 10**6, "亿": 10**8}
_CURRENCIES = {
    **dict.fromkeys(("¥", "rmb", "cny", "yuan", "元", "块", "块钱", "圆", "人民币"), "CNY"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "美元", "美金"), "USD"),
    **dict.fromkeys(("£", "gbp", "pound", "英镑"), "GBP"),
    **dict.fromkeys(("€", "eur", "euro", "欧元"), "EUR"),
    **dict.fromkeys(("hk$", "hkd", "港币", "港元"), "HKD"),
}
_SCALE = r"(?P<scale>[万千百亿]|k(?![A-Za-z])|\s(?:thousand|million)(?![A-Za-z]))?"
_SIGN = r"(?P<sign>us\$|hk\$|[¥$£€]|(?<![A-Za-z])(?:rmb|cny|usd|eur|gbp|hkd)\s?)"
_MONEY_WORD = r"(?P<sign>元(?![旦宵素件])|块钱?|圆|人民币|美元|美金|欧元|英镑|港币|港元|(?:yuan|rmb|cny|dollars?|usd|euros?|eur|pounds?|gbp|hkd)(?![A-Za-z]))"
_MEASURES = {
    **dict.fromkeys(("m", "metre", "meter", "米"), "m"), **dict.fromkeys(("cm", "厘米", "公分"), "cm"),
    **dict.fromkeys(("mm", "毫米"), "mm"), **dict.fromkeys(("km", "公里", "千米"), "km"),
    **dict.fromkeys(("kg", "公斤", "千克", "kilo", "kilogram"), "kg"), **dict.fromkeys(("g", "克", "gram"), "g"),
    **dict.fromkeys(("l", "升", "litre", "liter"), "l"), **dict.fromkeys(("ml", "毫升"), "ml"),
    **dict.fromkeys(("wh", "瓦时"), "wh"), "mah": "mah", **dict.fromkeys(("w", "瓦"), "w"),
    **dict.fromkeys(("mb", "gb"), "data"), **dict.fromkeys(("inch", "inches", "英寸", "寸"), "inch"), "℃": "c", "°c": "c",
}  # fmt: skip
_UNITS: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("second", "sec", "秒"), ("seconds", Fraction(1))),
    **dict.fromkeys(("minute", "min", "分钟"), ("minutes", Fraction(1))),
    **dict.fromkeys(("hour", "hr", "h", "小时", "钟头"), ("minutes", Fraction(60))),
    **dict.fromkeys(("day", "天", "日", "自然日"), ("days", Fraction(1))),
    **dict.fromkeys(("week", "wk", "周", "星期", "礼拜"), ("days", Fraction(7))),
    "fortnight": ("days", Fraction(14)),
    **dict.fromkeys(("month", "mth", "月"), ("months", Fraction(1))),
    **dict.fromkeys(("quarter", "季度"), ("months", Fraction(3))),
    **dict.fromkeys(("year", "yr", "年"), ("months", Fraction(12))),
}
_ZH_UNIT = (
    r"(?P<zh>工作日|自然日|工作小时|天(?![猫气然花堂空真津])|(?<!四)周(?![年一二三四五六日天末边围岁])|(?:星期|礼拜)(?![一二三四五六日天])"
    r"|年(?![代级款会度纪底初检味夜货轻])|小时|钟头|分钟|季度|秒(?!杀)|日(?=内|之内|以内|后|之后|无理由))"
)
_EN_UNIT = (
    r"(?P<en>(?:(?:working|business|work|calendar|consecutive)[\s-])?(?:days?|weeks?|wks?|fortnights?|months?|mths?|years?|yrs?|hours?|hrs?"
    r"|h|minutes?|mins?|seconds?|secs?)(?![A-Za-z]))"
)
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}  # fmt: skip


def number(text: str) -> Fraction | None:
    """ "1,200", "12.5", "十二", "twelve"; None for what is no number."""
    text = text.strip().lower().replace(",", "")
    if text[:1].isdecimal():
        return Fraction(text)
    if text[:1].isascii():
        read = sum(each for part in re.split(r"[\s-]", text) if (each := number_en(part))) or number_en(text)
    else:
        read = number_zh(text)
    return None if read is None else Fraction(read)


def _numbers(match: re.Match[str]) -> list[Fraction]:
    groups = match.groupdict()
    scale = _SCALES.get((groups.get("scale") or "").strip().lower(), 1)
    # The scale of "1-2 万" holds for both numbers.
    said = (number(groups.get(name) or "") for name in ("n", "n2"))
    return [each * scale for each in said if each is not None]


def _word(text: str | None) -> bool:
    return not (text or "0")[0].isdecimal()


def _money(match: re.Match[str]) -> Iterable[Read]:
    sign = match["sign"].strip().lower()
    currency = _CURRENCIES.get(sign) or _CURRENCIES.get(sign.rstrip("s"), "CNY")
    if sign == "块" and _word(match["n"]):
        return []
    return [Read("money", f"{float(each):.2f} {currency}", each) for each in _numbers(match)]


def _duration(match: re.Match[str]) -> Iterable[Read]:
    said = (match.groupdict().get("zh") or match.groupdict().get("en") or "月").lower()
    unit = re.split(r"[\s-]", said)[-1]
    business = said.startswith(("工作", "work", "business"))
    bare = unit.removeprefix("工作")
    kind, times = _UNITS.get(bare) or _UNITS.get(bare.rstrip("s"), ("days", Fraction(1)))
    # 2026 年 is a year of the calendar.
    numbers = [each for each in _numbers(match) if not (said == "年" and each > 1000)]
    half = Fraction(1, 2) if match.groupdict().get("half") or match.groupdict().get("half2") else Fraction(0)
    # "一天", "a month" count nothing more often than not.
    soft = _word(match["n"]) and numbers == [1] and not half
    kind = f"business {kind}" if business else kind
    return [Read(kind, (each + half) * times, each, soft) for each in numbers]


def _half(match: re.Match[str]) -> Iterable[Read]:
    said = (match["unit"] or match["en"]).lower()
    values = {"年": ("months", 6), "year": ("months", 6), "月": ("days", 15), "month": ("days", 15), "小时": ("minutes", 30), "hour": ("minutes", 30)}  # fmt: skip
    kind, value = values[said]
    return [Read(kind, Fraction(value))]


def _share(match: re.Match[str]) -> Iterable[Read]:
    return [Read("share", each / 100, each) for each in _numbers(match)]


def _off(match: re.Match[str]) -> Iterable[Read]:
    """八折 is 20 % off, 九五折 5 %."""
    digits = number(match["n"])
    if digits is None:
        return []
    return [Read("share", 1 - digits / (10 if digits < 10 else 100), digits)]


def _fraction(match: re.Match[str]) -> Iterable[Read]:
    above, below = number(match["above"] or "one"), number(match["below"])
    named = _FRACTIONS.get((match["below"] or "").lower())
    below = Fraction(named) if named else below
    if above is None or not below or above >= below:
        return []
    return [Read("share", above / below)]


def _measure(match: re.Match[str]) -> Iterable[Read]:
    unit = match["unit"].lower()
    name = _MEASURES.get(unit) or _MEASURES.get(unit.rstrip("s"), unit)
    return [Read(name, each, each) for each in _numbers(match)]


def _plain(match: re.Match[str]) -> Iterable[Read]:
    return [Read("number", each, each) for each in _numbers(match)]


def _counted(match: re.Match[str]) -> Iterable[Read]:
    return [Read("number", each, each, True) for each in _numbers(match)]


def _twice(match: re.Match[str]) -> Iterable[Read]:
    return [Read("number", Fraction(2), Fraction(2), True)]


def _ordinal(match: re.Match[str]) -> Iterable[Read]:
    return [Read("number", each, each, _word(match["n"])) for each in _numbers(match)]


def _identifier(match: re.Match[str]) -> Iterable[Read]:
    return [Read("contact", re.sub(r"[\s()-]", "", match.group()).lower().rstrip("."))]


def _reader(pattern: str, read: Callable[[re.Match[str]], Iterable[Read]]) -> Reader:
    return Reader(re.compile(pattern, re.IGNORECASE), read)


_MONEY_RANGE = rf"(?P<n>{DIGITS})(?:{_SEPARATOR}(?:us\$|hk\$|[¥$£€])?\s?(?P<n2>{DIGITS}))?"
READERS = (
    _reader(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _identifier),
    _reader(r"(?<![\d.])(?:\+\d{1,3}[\s-]?)?\d{3,4}-\d{3,4}(?:-\d{3,4})?(?![\d.])|(?<!\d[.,])(?<!\d)1[3-9]\d{9}(?!\d)", _identifier),
    _reader(rf"第\s?(?P<n>{NUMBER})(?P<n2>)", _ordinal),
    _reader(rf"{_SIGN}\s?{_MONEY_RANGE}{_SCALE}(?:\s?(?:元|yuan))?", _money),
    _reader(rf"{_NOT_IN}(?P<n>{NUMBER})(?:{_SEPARATOR}(?P<n2>{NUMBER}))?{_SCALE}\s?{_MONEY_WORD}", _money),
    _reader(rf"(?<!\d\.)(?<![\dA-Za-z])(?P<n>{DIGITS})\s?%?(?:{_SEPARATOR}(?P<n2>{DIGITS}))?\s?(?:%|per\s?cent(?![A-Za-z]))", _share),
    _reader(rf"(?<![A-Za-z])(?P<n>{EN_WORDS})(?P<n2>)\s?(?:%|per\s?cent(?![A-Za-z]))", _share),
    _reader(rf"百分之\s?(?P<n>{NUMBER})(?:{_SEPARATOR}(?:百分之)?(?P<n2>{NUMBER}))?", _share),
    _reader(rf"(?P<below>[{ZH_NUMERALS}]{{1,3}})分之(?P<above>[{ZH_NUMERALS}]{{1,3}})", _fraction),
    _reader(r"(?<!\d[./])(?<![\dA-Za-z/])(?P<above>\d{1,2})/(?P<below>\d{1,2})(?![\d/])", _fraction),
    _reader(rf"(?<![A-Za-z])(?P<above>a|{EN_WORDS})[\s-](?P<below>half|thirds?|quarters?|fifths?|tenths?)(?![A-Za-z])", _fraction),
    _reader(rf"{_NOT_IN}(?P<n>\d(?:\.\d)?|[{ZH_NUMERALS}]{{1,2}})\s?折(?![扣叠价合])", _off),
    _reader(r"半个?(?P<unit>年|小时|月)|(?<![A-Za-z])half\s+an?\s+(?P<en>year|month|hour)(?![A-Za-z])", _half),
    _reader(rf"{_NOT_IN}(?P<n>{NUMBER})(?:\s?(?:个?工作日|[天周年]|个月|小时)?{_SEPARATOR}(?P<n2>{NUMBER}))?\s?个?(?P<half>半)?\s?{_ZH_UNIT}(?P<half2>半)?", _duration),
    _reader(rf"{_NOT_IN}(?P<n>{NUMBER})(?:\s?(?:个月)?{_SEPARATOR}(?P<n2>{NUMBER}))?\s?个(?P<half>半)?月", _duration),
    _reader(rf"(?<!\d[.,])(?<![\dA-Za-z¥$£€])(?P<n>{NUMBER})(?:\s?(?:days?|months?|hours?|weeks?)?{_SEPARATOR}(?P<n2>{NUMBER}))?(?P<half>\s+and\s+a\s+half)?[\s-]{{1,2}}{_EN_UNIT}", _duration),
    _reader(rf"(?<!\d\.)(?<![\dA-Za-z])(?P<n>{DIGITS})(?:{_SEPARATOR}(?P<n2>{DIGITS}))?\s?(?P<unit>平方米|mAh|Wh|瓦时|瓦|毫米|厘米|公分|公里|千米|米(?!饭)|公斤|千克|克(?!拉)|毫升|升(?![级至])|英寸|寸|℃|°C|(?:mm|cm|km|kg|ml|m|g|l|w|metres?|meters?|kilos?|kilograms?|grams?|lit(?:re|er)s?|inch(?:es)?|MB|GB)(?![A-Za-z]))", _measure),
    _reader(rf"(?<!\d[.,-])(?<![\dA-Za-z])(?P<n>{DIGITS})(?:{_SEPARATOR}(?P<n2>{DIGITS}))?(?P<scale>[万千百亿])?(?![A-Za-z\d])(?!\.\d)", _plain),
    _reader(r"正?月?初(?P<n>[一二三四五六七八九十])(?P<n2>)", _plain),
    _reader(rf"(?<![A-Za-z])(?P<n>{EN_WORDS})(?P<n2>)(?![A-Za-z])", _counted),
    _reader(r"(?<![A-Za-z])twice(?![A-Za-z])", _twice),
    _reader(rf"(?<![{ZH_NUMERALS}])(?P<n>[{ZH_NUMERALS}]{{1,4}})(?P<n2>)(?=[个件种次张笔家天款条位名项步倍成])", _counted),
)  # fmt: skip
