"""Everything in a text that can be counted: money, lengths of time, clock times, dates, shares, measures, numbers.

Two quantities are the same when their kind and value are, however they are written: "five to seven working
days", "5–7 个工作日" and "5 至 7 个工作日" are each two quantities, 5 and 7 of the kind "business days".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from agent.ledger import quantity_dates, quantity_readers
from agent.ledger.quantity_readers import EN_WORDS, Read
from agent.understand.numerals import ZH_NUMERALS

# Names and set phrases whose numbers state nothing.
_NAMES = re.compile(
    r"[七7]\s?天无理由|24/7|7\s?[x×]\s?24|一[次起样般些定直旦律并]|万一|唯一|统一|任一|任一个|下一[个次]|三包|百分之百",
    re.IGNORECASE,
)
_LINK = re.compile(r"\]\([^)\s]*\)|https?://\S+|www\.\S+|\{#[\w-]+\}")
_ENUMERATION = re.compile(r"^\s*(?:[-*•]\s+)?(?:\d{1,2}[.)、]|[（(]\d{1,2}[)）])\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[。！？\n]|[.!?](?=\s|$)")
# The kinds of lengths of time.
LENGTHS = frozenset({"seconds", "minutes", "business minutes", "days", "business days", "months"})
# Without any of these a text counts nothing.
_COUNTABLE = re.compile(
    rf"[\d{ZH_NUMERALS}@半]|[周期拜]日|[周期拜]天|{EN_WORDS}|half|noon|midnight|twice|day\b", re.IGNORECASE
)
_TAKEN = "\x00"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`said` is the number as it was written, without its unit; `start` and `end` are places in the text.

    A `soft` quantity is a number word that often counts nothing ("one", "两种"): it may support, not contradict.
    """

    kind: str
    value: Fraction | str
    said: Fraction | None
    start: int
    end: int
    soft: bool = False

    @property
    def key(self) -> tuple[str, Fraction | str]:
        return self.kind, self.value


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of a text in its order."""
    return list(_quantities_of(text))


@lru_cache(maxsize=16_384)
def _quantities_of(text: str) -> tuple[Quantity, ...]:
    if not _COUNTABLE.search(text):
        return ()
    left = _LINK.sub(_blank, flat(text))
    left = _NAMES.sub(_blank, _ENUMERATION.sub(_blank, left))
    found: list[Quantity] = []
    for reader in (*quantity_dates.READERS, *quantity_readers.READERS):
        left = _read_all(reader, left, found)
    return tuple(_with_units(sorted(found, key=lambda each: each.start), left))


def _with_units(quantities: list[Quantity], text: str) -> Iterator[Quantity]:
    """ "1-3 business days with Alipay, 3-7 with a card": a range without a unit takes that of the range before it."""
    last: Quantity | None = None
    ranges = Counter((each.start, each.end) for each in quantities)
    for each in quantities:
        if each.kind == "number" and not each.soft and ranges[each.start, each.end] == 2 and each.said:
            if last and not _SENTENCE_END.search(text, last.end, each.start) and last.said:
                times = Fraction(last.value) / last.said
                each = replace(each, kind=last.kind, value=each.said * times)
        elif ranges[each.start, each.end] == 2 and each.kind in LENGTHS and not isinstance(each.value, str):
            last = each
        yield each


def _read_all(reader: quantity_readers.Reader, text: str, found: list[Quantity]) -> str:
    def take(match: re.Match[str]) -> str:
        reads = list(reader.read(match))
        found.extend(_quantities(reads, match))
        return _blank(match) if reads else match.group()

    return reader.pattern.sub(take, text)


def _quantities(reads: list[Read], match: re.Match[str]) -> Iterator[Quantity]:
    for read in reads:
        yield Quantity(read.kind, read.value, read.said, match.start(), match.end(), read.soft)


def _blank(match: re.Match[str]) -> str:
    return _TAKEN * (match.end() - match.start())


def flat(text: str) -> str:
    """Half-width forms, character by character, so that places stay what they are."""
    if text.isascii():
        return text
    return "".join(
        narrow if len(narrow := unicodedata.normalize("NFKC", char)) == 1 else char for char in text
    )
