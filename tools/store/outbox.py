"""Who delivers which notice, and what came of it.

A row is leased before anything is sent, and only the lease's holder writes what came of it. Whoever dies on the
way leaves a lease that runs out; then the row is taken again. Nothing is sent inside a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select, update

from tools.errors import NotFound, WrongState
from tools.store.database import answering, reader, writer
from tools.store.outbox_rows import OutboxRow, Standing, State, read_outbox, read_standing, rows_of
from tools.store.service_tables import outbox
from tools.store.sql_read import require_storable

# No pause and no lease is as long; a row that is due later than that was written by a clock that was wrong.
BEYOND_ANY_PAUSE: Final = timedelta(hours=2)
MOST_ERROR_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that are ours until `until`, under the name `lease`; their attempt is counted already."""

    lease: str
    until: datetime
    rows: tuple[OutboxRow, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of one row of a claim; made by the functions below."""

    notice_id: str
    values: dict[str, Any]


def delivered(row: OutboxRow, transport: str, reference: str, now: datetime) -> Ending:
    values = {"state": "delivered", "transport": transport, "reference": reference, "delivered_at": now}
    return Ending(row.notice.id, values | {"error": ""})


def again(row: OutboxRow, transport: str, error: str, at: datetime) -> Ending:
    """To be tried again at `at`."""
    values = {"transport": transport, "error": error[:MOST_ERROR_CHARACTERS], "next_at": at}
    return Ending(row.notice.id, values)


def failed(row: OutboxRow, transport: str, error: str) -> Ending:
    """Given up: a person has to look."""
    values = {"state": "failed", "transport": transport, "error": error[:MOST_ERROR_CHARACTERS]}
    return Ending(row.notice.id, values)


def released(row: OutboxRow) -> Ending:
    """As if it had not been taken: nothing was sent."""
    first_at = row.first_at if row.attempts > 1 else None
    return Ending(row.notice.id, {"attempts": row.attempts - 1, "first_at": first_at})


class Outbox:
    """Over a migrated database. All methods raise `StoreUnavailable` when it does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._reader = reader(engine)
        self._writer = writer(engine)

    def claim(
        self,
        lease: str,
        now: datetime,
        lasting: timedelta,
        limit: int,
        only: Collection[str] | None = None,
        but: Collection[str] = (),
    ) -> Claim:
        """Take what is due, longest due first, for the departments `only` (None: all) without `but`.

        `lease` is a name that nobody has used before. Rows that another process is taking are passed over.
        """
        where = and_(_due(now), outbox.c.department.not_in(but))
        if only is not None:
            where = and_(where, outbox.c.department.in_(only))
        due = select(outbox.c.id).where(where).order_by(outbox.c.next_at, outbox.c.id).limit(limit)
        change = update(outbox).values(
            lease=lease,
            leased_until=now + lasting,
            attempts=outbox.c.attempts + 1,
            first_at=func.coalesce(outbox.c.first_at, now, type_=outbox.c.first_at.type),
        )
        with self._writing() as connection:
            ids = connection.scalars(due.with_for_update(skip_locked=True)).all()
            connection.execute(change.where(outbox.c.id.in_(ids)))
            mine = select(outbox).where(outbox.c.id.in_(ids))
            rows = rows_of(connection, mine.order_by(outbox.c.next_at, outbox.c.id)) if ids else ()
        return Claim(lease, now + lasting, rows)

    def keep(self, claim: Claim, endings: Iterable[Ending]) -> None:
        """Give the rows back with what came of them, together; a row that is not ours any more stays as it is."""
        mine = and_(outbox.c.lease == claim.lease, outbox.c.state == "waiting")
        with self._writing() as connection:
            for each in endings:
                change = update(outbox).where(mine, outbox.c.id == each.notice_id)
                connection.execute(change.values(lease="", leased_until=None, **each.values))

    def retry(self, notice_id: str, now: datetime) -> None:
        """Try a notice at once, as if for the first time. Raises `NotFound`, and `WrongState` for a delivered one."""
        require_storable("notice", notice_id)
        here = outbox.c.id == notice_id
        with self._writing() as connection:
            state = connection.scalar(select(outbox.c.state).where(here))
            if state is None:
                raise NotFound("notice", notice_id)
            if state == "delivered":
                raise WrongState(f"notice {notice_id} is delivered already")
            connection.execute(_anew(here, now))

    def retry_failed(self, now: datetime) -> int:
        """The same for everything that was given up; returns how many there were."""
        with self._writing() as connection:
            return connection.execute(_anew(outbox.c.state == "failed", now)).rowcount

    def rows(
        self, states: Sequence[State] = (), subject_id: str = "", limit: int | None = None
    ) -> tuple[OutboxRow, ...]:
        """Oldest first."""
        with answering(), self._reader.connect() as connection:
            return read_outbox(connection, states, subject_id, limit)

    def standing(self) -> tuple[Standing, ...]:
        with answering(), self._reader.connect() as connection:
            return read_standing(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with answering(), self._writer.begin() as connection:
            yield connection


def _due(now: datetime) -> ColumnElement[bool]:
    """Also what lies further ahead than anything can: the clock was turned back."""
    far = now + BEYOND_ANY_PAUSE
    until = outbox.c.leased_until
    return and_(
        outbox.c.state == "waiting",
        or_(outbox.c.next_at <= now, outbox.c.next_at > far),
        or_(outbox.c.lease == "", until.is_(None), until <= now, until > far),
    )


def _anew(where: ColumnElement[bool], now: datetime) -> Any:
    """A lease that somebody holds stays: that attempt is under way."""
    return update(outbox).where(where).values(state="waiting", attempts=0, first_at=None, next_at=now)
