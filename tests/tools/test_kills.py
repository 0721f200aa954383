"""Killed with SIGKILL at every step of a write: nothing happened or all of it did, once, and money adds up."""

from __future__ import annotations

import pytest

from tests.tools.confirming import Clerks, Job
from tests.tools.desk_builders import COMMANDS, agreed, assert_sound, desk_shop, proposed
from tools.desk.proposals import Proposal
from tools.domain import ChangePayment, Shop
from tools.policy.cards import PolicyCards
from tools.store.sql import SqlStore

pytestmark = pytest.mark.slow

# All that move money at once, and one that writes to a table of its own.
KINDS = ("cancel_order", "change_items", "change_payment", "start_return", "open_complaint")
INSTANTS = 15


@pytest.fixture
def desk(empty_sql_store: SqlStore) -> SqlStore:
    empty_sql_store.import_shop(desk_shop())
    return empty_sql_store


def assert_nothing_happened(desk: SqlStore, before: Shop, proposal: Proposal) -> None:
    assert desk.export_shop() == before
    assert desk.proposal(proposal.id) == proposal
    assert len(desk.events_of_conversation("K-1")) == 1
    assert desk.complaints_of("C-1") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_every_step(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks, kind: str
) -> None:
    """Cancelling gives money back to a gift card, changing items and payment take it from one."""
    before = desk.export_shop()
    proposal = proposed(desk, cards, COMMANDS[kind])
    rehearsal = clerks.alone(Job.of(database_url, proposal, die_at="commit"))
    assert rehearsal.killed
    assert rehearsal.statements >= 6, "all the steps are seen"
    assert_nothing_happened(desk, before, proposal)
    for step in range(rehearsal.statements):
        ended = clerks.alone(Job.of(database_url, proposal, die_at=step))
        assert (ended.killed, ended.statements) == (True, step)
        assert_nothing_happened(desk, before, proposal)
    assert clerks.alone(Job.of(database_url, proposal, die_at="committed")).killed
    after, kept = desk.export_shop(), desk.proposal(proposal.id)
    assert kept.status == "executed"
    assert_sound(before, after)
    receipt = agreed(desk, cards, proposal)
    assert receipt == kept.receipt, "the dead process has left its receipt"
    assert clerks.alone(Job.of(database_url, proposal)).said == [["receipt", receipt.id]]
    assert desk.export_shop() == after
    assert [each.receipt_id for each in desk.events_of_conversation("K-1")] == ["", receipt.id]


def test_a_step_before_the_end_can_be_taken_again(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    """Killed when everything was written and nothing committed; the next yes does it."""
    before = desk.export_shop()
    proposal = proposed(desk, cards, COMMANDS["change_items"])
    assert clerks.alone(Job.of(database_url, proposal, die_at="commit")).killed
    receipt = agreed(desk, cards, proposal)
    assert desk.proposal(proposal.id).receipt == receipt
    assert_sound(before, desk.export_shop())
    assert len(desk.order("O-2", "C-1").item_changes) == 1


def test_killed_at_any_instant(desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks) -> None:
    """From outside, also while the database itself is writing: O-3 is paid now by one method, now by another."""
    before = desk.export_shop()
    rehearsed = clerks.alone(Job.of(database_url, proposed(desk, cards, ChangePayment("O-3", "PM-gift"))))
    outcomes = []
    for instant in range(INSTANTS):
        paid_by = desk.order("O-3", "C-1").payments[-1].method_id
        other = "PM-alipay" if paid_by == "PM-gift" else "PM-gift"
        was = desk.export_shop()
        proposal = proposed(desk, cards, ChangePayment("O-3", other))
        clerks.alone(
            Job.of(database_url, proposal, kill_after_s=rehearsed.seconds * 1.2 * instant / INSTANTS)
        )
        after, done = desk.export_shop(), desk.proposal(proposal.id).status == "executed"
        outcomes.append(done)
        assert (after == was) is not done
        assert_sound(before, after)
        receipt = agreed(desk, cards, proposal)
        assert desk.export_shop() == after or not done
        assert desk.events("O-3")[-1].receipt_id == receipt.id
    assert False in outcomes
