"""How long a turn may take, and whether the model can write an answer in that time.

A channel sets the deadline; the plan is made from what the model took until now, or, where that is not known,
by trying. Whatever the plan, the deadline holds: what is verified by then is the answer.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from agent.language_model import CancelToken, Deadline, Prompt

Clock = Callable[[], float]

# For what comes after the last sentence: verifying it, the database, the way to the client.
MARGIN_S = 0.15
# A model that nobody has measured is tried only with so much time.
LEAST_S = 1.0
# Averages are exceeded half of the time.
SAFETY = 1.25
# What a busy hour has measured says little about the next.
STALE_S = 300.0
_NEWEST = 0.3
_KNOWN = 1024
_CHARACTER = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
# Tokens a character, for vocabularies of today's models; only the quotient of two estimates is ever used.
_TOKENS_ZH, _TOKENS_EN = 0.7, 0.25


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that a turn has, in seconds of `clock`. Without `until` it takes as long as it takes."""

    until: float | None = None
    clock: Clock = time.monotonic

    @classmethod
    def of(cls, deadline_ms: int | None, began: float, clock: Clock = time.monotonic) -> Budget:
        """What a deadline leaves that was set at the moment `began` of the same clock."""
        return cls(None if deadline_ms is None else began + deadline_ms / 1000, clock)

    @property
    def bounded(self) -> bool:
        return self.until is not None

    @property
    def left_s(self) -> float:
        """What the model may still take; 0 when that is over, infinity without a deadline."""
        return math.inf if self.until is None else max(0.0, self.until - MARGIN_S - self.clock())

    def share(self, part: float) -> Budget:
        """A budget that leaves the rest of what is left to others."""
        if self.until is None:
            return self
        return Budget(self.clock() + self.left_s * part + MARGIN_S, self.clock)

    def token(self, cancel: CancelToken) -> CancelToken:
        """Set with `cancel`, and when nothing is left."""
        return Deadline(cancel, self.left_s) if self.bounded else cancel


UNHURRIED = Budget()


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether the model is asked. Seconds; `left_s` is None without a deadline, `expected_s` if not known."""

    write: bool
    left_s: float | None = None
    expected_s: float | None = None


def plan(budget: Budget, expected_s: float | None) -> Plan:
    """Ask the model where it can finish, and, as long as nothing is known of it, where there is some time."""
    if not budget.bounded:
        return Plan(True, None, expected_s)
    left = budget.left_s
    enough = left >= LEAST_S if expected_s is None else left >= expected_s * SAFETY
    return Plan(enough, round(left, 3), expected_s)


class Average:
    """A running average that is forgotten when nothing new comes. Not thread-safe."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._at = 0.0

    def add(self, value: float, now: float) -> None:
        known = self.at(now)
        self._value = value if known is None else known + _NEWEST * (value - known)
        self._at = now

    def at(self, now: float) -> float | None:
        """The average, None where there is none or it is too old to say anything."""
        return self._value if now - self._at <= STALE_S else None


class Pace:
    """What one model takes on this machine: running averages of its answers. Thread-safe.

    A prompt whose passages were read before may be faster, since models keep what they computed; so the two
    are measured apart.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read = {True: Average(), False: Average()}
        self._piece_s, self._pieces, self._whole_s = Average(), Average(), Average()
        self._known: OrderedDict[int, None] = OrderedDict()

    def expected_s(self, prompt: Prompt, ahead: int = 0, parallel: int = 1) -> float | None:
        """How long an answer takes from now, in seconds; None where that was not measured lately.

        `ahead` counts those that wait for the model or have it, `parallel` how many it serves at once.
        """
        with self._lock:
            now = self._clock()
            rate = self._read[self._is_known(prompt)].at(now)
            piece, pieces, whole = (each.at(now) for each in (self._piece_s, self._pieces, self._whole_s))
        if rate is None or piece is None or pieces is None:
            return None
        waiting = max(0, ahead - parallel + 1) * (whole or 0.0) / parallel
        return round(waiting + tokens(prompt) / rate + pieces * piece, 3)

    def measured(self, prompt: Prompt, first_s: float, whole_s: float, pieces: int, finished: bool) -> None:
        """Take an answer into account: seconds to the first piece and for all, and how many pieces came.

        One that did not finish tells at least that it takes no less. `first_s` is the whole time where
        nothing came.
        """
        with self._lock:
            now = self._clock()
            self._read[self._is_known(prompt)].add(tokens(prompt) / max(first_s, 1e-6), now)
            self._whole_s.add(whole_s, now)
            if pieces > 1:
                self._piece_s.add((whole_s - first_s) / (pieces - 1), now)
            if finished or pieces > (self._pieces.at(now) or 0.0):
                self._pieces.add(pieces, now)
            if pieces:
                self._remember(prompt)

    def speeds(self) -> dict[str, float]:
        """Tokens a second, as estimated: read anew, read again, written; only what was measured lately."""
        with self._lock:
            now = self._clock()
            piece = self._piece_s.at(now)
            found = {
                "read": self._read[False].at(now),
                "read_again": self._read[True].at(now),
                "written": None if not piece else 1 / piece,
            }
        return {name: round(value, 1) for name, value in found.items() if value is not None}

    def _is_known(self, prompt: Prompt) -> bool:
        return hash((prompt.system, prompt.material)) in self._known

    def _remember(self, prompt: Prompt) -> None:
        key = hash((prompt.system, prompt.material))
        self._known[key] = None
        self._known.move_to_end(key)
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)


def tokens(prompt: Prompt) -> float:
    """About how many tokens a prompt has; at least 1."""
    text = prompt.system + prompt.material + prompt.question
    chinese = len(_CHARACTER.findall(text))
    return max(1.0, chinese * _TOKENS_ZH + (len(text) - chinese) * _TOKENS_EN)
