"""Propose, confirm once, receipt: where orders live in the shop's own system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from tests.tools.builders import ADDRESS, NOW, for_variant, line, order, shop, wardrobe, wish
from tests.tools.rest.conftest import Connect
from tests.tools.rest.system import System, done_then_reset, says, status
from tools.desk.changes import Changes
from tools.desk.hand_over import hand_over
from tools.desk.proposals import LIFETIME, confirm, propose, withdraw
from tools.desk.records import Proposal, Receipt
from tools.domain import (
    CancelOrder,
    CancelReason,
    Category,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    ComplaintKind,
    OpenComplaint,
    OrderStatus,
    ReturnReason,
    Shop,
    StartExchange,
    StartRepair,
)
from tools.errors import (
    NotFound,
    OutcomeUnknown,
    ProposalExpired,
    ProposalMismatched,
    ProposalNotYours,
    ProposalUsed,
    StoreUnavailable,
)
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied
from tools.store.memory import MemoryStore
from tools.store.rest.courier import Recovered
from tools.store.rest.store import RestStore

LATER = NOW + timedelta(minutes=5)


def asked(store: Any, cards: PolicyCards, command: Command | None = None, now: Any = NOW) -> Proposal:
    result = propose(store, cards, "K-1", "C-1", command or wish(), now)
    assert isinstance(result, Proposal), result
    return result


def agree(store: Any, cards: PolicyCards, proposal: Proposal, now: Any = LATER) -> Receipt | Denied:
    return confirm(store, cards, proposal.id, proposal.digest, "K-1", "C-1", now)


def changed(system: System, **fields: Any) -> None:
    """The shop's own people change the order."""
    with system.shop.unit_of_work() as unit:
        unit.save(Changes(order=replace(unit.order("O-1", "C-1"), **fields)))
        unit.commit()


def moved_away(system: System) -> None:
    """The customer's record changes in the shop."""
    with system.shop.unit_of_work() as unit:
        unit.save(Changes(customer=replace(unit.customer("C-1"), phone="1")))
        unit.commit()


def kinds(store: RestStore) -> list[str]:
    return [event.kind for event in store.events_of_conversation("K-1")]


def test_a_proposal_changes_nothing_in_the_shop(store: RestStore, system: System, cards: PolicyCards) -> None:
    before = system.shop.export_shop()
    proposal = asked(store, cards)
    assert system.shop.export_shop() == before
    assert system.count("POST") == 0
    assert store.proposal(proposal.id) == proposal
    assert kinds(store) == ["ReturnProposed"]


def new_order(**fields: Any) -> Shop:
    """An order that has not left yet, over goods that come in several variants."""
    pending = order(line(1), status=OrderStatus.PENDING)
    goods = shop(replace(pending, **fields))
    return replace(goods, products=(wardrobe(),))


NEW_ADDRESS = replace(ADDRESS, line1="文三路 2 号")
COMMANDS: list[tuple[Command, Shop]] = [
    (wish((1, 1), (2, 1), refund_to="PM-gift"), shop()),
    (CancelOrder("O-1", CancelReason.TOO_SLOW), new_order()),
    (ChangeAddress("O-1", NEW_ADDRESS), new_order()),
    (ChangeItems("O-1", (for_variant(),), "PM-alipay"), new_order()),
    (ChangeItems("O-1", (for_variant(end="-dear"),), "PM-gift"), new_order()),
    (
        StartExchange("O-1", (for_variant(),), ReturnReason.WRONG_SIZE, "PM-alipay"),
        replace(shop(order(line(1))), products=(wardrobe(),)),
    ),
    (StartRepair("O-1", 1, 1, "dead"), shop(order(line(1, category=Category.ELECTRONICS)))),
    (ChangePayment("O-1", "PM-gift"), shop(order(line(1, "40.00"), status=OrderStatus.PENDING))),
    (ChangeDefaultAddress(NEW_ADDRESS), shop()),
    (OpenComplaint(ComplaintKind.SERVICE, "Nobody called me back.", "O-1"), shop()),
]


@pytest.mark.parametrize(("command", "goods"), COMMANDS, ids=lambda each: type(each).__name__)
def test_the_shop_ends_up_as_it_would_in_our_own_database(
    store: RestStore, system: System, cards: PolicyCards, command: Command, goods: Shop
) -> None:
    system.shop.import_shop(goods, replace=True)
    proposal = asked(store, cards, command)
    receipt = agree(store, cards, proposal)
    twin = MemoryStore(goods)
    with twin.unit_of_work() as unit:
        unit.add_proposal(proposal)
        unit.commit()
    assert receipt == agree(twin, cards, proposal)
    assert system.shop.export_shop() == twin.export_shop()
    assert store.complaints_of("C-1") == twin.complaints_of("C-1")
    assert store.proposal(proposal.id) == twin.proposal(proposal.id)
    mine, theirs = store.events_of_conversation("K-1")[-1], twin.events_of_conversation("K-1")[-1]
    assert replace(mine, id=0) == replace(theirs, id=0)


def test_the_same_yes_again_brings_the_same_receipt_and_asks_nobody(
    store: RestStore, system: System, cards: PolicyCards
) -> None:
    proposal = asked(store, cards)
    first = agree(store, cards, proposal)
    before = len(system.asked)
    assert agree(store, cards, proposal, NOW + LIFETIME * 100) == first
    assert len(system.asked) == before


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
    store: RestStore, system: System, cards: PolicyCards, change: dict[str, Any], error: type[Exception]
) -> None:
    proposal = asked(store, cards)
    given = {
        "proposal_id": proposal.id, "digest": proposal.digest, "conversation_id": "K-1",
        "customer_id": "C-1", "now": LATER,
    }  # fmt: skip
    with pytest.raises(error):
        confirm(store, cards, **(given | change))
    assert system.count("POST") == 0
    assert store.proposal(proposal.id) == proposal
    assert isinstance(agree(store, cards, proposal), Receipt), "the right yes still works"


def test_the_policy_is_asked_again_at_the_yes(store: RestStore, system: System, cards: PolicyCards) -> None:
    proposal = asked(store, cards)
    changed(system, lines=(replace(line(), final_sale=True), line(2, "50.00", 2)))
    assert isinstance(agree(store, cards, proposal), Denied)
    assert system.count("POST") == 0


def test_withdrawn_is_withdrawn(store: RestStore, cards: PolicyCards) -> None:
    proposal = asked(store, cards)
    assert withdraw(store, proposal.id, "K-1", LATER).status == "withdrawn"
    assert withdraw(store, proposal.id, "K-1", LATER) == store.proposal(proposal.id)
    with pytest.raises(ProposalUsed):
        agree(store, cards, proposal)
    assert kinds(store) == ["ReturnProposed", "ProposalWithdrawn"]


def test_a_new_proposal_takes_the_place_of_the_one_before(store: RestStore, cards: PolicyCards) -> None:
    first, second = asked(store, cards), asked(store, cards, wish((2, 1)))
    assert store.proposal(first.id).status == "withdrawn"
    assert isinstance(agree(store, cards, second), Receipt)


def test_what_somebody_else_has_executed_is_not_withdrawn(store: RestStore, cards: PolicyCards) -> None:
    """Two processes at once: one says yes between the other's look and its no."""
    proposal = asked(store, cards)
    with store.unit_of_work() as unit:
        seen = unit.proposal(proposal.id)
        receipt = agree(store, cards, proposal)
        unit.save_proposal(replace(seen, status="withdrawn"))
        with pytest.raises(ProposalUsed):
            unit.commit()
    assert store.proposal(proposal.id).receipt == receipt


def test_one_hand_over_for_a_conversation(store: RestStore) -> None:
    first = hand_over(store, "K-1", "", "asked_for", "…", NOW)
    assert hand_over(store, "K-1", "C-1", "again", "…", LATER) == first


def test_an_order_that_has_moved_on_is_left_alone(
    store: RestStore, system: System, cards: PolicyCards
) -> None:
    proposal = asked(store, cards)

    async def first_move_on(app: Any, scope: Any, receive: Any, send: Any) -> None:
        changed(system, cancel_reason="a note of the shop")
        await app(scope, receive, send)

    system.misbehave("POST /commands", first_move_on)
    with pytest.raises(ProposalMismatched, match="refused"):
        agree(store, cards, proposal)
    assert system.shop.order("O-1", "C-1").returns == ()
    assert (store.proposal(proposal.id).status, store.proposal(proposal.id).receipt) == ("withdrawn", None)
    refused = store.events("O-1")[-1]
    assert (refused.kind, refused.why, refused.at) == ("CommandRefused", "order_changed", NOW)
    with pytest.raises(ProposalUsed):
        agree(store, cards, proposal)
    assert isinstance(agree(store, cards, asked(store, cards)), Receipt), "a new proposal sees the new order"


def test_what_is_sold_out_meanwhile_is_refused(store: RestStore, system: System, cards: PolicyCards) -> None:
    system.shop.import_shop(new_order(), replace=True)
    proposal = asked(store, cards, ChangeItems("O-1", (for_variant(),), "PM-alipay"))

    async def sold_out(app: Any, scope: Any, receive: Any, send: Any) -> None:
        system.shop.import_shop(replace(new_order(), products=(wardrobe(stock=0),)), replace=True)
        await app(scope, receive, send)

    system.misbehave("POST /commands", sold_out)
    with pytest.raises(ProposalMismatched):
        agree(store, cards, proposal)
    assert store.events("O-1")[-1].why == "out_of_stock"


@pytest.mark.parametrize(
    "answer",
    [
        status(422),
        status(409),
        status(401),
        says(b'{"key": "P-other", "outcome": "refused"}', 409),
        says(b'{"key": "P-other", "outcome": "done"}', 200),
        says(b'{"detail": [{"loc": ["body"], "msg": "field required"}]}', 422),
    ],
)
def test_only_an_outcome_by_its_key_is_one(
    store: RestStore, system: System, cards: PolicyCards, answer: Any
) -> None:
    """A gateway's own refusal, or an answer to somebody else, says nothing about what was done."""
    proposal = asked(store, cards)
    system.misbehave("POST", answer)
    with pytest.raises(OutcomeUnknown, match="may have been done; asking again is safe"):
        agree(store, cards, proposal)
    assert store.proposal(proposal.id).status == "executing"
    assert isinstance(agree(store, cards, proposal), Receipt)


def test_what_may_have_been_done_is_finished_before_anything_else(
    connect: Connect, system: System, cards: PolicyCards
) -> None:
    hasty, store = connect(tries=1), connect()
    proposal = asked(store, cards)
    system.misbehave("POST", done_then_reset)
    with pytest.raises(OutcomeUnknown):
        agree(hasty, cards, proposal)
    assert kinds(store) == ["ReturnProposed"], "nothing is said to be done yet"
    with pytest.raises(ProposalUsed):
        withdraw(store, proposal.id, "K-1", LATER)
    kept = store.proposal(proposal.id)
    assert kept.status == "executed" and kept.receipt is not None
    assert kept.receipt.at == LATER
    assert agree(store, cards, proposal, NOW + LIFETIME * 2) == kept.receipt
    assert len(system.shop.order("O-1", "C-1").returns) == 1
    assert kinds(store) == ["ReturnProposed", "ReturnStarted"]


def test_recovery_finishes_everything_that_is_under_way(
    connect: Connect, system: System, cards: PolicyCards
) -> None:
    hasty, store = connect(tries=1), connect()
    done, refused = asked(store, cards), asked(store, cards, ChangeDefaultAddress(NEW_ADDRESS))
    system.misbehave("POST", done_then_reset, status(500))
    for proposal in (done, refused):
        with pytest.raises(OutcomeUnknown):
            agree(hasty, cards, proposal)
    moved_away(system)
    system.misbehave("POST", status(500))
    assert hasty.recover() == Recovered(refused=(refused.id,), waiting=(done.id,))
    assert store.recover() == Recovered(executed=(done.id,))
    assert store.recover() == Recovered(), "nothing is left"
    assert kinds(store) == [
        "ReturnProposed",
        "DefaultAddressChangeProposed",
        "CommandRefused",
        "ReturnStarted",
    ]
    assert isinstance(agree(store, cards, done), Receipt)


def test_a_whole_conversation_waits_for_nobody_elses_answer(
    store: RestStore, system: System, cards: PolicyCards
) -> None:
    """While the shop's system thinks, our own database takes other people's writes."""
    proposal = asked(store, cards)
    written: list[bool] = []

    async def meanwhile(app: Any, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(hand_over, store, "K-2", "", "asked_for", "…", NOW)
        written.append(True)
        await app(scope, receive, send)

    system.misbehave("GET /customers", meanwhile)
    system.misbehave("POST", meanwhile)
    assert isinstance(agree(store, cards, proposal), Receipt)
    assert written == [True, True]


def test_what_another_process_has_just_done_is_not_refused_to_the_customer(
    connect: Connect, system: System, cards: PolicyCards
) -> None:
    """Two processes hear the same yes; the second looks at the order when the first has changed it."""
    store, other = connect(), connect()
    proposal = asked(store, cards)
    receipts: list[Any] = []

    async def meanwhile(app: Any, scope: Any, receive: Any, send: Any) -> None:
        receipts.append(await asyncio.to_thread(agree, other, cards, proposal))
        await app(scope, receive, send)

    system.misbehave("GET /orders", meanwhile)
    with pytest.raises(OutcomeUnknown, match="carried out elsewhere; asking again is safe"):
        agree(store, cards, proposal)
    assert agree(store, cards, proposal) == receipts[0]
    assert len(system.shop.order("O-1", "C-1").returns) == 1


def at_once(calls: list[Callable[[], Receipt | Denied]]) -> list[Receipt | Denied]:
    gate = Barrier(len(calls))

    def run(call: Callable[[], Receipt | Denied]) -> Receipt | Denied:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_many_threads_say_yes_to_one_proposal(store: RestStore, system: System, cards: PolicyCards) -> None:
    proposal = asked(store, cards)
    receipts = at_once([lambda: agree(store, cards, proposal)] * 6)
    assert isinstance(receipts[0], Receipt)
    assert set(map(repr, receipts)) == {repr(receipts[0])}
    assert len(system.shop.order("O-1", "C-1").returns) == 1
    assert kinds(store) == ["ReturnProposed", "ReturnStarted"]


def test_many_proposals_race_for_one_piece(store: RestStore, system: System, cards: PolicyCards) -> None:
    proposals = [propose(store, cards, f"K-{at}", "C-1", wish(), NOW) for at in range(4)]

    def yes(proposal: Any) -> Receipt | Denied | str:
        try:
            return confirm(store, cards, proposal.id, proposal.digest, proposal.conversation_id, "C-1", LATER)
        except ProposalMismatched:
            return "refused"

    results = at_once([lambda each=each: yes(each) for each in proposals])  # type: ignore[misc]
    assert sum(isinstance(each, Receipt) for each in results) == 1
    assert system.shop.order("O-1", "C-1").returned_quantity(1) == 1


def test_a_store_that_is_away_keeps_no_proposal(store: RestStore, system: System, cards: PolicyCards) -> None:
    system.misbehave("GET", *[status(503)] * 3)
    with pytest.raises(StoreUnavailable):
        asked(store, cards)
    assert store.events_of_conversation("K-1") == ()
