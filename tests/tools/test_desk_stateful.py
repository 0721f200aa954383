"""Random sequences of everything that can happen, over random shops: money, goods and states always add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.tools.builders import NOW, POLICIES, shipment
from tests.tools.desk_builders import assert_sound
from tests.tools.desk_strategies import commands, shops
from tools.desk.proposals import Proposal, confirm, propose, withdraw
from tools.desk.records import Receipt
from tools.desk.warehouse import Warehouse
from tools.domain import Order, OrderStatus, Shop, order_id_of
from tools.errors import NotFound, ProposalError, ToolError, WrongState
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.verdict import Denied
from tools.store.memory import MemoryStore
from tools.store.protocol import LocalStore
from tools.store.sql import SqlStore

CARDS = load_policy_book(POLICIES).at(NOW)
# What conversation is whose: the first customer has two.
OWNERS = {"K-0": "C-1", "K-1": "C-1", "K-2": "C-2"}
JUMPS = [timedelta(seconds=1), timedelta(minutes=15), timedelta(minutes=29), timedelta(minutes=31)] * 3
JUMPS += [timedelta(days=days) for days in (1, 6, 8, 31, 400)]
RUNS = count()
somebody = st.sampled_from(sorted(OWNERS))


def generous(cards: PolicyCards) -> PolicyCards:
    """Everything may be changed again and again, and money goes wherever the customer likes."""
    assert cards.order_changes and cards.exchange
    items = replace(cards.order_changes.items, after_item_change=True)
    changes = replace(cards.order_changes, items=items, refund_to="any")
    exchange = replace(cards.exchange, same_variant=True, refund_to="any")
    return replace(cards, order_changes=changes, exchange=exchange)


class DeskMachine(RuleBasedStateMachine):
    def __init__(self, new_store: Callable[[], LocalStore]) -> None:
        super().__init__()
        self.store = new_store()
        self.warehouse = Warehouse(self.store)
        self.run = next(RUNS)
        self.now = NOW
        self.proposals: list[Proposal] = []
        self.receipts: dict[str, Receipt] = {}

    @initialize(shop=shops(), cards=st.sampled_from([CARDS, generous(CARDS)]))
    def open_shop(self, shop: Shop, cards: PolicyCards) -> None:
        self.cards = cards
        self.store.import_shop(shop, replace=True)
        self.first = self.shop = shop

    def named(self, conversation: str) -> str:
        return f"{conversation}-{self.run}"

    def unchanged(self) -> None:
        assert self.store.export_shop() == self.shop

    @rule(data=st.data(), conversation=somebody)
    def propose(self, data: st.DataObject, conversation: str) -> None:
        self.wish(data, conversation)

    @rule(data=st.data(), conversation=somebody)
    def propose_and_confirm(self, data: st.DataObject, conversation: str) -> None:
        proposal = self.wish(data, conversation)
        if proposal is not None:
            self.agree(proposal)
            assert proposal.id in self.receipts, "nothing has changed since it was read back"

    def wish(self, data: st.DataObject, conversation: str) -> Proposal | None:
        who = OWNERS[conversation]
        command = data.draw(commands(self.shop, who))
        order_id = order_id_of(command)
        mine = {each.id for each in self.shop.orders if each.customer_id == who}
        try:
            result = propose(self.store, self.cards, self.named(conversation), who, command, self.now)
        except NotFound:
            assert order_id not in mine
            self.unchanged()
            return None
        assert order_id in mine or not order_id
        self.unchanged()
        if isinstance(result, Denied):
            return None
        self.proposals.append(result)
        return result

    def some_proposal(self, data: st.DataObject) -> Proposal | None:
        """Any that there ever was, the latest more often."""
        if not self.proposals:
            return None
        return data.draw(st.sampled_from(self.proposals + self.proposals[-1:] * 4))

    def say_yes(self, proposal: Proposal, **other: Any) -> Receipt | Denied | ToolError:
        given: dict[str, Any] = {
            "digest": proposal.digest,
            "conversation_id": proposal.conversation_id,
            "customer_id": proposal.customer_id,
            "now": self.now,
        }
        try:
            return confirm(self.store, self.cards, proposal.id, **(given | other))
        except ToolError as error:
            return error

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        proposal = self.some_proposal(data)
        if proposal is not None:
            self.agree(proposal)

    def agree(self, proposal: Proposal) -> None:
        status = self.store.proposal(proposal.id).seen_at(self.now).status
        result = self.say_yes(proposal)
        if proposal.id in self.receipts:
            assert result == self.receipts[proposal.id]
        elif isinstance(result, Receipt):
            assert status == "open"
            self.receipts[proposal.id] = result
            self.shop = self.store.export_shop()
        else:
            assert isinstance(result, Denied | ProposalError), result
            assert status == "open" or isinstance(result, ProposalError)
        self.unchanged()

    @rule(data=st.data(), wrong=st.sampled_from(["digest", "conversation_id", "customer_id"]))
    def confirm_somebody_elses(self, data: st.DataObject, wrong: str) -> None:
        proposal = self.some_proposal(data)
        if proposal is None:
            return
        others = {
            "digest": "0" * 64,
            "conversation_id": next(
                self.named(each) for each in sorted(OWNERS) if self.named(each) != proposal.conversation_id
            ),
            "customer_id": "C-2" if proposal.customer_id == "C-1" else "C-1",
        }
        assert isinstance(self.say_yes(proposal, **{wrong: others[wrong]}), ProposalError)
        self.unchanged()

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        proposal = self.some_proposal(data)
        if proposal is None:
            return
        try:
            withdraw(self.store, proposal.id, proposal.conversation_id, self.now)
        except ProposalError:
            assert proposal.id in self.receipts
        else:
            assert proposal.id not in self.receipts
        self.unchanged()

    @rule(jump=st.sampled_from(JUMPS))
    def wait(self, jump: timedelta) -> None:
        self.now += jump

    @rule(data=st.data())
    def warehouse_step(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self.shop.orders))
        likely, others = self.steps(order)
        step = data.draw(st.sampled_from(likely * 5 + others))
        facts = len(self.store.events(order.id))
        try:
            step()
        except (WrongState, NotFound):
            self.unchanged()
            assert len(self.store.events(order.id)) == facts
        else:
            self.shop = self.store.export_shop()
            fact = self.store.events(order.id)[-1]
            assert (fact.actor, fact.at) == ("staff", self.now)
            assert len(self.store.events(order.id)) == facts + 1

    def steps(self, order: Order) -> tuple[list[Callable[[], None]], list[Callable[[], None]]]:
        """What can be done about an order as it is, and what else its people might try."""
        house, key, now = self.warehouse, order.id, self.now
        parcel = replace(shipment(None), shipped_at=now, expected_at=None, events=())
        on: dict[OrderStatus, Callable[[], None]] = {
            OrderStatus.PENDING: lambda: house.prepare(key, now),
            OrderStatus.PROCESSED: lambda: house.ship(key, parcel, now),
            OrderStatus.SHIPPED: lambda: house.deliver(key, now),
        }
        likely = [on[order.status]] if order.status in on else []
        others = [*on.values(), lambda: house.settle_return(key, "RT-404", now)]
        ends: list[tuple[str, StrEnum, Callable[[str], None]]] = []
        for item in order.returns:
            ends.append((item.id, item.status, lambda id: house.settle_return(key, id, now)))
            ends.append((item.id, item.status, lambda id: house.reject_return(key, id, "worn", now)))
        for swap in order.exchanges:
            ends.append((swap.id, swap.status, lambda id: house.complete_exchange(key, id, now)))
            ends.append((swap.id, swap.status, lambda id: house.reject_exchange(key, id, "worn", now)))
        for repair in order.repairs:
            for mended in (True, False):
                end = partial(house.finish_repair, key, repaired=mended, now=now)
                ends.append((repair.id, repair.status, end))
        for id, status, step in ends:
            (likely if status in ("requested", "received") else others).append(partial(step, id))
        return likely, others

    @invariant()
    def everything_adds_up(self) -> None:
        assert_sound(self.first, self.shop)

    @invariant()
    def what_was_executed_is_on_record_once(self) -> None:
        facts = [
            (fact.proposal_id, fact.receipt_id)
            for conversation in OWNERS
            for fact in self.store.events_of_conversation(self.named(conversation))
            if fact.receipt_id
        ]
        assert sorted(facts) == sorted((key, receipt.id) for key, receipt in self.receipts.items())
        for proposal in self.proposals:
            kept = self.store.proposal(proposal.id)
            assert kept.receipt == self.receipts.get(proposal.id)
            assert (kept.status == "executed") is (kept.receipt is not None)


def walk(new_store: Callable[[], LocalStore], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: DeskMachine(new_store),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_in_memory() -> None:
    walk(MemoryStore, 30, 20)


@pytest.mark.slow
def test_whatever_happens_in_memory_at_length() -> None:
    walk(MemoryStore, 500, 40)


@pytest.mark.slow
def test_whatever_happens_in_a_database(empty_sql_store: SqlStore, database_url: str) -> None:
    walk(lambda: empty_sql_store, 60 if database_url.startswith("sqlite") else 15, 30)
