"""On which side of a figure something holds: "within 7 days", "over ¥99", "16:00 前", "3 楼及以上"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.ledger.negation import denies
from agent.ledger.quantities import Quantity, find_quantities, flat
from retrieval.documents import Language

_REACH = {"zh": 6, "en": 16}
# Words right before the figure, words right behind it; each below and above.
_BEFORE = {
    ("zh", False): r"(?:最多|至多|不超过|不多于|最晚|不晚于|(?<!不)少于|(?<!不)低于|不足|小于)[^，。；,]{0,3}$",
    ("zh", True): r"(?:(?<!不)超过|至少|最少|不少于|不低于|满|高于|(?<!不)多于|(?<!不)大于)[^，。；,]{0,3}$",
    ("en", False): r"\b(?:within|at most|up to|no more than|not more than|no later than|before|under|less than|fewer than|below|until)\s(?:the\s|about\s)?$",
    ("en", True): r"\b(?:at least|(?<!no )(?<!not )more than|over|after|above|no less than|not less than|exceeding|minimum of)\s(?:the\s|about\s)?$",
}  # fmt: skip
_BEHIND = {
    ("zh", False): r"^\s?(?:之内|以内|内|以下|之前|以前|前)",
    ("zh", True): r"^\s?(?:及以上|以上|之后|以后|后|起)",
    ("en", False): r"^\s(?:or less|or fewer|at most|at the latest)\b",
    ("en", True): r"^\s(?:or more|and above|and over|or above|and up)\b",
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
