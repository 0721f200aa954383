"""A write over the shop's system and our own database, which share no transaction.

No transaction is open while somebody else's system is asked. What is written waits for `commit` and lands
there only if what it rests on is still so: our proposals have the status that was seen, the shop's order and
customer the version. Threads of one process stand in line for a proposal; other processes are noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tools.desk.changes import Changes
from tools.desk.identify import Attempt, Failures
from tools.desk.notices import Notice
from tools.desk.records import Event, Proposal
from tools.domain import Customer, HandOver, Order, Product
from tools.errors import ProposalMismatched, ProposalUsed
from tools.store.rest.courier import Courier, require_open
from tools.store.rest.intents import Intent
from tools.store.rest.remote import RemoteShop
from tools.store.rest.wire import Expected, OneCustomer, OneOrder, command_body
from tools.store.sql import SqlStore, SqlUnit


class RestUnit:
    """Good for one commit."""

    def __init__(
        self, shop: RemoteShop, local: SqlStore, courier: Courier, wait_for: Callable[[str], None]
    ) -> None:
        self._shop = shop
        self._local = local
        self._courier = courier
        self._wait_for = wait_for
        self._seen: dict[str, Proposal] = {}
        self._order: OneOrder | None = None
        self._customer: OneCustomer | None = None
        self._writes: list[Callable[[SqlUnit], None]] = []
        self._events: list[Event] = []
        self._failed: list[tuple[Attempt, datetime]] = []
        self._execution: tuple[Proposal, Changes] | None = None

    def proposal(self, proposal_id: str) -> Proposal:
        """One that is "executing" is finished first, so nobody ever decides about what is under way."""
        self._wait_for(proposal_id)
        found = self._local.proposal(proposal_id)
        if found.status == "executing":
            found = self._courier.deliver(proposal_id)
        self._seen[found.id] = found
        return found

    def open_proposals(self, conversation_id: str) -> tuple[Proposal, ...]:
        with self._local.unit_of_work() as unit:
            found = unit.open_proposals(conversation_id)
        self._seen |= {each.id: each for each in found}
        return found

    def customer(self, customer_id: str) -> Customer:
        self._customer = self._shop.customer(customer_id)
        self._require_unmoved()
        return self._customer.customer

    def order(self, order_id: str, customer_id: str) -> Order:
        self._order = self._shop.order(order_id, customer_id)
        self._require_unmoved()
        return self._order.order

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        return tuple(self._shop.orders_of(customer_id))

    def products(self, ids: Sequence[str]) -> tuple[Product, ...]:
        found = self._shop.products_by_id(ids)
        self._require_unmoved()
        return found

    def _require_unmoved(self) -> None:
        """What was just read may be what another process has made of the same proposal.

        Nothing can be decided on that: the order would look as if the customer had it done already.
        """
        for seen in self._seen.values():
            if seen.status == "open":
                require_open(self._local.proposal(seen.id))

    def add_proposal(self, proposal: Proposal) -> None:
        self._writes.append(lambda unit: unit.add_proposal(proposal))

    def save_proposal(self, proposal: Proposal) -> None:
        seen = self._seen[proposal.id]

        def write(unit: SqlUnit) -> None:
            if unit.proposal(proposal.id).status != seen.status:
                raise ProposalUsed(f"proposal {proposal.id} is no longer {seen.status}")
            unit.save_proposal(proposal)

        self._writes.append(write)

    def execute(self, proposal: Proposal, changes: Changes) -> None:
        self._execution = proposal, changes

    def add_event(self, event: Event) -> None:
        self._events.append(event)

    def hand_over(self, conversation_id: str) -> HandOver | None:
        with self._local.unit_of_work() as unit:
            return unit.hand_over(conversation_id)

    def add_hand_over(self, item: HandOver) -> None:
        self._writes.append(lambda unit: unit.add_hand_over(item))

    def add_notice(self, notice: Notice) -> None:
        """Its fact is in our own database: a complaint needs no command to the shop's system."""
        self._writes.append(lambda unit: unit.add_notice(notice))

    def failures(self, attempt: Attempt, since: datetime) -> Failures:
        with self._local.unit_of_work() as unit:
            kept = unit.failures(attempt, since)
        mine = [each for each, at in self._failed if at >= since]
        return Failures(
            kept.conversation + sum(each.conversation_id == attempt.conversation_id for each in mine),
            kept.source + (sum(each.source == attempt.source for each in mine) if attempt.source else 0),
            kept.fact + sum(each.fact == attempt.fact for each in mine),
        )

    def add_failure(self, attempt: Attempt, at: datetime) -> None:
        self._failed.append((attempt, at))
        self._writes.append(lambda unit: unit.add_failure(attempt, at))

    def commit(self) -> None:
        """Raises `OutcomeUnknown` when the shop's system may have done what was to be done.

        Raises `ProposalMismatched` when it refused, and `ProposalUsed` when a proposal is not any more what
        was seen here; then nothing was done.
        """
        execution, self._execution = self._execution, None
        if execution is not None and _for_the_shop(execution[1]):
            self._carry_out(*execution)
        else:
            self._keep(execution)
        self._writes, self._events, self._failed = [], [], []

    def _carry_out(self, proposal: Proposal, changes: Changes) -> None:
        if self._writes or proposal.receipt is None:
            raise ValueError(f"proposal {proposal.id}: only a receipt and events go with an execution")
        at = proposal.receipt.at
        body = command_body(proposal, at, self._expected(), self._what_is_new(changes))
        self._courier.begin(Intent(proposal.id, body, proposal.receipt, tuple(self._events), at))
        if self._courier.deliver(proposal.id).status != "executed":
            raise ProposalMismatched(f"proposal {proposal.id}: the shop's system refused, nothing was done")

    def _expected(self) -> Expected:
        return Expected(
            self._order.version if self._order else "", self._customer.version if self._customer else ""
        )

    def _what_is_new(self, changes: Changes) -> Changes:
        same_order = self._order is not None and changes.order == self._order.order
        same_customer = self._customer is not None and changes.customer == self._customer.customer
        return replace(
            changes,
            order=None if same_order else changes.order,
            customer=None if same_customer else changes.customer,
        )

    def _keep(self, execution: tuple[Proposal, Changes] | None) -> None:
        with self._local.unit_of_work() as unit:
            if execution is not None:
                proposal, changes = execution
                require_open(unit.proposal(proposal.id))
                unit.execute(proposal, changes)
            for write in self._writes:
                write(unit)
            for event in self._events:
                unit.add_event(event)
            unit.commit()


def _for_the_shop(changes: Changes) -> bool:
    return changes.order is not None or changes.customer is not None
