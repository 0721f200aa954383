"""The outbox's rows: written with their fact, taken by one, given back by its holder only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tools.desk.notices import Notice
from tools.domain import DomainError
from tools.errors import NotFound, WrongState
from tools.store.database import make_engine
from tools.store.memory import MemoryStore
from tools.store.outbox import Claim, Outbox, again, delivered, failed, released
from tools.store.outbox_rows import OutboxRow
from tools.store.protocol import LocalStore
from tools.store.sql import SqlStore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=3)
SECOND = timedelta(seconds=1)
TICKET = Notice(
    "ticket:CP-1", "ticket", "CP-1", "logistics", NOW, {"text": "包裹没到 📦", "steps": [1, None]}
)


@pytest.fixture
def outbox(database_url: str, empty_sql_store: SqlStore) -> Iterator[Outbox]:
    engine = make_engine(database_url)
    yield Outbox(engine)
    engine.dispose()


def write(store: LocalStore, *notices: Notice) -> None:
    with store.unit_of_work() as unit:
        for each in notices:
            unit.add_notice(each)
        unit.commit()


def take(outbox: Outbox, now: datetime, limit: int = 10, **where: frozenset[str]) -> Claim:
    return outbox.claim(uuid4().hex, now, LEASE, limit, **where)


def only_row(outbox: Outbox) -> OutboxRow:
    (row,) = outbox.rows()
    return row


def test_a_notice_lands_with_its_unit_or_not_at_all(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    with empty_sql_store.unit_of_work() as unit:
        unit.add_notice(TICKET)
    assert outbox.rows() == ()
    write(empty_sql_store, TICKET)
    row = only_row(outbox)
    assert (row.notice, row.state, row.attempts, row.next_at) == (TICKET, "waiting", 0, NOW)


def test_a_fact_that_is_told_twice_is_told_once(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    write(empty_sql_store, TICKET)
    claim = take(outbox, NOW)
    outbox.keep(claim, [delivered(claim.rows[0], "webhook", "T-1", NOW)])
    write(empty_sql_store, replace(TICKET, body={}), TICKET)
    row = only_row(outbox)
    assert (row.notice.body, row.state, row.reference) == (TICKET.body, "delivered", "T-1")


def test_the_store_in_memory_keeps_the_same_rules() -> None:
    store = MemoryStore()
    with store.unit_of_work() as unit:
        unit.add_notice(TICKET)
    assert store.state.notices == {}
    write(store, TICKET, replace(TICKET, body={}))
    assert store.state.notices == {TICKET.id: TICKET}


def test_what_one_has_taken_nobody_else_takes_until_its_lease_is_over(
    empty_sql_store: SqlStore, outbox: Outbox
) -> None:
    write(empty_sql_store, TICKET)
    first = take(outbox, NOW)
    assert [(row.notice, row.attempts, row.first_at) for row in first.rows] == [(TICKET, 1, NOW)]
    assert take(outbox, NOW + LEASE - SECOND).rows == ()
    second = take(outbox, NOW + LEASE)
    assert [row.attempts for row in second.rows] == [2]
    # The first one comes back late; the row is not its any more.
    outbox.keep(first, [failed(first.rows[0], "webhook", "too late")])
    assert only_row(outbox).state == "waiting"
    outbox.keep(second, [delivered(second.rows[0], "webhook", "T-1", NOW)])
    assert only_row(outbox).state == "delivered"


def test_the_longest_due_first_and_no_more_than_asked_for(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    notices = [replace(TICKET, id=f"ticket:CP-{n}", at=NOW - n * SECOND) for n in range(5)]
    write(empty_sql_store, *notices, replace(TICKET, id="ticket:later", at=NOW + SECOND))
    taken = [[row.notice.id for row in take(outbox, NOW, 3).rows] for _ in range(3)]
    assert taken == [["ticket:CP-4", "ticket:CP-3", "ticket:CP-2"], ["ticket:CP-1", "ticket:CP-0"], []]


def test_only_departments_that_can_be_reached(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    write(empty_sql_store, TICKET, replace(TICKET, id="ticket:CP-2", department="quality"))
    assert take(outbox, NOW, only=frozenset()).rows == ()
    assert take(outbox, NOW, but=frozenset({"logistics", "quality"})).rows == ()
    found = take(outbox, NOW, only=frozenset({"quality", "other"})).rows
    assert [row.notice.department for row in found] == ["quality"]
    assert sorted((each.department, each.count) for each in outbox.standing()) == [
        ("logistics", 1),
        ("quality", 1),
    ]


def test_what_is_put_back_was_never_tried(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    write(empty_sql_store, TICKET)
    claim = take(outbox, NOW)
    outbox.keep(claim, [released(claim.rows[0])])
    row = only_row(outbox)
    assert (row.attempts, row.first_at, row.next_at) == (0, None, NOW)
    assert len(take(outbox, NOW).rows) == 1


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=400)])
def test_a_clock_that_is_turned_back_holds_nothing_up(
    empty_sql_store: SqlStore, outbox: Outbox, back: timedelta
) -> None:
    write(empty_sql_store, TICKET, replace(TICKET, id="ticket:CP-2"))
    claim = take(outbox, NOW, 1)
    outbox.keep(claim, [again(claim.rows[0], "webhook", "no answer", NOW + SECOND)])
    take(outbox, NOW, 1)
    assert len(take(outbox, NOW - back).rows) == 2, "one that waits and one that a dead process holds"


def test_a_person_can_have_it_tried_again(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    write(empty_sql_store, TICKET, replace(TICKET, id="ticket:CP-2"), replace(TICKET, id="ticket:CP-3"))
    claim = take(outbox, NOW)
    one, two, three = claim.rows
    outbox.keep(
        claim, [failed(one, "email", "nobody"), failed(two, "email", ""), delivered(three, "", "", NOW)]
    )
    outbox.retry(one.notice.id, NOW + SECOND)
    assert [(row.attempts, row.first_at) for row in take(outbox, NOW + SECOND).rows] == [(1, NOW + SECOND)]
    assert (outbox.retry_failed(NOW), outbox.retry_failed(NOW)) == (1, 0)
    with pytest.raises(WrongState, match="delivered already"):
        outbox.retry(three.notice.id, NOW)
    for unknown in ("ticket:CP-9", "nul\x00", "half \ud83d"):
        with pytest.raises(NotFound):
            outbox.retry(unknown, NOW)


def test_what_was_said_is_found_by_its_complaint(empty_sql_store: SqlStore, outbox: Outbox) -> None:
    write(empty_sql_store, TICKET, replace(TICKET, id="ticket:CP-2", subject_id="CP-2"))
    assert [row.notice.id for row in outbox.rows(subject_id="CP-2")] == ["ticket:CP-2"]
    assert outbox.rows(("failed", "delivered")) == ()
    assert len(outbox.rows(limit=1)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"text": "half \ud83d an emoji"}},
        {"body": {"text": "nul \x00"}},
        {"body": {"deep": [{"x": "\x00"}]}},
        {"body": {"\x00": 1}},
        {"body": {"sum": float("nan")}},
        {"body": {"when": NOW}},
        {"body": {"text": "x" * 70_000}},
        {"subject_id": "CP\x00"},
        {"department": ""},
        {"id": ""},
        {"id": "ticket:CP-1\r\nX-Other: 1"},
        {"id": "票"},
        {"id": "x" * 201},
        {"at": NOW.replace(tzinfo=None)},
    ],
)
def test_what_no_receiver_could_take_is_refused_at_once(change: dict[str, object]) -> None:
    with pytest.raises(DomainError, match="notice"):
        replace(TICKET, **change)  # type: ignore[arg-type]


def test_a_text_may_speak_of_nul_in_letters() -> None:
    assert replace(TICKET, body={"text": r"\u0000"}).body
