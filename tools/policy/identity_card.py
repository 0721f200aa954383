"""Which facts prove who somebody is, and how often they may be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tools.policy.card_file import CardHead, Strict

Fact = Literal["email", "phone", "name", "postcode"]
# One common name or one postcode alone proves nothing.
_WEAK: frozenset[Fact] = frozenset({"name", "postcode"})


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """`accepts`: each set of facts is enough. Failures are counted by conversation, by source and by facts."""

    version: int
    effective_from: date
    effective_until: date | None
    accepts: tuple[frozenset[Fact], ...]
    attempts_per_conversation: int
    attempts_per_source: int
    attempts_per_fact: int
    window: timedelta

    id = "identity"


def _proves(facts: list[Fact]) -> list[Fact]:
    if len(set(facts)) == 1 and facts[0] in _WEAK:
        raise ValueError(f"{facts[0]} alone proves nothing")
    return facts


class _Limits(Strict):
    per_conversation: Annotated[int, Field(ge=1, le=20)]
    per_source: Annotated[int, Field(ge=1, le=10_000)]
    per_fact: Annotated[int, Field(ge=1, le=1000)]
    window_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 7)]


class IdentityCardFile(CardHead):
    """`identity.card.yaml`."""

    id: Literal["identity"]
    accepts: list[Annotated[list[Fact], Field(min_length=1), AfterValidator(_proves)]] = Field(min_length=1)
    failed_attempts: _Limits

    def freeze(self) -> IdentityCard:
        limits = self.failed_attempts
        return IdentityCard(
            self.version, self.effective_from, self.effective_until,
            tuple(frozenset(facts) for facts in self.accepts),
            limits.per_conversation, limits.per_source, limits.per_fact,
            timedelta(minutes=limits.window_minutes),
        )  # fmt: skip


DEFAULT_IDENTITY = IdentityCard(
    1, date(1970, 1, 1), None, (frozenset({"email"}), frozenset({"name", "postcode"})), 3, 20, 10,
    timedelta(minutes=30),
)  # fmt: skip
