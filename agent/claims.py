"""What a sentence claims: its numbers, links, promises and whether it denies. Pure text functions.

"七天", "7 天" and "seven days" are the same value, so that a claim can be traced across formats and languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from retrieval.tokenizer import stem, tokenize

_UNITS_ZH = "天日周月年时分秒元块角次件张个倍岁层米公斤克%％折号级期"
_DIGITS_ZH = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES_ZH = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMBER = re.compile(r"(?<![\w.])[A-Za-z]{0,3}-?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)")
_CHINESE_NUMBER = re.compile(
    rf"([零〇一二两三四五六七八九十百千万]+)(?=个?(?:工作日|小时|月|星期)|[{_UNITS_ZH}])"
)
_ENGLISH_NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_ENGLISH_NUMBER = re.compile(rf"\b({'|'.join(_ENGLISH_NUMBERS)})\b", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s)\]，。]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|www\.[^\s)\]，。]+")
_ENUMERATION = re.compile(r"^\s*(?:[-*•]\s*)?(?:\d{1,2}[.、)）]|[（(]\d{1,2}[)）])\s*")
_PROMISE = re.compile(
    r"已经?(?:为|帮|给|替)(?:您|你)|已(?:经)?(?:提交|办理|处理|安排|退款|取消|登记|联系|通知|发送|受理)(?:成功|好|完)?"
    r"|我(?:们)?(?:会|将|马上|立即|立刻|这就|现在)(?:就)?(?:为|帮|给|替)?(?:您|你)?(?:办理|处理|安排|退|提交|联系|查|取消|登记|赔|补|发送)"
    r"|(?:马上|立即|立刻|这就)(?:为|帮|给)(?:您|你)"
    r"|\b(?:I|we)(?:'ve| have| will|'ll| just| am going to|'m going to| are going to) (?:now |already |just )?"
    r"(?:process|refund|cancel|arrang|schedul|submit|start|initiat|send|sent|issue|book|contact|escalat|creat|register|block|take care|make sure|ensure)"
    r"|\b(?:has|have) been (?:processed|refunded|cancell?ed|submitted|initiated|issued|approved|scheduled)",
    re.IGNORECASE,
)  # fmt: skip
_DENIAL = re.compile(
    r"不(?!同|过|仅|但|论|管|错|限|良)|没有|未(?!来)|无法|无(?!理由|论|忧|锡)|勿|禁止|除外|拒绝|谢绝|非(?!常)"
    r"|\bnot?\b|n[o']t\b|\bcannot\b|\bnever\b|\bwithout\b|\bexcept\b|\bexcluded\b|\bunable\b|\brefuse\w*|\bneither\b|\bnon-?\w+",
    re.IGNORECASE,
)  # fmt: skip
# Set phrases in which "no" denies nothing.
_HARMLESS = re.compile(r"no[- ]reason|无理由|no later than|not later than|不超过|不少于|no more than|at no (?:extra )?cost|不满意|没问题|不符|不喜欢|不想要|不合身|不合适|not as described|(?:do|does|did) ?n[o']t (?:like|want|fit)|not like", re.IGNORECASE)  # fmt: skip
_PAYING = re.compile(
    r"付|承担|负担|出(?:运|邮|钱|费)|自理|扣|免费|包邮|免运费|¥|元|\b(?:pays?|paid|paying|bears?|covers?|charged?|costs?|free|deduct\w*)\b|taken off",
    re.IGNORECASE,
)
_PAID_FOR = re.compile(
    r"退货|退款|退回|寄回|运费|邮费|费用|快递|需要|\b(?:return|refund|postage|shipping|delivery|items?|the|for|a|an|if|is|it|it's|will|to)\b",
    re.IGNORECASE,
)
_PARTIES = {
    "customer": re.compile(
        r"顾客|买家|客户|您|你|自理|自付|\b(?:customers?|you|yourself|buyers?)\b", re.IGNORECASE
    ),
    "shop": re.compile(
        r"店铺|本店|商家|卖家|我们|我方|青禾|免费|包邮|免运费|\b(?:shop|store|seller|we|us|greenleaf|free)\b",
        re.IGNORECASE,
    ),
}
_CJK = re.compile(r"[\u3400-\u9fff]")
_UNIT = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+(?:\.\d+)?")


def flat(text: str) -> str:
    """Half-width, without thousands separators."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text))


def without_enumeration(sentence: str) -> str:
    """A list item without its "1." in front, which claims nothing."""
    return _ENUMERATION.sub("", sentence)


def values(text: str) -> tuple[str, ...]:
    """Numbers (canonical), links and mail addresses of a sentence, in no particular order, without repeats."""
    plain = flat(without_enumeration(text))
    links = _LINK.findall(plain)
    rest = _LINK.sub(" ", plain)
    found = [_canonical(a or b) for a, b in _NUMBER.findall(rest)]
    found += [str(_chinese(match)) for match in _CHINESE_NUMBER.findall(rest) if match not in ("一",)]
    found += [
        str(_ENGLISH_NUMBERS[word.lower()]) for word in _ENGLISH_NUMBER.findall(rest) if word.lower() != "one"
    ]
    return tuple(dict.fromkeys(found + [link.lower().rstrip(".") for link in links]))


def supported_values(texts: Iterable[str]) -> frozenset[str]:
    """Every value that a text offers; a bare "one" counts here, since it can only support."""
    offered: set[str] = set()
    for text in texts:
        offered.update(values(text))
        plain = flat(text)
        offered.update(str(_chinese(match)) for match in _CHINESE_NUMBER.findall(plain))
        offered.update(str(_ENGLISH_NUMBERS[word.lower()]) for word in _ENGLISH_NUMBER.findall(plain))
        offered.update(_canonical(number) for number in re.findall(r"\d+(?:\.\d+)?", plain))
    return frozenset(offered)


def promises(sentence: str) -> bool:
    """Whether a sentence says that something was or will be done for the customer."""
    return bool(_PROMISE.search(sentence))


def denies(sentence: str) -> bool:
    """Whether a sentence says no to something."""
    return bool(_DENIAL.search(_HARMLESS.sub(" ", sentence)))


def payers(text: str) -> frozenset[str]:
    """Who is said to pay: "shop", "customer"; empty where nothing is said about paying."""
    if not _PAYING.search(text):
        return frozenset()
    return frozenset(name for name, pattern in _PARTIES.items() if pattern.search(text))


def case(text: str) -> str:
    """What is left without payers, paying and what is paid for: in which case somebody pays."""
    for pattern in (*_PARTIES.values(), _PAYING, _PAID_FOR):
        text = pattern.sub(" ", text)
    return text


def has_words(text: str) -> bool:
    return bool(_words(text))


def coverage(sentence: str, source: str) -> float:
    """The share (0..1) of a sentence's words that the source has."""
    said = _words(sentence)
    return len(said & _words(source)) / len(said) if said else 1.0


def in_order(sentence: str, source: str) -> float:
    """The share (0..1) of a sentence that stands in the source in the same order.

    The longest common subsequence over the sentence's length, as in ROUGE-L precision (Lin, 2004), in words for
    English and characters for Chinese. A small model that puts true words together into a false sentence keeps
    the words, not their order.
    """
    said, given = _units(sentence), _units(source)
    if not said:
        return 1.0
    row = [0] * (len(given) + 1)
    for unit in said:
        diagonal = 0
        for place, other in enumerate(given, 1):
            above = row[place]
            row[place] = diagonal + 1 if unit == other else max(above, row[place - 1])
            diagonal = above
    return row[-1] / len(said)


def is_in(sentence: str, language: str) -> bool:
    """Whether a sentence can be read by somebody who reads only `language`."""
    chinese = len(_CJK.findall(sentence))
    letters = len(re.findall(r"[A-Za-z]{2,}", sentence))
    return chinese > 0 or letters == 0 if language == "zh" else chinese <= max(2, letters // 4)


def _words(text: str) -> frozenset[str]:
    return frozenset(tokenize(flat(text)))


def _units(text: str) -> list[str]:
    return [word if _CJK.match(word) else stem(word) for word in _UNIT.findall(flat(text).lower())]


def _canonical(number: str) -> str:
    number = number.replace(",", "")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def _chinese(numeral: str) -> int:
    total = section = digit = 0
    for char in numeral:
        if char in _DIGITS_ZH:
            digit = _DIGITS_ZH[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _SCALES_ZH[char]
            digit = 0
    return total + section + digit
