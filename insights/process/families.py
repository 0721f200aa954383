"""How the chance of error is shared out among the tests of a report.

The families' shares sum to 1, and within a family Bonferroni's correction holds whatever depends on what; so the
chance that a report about noise holds any finding is at most alpha.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

SHARES = MappingProxyType(
    {
        "stages": 0.2,
        "stage pairs": 0.15,
        "drifts": 0.05,
        "orders": 0.2,
        "batches": 0.1,
        "conversations": 0.1,
        "spikes": 0.1,
        "spikes of a part": 0.1,
    }
)


@dataclass(frozen=True, slots=True)
class Family:
    """`tests` are all that are made in it, found or not."""

    name: str
    tests: int

    @property
    def log_factor(self) -> float:
        """What is added to a logarithm of p to adjust it for the whole report."""
        return math.log(max(1, self.tests) / SHARES[self.name])


def bounded(log_p: float) -> float:
    """The p of a logarithm, at most 1."""
    return math.exp(min(0.0, log_p))
