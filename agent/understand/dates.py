"""Dates in a message, in both languages, relative to the day on which it was written.

A value is an ISO 8601 date ("2026-11-03") or an interval of two, both included ("2026-11-01/2026-11-30"). Weeks
begin on Monday, so that "last Friday" is the Friday before today, and 上周五 that of the week before this one.
"11/03" is read month first wherever it can be. What lacks its year or its week is the last such day, today
included for dates, or the next one where the words around it look ahead ("will", "by", 预计). Festivals of the
lunar calendar are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from agent.understand.dates_en import ENGLISH
from agent.understand.dates_numeric import NUMERIC
from agent.understand.dates_zh import CHINESE
from agent.understand.days import Moment, Rule, Span

_RULES = (*NUMERIC, *CHINESE, *ENGLISH)
_BREAKS = re.compile(r"[,;!?，；。！？\n]|\.(?=\s|$)")
_BACK = re.compile(
    r"\b(?:ordered|bought|purchased?|placed|paid|got|received|arrived|came|delivered|was|were|did(?:n['’]?t)?|had|sent|shipped"
    r"|returned|said|told|promised|been|since|orders?\s+(?:from|of|on|placed|made)|from)\b|['’]s\s+order"
    r"|买|下的?单|下的|拍|订|付|收到(?!吗)|签收|申请[了的]|发了|那[个单笔件次]|的(?:订单|那?单)|已经|寄了|退了|还没",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|won['’]?t|shall|going\s+to|gonna|by|until|till|before|deliver(?:y|ing)?|arrives?|arriving|reschedule|coming|expect(?:ed)?"
    r"|schedule|pick(?:ed)?\s?up|due|available|need\s+(?:it|them|this)|hope)\b|['’]ll\b"
    r"|马上|快要|将|预计|预约|打算|准备|计划|上门|改[到成]|送[货达到]|派送|到货?[吗么]|前能|之前[要送到]|推迟|延[期后]|发货?[吗么]"
    r"|(?:能|可以|会|再|要).{0,3}(?:到|送|发|来|寄|取|收|改|营业|上班|降)",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s*(?:-|~|–|—|～|到|至|to|until|till|through)\s*", re.IGNORECASE)

# How many characters before and behind a date may tell its tense.
_NEAR = 30
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """Where a date stands. `value` is "" for one that no calendar has, and for words such as "every Monday"."""

    start: int
    end: int
    value: str


def find_dates(text: str, today: date) -> list[FoundDate]:
    """All dates of a text in its order; they never overlap. `today` is the day where the customer's shop is."""
    spans: list[tuple[int, int, Span | None]] = []
    lower = text.lower()
    for rule in (rule for rule in _RULES if rule.may_find(lower)):
        for match in rule.pattern.finditer(text):
            start, end = match.span("date") if match.groupdict().get("date") else match.span()
            if any(start < other_end and other_start < end for other_start, other_end, _ in spans):
                continue
            read, span = _read(rule, match, Moment(today, _looks_ahead(text, start, end)))
            if read:
                spans.append((start, end, span))
    spans.sort(key=lambda each: each[0])
    return [FoundDate(start, end, _value(span)) for start, end, span in _joined(text, spans)]


def parse_date(value: str) -> Span:
    """The first and the last day of a value. Raises ValueError for any other text."""
    first, _, last = value.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _read(rule: Rule, match: re.Match[str], moment: Moment) -> tuple[bool, Span | None]:
    """Whether the words are those of a date, and which: the 31st of February is one that no calendar has."""
    try:
        span = rule.read(match, moment)
    except (ValueError, OverflowError):
        return True, None
    return span is not None, span


def clause_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a piece of a text, up to the next comma or the like."""
    before = max((each.end() for each in _BREAKS.finditer(text, 0, start)), default=0)
    after = _BREAKS.search(text, end)
    return text[before:start], text[end : after.start() if after else len(text)]


def _looks_ahead(text: str, start: int, end: int) -> bool:
    """Whether a date lies ahead by the words of its clause; where it has none, by those near to it."""
    words = " ".join(clause_around(text, start, end))
    if len(_LETTER.findall(words)) <= 2:
        words = f"{text[max(0, start - _NEAR) : start]} {text[end : end + _NEAR]}"
    return not _BACK.search(words) and bool(_AHEAD.search(words))


def _joined(text: str, spans: list[tuple[int, int, Span | None]]) -> list[tuple[int, int, Span | None]]:
    """ "From Nov 3 to Nov 5" is one interval."""
    joined: list[tuple[int, int, Span | None]] = []
    for start, end, span in spans:
        if joined and span and (before := joined[-1])[2] and _JOINS.fullmatch(text, before[1], start):
            first = before[2][0]
            if first <= span[0]:
                joined[-1] = before[0], end, (first, span[1])
                continue
        joined.append((start, end, span))
    return joined


def _value(span: Span | None) -> str:
    if span is None:
        return ""
    first, last = (day.isoformat() for day in span)
    return first if first == last else f"{first}/{last}"
