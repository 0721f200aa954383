"""Two-phase writes: propose, read back, confirm once, answer with a receipt.

A proposal changes nothing of the shop's. `confirm` does everything in one unit of work under locks: it
checks whose proposal it is, decides the policy again on the order as it is then, and executes only if that
is exactly what was read back. Asked again, it answers with the same receipt.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tools.desk.actions import BY_KIND, action_of
from tools.desk.changes import changes_of
from tools.desk.receipts import receipt_of
from tools.desk.records import Actor, Event, Proposal, ProposalStatus, Receipt, digest_of
from tools.domain import (
    ChangeItems,
    Command,
    Money,
    OpenComplaint,
    StartExchange,
    order_id_of,
)
from tools.errors import ProposalExpired, ProposalMismatched, ProposalNotYours, ProposalUsed
from tools.policy.cards import PolicyCards
from tools.policy.decide import decide
from tools.policy.handling import spent_of
from tools.policy.verdict import Denied, Situation
from tools.store.protocol import OrderStore, UnitOfWork

__all__ = ["LIFETIME", "Proposal", "ProposalStatus", "Receipt", "confirm", "propose", "withdraw"]

LIFETIME: Final = timedelta(minutes=30)


def propose(
    store: OrderStore,
    cards: PolicyCards,
    conversation_id: str,
    customer_id: str,
    command: Command,
    now: datetime,
) -> Proposal | Denied:
    """Decide a command and keep it for the customer's yes; `Denied` keeps nothing.

    An earlier open proposal of this conversation for the same thing is withdrawn: only what was read back
    last can be confirmed. Raises `NotFound` for an order that is not this customer's.
    """
    with store.unit_of_work() as unit:
        situation = _situation(unit, cards, customer_id, command, now)
        effect = decide(command, situation)
        if isinstance(effect, Denied):
            return effect
        currency = situation.order.currency if situation.order else cards.returns.currency
        kind = action_of(command).kind
        proposal = Proposal(
            id=f"P-{secrets.token_hex(8)}",
            kind=kind,
            digest=digest_of(customer_id, kind, command, effect, currency),
            conversation_id=conversation_id,
            customer_id=customer_id,
            currency=currency,
            command=command,
            effect=effect,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        _supersede(unit, proposal, now)
        unit.add_proposal(proposal)
        unit.add_event(_event(BY_KIND[kind].proposed, proposal, now, "agent"))
        unit.commit()
        return proposal


def confirm(
    store: OrderStore,
    cards: PolicyCards,
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
        situation = _situation(unit, cards, customer_id, proposal.command, now)
        effect = decide(proposal.command, situation)
        if isinstance(effect, Denied):
            return effect
        if _digest(proposal, effect) != digest:
            raise ProposalMismatched(f"proposal {proposal_id}: the order or the policy has changed")
        if isinstance(proposal.command, OpenComplaint):
            situation = replace(situation, spent=_spent(unit, customer_id, cards))
        changes = changes_of(proposal, situation)
        receipt = receipt_of(proposal, now)
        unit.execute(replace(proposal, status="executed", receipt=receipt), changes)
        fact = _event(BY_KIND[proposal.kind].fact, proposal, now, "customer")
        subject = {BY_KIND[proposal.kind].subject: receipt.subject_id}
        data = fact.data | {key: value for key, value in subject.items() if key} | dict(changes.facts)
        unit.add_event(replace(fact, receipt_id=receipt.id, data=data))
        for notice in changes.notices:
            unit.add_notice(notice)
        unit.commit()
        return receipt


def withdraw(store: OrderStore, proposal_id: str, conversation_id: str, now: datetime) -> Proposal:
    """The customer says no. Withdrawing twice is fine; raises `ProposalUsed` when it was executed."""
    with store.unit_of_work() as unit:
        proposal = unit.proposal(proposal_id)
        _require_owner(proposal, conversation_id, proposal.customer_id)
        if proposal.status in ("executed", "executing"):
            raise ProposalUsed(f"proposal {proposal_id} has been carried out already")
        if proposal.status == "withdrawn":
            return proposal
        withdrawn = _withdraw(unit, proposal, now, "the customer said no")
        unit.commit()
        return withdrawn


def _situation(
    unit: UnitOfWork, cards: PolicyCards, customer_id: str, command: Command, now: datetime
) -> Situation:
    """Read what the decision rests on, always in this order: customer, order, products. Locks cannot cross."""
    customer = unit.customer(customer_id)
    order_id = order_id_of(command)
    order = unit.order(order_id, customer_id) if order_id else None
    swaps = order is not None and isinstance(command, ChangeItems | StartExchange)
    ids = sorted({line.product_id for line in order.lines}) if order and swaps else []
    return Situation(customer, order, cards, now, {each.id: each for each in unit.products(ids)})


def _spent(unit: UnitOfWork, customer_id: str, cards: PolicyCards) -> Money:
    return spent_of(unit.orders_of(customer_id), cards.returns.currency)


def _digest(proposal: Proposal, effect: object) -> str:
    return digest_of(
        proposal.customer_id, proposal.kind, proposal.command, effect, proposal.currency  # type: ignore[arg-type]
    )  # fmt: skip


def _supersede(unit: UnitOfWork, proposal: Proposal, now: datetime) -> None:
    for earlier in unit.open_proposals(proposal.conversation_id):
        if (earlier.kind, order_id_of(earlier.command)) == (proposal.kind, order_id_of(proposal.command)):
            _withdraw(unit, earlier, now, f"replaced by {proposal.id}")


def _withdraw(unit: UnitOfWork, proposal: Proposal, now: datetime, why: str) -> Proposal:
    withdrawn = replace(proposal, status="withdrawn")
    unit.save_proposal(withdrawn)
    unit.add_event(replace(_event("ProposalWithdrawn", proposal, now, "customer"), why=why))
    return withdrawn


def _require_owner(proposal: Proposal, conversation_id: str, customer_id: str) -> None:
    if (proposal.conversation_id, proposal.customer_id) != (conversation_id, customer_id):
        raise ProposalNotYours(f"proposal {proposal.id} belongs to another conversation or customer")


def _require_open(proposal: Proposal, now: datetime) -> None:
    status = proposal.seen_at(now).status
    if status == "expired":
        raise ProposalExpired(f"proposal {proposal.id} ran out at {proposal.expires_at.isoformat()}")
    if status != "open":
        raise ProposalUsed(f"proposal {proposal.id} is {status}")


def _event(kind: str, proposal: Proposal, now: datetime, actor: Actor) -> Event:
    reason = getattr(proposal.command, "reason", None)
    money = {
        name: str(getattr(proposal.effect, name))
        for name in ("refund", "due")
        if hasattr(proposal.effect, name)
    }
    return Event(
        kind=kind,
        at=now,
        actor=actor,
        customer_id=proposal.customer_id,
        order_id=order_id_of(proposal.command),
        conversation_id=proposal.conversation_id,
        proposal_id=proposal.id,
        rule=proposal.effect.rule,
        why=reason.value if reason is not None else "",
        data={"digest": proposal.digest} | money,
    )
