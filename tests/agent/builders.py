"""Messages as understood, evidence and passages for tests of the pure stages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agent.types import Evidence, Score, Search, Understanding
from agent.understand.entities import find_entities
from agent.understand.language import detect_language
from agent.understand.understand import clear_no, clear_yes
from retrieval.passages import Passage
from retrieval.search import Hit
from tests.tools.builders import NOW
from tools.domain import Customer, Order


def understood(
    text: str,
    *intents: str,
    act: str = "question",
    probability: float = 0.9,
    sentiment: str = "neutral",
    complaint: str = "none",
) -> Understanding:
    """A message with the labels that the heads would have given it."""
    plain = clear_yes(text) or clear_no(text)
    return Understanding(
        text=text,
        language=detect_language(text, "zh"),
        act=Score("affirm" if clear_yes(text) else "deny", 1.0) if plain else Score(act, probability),
        intents=tuple(Score(name, 0.9) for name in intents),
        sentiment=Score(sentiment, 0.9),
        complaint=Score(complaint, 0.9),
        urgent=False,
        entities=find_entities(text),
    )


def passage(text: str, language: str = "zh", topic: str = "returns#postage") -> Passage:
    document, _, anchor = topic.partition("#")
    title = {"zh": "退货政策", "en": "Returns"}[language]
    return Passage(
        id=f"{document}.{language}#{anchor}",
        topic=topic,
        document_id=document,
        title=title,
        heading={"zh": "运费", "en": "Postage"}[language],
        language="zh" if language == "zh" else "en",
        revision="abc123",
        text=text,
    )


def hit(text: str, language: str = "zh", score: float = 0.9, topic: str = "returns#postage") -> Hit:
    return Hit(passage(text, language, topic), score, 0.9, 0.9, 3.0, 1, 1)


def searched(hits: tuple[Hit, ...]) -> tuple[Search, ...]:
    """One search, of the message as a whole."""
    return (Search("?", hits),) if hits else ()


def evidence(
    customer: Customer | None = None,
    orders: Iterable[Order] = (),
    hits: Iterable[Hit] = (),
    now: datetime = NOW,
    failed: bool = False,
    unknown: str | None = None,
) -> Evidence:
    hits = tuple(hits)
    return Evidence(
        snapshot_id="s_test",
        hits=hits,
        answerable=bool(hits),
        searches=searched(hits),
        threshold=0.5,
        now=now,
        identified=customer,
        identity_failed=failed,
        orders=tuple(orders),
        order_unknown=unknown,
    )
