"""What a scorer sees: a case that was played, with everything that a reply may rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.cases.schema import Case, Step
from eval.replies.known import Known
from eval.runs.record import Finding, TurnRecord


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A turn with what its reply may rest on. `step` is what the suite has of it, None for a simulated customer.

    `customer_id` is who the agent took the customer for, "" while it knew nobody.
    """

    record: TurnRecord
    known: Known
    step: Step | None = None
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A whole case. `private` has, for each customer, what nobody else may be told: numbers, addresses, names."""

    turns: tuple[PlayedTurn, ...]
    changes: dict[str, Any] = field(default_factory=dict)
    private: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outcome: str = ""

    def said_before(self, number: int) -> tuple[str, ...]:
        """The customer's messages up to a turn and with it."""
        return tuple(each.record.say for each in self.turns[: number + 1])


Scorer = Callable[[Case, Played], Iterable[Finding]]
"""Gives what is wrong; nothing where all is well. Pure: the same case and turns, the same findings."""
