"""Complaints as staff handle them: one ticket, each move once and on the record, deadlines that are watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select

from tests.tools.builders import yuan
from tests.tools.confirming import Clerks, Job
from tests.tools.desk_builders import LATER, agreed, desk_shop, proposed
from tools.desk.complaint_watch import watch_deadlines
from tools.desk.complaints import ComplaintDesk
from tools.domain import (
    Complaint,
    ComplaintKind,
    ComplaintOutcome,
    ComplaintPriority,
    ComplaintStatus,
    Money,
    OpenComplaint,
)
from tools.errors import NotFound, WrongState
from tools.policy.business_days import business_days_end
from tools.policy.cards import PolicyCards
from tools.store.complaint_store import ComplaintQuery, ComplaintStore
from tools.store.database import make_engine
from tools.store.service_tables import outbox
from tools.store.sql import SqlStore

HOUR = timedelta(hours=1)
BROKEN = OpenComplaint(ComplaintKind.QUALITY, "杯子一倒水就漏", "O-1", sentiment=-0.9)


@pytest.fixture
def engine(empty_sql_store: SqlStore, database_url: str) -> Iterator[Engine]:
    empty_sql_store.import_shop(desk_shop())
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> ComplaintStore:
    return ComplaintStore(engine)


@pytest.fixture
def desk(store: ComplaintStore, cards: PolicyCards) -> ComplaintDesk:
    return ComplaintDesk(store, cards, "Wang")


File = Callable[..., Complaint]


@pytest.fixture
def file(engine: Engine, store: ComplaintStore, cards: PolicyCards) -> File:
    """A customer complains and confirms."""
    shop = SqlStore(engine)

    def run(command: OpenComplaint = BROKEN, conversation: str = "K-1") -> Complaint:
        return store.complaint(agreed(shop, cards, proposed(shop, cards, command, conversation)).subject_id)

    return run


def kinds(store: ComplaintStore, complaint: Complaint) -> list[str]:
    return [each.kind for each in store.history(complaint)]


def notices(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(select(outbox.c.id)))


def test_a_confirmed_complaint_is_a_case_with_one_ticket(
    engine: Engine, store: ComplaintStore, cards: PolicyCards
) -> None:
    shop = SqlStore(engine)
    proposal = proposed(shop, cards, BROKEN)
    receipts = {agreed(shop, cards, proposal).subject_id for _ in range(3)}
    (complaint_id,) = receipts
    found = store.complaint(complaint_id)
    assert (found.plan, found.department, found.language) == ("quality", "quality", "zh")
    assert found.priority is ComplaintPriority.URGENT
    assert found.answer_by == LATER + 24 * HOUR
    holidays = cards.complaints.handling.holidays if cards.complaints and cards.complaints.handling else ()
    assert found.resolve_by == business_days_end(LATER, 3, cards.timezone, holidays)
    assert found.compensation_limit == yuan("40.00"), "a fifth of the order's ¥200"
    assert [step.due_at for step in found.steps] == [LATER + n * HOUR for n in (24, 48, 72)]
    (told,) = store.notices(complaint_id)
    assert (told.notice.id, told.notice.department) == (f"ticket:{complaint_id}", "quality")
    body = told.notice.body
    assert (body["text"], body["priority"], body["customer_id"]) == (BROKEN.text, "urgent", "C-1")
    assert body["reasons"] == {"zh": ["客户非常生气"], "en": ["the customer is very angry"]}
    (opened,) = [each for each in store.history(found) if each.kind == "ComplaintOpened"]
    assert opened.data["complaint_id"] == complaint_id
    assert (opened.data["priority"], opened.data["department"]) == ("urgent", "quality")
    assert shop.complaints_of("C-1") == (found,)


def test_without_plans_a_complaint_is_only_written_down(
    engine: Engine, store: ComplaintStore, cards: PolicyCards
) -> None:
    assert cards.complaints is not None
    plain = replace(cards, complaints=replace(cards.complaints, handling=None))
    shop = SqlStore(engine)
    found = store.complaint(agreed(shop, plain, proposed(shop, plain, BROKEN)).subject_id)
    assert (found.plan, found.answer_by, found.steps) == ("", None, ())
    assert notices(engine) == []
    assert watch_deadlines(store, plain, LATER + 999 * HOUR) == 0
    assert watch_deadlines(store, cards, LATER + 999 * HOUR) == 0, "it was never promised a deadline"
    with pytest.raises(WrongState, match="no handling plans"):
        ComplaintDesk(store, plain).escalate(found.id, "angry", LATER)


def test_a_complaint_from_taking_to_closing(file: File, desk: ComplaintDesk, store: ComplaintStore) -> None:
    case = file()
    assert desk.acknowledge(case.id, LATER + HOUR).acknowledged_at == LATER + HOUR
    with pytest.raises(WrongState, match="acknowledged already"):
        desk.acknowledge(case.id, LATER + 2 * HOUR)
    done = desk.finish_step(case.id, 1, LATER + 2 * HOUR)
    assert (done.steps[0].done_by, done.steps[0].done_at) == ("Wang", LATER + 2 * HOUR)
    with pytest.raises(WrongState, match="step 1 was done already"):
        desk.finish_step(case.id, 1, LATER + 3 * HOUR)
    for number in (0, 4, -1):
        with pytest.raises(WrongState, match=f"no step {number}"):
            desk.finish_step(case.id, number, LATER)
    with pytest.raises(WrongState, match=r"at most ¥40\.00"):
        desk.offer(case.id, yuan("40.01"), LATER)
    desk.offer(case.id, yuan("40.00"), LATER + 3 * HOUR)
    with pytest.raises(WrongState, match=r"¥40\.00 was offered already"):
        desk.offer(case.id, yuan("1.00"), LATER + 3 * HOUR)
    assert desk.answer(case.id, " 给您换新的 ", LATER + 4 * HOUR).answer == "给您换新的"
    with pytest.raises(WrongState, match="answered already"):
        desk.answer(case.id, "再说一次", LATER + 4 * HOUR)
    over = desk.close(case.id, ComplaintOutcome.COMPENSATED, "", LATER + 5 * HOUR)
    assert (over.status, over.outcome, over.closed_at) == (
        ComplaintStatus.CLOSED,
        "compensated",
        LATER + 5 * HOUR,
    )
    assert store.complaint(case.id) == over
    assert kinds(store, case) == [
        "ComplaintOpened", "ComplaintAcknowledged", "ComplaintStepDone", "ComplaintCompensated",
        "ComplaintAnswered", "ComplaintClosed",
    ]  # fmt: skip
    assert all(each.actor == "staff" and each.data["staff"] == "Wang" for each in store.history(case)[1:])


def test_nothing_happens_to_a_closed_complaint(
    file: File, desk: ComplaintDesk, store: ComplaintStore
) -> None:
    case = file()
    over = desk.close(case.id, ComplaintOutcome.WITHDRAWN, "changed her mind", LATER + HOUR)
    moves: tuple[Callable[[], object], ...] = (
        lambda: desk.acknowledge(case.id, LATER),
        lambda: desk.finish_step(case.id, 1, LATER),
        lambda: desk.offer(case.id, yuan("1.00"), LATER),
        lambda: desk.answer(case.id, "x", LATER),
        lambda: desk.escalate(case.id, "x", LATER),
        lambda: desk.close(case.id, ComplaintOutcome.SOLVED, "", LATER),
    )
    for move in moves:
        with pytest.raises(WrongState, match="is closed"):
            move()
    assert store.complaint(case.id) == over
    assert kinds(store, case) == ["ComplaintOpened", "ComplaintAcknowledged", "ComplaintClosed"]
    assert watch_deadlines(store, desk.cards, LATER + 999 * HOUR) == 0


def test_what_is_refused_leaves_no_trace(
    file: File, desk: ComplaintDesk, store: ComplaintStore, engine: Engine
) -> None:
    case = file()
    for refused in ("", "  ", "x" * 4001, "half \ud800", "nul \x00"):
        with pytest.raises(WrongState):
            desk.answer(case.id, refused, LATER)
        with pytest.raises(WrongState):
            desk.escalate(case.id, refused, LATER)
    with pytest.raises(WrongState, match="no compensation was offered"):
        desk.close(case.id, ComplaintOutcome.COMPENSATED, "", LATER)
    with pytest.raises(WrongState, match="currency is CNY"):
        desk.offer(case.id, Money(Decimal("1.00"), "USD"), LATER)
    for unknown in ("CP-NONE", "", "a\x00b"):
        with pytest.raises(NotFound):
            desk.acknowledge(unknown, LATER)
    assert store.complaint(case.id) == case
    assert kinds(store, case) == ["ComplaintOpened"]
    assert notices(engine) == [f"ticket:{case.id}"]


def test_escalated_by_hand_a_manager_has_five_business_days(
    file: File, desk: ComplaintDesk, store: ComplaintStore, cards: PolicyCards
) -> None:
    case = file()
    desk.answer(case.id, "in hand", LATER + HOUR)
    up = desk.escalate(case.id, "does not accept it", LATER + 2 * HOUR)
    assert (up.status, up.department) == (ComplaintStatus.ESCALATED, "management")
    assert up.resolve_by == business_days_end(LATER + 2 * HOUR, 5, cards.timezone)
    with pytest.raises(WrongState, match="escalated already"):
        desk.escalate(case.id, "again", LATER + 3 * HOUR)
    told = store.notices(case.id)[-1].notice
    assert (told.id, told.department) == (f"escalation:{case.id}", "management")
    reviewed = desk.answer(case.id, "we looked again", LATER + 4 * HOUR)
    assert (reviewed.status, reviewed.answer) == (ComplaintStatus.ESCALATED, "we looked again")
    with pytest.raises(WrongState, match="answered already"):
        desk.answer(case.id, "once more", LATER + 5 * HOUR)
    assert watch_deadlines(store, cards, LATER + 999 * HOUR) == 0, "a manager has answered"


def test_reminded_before_a_deadline_and_escalated_after_it_each_once(
    file: File, store: ComplaintStore, cards: PolicyCards, engine: Engine
) -> None:
    case = file()
    assert case.answer_by is not None
    for at in (LATER, case.answer_by - 5 * HOUR):
        assert watch_deadlines(store, cards, at) == 0
    for expected in (1, 0, 0):
        assert watch_deadlines(store, cards, case.answer_by - 4 * HOUR) == expected
    for expected in (1, 0, 0):
        assert watch_deadlines(store, cards, case.answer_by) == expected
    up = store.complaint(case.id)
    assert (up.status, up.department, up.escalated_at) == (
        ComplaintStatus.ESCALATED, "management", case.answer_by
    )  # fmt: skip
    assert up.acknowledged_at is None, "no person has looked at it"
    assert up.resolve_by is not None
    for expected in (1, 0):
        assert watch_deadlines(store, cards, up.resolve_by - HOUR) == expected
    for late, expected in ((0, 1), (0, 0), (99, 0)):
        assert watch_deadlines(store, cards, up.resolve_by + late * HOUR) == expected
    assert kinds(store, case) == [
        "ComplaintOpened", "ComplaintReminded", "ComplaintEscalated", "ComplaintReminded", "ComplaintOverdue"
    ]  # fmt: skip
    assert notices(engine) == sorted(
        f"{what}:{case.id}{which}"
        for what, which in (
            ("ticket", ""),
            ("escalation", ""),
            ("reminder", ":answer"),
            ("reminder", ":review"),
            ("overdue", ""),
        )
    )


def test_whoever_watches_only_after_the_review_says_once_that_it_is_late(
    file: File, desk: ComplaintDesk, store: ComplaintStore, cards: PolicyCards, engine: Engine
) -> None:
    late, answered = file(), file(conversation="K-2")
    for case in (late, answered):
        desk.escalate(case.id, "does not accept it", LATER)
    desk.answer(answered.id, "we looked again", LATER + HOUR)
    after = LATER + 999 * HOUR
    assert watch_deadlines(store, cards, after) == 1
    assert watch_deadlines(store, cards, after + HOUR) == 0
    assert [each for each in notices(engine) if not each.startswith(("ticket", "escalation"))] == [
        f"overdue:{late.id}"
    ]


def test_answered_in_time_the_solution_is_watched(
    file: File, desk: ComplaintDesk, store: ComplaintStore, cards: PolicyCards
) -> None:
    case = file()
    desk.answer(case.id, "in hand", LATER + HOUR)
    assert case.answer_by is not None and case.resolve_by is not None
    assert watch_deadlines(store, cards, case.answer_by + HOUR) == 0
    assert watch_deadlines(store, cards, case.resolve_by - HOUR) == 1
    assert watch_deadlines(store, cards, case.resolve_by + HOUR) == 1
    assert store.history(case)[-1].data["deadline"] == "resolve"


def test_a_watch_that_slept_through_a_deadline_escalates_at_once(
    file: File, store: ComplaintStore, cards: PolicyCards
) -> None:
    case = file()
    assert watch_deadlines(store, cards, LATER + 48 * HOUR) == 1
    assert kinds(store, case) == ["ComplaintOpened", "ComplaintEscalated"]


def test_lists_by_status_department_and_deadline_page_by_page(
    file: File, desk: ComplaintDesk, store: ComplaintStore
) -> None:
    cases = [file(conversation=f"K-{n}") for n in range(3)]
    late = file(OpenComplaint(ComplaintKind.LOGISTICS, "没到", "O-1"), "K-9")
    desk.answer(cases[0].id, "x", LATER)

    def ids(query: ComplaintQuery, now: datetime = LATER) -> list[str]:
        return [each.id for each in store.find(query, now)]

    everything = ids(ComplaintQuery())
    assert sorted(everything) == sorted(each.id for each in (*cases, late))
    assert ids(ComplaintQuery(status=ComplaintStatus.ANSWERED)) == [cases[0].id]
    assert ids(ComplaintQuery(department="logistics")) == [late.id]
    assert ids(ComplaintQuery(overdue=True)) == []
    assert ids(ComplaintQuery(overdue=True), LATER + 13 * HOUR) == [late.id]
    paged, after = [], ""
    while page := ids(ComplaintQuery(limit=1, after=after)):
        paged += page
        after = page[-1]
    assert paged == everything
    with pytest.raises(NotFound):
        ids(ComplaintQuery(after="CP-NONE"))


@pytest.mark.slow
def test_watched_by_two_at_once_and_killed_at_every_step(
    file: File, store: ComplaintStore, cards: PolicyCards, engine: Engine, database_url: str, clerks: Clerks
) -> None:
    cases = [file(conversation=f"K-{n}") for n in range(3)]
    at = (LATER + 25 * HOUR).isoformat()
    step = 0
    while (ended := clerks.alone(Job(database_url, watch_at=at, die_at=step))).killed:
        step += 1
        for case in cases:
            escalated = store.complaint(case.id).status is ComplaintStatus.ESCALATED
            assert kinds(store, case) == ["ComplaintOpened", *["ComplaintEscalated"] * escalated]
            assert len(store.notices(case.id)) == 1 + escalated
    assert step > 8, "all the steps are seen"
    assert ended.said[0][0] == "watched"
    last = file(conversation="K-8")
    assert clerks.alone(Job(database_url, watch_at=at, die_at="commit")).killed
    assert kinds(store, last) == ["ComplaintOpened"]
    assert clerks.alone(Job(database_url, watch_at=at, die_at="committed")).killed
    cases.append(last)
    again = [file(conversation=f"K-1{n}") for n in range(6)]
    both = clerks.together([Job(database_url, watch_at=at) for _ in range(2)])
    assert sum(int(each.said[0][1]) for each in both) == len(again)
    assert Counter(each.partition(":")[0] for each in notices(engine)) == {"ticket": 10, "escalation": 10}
    for case in (*cases, *again):
        assert kinds(store, case) == ["ComplaintOpened", "ComplaintEscalated"]
