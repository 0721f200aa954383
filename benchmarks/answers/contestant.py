"""What is compared: something that answers a customer's message and shows the answer as it grows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from eval.replies.cases import Case


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. Times in seconds from the message; `first_s` is None where nothing was shown.

    `ended` says why an answer was cut off, "" for one that ended by itself; `steps` is what was done for it,
    `seen` the passages and tool results that it could rest on.
    """

    reply: str
    first_s: float | None
    whole_s: float
    ended: str = ""
    steps: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    receipts: bool = False
    handed_over: bool = False


class Contestant(Protocol):
    """One system, loaded. A case is a conversation of its own."""

    def prepare(self, case: Case) -> Any:
        """Begin the conversation and play what came before; not timed."""

    def say(self, case: Case, begun: Any) -> Said:
        """Answer the case's message."""


@dataclass
class Screen:
    """What the customer sees, with the time at which the first visible character came."""

    text: str = ""
    first_s: float | None = None
    _started: float = field(default_factory=time.perf_counter)

    def show(self, piece: str) -> None:
        if self.first_s is None and piece.strip():
            self.first_s = self.elapsed()
        self.text += piece

    def clear(self) -> None:
        """Begin the text anew; what was seen first was seen first."""
        self.text = ""

    def elapsed(self) -> float:
        return time.perf_counter() - self._started
