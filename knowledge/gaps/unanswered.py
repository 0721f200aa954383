"""The questions that were asked and not answered, in the shop's database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from retrieval.documents import Language
from tools.store.database import answering, reader, writer
from tools.store.tables import unanswered

# As many rows as a statement may carry with SQLite's oldest limit on variables.
_ROWS = 100


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question in the customer's words. `at` has a timezone; `snapshot_id` is what was searched then."""

    turn_id: str
    at: datetime
    question: str
    language: Language
    channel: str
    snapshot_id: str


class UnansweredStore:
    """All methods raise `StoreUnavailable` when the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, *questions: Unanswered) -> None:
        """All or none; a turn that is already there makes it `StoreUnavailable`."""
        with answering(), writer(self._engine).begin() as connection:
            for start in range(0, len(questions), _ROWS):
                rows = [asdict(each) for each in questions[start : start + _ROWS]]
                connection.execute(insert(unanswered), rows)

    def between(
        self, since: datetime, until: datetime | None = None, limit: int = 20_000
    ) -> list[Unanswered]:
        """Newest first, both ends included; of more than `limit` the newest."""
        query = select(unanswered).where(unanswered.c.at >= since)
        if until is not None:
            query = query.where(unanswered.c.at <= until)
        query = query.order_by(unanswered.c.at.desc(), unanswered.c.turn_id.desc()).limit(limit)
        with answering(), reader(self._engine).begin() as connection:
            return [Unanswered(**row._mapping) for row in connection.execute(query)]


def in_order(questions: Iterable[Unanswered]) -> list[int]:
    """Places of the questions by time, then turn: the same whatever order they came in."""
    listed = list(questions)
    return sorted(range(len(listed)), key=lambda i: (listed[i].at, listed[i].turn_id, listed[i].question))
