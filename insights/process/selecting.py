"""Which of many significant differences are effects of their own: forward selection, then backward elimination.

A slow carrier makes the regions and products slow that it happens to carry. So the strongest difference is taken,
its rows become a stratum, and all others are tested again within strata; at the end each is tested once more given
all others, and what others explain is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from insights.process.groupings import Bools, Ints

MOST = 12


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """A group of rows that differs. `log_p` is of the adjusted p; `strength` orders those too small for a float.

    `stratum` is what is kept apart once this is known, usually its `rows` as 0 and 1.
    """

    subject: tuple[tuple[str, str], ...]
    outcome: str
    rows: Bools
    stratum: Ints
    log_p: float
    raw_log_p: float
    strength: float


class Bench(Protocol):
    """Where candidates are tested."""

    def best(self, known: Sequence[Candidate], log_alpha: float) -> Candidate | None:
        """The strongest difference, given what is known, that is significant and worth telling."""

    def again(self, candidate: Candidate, known: Sequence[Candidate]) -> Candidate:
        """The same difference, tested given what is known."""


def select(bench: Bench, alpha: float) -> list[Candidate]:
    """The differences that hold, none of which the others explain, in the order in which they were found."""
    log_alpha = math.log(alpha)
    found: list[Candidate] = []
    while len(found) < MOST and (candidate := bench.best(found, log_alpha)) is not None:
        found.append(candidate)
    return _eliminated(bench, found, log_alpha) if len(found) > 1 else found


def _eliminated(bench: Bench, found: list[Candidate], log_alpha: float) -> list[Candidate]:
    while len(found) > 1:
        tested = [bench.again(each, [other for other in found if other is not each]) for each in found]
        weakest = max(range(len(tested)), key=lambda place: (tested[place].log_p, -tested[place].strength))
        if tested[weakest].log_p <= log_alpha:
            break
        del found[weakest]
    return found
