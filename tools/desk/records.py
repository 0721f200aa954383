"""What is kept about a write: the proposal, the receipt, and the fact for the audit trail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tools.codec import canonical
from tools.domain import Command, Money
from tools.policy.decide import Allowed
from tools.policy.windows import Payer

# "executing" is seen only with a shop's own order system: it was told, and has not answered yet.
ProposalStatus = Literal["open", "executing", "executed", "withdrawn", "expired"]
Actor = Literal["customer", "agent", "staff", "channel"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that something was done.

    `subject_id` is the return, exchange, repair, complaint or hand-over that began. `refund` is what is or
    will be paid out, `due` what is or will be charged, both with `postage` taken into account; `method_id`
    pays or is paid ("original": the methods that paid). `data` holds what else the kind has to say.
    """

    id: str
    proposal_id: str
    kind: str
    order_id: str
    subject_id: str
    refund: Money
    due: Money
    postage: Money
    postage_payer: Payer
    method_id: str
    at: datetime
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command with exactly what it would do, waiting for this customer's yes.

    `digest` is the SHA-256 of the canonical JSON of command and effect: a confirmation
    names it, so nobody can confirm something else than was read back.
    """

    id: str
    kind: str
    digest: str
    conversation_id: str
    customer_id: str
    currency: str
    command: Command
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
    """A fact, in the past tense: who, when, why. Events are only ever added; the store gives the `id`."""

    kind: str
    at: datetime
    actor: Actor = "customer"
    customer_id: str = ""
    order_id: str = ""
    conversation_id: str = ""
    proposal_id: str = ""
    rule: str = ""
    why: str = ""
    receipt_id: str = ""
    data: dict[str, str] = field(default_factory=dict)
    id: int = 0


def digest_of(customer_id: str, kind: str, command: Command, effect: Allowed, currency: str) -> str:
    """SHA-256 (hex) of exactly what will happen to whom."""
    what = {
        "customer_id": customer_id,
        "kind": kind,
        "command": command,
        "currency": currency,
        "effect": effect,
    }
    return hashlib.sha256(canonical(what).encode()).hexdigest()
