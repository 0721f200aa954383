"""What a perturbation leaves as it is: numbers, names, addresses, quoted goods, and short answers.

The agent's own finders say where its entities are; more is kept here, since a digit or a quoted name must survive
whether the agent sees it or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache

from agent.understand.assent import begins_with_yes, says_only_yes
from agent.understand.entities import find_entities

Span = tuple[int, int]
Edit = tuple[int, int, str]

# The day serves only to tell dates from other numbers.
_ANY_DAY = date(2026, 11, 16)
_KEPT_ENTITIES = frozenset(
    ["email", "order_id", "tracking_no", "phone", "amount", "date", "duration", "postcode", "name"]
)
_KEPT_WORD_ENTITIES = frozenset(["ordinal", "all", "except", "latest"])
_NUMERALS = "零〇一二两三四五六七八九十百千万半几"
_KEPT = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # Whatever has a digit in it, with the letters, signs and units that hang on it: G5, 37 码, COAT-01, 7A.
        (r"[A-Za-z0-9#¥$£€￥][A-Za-z0-9._:/#%¥$£€+-]*", 0),
        (r"(?:https?://|www\.)[!-~]+|[A-Za-z0-9._%+-]*[@＠][A-Za-z0-9._-]+", re.IGNORECASE),
        (r"\d[\d,.\s]*\s?(?:码|号|寸|英寸|升|毫升|克|斤|公斤|米|厘米|件|个|双|台|条|套|天|日|周|月|年|小时|%)", 0),
        (rf"(?:第\s?)?[{_NUMERALS}]+\s?[个件双台条套只把张本盒包袋瓶罐箱份单笔次天日周月年号点折成块元毛角分寸码岁人家]", 0),
        (r"“[^”]{1,60}”|「[^」]{1,60}」|『[^』]{1,60}』|《[^》]{1,60}》|‘[^’]{1,60}’|【[^】]{1,60}】", 0),
        (r'"[^"]{1,60}"|(?<![A-Za-z])\'[^\']{2,60}\'(?![A-Za-z])', 0),
        # Addresses.
        (r"\b\d+[A-Za-z]?,?\s+(?:[A-Za-z'-]+\s+){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|way|square|place|court|ct|boulevard|blvd|terrace|crescent)\b[^.;!?]*", re.IGNORECASE),
        (r"[\u4e00-\u9fff]{2,}(?:省|市|区|县|镇|路|街|道|巷|弄|村)[^\s,，。;；!！?？]*\d[^\s,，。;；!！?？]*", 0),
        (r"(?:寄|送|发|改|搬|换)(?:到|去|至|往|成|为)\s?[^\s,，。;；!！?？]*(?:省|市|区|县|镇|路|街|村)[^\s,，。;；!！?？]*", 0),
        # Names of people, places and makers; the first word of a sentence is capitalised anyway.
        (r"(?<=[a-z,;:\u4e00-\u9fff])\s*(?!I\b)[A-Z][A-Za-z'’-]*(?:\s+[A-Z][A-Za-z'’-]*)*", 0),
    )
)  # fmt: skip
# Numbers in words and what turns a sentence round: capitals do these no harm, a wrong letter might.
_KEPT_WORDS = (
    re.compile(r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand|half|dozen|twice|once|double)\b", re.IGNORECASE),
    re.compile(r"\b(?:no|not|never|none|nothing|cannot|without|neither|nor|unless|except|only|instead|\w+n['’]t)\b", re.IGNORECASE),
)  # fmt: skip
_DIGIT_OR_CODE = re.compile(r"\d|[A-Z]{2,}-[A-Z]|^[¥$£€￥]")
_ENGLISH = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ACTIONS = (
    "return_item",
    "exchange_item",
    "cancel_order",
    "change_items",
    "change_address",
    "repair",
    "person",
)
_BEGINS_WITH_NO = re.compile(
    r"\W*(?:不用|不要|不必|不了|不是|不行|不对|不可以|没有|没了|别|算了|先不|no\b|nope\b|nah\b|don['’]?t\b|do not\b|stop\b|never ?mind\b)",
    re.IGNORECASE,
)
_SHORT_ENGLISH, _SHORT_CHINESE = 8, 12
_LEAST_ENGLISH, _LEAST_CHINESE = 3, 4


@lru_cache(maxsize=4096)
def kept_spans(text: str, words: bool = True) -> tuple[Span, ...]:
    """The pieces of a text that have to survive word for word, in order and apart from one another.

    Without `words` those are left out that are only words, such as "three" or "not".
    """
    kinds = _KEPT_ENTITIES | _KEPT_WORD_ENTITIES if words else _KEPT_ENTITIES
    found = [(each.start, each.end) for each in find_entities(text, _ANY_DAY) if each.kind in kinds]
    for number, pattern in enumerate((*_KEPT, *_KEPT_WORDS) if words else _KEPT):
        spans = (match.span() for match in pattern.finditer(text))
        found.extend(span for span in spans if number or _DIGIT_OR_CODE.search(text[slice(*span)]))
    return _merged(_trimmed(text, span) for span in found)


def kept_pieces(text: str, words: bool = True) -> tuple[str, ...]:
    """The texts of `kept_spans`."""
    return tuple(text[start:end] for start, end in kept_spans(text, words))


def _trimmed(text: str, span: Span) -> Span:
    piece = text[slice(*span)]
    start = span[0] + len(piece) - len(piece.lstrip())
    # A full stop after a number ends the sentence, it is no part of the number.
    return start, max(start, start + len(piece.strip().rstrip(".,:，。：")))


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def is_free(span: Span, kept: Sequence[Span]) -> bool:
    """Whether a piece may be changed: it shares no character with what is kept."""
    return all(span[1] <= start or end <= span[0] for start, end in kept)


def is_free_place(place: int, kept: Sequence[Span]) -> bool:
    """Whether something may be put in before the character at `place`."""
    return all(place <= start or end <= place for start, end in kept)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with pieces replaced; edits are (start, end, new) and must not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def changed_outside(text: str, change: Callable[[str], str], words: bool = True) -> str:
    """The text with `change` made to every piece that is not kept."""
    done, place = "", 0
    for start, end in kept_spans(text, words):
        done += change(text[place:start]) + text[start:end]
        place = end
    return done + change(text[place:])


def survive(pieces: Sequence[str], text: str) -> bool:
    """Whether all the pieces still stand in the text, each as often as before."""
    return all(text.count(piece) >= sum(other == piece for other in pieces) for piece in pieces)


@lru_cache(maxsize=4096)
def is_answer(text: str) -> bool:
    """Whether a message is a yes or a no, or too short to say more: it is never written differently."""
    english, chinese = len(_ENGLISH.findall(text)), len(_CHINESE.findall(text))
    short = english <= _SHORT_ENGLISH and chinese <= _SHORT_CHINESE
    if short and (begins_with_yes(text) or _BEGINS_WITH_NO.match(text)):
        return True
    if any(says_only_yes(text, action) for action in ("", *_ACTIONS)):
        return True
    open_text = edited(text, ((start, end, " ") for start, end in kept_spans(text)))
    return (
        len(_ENGLISH.findall(open_text)) < _LEAST_ENGLISH
        and len(_CHINESE.findall(open_text)) < _LEAST_CHINESE
    )
