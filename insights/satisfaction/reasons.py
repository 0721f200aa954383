"""Why customers were not satisfied: what they wrote with low ratings and thumbs down, masked and grouped by meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Engine, Integer, Row, Select, Table, literal, select, union_all

from agent.understand.language import detect_language
from agent.understand.masking import masked
from insights.facts.filters import Filter, conditions
from knowledge.gaps.grouping import Gap, group, wordings
from knowledge.gaps.reference import EmbedQueries, Reference, read_reference
from knowledge.gaps.unanswered import Unanswered
from retrieval.embeddings import unit_vectors
from tools.domain import Language
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations
from tools.store.service_tables import feedback, ratings

# Up to here a rating is not that of somebody who was satisfied.
LOW = 3
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """A reason, masked. `score` is that of its rating, None for a thumb down."""

    conversation_id: str
    at: datetime
    text: str
    language: Language
    channel: str
    score: int | None


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Reasons of one meaning, in whatever language. `title` is the most central one, in a customer's words.

    `texts` are up to five different ones, the title first; `languages` and `channels` count reasons;
    `conversation_ids` name their conversations from first to last, each once.
    """

    title: str
    count: int
    low_ratings: int
    thumbs_down: int
    languages: dict[str, int]
    channels: dict[str, int]
    texts: tuple[str, ...]
    conversation_ids: tuple[str, ...]


def reason_groups(
    engine: Engine, wanted: Filter, embed: EmbedQueries, reference: Reference | None = None
) -> list[ReasonGroup]:
    """The groups by count, from the newest `MOST` reasons of conversations that fit `wanted`.

    Reasons without a word of content ("...", "no") are in none. Each different wording is embedded once; `reference`
    is by default that of the model behind `embed`. Raises `StoreUnavailable` and `EmbeddingFailed`.
    """
    said = read_reasons(engine, wanted)
    asked = [_as_asked(number, each) for number, each in enumerate(said)]
    different = wordings(asked)
    if not different:
        return []
    vectors = unit_vectors(embed([asked[each.speaker].question for each in different]), len(different))
    places = [place for each in different for place in each.places]
    repeated = np.repeat(vectors, [len(each.places) for each in different], axis=0)
    found = group([asked[place] for place in places], repeated, reference or read_reference(embed))
    return [_named(gap, said) for gap in found]


def read_reasons(engine: Engine, wanted: Filter) -> list[Said]:
    """What was written with low ratings and thumbs down, masked, the newest `MOST`, newest first."""
    low = _query(ratings, ratings.c.score, wanted).where(ratings.c.score <= LOW)
    down = _query(feedback, literal(None, Integer), wanted).where(feedback.c.thumb < 0)
    both = union_all(low, down).subquery()
    query = select(both).order_by(both.c.at.desc(), both.c.conversation_id, both.c.reason).limit(MOST)
    with answering(), reader(engine).begin() as connection:
        return [_said(row) for row in connection.execute(query)]


def _query(table: Table, score: ColumnElement[Any], wanted: Filter) -> Select[Any]:
    fact = fact_conversations.c
    columns = (
        table.c.conversation_id,
        table.c.at,
        table.c.reason,
        fact.language,
        fact.channel,
        score.label("score"),
    )
    query = select(*columns).join(fact_conversations, fact.conversation_id == table.c.conversation_id)
    return query.where(table.c.reason != "", *conditions(wanted, fact))


def _said(row: Row[Any]) -> Said:
    language = detect_language(row.reason, "en" if row.language == "en" else "zh")
    return Said(row.conversation_id, row.at, masked(row.reason), language, row.channel, row.score)


def _as_asked(number: int, said: Said) -> Unanswered:
    """As the questions that no document answers are grouped; its place in the list is its name."""
    return Unanswered(f"{number:06}", said.at, said.text, said.language, said.channel, "")


def _named(gap: Gap, said: list[Said]) -> ReasonGroup:
    members = [said[int(number)] for number in gap.turn_ids]
    low = sum(each.score is not None for each in members)
    conversations = tuple(dict.fromkeys(each.conversation_id for each in members))
    return ReasonGroup(
        gap.title, gap.count, low, gap.count - low, gap.languages, gap.channels, gap.questions, conversations
    )
