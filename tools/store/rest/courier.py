"""Carries a confirmed command to the shop's system, once, whoever dies on the way.

Three steps, each of which may be the last that a process does: `begin` keeps what is to be sent, `send`
sends it under the proposal's id as key, `finish` keeps what came of it. From the first to the last the
proposal is "executing"; anybody may go on with it, and sends the same letters under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from tools.desk.records import Event, Proposal
from tools.domain import order_id_of
from tools.errors import OutcomeUnknown, ProposalUsed, StoreUnavailable
from tools.store.rest.intents import Intent, add_intent, open_intents, read_intent, remove_intent
from tools.store.rest.remote import RemoteShop
from tools.store.rest.wire import Outcome
from tools.store.sql import SqlStore, SqlUnit


@dataclass(frozen=True, slots=True)
class Recovered:
    """The proposals that were found "executing" and what came of them; `waiting` still are."""

    executed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def require_open(proposal: Proposal) -> None:
    """Raise `ProposalUsed` for a withdrawn one, and `OutcomeUnknown` when another process was faster.

    Whoever asks again then has that process's receipt, to the minute.
    """
    if proposal.status == "withdrawn":
        raise ProposalUsed(f"proposal {proposal.id} is withdrawn")
    if proposal.status != "open":
        raise OutcomeUnknown(f"proposal {proposal.id} is being carried out elsewhere; asking again is safe")


class Courier:
    """Holds no lock and no transaction while the shop's system is asked."""

    def __init__(self, shop: RemoteShop, local: SqlStore, clock: Callable[[], datetime]) -> None:
        self._shop = shop
        self._local = local
        self._clock = clock

    def begin(self, intent: Intent) -> None:
        """Mark the proposal as executing. Raises what `require_open` does."""
        with self._local.unit_of_work() as unit:
            proposal = unit.proposal(intent.proposal_id)
            require_open(proposal)
            unit.save_proposal(replace(proposal, status="executing"))
            add_intent(unit.connection, intent)
            unit.commit()

    def deliver(self, proposal_id: str) -> Proposal:
        """Go on with what was begun; the proposal is "executed" or, refused, "withdrawn" then.

        Raises `OutcomeUnknown`.
        """
        with self._local.unit_of_work() as unit:
            intent = read_intent(unit.connection, proposal_id)
            proposal = unit.proposal(proposal_id)
        if intent is not None:
            return self.finish(intent, self.send(intent))
        if proposal.status == "executing":
            raise StoreUnavailable(f"proposal {proposal_id}: nobody knows what was sent; ask the shop")
        return proposal

    def send(self, intent: Intent) -> Outcome:
        try:
            return self._shop.command(intent.body, intent.proposal_id)
        except StoreUnavailable as error:
            raise OutcomeUnknown(
                f"proposal {intent.proposal_id} may have been done; asking again is safe: {error}"
            ) from error

    def finish(self, intent: Intent, outcome: Outcome) -> Proposal:
        """Keep what came of it, unless somebody else has."""
        with self._local.unit_of_work() as unit:
            proposal = unit.proposal(intent.proposal_id)
            if proposal.status != "executing":
                return proposal
            if outcome.outcome == "done":
                proposal = _executed(unit, proposal, intent)
            else:
                proposal = _refused(unit, proposal, outcome, self._clock())
            remove_intent(unit.connection, intent.proposal_id)
            unit.commit()
            return proposal

    def recover(self) -> Recovered:
        """Go on with everything that was begun and not finished, by this process or another."""
        with self._local.unit_of_work() as unit:
            begun = open_intents(unit.connection)
        ended: dict[str, list[str]] = {"executed": [], "withdrawn": [], "executing": []}
        for proposal_id in begun:
            try:
                ended[self.deliver(proposal_id).status].append(proposal_id)
            except StoreUnavailable:
                ended["executing"].append(proposal_id)
        return Recovered(tuple(ended["executed"]), tuple(ended["withdrawn"]), tuple(ended["executing"]))


def _executed(unit: SqlUnit, proposal: Proposal, intent: Intent) -> Proposal:
    executed = replace(proposal, status="executed", receipt=intent.receipt)
    unit.save_proposal(executed)
    for event in intent.events:
        unit.add_event(event)
    return executed


def _refused(unit: SqlUnit, proposal: Proposal, outcome: Outcome, now: datetime) -> Proposal:
    """Withdrawn, not open: the key is used up, so another yes needs another proposal."""
    withdrawn = replace(proposal, status="withdrawn")
    unit.save_proposal(withdrawn)
    unit.add_event(
        Event(
            kind="CommandRefused",
            at=now,
            actor="staff",
            customer_id=proposal.customer_id,
            order_id=order_id_of(proposal.command),
            conversation_id=proposal.conversation_id,
            proposal_id=proposal.id,
            rule=proposal.effect.rule,
            why=outcome.code[:100],
            data={"detail": outcome.detail[:1000]},
        )
    )
    return withdrawn
