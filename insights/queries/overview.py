"""The figures at the top: how many came, how it went, and how that compares with the period before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Engine, Row, case, func, select

from insights.facts.filters import Filter, conditions
from insights.queries.selection import BAD_MOOD, Selection, narrowed, selection_of
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations

_FACT = fact_conversations.c


class Figure(Struct, frozen=True):
    """One number. `count` is how many conversations `value` rests on, `before` the value one period earlier.

    `unit` is "count", "share" (0 … 1), "score" (1 … 5), "mood" (−1 … 1) or "ms"; a value is None where nothing
    was counted, `before` also where the period has no beginning.
    """

    name: str
    unit: str
    value: float | None
    before: float | None
    count: int
    selection: Selection


class Overview(Struct, frozen=True):
    """`since` and `until` are the first and last day that were counted, None where there is no conversation."""

    since: date | None
    until: date | None
    figures: list[Figure]


def _count(condition: ColumnElement[bool], name: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(name)


_COLUMNS = (
    func.min(_FACT.day).label("first"), func.max(_FACT.day).label("last"), func.count().label("n"),
    _count(_FACT.resolution == "solved", "solved"), _count(_FACT.resolution == "handed_over", "handed_over"),
    _count(_FACT.resolution == "abandoned", "abandoned"), _count(_FACT.resolution == "open", "open"),
    _count(_FACT.came_back.is_(True), "came_back"), _count(_FACT.complaint != "", "complained"),
    _count(_FACT.unanswered > 0, "unanswered"), _count(_FACT.refused > 0, "refused"),
    _count(_FACT.sentiment <= BAD_MOOD, "bad_mood"), func.count(_FACT.csat).label("rated"),
    func.sum(_FACT.csat).label("scores"), func.sum(_FACT.sentiment).label("moods"),
    func.sum(_FACT.answer_ms).label("ms"),
)  # fmt: skip

# Name, unit, what is divided by what, and how the conversations behind it are chosen.
_FIGURES: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
    ("contacts", "count", "n", "", {}),
    ("solved", "share", "solved", "n", {"resolution": "solved"}),
    ("handed_over", "share", "handed_over", "n", {"resolution": "handed_over"}),
    ("abandoned", "share", "abandoned", "n", {"resolution": "abandoned"}),
    ("open", "share", "open", "n", {"resolution": "open"}),
    ("came_back", "share", "came_back", "solved", {"came_back": True}),
    ("complaints", "share", "complained", "n", {"complained": True}),
    ("unanswered", "share", "unanswered", "n", {"unanswered": True}),
    ("csat", "score", "scores", "rated", {"csat": "rated"}),
    ("response_rate", "share", "rated", "n", {"csat": "rated"}),
    ("mood", "mood", "moods", "n", {}),
    ("bad_mood", "share", "bad_mood", "n", {"mood": "bad"}),
    ("answer_time", "ms", "ms", "n", {}),
)


def overview(engine: Engine, wanted: Filter) -> Overview:
    """All figures of the period that the filter gives, and of as many days before it."""
    now = _sums(engine, wanted)
    since, until = wanted.since or now.first, wanted.until or now.last
    earlier = _before(wanted, until)
    then = _sums(engine, earlier) if earlier else None
    chosen = selection_of(wanted)
    figures = [
        Figure(
            name, unit, _value(now, over, under), _value(then, over, under) if then is not None else None,
            int(getattr(now, under or over) or 0), narrowed(chosen, **narrow),
        )
        for name, unit, over, under, narrow in _FIGURES
    ]  # fmt: skip
    return Overview(since, until, figures)


def _before(wanted: Filter, until: date | None) -> Filter | None:
    if wanted.since is None or until is None or until < wanted.since:
        return None
    last = wanted.since - timedelta(days=1)
    return replace(wanted, since=last - (until - wanted.since), until=last)


def _sums(engine: Engine, wanted: Filter) -> Row[*tuple[Any, ...]]:
    with answering(), reader(engine).begin() as connection:
        return connection.execute(select(*_COLUMNS).where(*conditions(wanted, _FACT))).one()


def _value(row: Row[*tuple[Any, ...]], over: str, under: str) -> float | None:
    if not under:
        return float(getattr(row, over) or 0)
    whole = getattr(row, under)
    return float(getattr(row, over)) / float(whole) if whole else None
