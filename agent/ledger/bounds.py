"""On which side of a figure something holds: "within 7 days", "over ¥99", "16:00 前", "3 楼及以上"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.ledger.negation import denies
from agent.ledger.quantities import Quantity, find_quantities, flat
from retrieval.documents import Language

_REACH = {"zh": 14, "en": 34}
# What may stand between the word and its figure: "最多抵订单金额的 20%", "at least a coupon of ¥20".
_GAP = {"zh": r"[^，。；,\d一二两三四五六七八九十]{0,8}", "en": r"(?:[a-z]+\s){0,3}"}
# Words right before the figure, words right behind it; each below and above.
_BEFORE = {
    ("zh", False): rf"(?:最多|至多|不超过|不多于|最晚|不晚于|(?<!不)少于|(?<!不)低于|不足|小于){_GAP['zh']}$",
    ("zh", True): rf"(?:(?:(?<!不)超过|至少|最少|最早|不少于|不低于|高于|(?<!不)多于|(?<!不)大于){_GAP['zh']}|满[^，。；,]{{0,3}})$",
    ("en", False): rf"\b(?:(?:at most|up to|at the latest|no more than|not more than|no later than|a maximum of|less than|fewer than)\s{_GAP['en']}|(?:within|before|under|below|until)\s(?:the\s|about\s)?)$",
    ("en", True): rf"\b(?:(?:at least|at the earliest|(?<!no )(?<!not )more than|no less than|not less than|exceeding|a? ?minimum of)\s{_GAP['en']}|(?:over|after|above|beyond|from)\s(?:the\s|about\s)?)$",
}  # fmt: skip
_BEHIND = {
    ("zh", False): r"^\s?(?:之内|以内|内|以下|之前|以前|前)",
    ("zh", True): r"^\s?(?:及以上|以上|之后|以后|后|起)",
    ("en", False): r"^\s(?:or less|or fewer|or under|at most|at the latest)\b",
    ("en", True): r"^\s(?:or more|and above|and over|or above|and up|at least|at the earliest)\b",
}  # fmt: skip
_PATTERNS = {
    key: (re.compile(before, re.IGNORECASE), re.compile(_BEHIND[key], re.IGNORECASE)) for key, before in _BEFORE.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure and whether what is said holds above it; `word` is how that is said.

    `denied`: "not paid within 48 hours" is what others call paid after them.
    """

    quantity: Quantity
    above: bool
    word: str
    denied: bool


def bounds(text: str, language: Language) -> list[Bound]:
    """The figures of a text that stand with a word for above or below."""
    plain = flat(text)
    found = (_bound(plain, each, language) for each in find_quantities(text) if not each.soft)
    return [each for each in found if each]


def _bound(text: str, quantity: Quantity, language: Language) -> Bound | None:
    before = text[max(0, quantity.start - _REACH[language]) : quantity.start]
    behind = text[quantity.end : quantity.end + _REACH[language]]
    for above in (False, True):
        first, then = _PATTERNS[language, above]
        if match := first.search(before) or then.search(behind):
            around = text[max(0, quantity.start - 2 * _REACH["en"]) : quantity.end + _REACH[language]]
            return Bound(quantity, above, match.group().strip(), denies(around))
    return None


def contrary(one: Sequence[Bound], other: Sequence[Bound]) -> Iterator[tuple[Quantity, Bound, Bound]]:
    """The figures that one side only bounds from above and the other only from below."""
    for key in {each.quantity.key for each in one} & {each.quantity.key for each in other}:
        ours = [each for each in one if each.quantity.key == key]
        theirs = [each for each in other if each.quantity.key == key]
        sides = {each.above for each in ours}, {each.above for each in theirs}
        if any(each.denied for each in ours + theirs):
            continue
        if sides in (({True}, {False}), ({False}, {True})):
            yield ours[0].quantity, ours[0], theirs[0]
