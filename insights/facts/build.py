"""Brings the facts up to date: what has changed since the last time, or everything where that is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from insights.facts.batches import Batches, Done
from insights.facts.changes import (
    Touched,
    about_orders,
    changed_conversations,
    new_complaints,
    new_orders,
    of_customers,
    told_too_early,
    touched_by_events,
)
from insights.facts.marks import alone, drop_marks, read_marks, set_marks, tell_planner
from insights.facts.rebuild import BATCH, Progress, rebuild
from tools.store.database import answering, reader, writer

# Higher as soon as the same records come to other facts.
VERSION = 1
# Longer than any transaction takes.
OVERLAP = timedelta(minutes=15)
NAMED = 20
# From so many new rows on the database does not find out in time by itself.
MANY = 10_000


@dataclass(slots=True)
class Refreshed:
    """What a refresh came to: rows written by kind, and how many records could not be read, the first ones named.

    `busy` tells that somebody else was at it and nothing was done.
    """

    counts: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    named: list[str] = field(default_factory=list)
    full: bool = False
    busy: bool = False

    def add(self, kind: str, done: Done) -> None:
        self.counts["orders" if kind == "told" else kind] += done.rows
        self.damaged += len(done.damaged)
        self.named = [*self.named, *done.damaged][:NAMED]


def refresh(
    engine: Engine, timezone: ZoneInfo, now: datetime, full: bool = False, wait: bool = True,
    progress: Progress = lambda kind, n: None,
) -> Refreshed:  # fmt: skip
    """Compute what has changed; with `full`, or where the facts are of another version or time zone, everything.

    Killed anywhere, the next refresh goes on; run twice, it changes nothing. Of two at once one works and the other
    waits, or without `wait` comes back as `busy`. Raises `StoreUnavailable`.
    """
    with answering(), alone(engine, wait) as mine:
        if not mine:
            return Refreshed(busy=True)
        batches, basis = Batches(engine, timezone, now), f"{VERSION} {timezone.key}"
        if full:
            with writer(engine).begin() as connection:
                drop_marks(connection, "basis")
        with reader(engine).begin() as connection:
            marks = read_marks(connection)
        anew = marks.get("basis") != basis
        found = Refreshed(full=anew)
        for kind, done in rebuild(batches, basis, progress) if anew else _update(batches, marks):
            found.add(kind, done)
        if anew and found.counts.total() >= MANY:
            tell_planner(engine)
        return found


def _update(batches: Batches, marks: dict[str, str]) -> Iterator[tuple[str, Done]]:
    recent = datetime.fromisoformat(marks["at"]) - OVERLAP
    after = int(marks["events"])
    while True:
        with reader(batches.engine).begin() as connection:
            page = touched_by_events(connection, after, recent)
        yield from _touched(batches, page)
        with writer(batches.engine).begin() as connection:
            set_marks(connection, events=str(page.last))
        if page.last == after:
            break
        after = page.last
    yield from _unseen(batches)
    with writer(batches.engine).begin() as connection:
        set_marks(connection, at=batches.now.isoformat())


def _unseen(batches: Batches) -> Iterator[tuple[str, Done]]:
    """What has come or changed without an event."""
    with reader(batches.engine).begin() as connection:
        talks, orders = set(changed_conversations(connection)), set(new_orders(connection))
        complaints = set(new_complaints(connection))
        for some in _parts(talks):
            early = told_too_early(connection, some)
            orders.update(early[0])
            complaints.update(early[1])
    yield from _each("orders", batches.orders, orders)
    yield from _each("complaints", batches.complaints, complaints)
    yield from _each("conversations", batches.conversations, talks)


def _touched(batches: Batches, page: Touched) -> Iterator[tuple[str, Done]]:
    """Orders first: what is said about them takes its dimensions from them."""
    talks, orders, complaints = page.conversations, page.orders, page.complaints
    with reader(batches.engine).begin() as connection:
        for some in _parts(page.moved):
            theirs = of_customers(connection, some)
            talks.update(theirs[0])
            orders.update(theirs[1])
            complaints.update(theirs[2])
        for some in _parts(orders):
            about = about_orders(connection, some)
            talks.update(about[0])
            complaints.update(about[1])
    yield from _each("orders", batches.orders, orders)
    yield from _each("complaints", batches.complaints, complaints)
    yield from _each("conversations", batches.conversations, talks)


def _each(kind: str, compute: Callable[[list[str]], Done], ids: Iterable[str]) -> Iterator[tuple[str, Done]]:
    for some in _parts(ids):
        yield kind, compute(some)


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    for first in range(0, len(every), BATCH):
        yield every[first : first + BATCH]
