"""Check 5: dates that have passed, and days on which no document or card holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from agent.ledger.quantities import find_quantities
from agent.ledger.quantity_dates import day_of
from knowledge.check.findings import Finding
from knowledge.check.languages import finding
from knowledge.check.links import cards_of
from knowledge.check.sections import Section
from retrieval.documents import Document
from tools.policy.cards import PolicyBook

_FAR = timedelta(days=730)
_VALID = re.compile(
    r"有效|截[至止]|为止|[之以]?前|到期|期间|至|将|即将|活动|起(?!来)|预计|优惠|\b(?:until|till|by|before|through|valid|ends?|expires?|from|starting|will|deadline|during|offer|promotion|holds?|open)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"自(?=.{0,24}起)|成立|以来|曾|已于|例如|比如|版本|\b(?:since|founded|was|were|for example|e\.g\.|for instance|version|last updated|effective since)\b|更新于", re.IGNORECASE)  # fmt: skip


def check_periods(
    sections: Iterable[Section], documents: Sequence[Document], book: PolicyBook | None, today: date
) -> Iterator[Finding]:
    for section in sections:
        yield from _passed(section, today)
    for document in documents:
        yield from _of_document(document, today)
    yield from _between_languages(documents)
    yield from _between_revisions(documents)
    if book is not None:
        yield from _between_cards(book)


def _passed(section: Section, today: date) -> Iterator[Finding]:
    for piece in section.pieces:
        dates = (each for each in find_quantities(piece.text) if each.kind == "date")
        days = [day for each in dates if (day := day_of(str(each.value)))]
        # "From 1 to 31 March" has passed when its last day has.
        if not days or max(days) >= today or not _VALID.search(piece.text) or _PAST.search(piece.text):
            continue
        yield finding(
            "warning", "dates.passed", section, piece.text,
            f"{max(days).isoformat()} has passed. Take the sentence out or give it a new date.",
        )  # fmt: skip


def _of_document(document: Document, today: date) -> Iterator[Finding]:
    if document.effective_to and document.effective_to < today:
        yield _whole(
            document, "dates.expired",
            f"The document ended on {document.effective_to} and answers nobody. Give it a later effective_to or remove it.",
        )  # fmt: skip
    if document.effective_from and document.effective_from > today + _FAR:
        yield _whole(
            document, "dates.far", f"The document begins only on {document.effective_from}. Check the year of effective_from."
        )  # fmt: skip


def _whole(document: Document, code: str, message: str, other: str = "") -> Finding:
    return Finding("warning", code, document.key, "", 0, message, other)


def _between_languages(documents: Sequence[Document]) -> Iterator[Finding]:
    first: dict[str, Document] = {}
    for document in documents:
        other = first.setdefault(document.id, document)
        if other.language != document.language and _period(other) != _period(document):
            yield _whole(
                document, "dates.languages",
                f"Holds {_said(document)}, {other.key} {_said(other)}. Give both languages the same days.",
                other.key,
            )  # fmt: skip


def _between_revisions(documents: Sequence[Document]) -> Iterator[Finding]:
    """Several texts of one document, each for its time, leave no day out and share none."""
    series: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        series[document.key].append(document)
    for those in series.values():
        those.sort(key=lambda each: each.effective_from or date.min)
        for one, following in pairwise(those):
            end, start = one.effective_to or date.max, following.effective_from or date.min
            if end >= start:
                yield _whole(following, "dates.overlap", f"Two texts hold from {start}. End the first with effective_to.")  # fmt: skip
            elif end + timedelta(days=1) < start:
                yield _whole(
                    following, "dates.gap", f"No text holds between {end} and {start}. Close the gap."
                )


def _between_cards(book: PolicyBook) -> Iterator[Finding]:
    for name, cards in cards_of(book).items():
        for one, following in pairwise(cards):
            end = one.effective_until
            if end and end + timedelta(days=1) < following.effective_from:
                yield Finding(
                    "warning", "dates.card-gap", name, "", 0,
                    f"No {name} card holds between {end} and {following.effective_from}. Close the gap.",
                    other=f"{name} v{following.version}",
                )  # fmt: skip


def _period(document: Document) -> tuple[date | None, date | None]:
    return document.effective_from, document.effective_to


def _said(document: Document) -> str:
    start, end = _period(document)
    return f"from {start or 'ever'} until {end or 'further notice'}"
