"""Propose, confirm once, receipt: over every store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from tests.tools.builders import NOW, shop, wish, yuan
from tools.desk import proposals
from tools.desk.proposals import LIFETIME, Proposal, confirm, withdraw
from tools.desk.records import Receipt
from tools.domain import ComplaintKind, Money, OpenComplaint, OrderStatus, ReturnStatus, StartReturn
from tools.errors import (
    NotFound,
    NotYours,
    ProposalError,
    ProposalExpired,
    ProposalMismatched,
    ProposalNotYours,
    ProposalUsed,
)
from tools.policy.cards import PolicyCards
from tools.policy.returns import ReturnAllowed
from tools.policy.verdict import Denied
from tools.store.protocol import LocalStore
from tools.store.sql import SqlStore

LATER = NOW + timedelta(minutes=5)


def propose(
    store: LocalStore, cards: PolicyCards, command: StartReturn | None = None, conversation: str = "K-1"
) -> Proposal:
    result = proposals.propose(store, cards, conversation, "C-1", command or wish(), NOW)
    assert isinstance(result, Proposal), result
    return result


def agree(store: LocalStore, cards: PolicyCards, proposal: Proposal) -> Receipt | Denied:
    return confirm(
        store, cards, proposal.id, proposal.digest, proposal.conversation_id, proposal.customer_id, LATER
    )


def test_a_proposal_changes_no_order(store: LocalStore, cards: PolicyCards) -> None:
    before = store.export_shop()
    proposal = propose(store, cards)
    assert store.export_shop() == before
    assert store.proposal(proposal.id) == proposal
    assert (proposal.status, proposal.expires_at) == ("open", NOW + timedelta(minutes=30))
    assert [event.kind for event in store.events("O-1")] == ["ReturnProposed"]


def test_a_denied_wish_keeps_nothing(store: LocalStore, cards: PolicyCards) -> None:
    result = proposals.propose(store, cards, "K-1", "C-1", wish((1, 9)), NOW)
    assert isinstance(result, Denied) and result.reason == "quantity"
    assert store.events("O-1") == ()


def test_confirming_does_exactly_what_was_read_back(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards, wish((1, 1), (2, 1), refund_to="PM-gift"))
    receipt = agree(store, cards, proposal)
    assert isinstance(receipt, Receipt)
    order = store.order("O-1", "C-1")
    (started,) = order.returns
    assert order.status is order.history[-1].status is OrderStatus.RETURN_REQUESTED
    assert order.history[-1].at == LATER
    effect = proposal.effect
    assert isinstance(effect, ReturnAllowed)
    assert (started.id, started.lines) == (receipt.subject_id, effect.items)
    assert (started.status, started.refund_to) == (ReturnStatus.REQUESTED, "PM-gift")
    assert receipt.method_id == "PM-gift"
    assert receipt.refund == started.refund == effect.refund == yuan("138.00")
    assert (receipt.kind, receipt.postage, receipt.at) == ("return_started", yuan("12.00"), LATER)
    assert order.refunds == (), "money moves only after inspection"
    kept = store.proposal(proposal.id)
    assert (kept.status, kept.receipt) == ("executed", receipt)


def test_the_fact_is_on_record(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    receipt = agree(store, cards, proposal)
    assert isinstance(receipt, Receipt)
    fact = store.events("O-1")[-1]
    assert (fact.kind, fact.at, fact.rule) == ("ReturnStarted", LATER, "returns.no_reason")
    assert (fact.proposal_id, fact.receipt_id) == (proposal.id, receipt.id)
    assert (fact.customer_id, fact.conversation_id) == ("C-1", "K-1")
    assert (fact.actor, fact.why) == ("customer", "no_longer_wanted")


def test_the_same_yes_again_brings_the_same_receipt(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    first = agree(store, cards, proposal)
    before = store.export_shop()
    long_after = NOW + LIFETIME * 100
    again = confirm(store, cards, proposal.id, proposal.digest, "K-1", "C-1", long_after)
    assert again == first
    assert store.export_shop() == before
    assert len(store.events("O-1")) == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"digest": "0" * 64}, ProposalMismatched),
        ({"conversation_id": "K-2"}, ProposalNotYours),
        ({"customer_id": "C-2"}, ProposalNotYours),
        ({"now": NOW + LIFETIME}, ProposalExpired),
        ({"proposal_id": "P-404"}, NotFound),
    ],
)
def test_a_yes_to_something_else_does_nothing(
    store: LocalStore, cards: PolicyCards, change: dict[str, object], error: type[Exception]
) -> None:
    proposal = propose(store, cards)
    before, facts = store.export_shop(), store.events("O-1")
    given: dict[str, object] = {
        "proposal_id": proposal.id,
        "digest": proposal.digest,
        "conversation_id": "K-1",
        "customer_id": "C-1",
        "now": LATER,
    }
    with pytest.raises(error):
        confirm(store, cards, **(given | change))  # type: ignore[arg-type]
    assert store.export_shop() == before
    assert (store.events("O-1"), store.proposal(proposal.id)) == (facts, proposal)
    assert isinstance(agree(store, cards, proposal), Receipt), "the right yes still works"


def test_errors_say_what_kind_they_are() -> None:
    assert issubclass(ProposalNotYours, ProposalError) and issubclass(ProposalNotYours, NotYours)


def test_a_proposal_knows_when_it_has_run_out(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    assert proposal.seen_at(NOW + LIFETIME - timedelta(seconds=1)).status == "open"
    assert proposal.seen_at(NOW + LIFETIME).status == "expired"


def test_the_policy_is_asked_again_at_the_yes(store: LocalStore, cards: PolicyCards) -> None:
    """The window closes between the proposal and the yes."""
    first = propose(store, cards).effect
    assert isinstance(first, ReturnAllowed) and first.deadline is not None
    end = first.deadline
    late = proposals.propose(store, cards, "K-1", "C-1", wish(), end - timedelta(minutes=1))
    assert isinstance(late, Proposal)
    before = store.export_shop()
    result = confirm(store, cards, late.id, late.digest, "K-1", "C-1", end)
    assert isinstance(result, Denied) and result.reason == "window_closed"
    assert store.export_shop() == before
    assert store.proposal(late.id).status == "open"


def test_a_changed_policy_needs_a_new_proposal(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    before = store.export_shop()
    dearer = replace(cards.returns, no_reason=replace(cards.returns.no_reason, postage=yuan("15.00")))
    with pytest.raises(ProposalMismatched, match="changed"):
        agree(store, replace(cards, returns=dearer), proposal)
    assert store.export_shop() == before


def test_two_proposals_for_one_thing_return_it_once(store: LocalStore, cards: PolicyCards) -> None:
    """Two conversations of one customer, each with its own proposal."""
    first, second = propose(store, cards), propose(store, cards, conversation="K-2")
    assert isinstance(agree(store, cards, first), Receipt)
    result = agree(store, cards, second)
    assert isinstance(result, Denied) and result.reason == "nothing_left"
    assert len(store.order("O-1", "C-1").returns) == 1


def test_only_what_was_read_back_last_can_be_confirmed(store: LocalStore, cards: PolicyCards) -> None:
    first, second = propose(store, cards), propose(store, cards, wish((2, 1)))
    assert store.proposal(first.id).status == "withdrawn"
    withdrawn = store.events_of_conversation("K-1")[1]
    assert (withdrawn.kind, withdrawn.proposal_id) == ("ProposalWithdrawn", first.id)
    assert withdrawn.why == f"replaced by {second.id}"
    with pytest.raises(ProposalUsed, match="withdrawn"):
        agree(store, cards, first)
    assert isinstance(agree(store, cards, second), Receipt)
    assert [item.lines[0].line_no for item in store.order("O-1", "C-1").returns] == [2]


def test_a_proposal_leaves_those_for_other_things_open(store: LocalStore, cards: PolicyCards) -> None:
    here = propose(store, cards)
    elsewhere = propose(store, cards, conversation="K-2")
    complaint = proposals.propose(
        store, cards, "K-1", "C-1", OpenComplaint(ComplaintKind.OTHER, "late", "O-1"), NOW
    )
    assert isinstance(complaint, Proposal)
    assert {store.proposal(each.id).status for each in (here, elsewhere, complaint)} == {"open"}


def test_a_denied_wish_leaves_the_earlier_proposal_open(store: LocalStore, cards: PolicyCards) -> None:
    first = propose(store, cards)
    assert isinstance(proposals.propose(store, cards, "K-1", "C-1", wish((1, 9)), NOW), Denied)
    assert store.proposal(first.id) == first


def test_two_returns_of_one_order(store: LocalStore, cards: PolicyCards) -> None:
    for number in (1, 2):
        assert isinstance(agree(store, cards, propose(store, cards, wish((number, 1)))), Receipt)
    order = store.order("O-1", "C-1")
    assert [item.lines[0].line_no for item in order.returns] == [1, 2]
    assert order.status is OrderStatus.RETURN_REQUESTED


def test_withdrawn_is_withdrawn(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    with pytest.raises(ProposalNotYours):
        withdraw(store, proposal.id, "K-2", LATER)
    assert withdraw(store, proposal.id, "K-1", LATER).status == "withdrawn"
    assert withdraw(store, proposal.id, "K-1", LATER) == store.proposal(proposal.id)
    with pytest.raises(ProposalUsed):
        agree(store, cards, proposal)
    assert store.order("O-1", "C-1").returns == ()
    assert [event.kind for event in store.events("O-1")] == ["ReturnProposed", "ProposalWithdrawn"]


def test_what_is_done_cannot_be_withdrawn(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    agree(store, cards, proposal)
    with pytest.raises(ProposalUsed):
        withdraw(store, proposal.id, "K-1", LATER)


def test_somebody_elses_order_is_not_found(store: LocalStore, cards: PolicyCards) -> None:
    with pytest.raises(NotFound):
        proposals.propose(store, cards, "K-1", "C-2", wish(), NOW)


def test_a_new_shop_withdraws_open_proposals(store: LocalStore, cards: PolicyCards) -> None:
    done = propose(store, cards)
    agree(store, cards, done)
    still_open = propose(store, cards, wish((2, 1)))
    store.import_shop(store.export_shop(), replace=True)
    assert store.proposal(done.id).status == "executed"
    assert store.proposal(still_open.id).status == "withdrawn"
    assert len(store.events("O-1")) == 3, "what happened stays on record"


def at_once(calls: list[Callable[[], Receipt | Denied]]) -> list[Receipt | Denied]:
    gate = Barrier(len(calls))

    def run(call: Callable[[], Receipt | Denied]) -> Receipt | Denied:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_many_threads_say_yes_to_one_proposal(store: LocalStore, cards: PolicyCards) -> None:
    proposal = propose(store, cards)
    receipts = at_once([lambda: agree(store, cards, proposal)] * 6)
    assert isinstance(receipts[0], Receipt)
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(store.order("O-1", "C-1").returns) == 1
    assert len(store.events("O-1")) == 2


def test_many_proposals_race_for_one_piece(sql_store: SqlStore, cards: PolicyCards) -> None:
    rivals = [propose(sql_store, cards, conversation=f"K-{number}") for number in range(5)]
    results = at_once([lambda each=each: agree(sql_store, cards, each) for each in rivals])  # type: ignore[misc]
    denials = [result.reason for result in results if isinstance(result, Denied)]
    assert denials == ["nothing_left"] * 4
    order = sql_store.order("O-1", "C-1")
    assert order.returned_quantity(1) == 1
    assert order.returns[0].refund > Money.zero()


def test_a_proposal_and_a_yes_at_once_do_not_wait_for_each_other(
    sql_store: SqlStore, cards: PolicyCards
) -> None:
    """A customer says yes while their next message is already being read."""
    for _ in range(10):
        sql_store.import_shop(shop(), replace=True)
        first = propose(sql_store, cards)

        def again() -> Receipt | Denied:
            result = proposals.propose(sql_store, cards, "K-1", "C-1", wish((2, 1)), LATER)
            return result if isinstance(result, Denied) else agree(sql_store, cards, result)

        def yes(proposal: Proposal = first) -> Receipt | Denied:
            try:
                return agree(sql_store, cards, proposal)
            except ProposalUsed:
                return Denied("", "", "replaced")

        _, answer = at_once([yes, again])
        assert isinstance(answer, Receipt)
        lines = [item.lines[0].line_no for item in sql_store.order("O-1", "C-1").returns]
        assert sorted(lines) in ([2], [1, 2])
