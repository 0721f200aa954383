"""What customers asked and no document answers, as the same words came up most often."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Engine, func, select

from insights.facts.filters import Filter
from insights.queries.selection import Selection, narrowed, selection_of
from tools.store.database import answering, reader
from tools.store.tables import unanswered as asked


class Question(Struct, frozen=True):
    """A question, kept without its numbers and addresses, with how often it was asked in these words and when last."""

    question: str
    language: str
    count: int
    last_at: datetime
    selection: Selection


def unanswered(engine: Engine, wanted: Filter, zone: ZoneInfo, limit: int = 50) -> list[Question]:
    """The most frequent questions without an answer. A product is not known of them: that filter is not applied."""
    column = asked.c
    count, last_at = func.count().label("n"), func.max(column.at).label("last_at")
    query = (
        select(column.question, column.language, count, last_at, func.max(column.turn_id).label("turn_id"))
        .where(*_conditions(wanted, zone))
        .group_by(column.question, column.language)
        .order_by(func.count().desc(), column.question)
        .limit(limit)
    )
    with answering(), reader(engine).begin() as connection:
        rows = connection.execute(query).all()
    # In a conversation in Chinese something may be asked in English.
    chosen = structs.replace(selection_of(wanted), language="")
    return [
        Question(row.question, row.language, row.n, row.last_at, narrowed(chosen, question=row.turn_id))
        for row in rows
    ]


def _conditions(wanted: Filter, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    column, found = asked.c, list[ColumnElement[bool]]()
    if wanted.since:
        found.append(column.at >= datetime.combine(wanted.since, time(0), zone))
    if wanted.until:
        found.append(column.at < datetime.combine(wanted.until + timedelta(days=1), time(0), zone))
    if wanted.channel:
        found.append(column.channel == wanted.channel)
    if wanted.language:
        found.append(column.language == wanted.language)
    return found
