"""Who writes the messages of a case: the list in a suite, or a simulated customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from agent.types import Awaiting
from eval.cases.schema import Case, Step
from eval.customers.customer import SimulatedCustomer
from eval.customers.protocol import HeardTurn
from service.schema import Turn
from tools.domain import Customer

Message = tuple[str, Step | None]


class Speaker(Protocol):
    """Messages one after another; what the suite expects of each stands beside it."""

    @property
    def outcome(self) -> str:
        """How it ended for a simulated customer; "" for a list."""

    def first(self) -> Message:
        """The message that the conversation begins with."""

    def next(self, turn: Turn) -> Message | None:
        """The message after a reply; None at the end."""


@dataclass
class Listed:
    """Says what stands in the suite, whatever is answered."""

    steps: Sequence[Step]
    outcome: str = ""
    _said: int = 0

    def first(self) -> Message:
        self._said = 1
        return self.steps[0].say, self.steps[0]

    def next(self, turn: Turn) -> Message | None:
        if self._said == len(self.steps):
            return None
        self._said += 1
        step = self.steps[self._said - 1]
        return step.say, step


class Simulated:
    """A simulated customer, who is told no more of a turn than a channel shows."""

    def __init__(self, case: Case, customer: Customer | None, seed: int) -> None:
        assert case.simulate is not None
        self._customer = SimulatedCustomer(case.simulate, case.language, customer, case.signed_in, seed)

    @property
    def outcome(self) -> str:
        return self._customer.outcome

    def first(self) -> Message:
        return self._customer.first(), None

    def next(self, turn: Turn) -> Message | None:
        decision, buttons = turn.decision, tuple(each.text for each in turn.quick_replies)
        heard = HeardTurn(turn.reply, decision.kind, cast(Awaiting | None, decision.awaiting), buttons)
        text = self._customer.next(heard)
        return None if text is None else (text, None)
