"""What every way of telling a department has in common, and when it is tried again.

OutboxError
├── NotTaken   nobody took it now: worth another try
└── Refused    it will not be taken as it is: a person has to look
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from tools.desk.notices import Notice

SHORTEST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 3600.0


class OutboxError(Exception):
    """The message is one line for people and holds no secret."""


class NotTaken(OutboxError):
    """`pause_s` is how long the receiver asked to be left alone, 0 where it did not."""

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = min(pause_s, LONGEST_PAUSE_S)


class Refused(OutboxError):
    """Another try would come to the same."""


class Transport(Protocol):
    """Safe to use from several threads."""

    @property
    def name(self) -> str: ...

    def send(self, notice: Notice) -> str:
        """The receiver's own number for it, "" where it tells none. Raises `NotTaken` and `Refused`."""


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after that many attempts: doubled each time, up to an hour.

    `chance` in [0, 1) takes up to half of it away, so that what failed together does not come back together.
    """
    whole = min(SHORTEST_PAUSE_S * 2 ** min(attempts, 30), LONGEST_PAUSE_S)
    return timedelta(seconds=max(SHORTEST_PAUSE_S, whole * (1 - chance / 2)))
