"""Two-phase writes: propose, read back, confirm once, answer with a receipt.

A proposal changes no order. `confirm` does everything in one unit of work under locks:
it checks whose proposal it is, decides the policy again on the order as it is then, and
executes only if that is exactly what was read back. Asked again, it answers with the
same receipt.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tools.desk.records import Event, EventKind, Proposal, ProposalStatus, Receipt, digest_of
from tools.domain import OrderStatus, Return, ReturnStatus, StartReturn
from tools.errors import ProposalExpired, ProposalMismatched, ProposalNotYours, ProposalUsed
from tools.policy.return_card import ReturnCard
from tools.policy.returns import Allowed, Denied, check_return
from tools.store.protocol import OrderStore, UnitOfWork

__all__ = ["LIFETIME", "Proposal", "ProposalStatus", "Receipt", "confirm", "propose_return", "withdraw"]

LIFETIME: Final = timedelta(minutes=30)


def propose_return(
    store: OrderStore,
    card: ReturnCard,
    conversation_id: str,
    customer_id: str,
    command: StartReturn,
    now: datetime,
) -> Proposal | Denied:
    """Decide a return and keep it for the customer's yes; `Denied` keeps nothing.

    Raises `NotFound` for an order that is not this customer's.
    """
    with store.unit_of_work() as unit:
        effect = _decide(unit, card, customer_id, command, now)
        if isinstance(effect, Denied):
            return effect
        proposal = Proposal(
            id=f"P-{secrets.token_hex(8)}",
            kind="start_return",
            digest=digest_of(customer_id, command, effect),
            conversation_id=conversation_id,
            customer_id=customer_id,
            command=command,
            effect=effect,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        unit.add_proposal(proposal)
        unit.add_event(_event("ReturnProposed", proposal, now))
        unit.commit()
        return proposal


def confirm(
    store: OrderStore,
    card: ReturnCard,
    proposal_id: str,
    digest: str,
    conversation_id: str,
    customer_id: str,
    now: datetime,
) -> Receipt | Denied:
    """Execute what was read back, once; a repeated call returns the first receipt.

    `Denied` means that the policy says no by now; nothing was changed then, nor when this
    raises `NotFound`, `ProposalNotYours`, `ProposalMismatched`, `ProposalUsed` (withdrawn)
    or `ProposalExpired`.
    """
    with store.unit_of_work() as unit:
        proposal = unit.proposal(proposal_id)
        _require_owner(proposal, conversation_id, customer_id)
        if digest != proposal.digest:
            raise ProposalMismatched(f"proposal {proposal_id}: something else was read back")
        if proposal.receipt:
            return proposal.receipt
        _require_open(proposal, now)
        effect = _decide(unit, card, customer_id, proposal.command, now)
        if isinstance(effect, Denied):
            return effect
        if digest_of(customer_id, proposal.command, effect) != digest:
            raise ProposalMismatched(f"proposal {proposal_id}: the order or the policy has changed")
        receipt = _start_return(unit, proposal, now)
        unit.commit()
        return receipt


def withdraw(store: OrderStore, proposal_id: str, conversation_id: str, now: datetime) -> Proposal:
    """The customer says no. Withdrawing twice is fine; raises `ProposalUsed` when it was executed."""
    with store.unit_of_work() as unit:
        proposal = unit.proposal(proposal_id)
        _require_owner(proposal, conversation_id, proposal.customer_id)
        if proposal.status == "executed":
            raise ProposalUsed(f"proposal {proposal_id} has been carried out already")
        if proposal.status == "withdrawn":
            return proposal
        withdrawn = replace(proposal, status="withdrawn")
        unit.save_proposal(withdrawn)
        unit.add_event(_event("ProposalWithdrawn", proposal, now))
        unit.commit()
        return withdrawn


def _decide(
    unit: UnitOfWork, card: ReturnCard, customer_id: str, command: StartReturn, now: datetime
) -> Allowed | Denied:
    order = unit.order(command.order_id, customer_id)
    return check_return(order, unit.customer(customer_id), command, card, now)


def _require_owner(proposal: Proposal, conversation_id: str, customer_id: str) -> None:
    if (proposal.conversation_id, proposal.customer_id) != (conversation_id, customer_id):
        raise ProposalNotYours(f"proposal {proposal.id} belongs to another conversation or customer")


def _require_open(proposal: Proposal, now: datetime) -> None:
    status = proposal.seen_at(now).status
    if status == "expired":
        raise ProposalExpired(f"proposal {proposal.id} ran out at {proposal.expires_at.isoformat()}")
    if status != "open":
        raise ProposalUsed(f"proposal {proposal.id} is {status}")


def _start_return(unit: UnitOfWork, proposal: Proposal, now: datetime) -> Receipt:
    """Money moves only after inspection, so this writes a return and no refund."""
    command, effect = proposal.command, proposal.effect
    token = proposal.id.removeprefix("P-").upper()
    started = Return(
        id=f"RT-{token}",
        order_id=command.order_id,
        status=ReturnStatus.REQUESTED,
        reason=command.reason,
        lines=effect.items,
        refund=effect.refund,
        postage=effect.postage,
        refund_to=command.refund_to,
        requested_at=now,
        rule=effect.rule,
    )
    receipt = _receipt(f"RC-{token}", proposal, started)
    unit.add_return(started)
    unit.set_status(command.order_id, OrderStatus.RETURN_REQUESTED, now)
    unit.save_proposal(replace(proposal, status="executed", receipt=receipt))
    unit.add_event(replace(_event("ReturnStarted", proposal, now), receipt_id=receipt.id))
    return receipt


def _receipt(receipt_id: str, proposal: Proposal, started: Return) -> Receipt:
    return Receipt(
        id=receipt_id,
        proposal_id=proposal.id,
        kind="return_started",
        order_id=started.order_id,
        return_id=started.id,
        refund=started.refund,
        postage=started.postage,
        postage_payer=proposal.effect.postage_payer,
        refund_to=started.refund_to,
        at=started.requested_at,
        data={"rule": started.rule, "passage": proposal.effect.passage, "reason": started.reason.value},
    )


def _event(kind: EventKind, proposal: Proposal, now: datetime) -> Event:
    return Event(
        kind=kind,
        at=now,
        customer_id=proposal.customer_id,
        order_id=proposal.command.order_id,
        conversation_id=proposal.conversation_id,
        proposal_id=proposal.id,
        rule=proposal.effect.rule,
        data={"digest": proposal.digest, "refund": str(proposal.effect.refund)},
    )
