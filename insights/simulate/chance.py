"""Chance that can be repeated: every concern draws from a stream of its own, named by seed and concern."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log
from random import Random


def stream(seed: int, *names: object) -> Random:
    """A generator for these names; the same on every machine."""
    return Random("/".join(map(str, (seed, *names))))


def poisson(rng: Random, mean: float) -> int:
    """How many arrivals there are in a time in which `mean` are expected."""
    passed, count = rng.expovariate(1.0), 0
    while passed < mean:
        passed += rng.expovariate(1.0)
        count += 1
    return count


def about(rng: Random, median: float, spread: float = 0.45) -> float:
    """A log-normal number; `spread` is the standard deviation of its logarithm."""
    return rng.lognormvariate(log(median), spread)


def later(moment: datetime, hours: float) -> datetime:
    """`hours` after `moment`, in whole seconds."""
    return moment + timedelta(seconds=round(hours * 3600))
