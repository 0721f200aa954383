"""What a question of several is about: "how long does it last?" after one about gift cards is of gift cards. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.types import Search
from retrieval.search import Hit

# From here on a question that the subject does not draw to itself is about something else.
_LIKELY = 0.5
# Characters from which on a question says of itself what it is about, where but one document answers it.
_SELF_CONTAINED = {"zh": 12, "en": 36}
_STANDS_OUT = 5.0
_POINTS_BACK = re.compile(
    r"\b(?:it|that|this|they|them|these|those|there|the rest)\b|它|[这那]|其中|剩下", re.IGNORECASE
)
_BETWEEN = {"zh": "：", "en": ": "}


def strays(question: Search, around: Sequence[Hit], threshold: float) -> bool:
    """Whether the documents that are nearest to a question are not those that the whole message is surely about."""
    if not around or around[0].score < threshold or speaks_for_itself(question):
        return False
    return not question.hits or question.hits[0].passage.document_id not in _documents(around)


def speaks_for_itself(question: Search) -> bool:
    """Whether a question is long enough to say what it is about, and one document alone answers it."""
    if question.score < _LIKELY or _POINTS_BACK.search(question.question):
        return False
    best = question.hits[0].passage
    others = (hit.score for hit in question.hits if hit.passage.document_id != best.document_id)
    long = len(question.question) >= _SELF_CONTAINED[best.language]
    return long and question.score >= _STANDS_OUT * max(others, default=0.0)


def beside_subject(question: str, subject: Hit) -> str:
    """The question with what the message is about before it."""
    return f"{subject.passage.title}{_BETWEEN[subject.passage.language]}{question}"


def placed(question: Search, beside: Sequence[Hit], around: Sequence[Hit], threshold: float) -> Search:
    """The question with the hits that hold beside the message's subject.

    The subject draws a question to itself that on its own is about anything; one that stays with its document in spite
    of it is really about that. Of neither it stays as it was.
    """
    best = beside[0] if beside else None
    if best is None:
        return question
    own = question.hits[0].passage.document_id if question.hits else ""
    if best.passage.document_id == own:
        return replace(question, placed=question.score >= _LIKELY)
    if best.passage.document_id in _documents(around) and best.score >= threshold:
        return replace(question, hits=tuple(beside), placed=True)
    return question


def _documents(hits: Sequence[Hit]) -> set[str]:
    return {hit.passage.document_id for hit in hits}
