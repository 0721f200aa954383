"""Who is asking? Matching facts, counted failures, and no hint at which fact was wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tools.domain import Customer
from tools.policy.identity_card import Fact, IdentityCard
from tools.store.identity import keys

if TYPE_CHECKING:
    from tools.store.protocol import OrderStore


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says of themselves; "" for what was not said."""

    email: str = ""
    phone: str = ""
    name: str = ""
    postcode: str = ""

    def given(self) -> frozenset[Fact]:
        return frozenset(item.name for item in fields(self) if getattr(self, item.name).strip())  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What failures are counted by. `fact` is a digest: a guess leaves no personal data behind."""

    conversation_id: str
    source: str
    fact: str


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts within the window. A `source` that is not known counts as none."""

    conversation: int
    source: int
    fact: int


@dataclass(frozen=True, slots=True)
class NotIdentifiedYet:
    """`no_match`: nobody or several fit, whatever the reason. `too_many`: not looked at any more.

    `not_enough`: the shop's identity card asks for more facts; this does not count as a failure.
    """

    why: Literal["no_match", "too_many", "not_enough"]


def identify(
    store: OrderStore, card: IdentityCard, facts: Facts, conversation_id: str, source: str, now: datetime
) -> Customer | NotIdentifiedYet:
    """Find the one customer who fits the first accepted set of facts given, if failures are few.

    `source` is where the message comes from (a client address, a channel's user); "" is not counted.
    """
    accepted = next((each for each in card.accepts if each <= facts.given()), None)
    if accepted is None:
        return NotIdentifiedYet("not_enough")
    # Only the facts that prove something: "Li Wen" for 李雯 shall not undo a right e-mail address.
    facts = Facts(**{name: getattr(facts, name) for name in accepted})
    attempt = Attempt(conversation_id, source, fact_digest(facts))
    # Before the unit of work, which would otherwise keep everybody waiting for this look-up.
    found = store.find_customer(
        email=facts.email, phone=facts.phone, name=facts.name, postcode=facts.postcode
    )
    with store.unit_of_work() as unit:
        if _too_many(unit.failures(attempt, now - card.window), card):
            return NotIdentifiedYet("too_many")
        if found is not None:
            return found
        unit.add_failure(attempt, now)
        after = unit.failures(attempt, now - card.window)
        unit.commit()
    return NotIdentifiedYet("too_many" if _too_many(after, card) else "no_match")


def fact_digest(facts: Facts) -> str:
    """SHA-256 (hex) of the strongest fact: guessing many postcodes for one name counts as one thing."""
    found = keys(facts.email, facts.phone, facts.name, facts.postcode)
    strongest = found.email or found.phone or found.name
    return hashlib.sha256(strongest.encode()).hexdigest()


def _too_many(failures: Failures, card: IdentityCard) -> bool:
    return (
        failures.conversation >= card.attempts_per_conversation
        or failures.source >= card.attempts_per_source
        or failures.fact >= card.attempts_per_fact
    )
