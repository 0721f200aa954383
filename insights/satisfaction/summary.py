"""How satisfied customers were: ratings and thumbs, overall, by language and by channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

from sqlalchemy import Engine, case, func, select

from insights.facts.filters import Filter, conditions
from insights.satisfaction.shares import Share, share
from tools.store.database import answering, reader
from tools.store.fact_tables import fact_conversations

SATISFIED = 4


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums over conversations. `ended` leaves out those that are still open."""

    conversations: int = 0
    ended: int = 0
    rated: int = 0
    score: int = 0
    satisfied: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """`mean` is of 1 … 5, None where nobody rated.

    `satisfied` is the share of 4 and 5 among ratings, `response` that of rated among ended conversations,
    `thumbs_up` that of thumbs up among all thumbs.
    """

    conversations: int
    mean: float | None
    satisfied: Share
    response: Share
    thumbs_up: Share


@dataclass(frozen=True, slots=True)
class Summary:
    """Languages and channels with the most conversations first."""

    overall: Scores
    by_language: dict[str, Scores]
    by_channel: dict[str, Scores]


def summary(engine: Engine, wanted: Filter) -> Summary:
    """From the facts of the conversations that fit `wanted`. Raises `StoreUnavailable`."""
    cells = _read(engine, wanted)
    by_language: dict[str, list[Counts]] = defaultdict(list)
    by_channel: dict[str, list[Counts]] = defaultdict(list)
    for (language, channel), counts in cells.items():
        by_language[language].append(counts)
        by_channel[channel].append(counts)
    return Summary(scores(_sum(cells.values())), _ordered(by_language), _ordered(by_channel))


def scores(counts: Counts) -> Scores:
    return Scores(
        counts.conversations,
        counts.score / counts.rated if counts.rated else None,
        share(counts.satisfied, counts.rated),
        # Somebody may rate before the conversation is over.
        share(counts.rated, max(counts.ended, counts.rated)),
        share(counts.thumbs_up, counts.thumbs_up + counts.thumbs_down),
    )


def _read(engine: Engine, wanted: Filter) -> dict[tuple[str, str], Counts]:
    fact = fact_conversations.c
    sums = {
        "conversations": func.count(),
        "ended": func.sum(case((fact.resolution != "open", 1), else_=0)),
        "rated": func.count(fact.csat),
        "score": func.coalesce(func.sum(fact.csat), 0),
        "satisfied": func.sum(case((fact.csat >= SATISFIED, 1), else_=0)),
        "thumbs_up": func.sum(fact.thumbs_up),
        "thumbs_down": func.sum(fact.thumbs_down),
    }
    columns = [value.label(name) for name, value in sums.items()]
    query = select(fact.language, fact.channel, *columns).where(*conditions(wanted, fact))
    with answering(), reader(engine).begin() as connection:
        rows = connection.execute(query.group_by(fact.language, fact.channel)).all()
    return {
        (row.language, row.channel): Counts(**{name: getattr(row, name) for name in sums}) for row in rows
    }


def _sum(counts: Iterable[Counts]) -> Counts:
    each = list(counts)
    return Counts(*(sum(map(attrgetter(field.name), each)) for field in fields(Counts)))


def _ordered(groups: dict[str, list[Counts]]) -> dict[str, Scores]:
    made = {name: scores(_sum(counts)) for name, counts in groups.items()}
    return dict(sorted(made.items(), key=lambda item: (-item[1].conversations, item[0])))
