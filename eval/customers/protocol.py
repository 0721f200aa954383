"""What a conversation needs of whoever plays the customer, and what they are told of a turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from agent.types import Awaiting, DecisionKind

Outcome = Literal["", "satisfied", "gave_up", "out_of_patience", "handed_over"]


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """A turn as a channel shows it. `quick_replies` are the messages that the buttons send."""

    reply: str
    decision: DecisionKind
    awaiting: Awaiting | None = None
    quick_replies: tuple[str, ...] = ()


class CustomerModel(Protocol):
    """One customer in one conversation."""

    @property
    def outcome(self) -> Outcome:
        """How it ended; "" as long as it goes on."""

    def first(self) -> str:
        """The message that the conversation begins with."""

    def next(self, turn: HeardTurn) -> str | None:
        """What they say to a reply; None when they leave, and `outcome` tells why."""
