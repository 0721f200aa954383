"""The worker: what it tries, when it tries it again, and when it gives up."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outbox.routes import Routes
from service.outbox.running import Rounds
from service.outbox.transport import LONGEST_PAUSE_S, NotTaken, Refused, pause_after
from service.outbox.worker import Pace, Worker
from tests.service.outbox.notices import NOW, SECOND, ticket, write
from tools.desk.notices import Notice
from tools.errors import StoreUnavailable
from tools.store.outbox import Outbox
from tools.store.outbox_rows import OutboxRow
from tools.store.sql import SqlStore

Desk = tuple[SqlStore, Outbox]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Receiver:
    """Answers with what it is told to, then takes everything."""

    answers: list[Exception] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    name: str = "webhook"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, notice: Notice) -> str:
        with self.lock:
            self.sent.append(notice.id)
            if self.answers:
                raise self.answers.pop(0)
        return f"T-{notice.subject_id}"


def worker(outbox: Outbox, clock: Clock, pace: Pace = Pace(), **receivers: Receiver) -> Worker:  # noqa: B008
    routes = Routes({"*" if name == "others" else name: each for name, each in receivers.items()})
    return Worker(outbox, routes, clock, pace, lambda attempts: attempts * SECOND)


def only_row(outbox: Outbox) -> OutboxRow:
    (row,) = outbox.rows()
    return row


def test_what_was_taken_is_delivered_once(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1)])
    receiver, clock = Receiver(), Clock()
    at_work = worker(outbox, clock, logistics=receiver)
    assert (at_work.run_once(), at_work.run_once()) == (1, 0)
    row = only_row(outbox)
    assert (row.state, row.reference, row.transport, row.delivered_at) == (
        "delivered",
        "T-CP-1",
        "webhook",
        NOW,
    )
    assert receiver.sent == ["ticket:CP-1"]


def test_what_nobody_took_is_tried_again_after_a_pause(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1)])
    receiver, clock = Receiver([NotTaken("answered 500"), NotTaken("answered 503")]), Clock()
    at_work = worker(outbox, clock, logistics=receiver)
    at_work.run_once()
    row = only_row(outbox)
    assert (row.state, row.attempts, row.error, row.next_at) == ("waiting", 1, "answered 500", NOW + SECOND)
    assert at_work.run_once() == 0
    clock.now += SECOND
    at_work.run_once()
    assert only_row(outbox).next_at == NOW + 3 * SECOND
    clock.now += 2 * SECOND
    at_work.run_once()
    row = only_row(outbox)
    assert (row.state, row.attempts, row.error) == ("delivered", 3, "")


def test_a_receiver_that_asks_for_time_gets_it_with_all_its_notices(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(number) for number in range(3)])
    receiver, clock = Receiver([NotTaken("answered 429", pause_s=600)]), Clock()
    at_work = worker(outbox, clock, Pace(batch=1), logistics=receiver)
    assert at_work.run_once() == 1
    assert at_work.run_once() == 0, "the others wait as well"
    assert max(row.next_at for row in outbox.rows()) == NOW + timedelta(minutes=10)


def test_what_is_refused_is_for_a_person_at_once(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1)])
    clock = Clock()
    at_work = worker(outbox, clock, logistics=Receiver([Refused("answered 422: no such team")]))
    at_work.run_once()
    row = only_row(outbox)
    assert (row.state, row.error) == ("failed", "answered 422: no such team")
    outbox.retry_failed(NOW)
    at_work.run_once()
    assert only_row(outbox).state == "delivered"


def test_given_up_by_how_long_it_was_tried_not_by_how_long_nobody_could(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1)])
    receiver, clock = Receiver([NotTaken("answered 500")] * 3), Clock(NOW + timedelta(days=30))
    at_work = worker(outbox, clock, logistics=receiver)
    at_work.run_once()
    assert only_row(outbox).state == "waiting"
    clock.now += timedelta(days=3) - SECOND
    at_work.run_once()
    assert only_row(outbox).state == "waiting"
    clock.now += timedelta(hours=1)
    at_work.run_once()
    row = only_row(outbox)
    assert (row.state, row.error) == ("failed", "given up after 3 attempts: answered 500")


def test_nobody_is_told_of_what_belongs_to_others(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1), ticket(2, "quality"), ticket(3, "legal")])
    logistics, quality = Receiver(), Receiver()
    worker(outbox, Clock(), logistics=logistics, quality=quality).run_once()
    assert (logistics.sent, quality.sent) == (["ticket:CP-1"], ["ticket:CP-2"])
    waiting = [(each.department, each.count) for each in outbox.standing() if each.state == "waiting"]
    assert waiting == [("legal", 1)]
    others = Receiver()
    worker(outbox, Clock(), logistics=logistics, others=others).run_once()
    assert others.sent == ["ticket:CP-3"]


def test_a_department_that_does_not_answer_holds_nobody_up(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(number) for number in range(50)])
    write(store, [ticket(100 + number, "quality", NOW + SECOND) for number in range(5)])
    dead, alive = Receiver([NotTaken("no answer")] * 1000), Receiver()
    at_work = worker(
        outbox, Clock(NOW + SECOND), Pace(batch=20, at_once=1, failures=3), logistics=dead, quality=alive
    )
    at_work.run_once()
    assert len(dead.sent) == 3
    at_work.run_once()
    assert len(alive.sent) == 5 and len(dead.sent) == 3
    assert sum(row.attempts for row in outbox.rows()) == 8, "what was not sent was not tried"


def test_one_that_nobody_foresaw_does_not_hold_up_the_others(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1), ticket(2)])
    receiver = Receiver([ValueError("secret")])
    worker(outbox, Clock(), logistics=receiver).run_once()
    assert sorted(row.state for row in outbox.rows()) == ["delivered", "waiting"]
    assert {row.error for row in outbox.rows()} == {"", "ValueError on our side"}


def test_nothing_is_sent_after_the_lease_or_when_told_to_stop(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(1)])
    receiver, clock = Receiver(), Clock()
    worker(outbox, clock, Pace(lease=SECOND, send_s=2.0), logistics=receiver).run_once()
    routes = Routes({"logistics": receiver})
    Worker(outbox, routes, clock, stopping=lambda: True).run_once()
    assert receiver.sent == []
    assert (only_row(outbox).attempts, only_row(outbox).state) == (0, "waiting")


def test_two_workers_at_once_share_the_work(desk: Desk) -> None:
    store, outbox = desk
    write(store, [ticket(number) for number in range(60)])
    receiver = Receiver()

    def go() -> None:
        at_work = worker(outbox, Clock(), Pace(batch=5, at_once=2), logistics=receiver)
        while at_work.run_once():
            pass

    threads = [threading.Thread(target=go) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(receiver.sent) == sorted(f"ticket:CP-{number}" for number in range(60))


def test_deadlines_are_watched_once_a_minute_whatever_the_clock_and_the_receivers_do(desk: Desk) -> None:
    _, outbox = desk
    clock, watched = Clock(), list[datetime]()

    def watch(now: datetime) -> None:
        watched.append(now)
        if len(watched) == 1:
            raise StoreUnavailable("for a moment")

    rounds = Rounds(outbox, worker(outbox, clock, logistics=Receiver()), clock, watch)
    for seconds in (0, 1, 30, 62, 120, -3600):
        clock.now = NOW + seconds * SECOND
        assert rounds.go() == 0
    assert watched == [NOW + seconds * SECOND for seconds in (0, 1, 62, -3600)]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_from_a_second_to_an_hour(attempts: int, chance: float) -> None:
    pause = pause_after(attempts, chance).total_seconds()
    assert 1 <= pause <= LONGEST_PAUSE_S
    assert pause_after(attempts + 1, chance).total_seconds() >= pause


@pytest.mark.parametrize(
    ("attempts", "least", "most"), [(1, 1, 2), (2, 2, 4), (8, 128, 256), (30, 1800, 3600)]
)
def test_pauses_are_doubled_with_some_chance(attempts: int, least: float, most: float) -> None:
    assert pause_after(attempts, 0).total_seconds() == most
    assert pause_after(attempts, 0.999999).total_seconds() == pytest.approx(least, rel=0.01)
