"""Whoever dies on the way, and whatever receivers do: every complaint has one ticket, none is lost, none doubled."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.service.outbox.notices import NOW, ticket
from tests.service.outbox.postmen import Job, Postmen
from tests.service.outbox.receivers import MailDesk, Mood, MoodOf, TicketServer, mail_server, ticket_server
from tools.store.outbox import Outbox
from tools.store.outbox_rows import insert_notices
from tools.store.sql import SqlStore

Desk = tuple[SqlStore, Outbox]
STEPS = ("commit", "committed", "send", "sent")


def moody(seed: int, moods: Sequence[Mood], share: float) -> MoodOf:
    """Out of sorts in that share of all requests."""
    chance = Random(seed)
    return lambda _: chance.choice(moods) if chance.random() < share else "take"


def department(number: int) -> str:
    """Every tenth one is told by mail."""
    return "logistics" if number % 10 else "quality"


def fill(store: SqlStore, count: int) -> None:
    with store.unit_of_work() as unit:
        insert_notices(unit.connection, (ticket(number, department(number), NOW) for number in range(count)))
        unit.commit()


def assert_one_ticket_each(outbox: Outbox, count: int, tickets: TicketServer, mails: MailDesk) -> None:
    """Of the receivers' tickets, not of what we believe; and we know it of each."""
    posted = set(tickets.tickets.made)
    mailed = [str(each["Kefu-Notice-Id"]) for each in mails.tickets.made.values()]
    assert posted == {f"ticket:CP-{number}" for number in range(count) if department(number) == "logistics"}
    assert len(mailed) == len(set(mailed)) and len(mailed) + len(posted) == count
    assert {each.state for each in outbox.standing()} == {"delivered"}


def test_killed_at_every_step(desk: Desk, database_url: str, postmen: Postmen) -> None:
    """One process after the other dies, each at another step, the first and the third time that it comes there."""
    store, outbox = desk
    fill(store, 200)
    with ticket_server() as tickets, mail_server() as (mails, port):
        for nth in (1, 3):
            for step in STEPS:
                assert postmen.together([Job(database_url, tickets.url, port, step, nth)]) == [True]
        assert postmen.together([Job(database_url, tickets.url, port)]) == [False]
        assert_one_ticket_each(outbox, 200, tickets, mails)
        again = sum(tickets.tickets.asked.values()) + sum(mails.tickets.asked.values()) - 200
    assert again > 0, "somebody died between sending and writing it down"


def test_two_at_once_and_receivers_out_of_sorts(desk: Desk, database_url: str, postmen: Postmen) -> None:
    store, outbox = desk
    fill(store, 200)
    http = moody(1, ("error", "reset", "slow", "lose", "known"), 0.3)
    with (
        ticket_server(http) as tickets,
        mail_server(moody(2, ("error", "reset", "lose"), 0.2)) as (mails, port),
    ):
        jobs = [Job(database_url, tickets.url, port, step, 9) for step in ("sent", "")]
        assert postmen.together(jobs) == [True, False]
        assert_one_ticket_each(outbox, 200, tickets, mails)


@pytest.mark.slow
def test_ten_thousand_complaints(desk: Desk, database_url: str, postmen: Postmen) -> None:
    """Two processes at once, killed again and again at whatever step they are; a tenth of it on PostgreSQL."""
    store, outbox = desk
    # All sixteen die before a hundredth each is delivered, so that none ends for lack of work.
    count = 10_000 if database_url.startswith("sqlite") else 1_000
    fill(store, count)
    chance = Random(3)
    http = moody(4, ("error", "reset", "slow", "lose", "known"), 0.05)
    with (
        ticket_server(http) as tickets,
        mail_server(moody(5, ("error", "reset", "lose"), 0.05)) as (mails, port),
    ):
        deaths = 0
        for _ in range(8):
            jobs = [
                Job(database_url, tickets.url, port, chance.choice(STEPS), chance.randint(1, count // 100))
                for _ in range(2)
            ]
            deaths += sum(postmen.together(jobs))
        assert deaths == 16
        assert postmen.together([Job(database_url, tickets.url, port)] * 2) == [False, False]
        assert_one_ticket_each(outbox, count, tickets, mails)
