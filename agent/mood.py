"""How a customer feels, message by message, as one number, and where that is going. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from agent.types import Score

# From here on somebody is angry, and very angry.
ANGRY, VERY_ANGRY = -0.6, -0.8
# From here on somebody is content.
CONTENT = 0.3
# How many of the last messages count.
KEPT = 6
# A mood that changes by less a message is steady.
STEADY = 0.1
Trend = Literal["falling", "rising", "steady"]

# What plain words count for; the rest is how strongly they are said.
_PLAIN = 0.5
_SURE_ACT = 0.5
_ABUSE = 0.6
_WORDS = (
    (
        0.7,
        r"他妈|特么|TMD|尼玛|你妈|妈的|卧槽|我[操艹靠]|[操艹]你|傻[逼比叉]|煞笔|SB\b|狗屁|放屁|王八|混蛋|畜生|去死|滚(?:蛋|开|吧|！|$)|废物"
        r"|\bf+[u*]+[c*]*k\w*|\bwtf\b|\bbull ?sh[i*]t|\bsh[i*]t\w*|\bass ?holes?\b|\bbastards?\b|\bdamn\b|\bbloody\b|\bidiots?\b|\bmorons?\b|\bscum\b|\bpiss(?:ed)?\b|\bgo to hell\b",
    ),
    (
        0.35,
        r"气死|气炸|火大|恼火|离谱|过分|太差|极差|恶心|垃圾|骗子|骗人|欺骗|坑人|坑爹|黑店|破店|奸商|无耻|忍无可忍|受够|没完没了|不要脸|失望|烂|忽悠|糊弄|敷衍|耍我"
        r"|\boutrag\w+|\bridiculous\b|\bunacceptable\b|\bdisgust\w*|\bdisgrac\w*|\bterribl\w+|\bhorribl\w+|\bawful\b|\bappalling\b|\bpathetic\b|\bshocking\b|\bfurious\b|\bangry\b|\blivid\b|\bsick of\b|\bfed up\b|\bhad enough\b|\bscam\w*|\bliars?\b|\bthie(?:f|ves)\b|\buseless\b|\bworst\b|\bjoke\b|\bgarbage\b|\brubbish\b|\btrash\b|\bincompeten\w+|\bdisappoint\w*|\bhate\b",
    ),
    (
        0.35,
        r"太棒|太好了|超赞|完美|非常满意|特别满意|贴心|惊喜|爱了|超级?喜欢|好评|\bamazing\b|\bawesome\b|\bexcellent\b|\bfantastic\b|\bbrilliant\b|\bperfect\b|\blove(?:ly)?\b|\bwonderful\b|\bdelighted\b|\bbest\b",
    ),
    (
        0.2,
        r"第[二三四五六七八九几\d]+[次回遍]|[三四五六七八九几]次了|又[是来坏错]|还是没|一直没|再三|\b(?:second|third|fourth|fifth|\d(?:nd|rd|th)) time\b|\b(?:yet )?again\b|\bstill (?:not|no|nothing)\b|\bevery time\b|\bkeeps? \w+ing\b",
    ),
    (
        0.15,
        r"太|非常|特别|十分|极其|真的?是|实在|简直|到底|究竟|根本|完全|彻底|超级|\b(?:so|very|really|extremely|absolutely|totally|completely|utterly|such a|at all)\b",
    ),
    (0.3, r"[!！]{3,}|[?？!！]{4,}"),
    (0.2, r"[!！]{2}|[?？][!！]|[!！][?？]|[?？]{3}"),
    (0.1, r"[!！]"),
)  # fmt: skip
_STRENGTH = tuple((weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in _WORDS)
_MARKS = 3
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_LETTERS = re.compile(r"[A-Za-z]")
_SHOUTING = 0.4


def strength(text: str) -> float:
    """How strongly something is said, 0 … 1, whatever it is: swearing, strong words, "the third time",
    "so" and "very", exclamation marks and capitals add up. Of the marks only the strongest counts."""
    words, marks = _STRENGTH[:-_MARKS], _STRENGTH[-_MARKS:]
    found = sum(weight * min(len(pattern.findall(text)), 2) for weight, pattern in words)
    found += next((weight for weight, pattern in marks if pattern.search(text)), 0.0)
    return min(1.0, found + (_SHOUTING if _shouts(text) else 0.0))


def _shouts(text: str) -> bool:
    """ "I WANT MY MONEY BACK"; an order number or an abbreviation is no shout."""
    letters = _LETTERS.findall(text)
    capitals = sum(letter.isupper() for letter in letters)
    return len(_SHOUTED.findall(text)) >= 2 and capitals > 0.7 * len(letters)


def mood_of(text: str, sentiment: Sequence[Score], act: Score) -> float:
    """The mood of one message, −1 (furious) … 1 (delighted), to two decimals.

    P(positive) − P(negative) says which side and how surely; where the message is abuse, at least as surely as
    that. Said plainly that counts half, said as strongly as can be in full: "the lamp is broken" is bad news and
    no anger, and "?" is nothing at all.
    """
    by_label = {score.label: score.probability for score in sentiment}
    side = by_label.get("positive", 0.0) - by_label.get("negative", 0.0)
    abuse = act.label == "abuse" and act.probability >= _SURE_ACT
    if abuse:
        side = min(side, -act.probability)
    strong = min(1.0, strength(text) + (_ABUSE if abuse else 0.0))
    return round(side * (_PLAIN + (1 - _PLAIN) * strong), 2) + 0.0


def with_mood(moods: tuple[float, ...], mood: float) -> tuple[float, ...]:
    """The last moods with the newest; anger that gave way to content is over."""
    return (mood,) if mood >= CONTENT else (*moods, mood)[-KEPT:]


def slope(moods: Sequence[float]) -> float:
    """By how much the mood changes a message: the least-squares line through the moods; 0 for fewer than two."""
    count = len(moods)
    if count < 2:
        return 0.0
    middle, mean = (count - 1) / 2, sum(moods) / count
    spread = sum((at - middle) ** 2 for at in range(count))
    return sum((at - middle) * (mood - mean) for at, mood in enumerate(moods)) / spread


def trend(moods: Sequence[float]) -> Trend:
    """Where the moods are going; steady within `STEADY` a message."""
    change = slope(moods)
    return "falling" if change <= -STEADY else "rising" if change >= STEADY else "steady"
