"""Counts of conversations by one or two of their dimensions, which most charts are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Engine, Float, and_, case, cast, func, select

from insights.facts.filters import Filter, conditions
from insights.queries.selection import BAD_MOOD, GOOD_MOOD, Selection, narrowed, selection_of
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations, fact_rules

_FACT = fact_conversations.c


class DayCount(Struct, frozen=True):
    """Contacts of one day that came with one reason, "" for small talk alone."""

    day: date
    reason: str
    count: int
    selection: Selection


class DayMood(Struct, frozen=True):
    """`mood` is the mean of the day, −1 … 1; `bad` and `good` are how many conversations were in such a mood."""

    day: date
    mood: float
    bad: int
    good: int
    count: int
    selection: Selection


class ComplaintCount(Struct, frozen=True):
    """Conversations in which somebody complained of this kind about this product, "" for no product."""

    kind: str
    product_id: str
    count: int
    selection: Selection


class ReasonCount(Struct, frozen=True):
    """How often conversations were stopped: `of` "handover" or "refuse", by its rule."""

    of: str
    reason: str
    count: int
    selection: Selection


class ChannelCount(Struct, frozen=True):
    """One channel and language: contacts, shares of them (0 … 1), mean mood, mean score (1 … 5, None if unrated)."""

    channel: str
    language: str
    count: int
    solved: float
    handed_over: float
    abandoned: float
    mood: float
    csat: float | None
    selection: Selection


def contacts(engine: Engine, wanted: Filter) -> list[DayCount]:
    """Contacts by day and first reason."""
    chosen = selection_of(wanted)
    return [
        DayCount(row.day, row.reason, row.n, _on(chosen, row.day, reason=row.reason))
        for row in _grouped(engine, wanted, [_FACT.day, _FACT.reason], [func.count().label("n")])
    ]


def sentiment(engine: Engine, wanted: Filter) -> list[DayMood]:
    """Mood by day."""
    chosen = selection_of(wanted)
    counted = [
        func.count().label("n"), func.avg(_FACT.sentiment).label("mood"),
        _sum(_FACT.sentiment <= BAD_MOOD, "bad"), _sum(_FACT.sentiment >= GOOD_MOOD, "good"),
    ]  # fmt: skip
    return [
        DayMood(row.day, float(row.mood), row.bad, row.good, row.n, _on(chosen, row.day))
        for row in _grouped(engine, wanted, [_FACT.day], counted)
    ]


def complaints(engine: Engine, wanted: Filter) -> list[ComplaintCount]:
    """Complaints by kind and product, the most frequent first."""
    chosen = selection_of(wanted)
    rows = _grouped(
        engine, wanted, [_FACT.complaint, _FACT.product_id], [func.count().label("n")], _FACT.complaint != ""
    )
    found = [
        ComplaintCount(
            row.complaint,
            row.product_id,
            row.n,
            narrowed(chosen, product_id=row.product_id, complaint=row.complaint),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.count, each.kind, each.product_id))


def handovers(engine: Engine, wanted: Filter) -> list[ReasonCount]:
    """Why conversations were handed over, and by which rules something was refused; the most frequent first."""
    chosen, rule = selection_of(wanted), fact_rules.c
    handed = _grouped(
        engine, wanted, [_FACT.handover_reason], [func.count().label("n")], _FACT.resolution == "handed_over"
    )
    days = conditions(Filter(wanted.since, wanted.until), rule)
    same = and_(_FACT.conversation_id == rule.conversation_id, *conditions(wanted, _FACT))
    query = select(rule.rule, func.count().label("n")).where(rule.kind == "refuse", *days).group_by(rule.rule)
    if wanted.channel or wanted.language or wanted.product_id:
        query = query.join(fact_conversations, same)
    with answering(), reader(engine).begin() as connection:
        refused = connection.execute(query).all()
    found = [
        ReasonCount(
            "handover", row.handover_reason, row.n,
            narrowed(chosen, resolution="handed_over", handover_reason=row.handover_reason),
        )
        for row in handed
    ] + [ReasonCount("refuse", row.rule, row.n, narrowed(chosen, refusal=row.rule)) for row in refused]  # fmt: skip
    return sorted(found, key=lambda each: (-each.count, each.of, each.reason))


def channels(engine: Engine, wanted: Filter) -> list[ChannelCount]:
    """How service goes on each channel in each language, the busiest first."""
    chosen = selection_of(wanted)
    shares = [_share(_FACT.resolution == each, each) for each in ("solved", "handed_over", "abandoned")]
    means = [func.avg(_FACT.sentiment).label("mood"), func.avg(cast(_FACT.csat, Float)).label("csat")]
    rows = _grouped(
        engine, wanted, [_FACT.channel, _FACT.language], [func.count().label("n"), *shares, *means]
    )
    found = [
        ChannelCount(
            row.channel, row.language, row.n, float(row.solved), float(row.handed_over), float(row.abandoned),
            float(row.mood), None if row.csat is None else float(row.csat),
            narrowed(chosen, channel=row.channel, language=row.language),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.count, each.channel, each.language))


def _grouped(
    engine: Engine, wanted: Filter, by: Sequence[Any], counted: Sequence[Any], *more: ColumnElement[bool]
) -> Sequence[Any]:
    query = select(*by, *counted).where(*conditions(wanted, _FACT), *more).group_by(*by).order_by(*by)
    with answering(), reader(engine).begin() as connection:
        return connection.execute(query).all()


def _sum(condition: ColumnElement[bool], name: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(name)


def _share(condition: ColumnElement[bool], name: str) -> Any:
    return func.avg(case((condition, 1.0), else_=0.0)).label(name)


def _on(chosen: Selection, day: date, **more: object) -> Selection:
    return narrowed(chosen, since=day, until=day, **more)
