"""What is kept about a write: the proposal, the receipt, and the fact for the audit trail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tools.codec import canonical
from tools.domain import Money, StartReturn
from tools.policy.return_card import Payer
from tools.policy.returns import Allowed

ProposalStatus = Literal["open", "executed", "withdrawn", "expired"]
ProposalKind = Literal["start_return"]
ReceiptKind = Literal["return_started"]
EventKind = Literal["ReturnProposed", "ReturnStarted", "ProposalWithdrawn"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that something was done. `refund` is what will be paid out, `postage` already off."""

    id: str
    proposal_id: str
    kind: ReceiptKind
    order_id: str
    return_id: str
    refund: Money
    postage: Money
    postage_payer: Payer
    refund_to: str
    at: datetime
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command with exactly what it would do, waiting for this customer's yes.

    `digest` is the SHA-256 of the canonical JSON of command and effect: a confirmation
    names it, so nobody can confirm something else than was read back.
    """

    id: str
    kind: ProposalKind
    digest: str
    conversation_id: str
    customer_id: str
    command: StartReturn
    effect: Allowed
    created_at: datetime
    expires_at: datetime
    status: ProposalStatus = "open"
    receipt: Receipt | None = None

    def seen_at(self, now: datetime) -> Proposal:
        """The proposal as of `now`: expiry is a matter of the clock, not of a write."""
        expired = self.status == "open" and now >= self.expires_at
        return replace(self, status="expired") if expired else self


@dataclass(frozen=True, slots=True)
class Event:
    """A fact, in the past tense. Events are only ever added."""

    kind: EventKind
    at: datetime
    customer_id: str = ""
    order_id: str = ""
    conversation_id: str = ""
    proposal_id: str = ""
    rule: str = ""
    receipt_id: str = ""
    data: dict[str, str] = field(default_factory=dict)


def digest_of(customer_id: str, command: StartReturn, effect: Allowed) -> str:
    """SHA-256 (hex) of exactly what will happen to whom."""
    what = {
        "customer_id": customer_id,
        "kind": type(command).__name__,
        "command": command,
        "currency": effect.refund.currency,
        "effect": effect,
    }
    return hashlib.sha256(canonical(what).encode()).hexdigest()
