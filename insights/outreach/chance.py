"""How likely a customer with a signal writes within a week: learned from the shop's own past, where there is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from insights.outreach.signals import Kind, Signal
from insights.outreach.world import World

WITHIN = timedelta(days=7)
# Days apart at which the past is looked at, and how many of them.
STEP, SNAPSHOTS = timedelta(days=7), 24
RECENT = timedelta(days=30)
# Below this, the share of each kind says as much as a model could.
ROWS, OF_EACH = 300, 40
# The newest quarter of the snapshots judges the model.
JUDGING = 0.25
# How many pooled cases a kind's own share is drawn towards.
PRIOR = 5.0
Z95 = 1.959964
KINDS = tuple(Kind)

Basis = Literal["model", "share"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A signal of the past: what could be seen at `at`, and whether the customer wrote within the week after."""

    signal: Signal
    at: datetime
    wrote: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """`low` and `high` are the 95 % interval (Wilson) of the share of `cases` earlier ones of the kind."""

    probability: float
    low: float
    high: float
    basis: Basis
    cases: int


@dataclass(frozen=True)
class Chances:
    """`model` is a fitted classifier of scikit-learn or None; `better` is by how much its Brier score on the newest
    snapshots is lower than that of the shares, as a part of the latter.
    """

    shares: dict[Kind, tuple[int, int]]
    model: Any = None
    better: float = 0.0

    def of(self, world: World, signal: Signal, now: datetime) -> Chance:
        wrote, cases = self.shares.get(signal.kind, (0, 0))
        low, high = wilson(wrote, cases)
        if self.model is None:
            return Chance(_share(self.shares, signal.kind), low, high, "share", cases)
        row = np.array([features(world, signal, now)])
        return Chance(float(self.model.predict_proba(row)[0, 1]), low, high, "model", cases)


def history(world: World, now: datetime, at: Callable[[datetime], Sequence[Signal]]) -> list[Seen]:
    """What stood on earlier days, oldest first; the youngest of them has a whole week behind it."""
    days = [now - WITHIN - back * STEP for back in reversed(range(SNAPSHOTS))]
    first = min((moments[0] for moments in world.contacts.values() if moments), default=now)
    return [
        Seen(signal, day, world.contacts_between(signal.customer_id, day, day + WITHIN) > 0)
        for day in days
        if day > first + WITHIN
        for signal in at(day)
    ]


def learn(world: World, seen: Sequence[Seen]) -> Chances:
    """The model only where it beats the plain shares on the newest part of the past, else the shares."""
    shares = _shares(seen)
    cut = int(len(seen) * (1 - JUDGING))
    while 0 < cut < len(seen) and seen[cut].at == seen[cut - 1].at:
        cut += 1
    older, newer = seen[:cut], seen[cut:]
    if not newer or not _enough(older):
        return Chances(shares)
    rows = np.array([features(world, each.signal, each.at) for each in seen])
    wrote = np.array([each.wrote for each in seen])
    said = _fitted(rows[:cut], wrote[:cut]).predict_proba(rows[cut:])[:, 1]
    old_shares = _shares(older)
    plain = np.array([_share(old_shares, each.signal.kind) for each in newer])
    ours, theirs = (float(((each - wrote[cut:]) ** 2).mean()) for each in (said, plain))
    if ours >= theirs:
        return Chances(shares)
    return Chances(shares, _fitted(rows, wrote), 1 - ours / theirs)


def features(world: World, signal: Signal, now: datetime) -> list[float]:
    """Kind; days late and days of waiting (logarithms); contacts in the last 30 days, and whether there was one since
    the waiting began."""
    late = max((now - signal.since).total_seconds() / 86400, 0.0)
    waiting = max((now - signal.started).total_seconds() / 86400, 0.0)
    return [
        *(float(signal.kind is kind) for kind in KINDS),
        float(np.log1p(late)),
        float(np.log1p(waiting)),
        float(np.log1p(world.contacts_between(signal.customer_id, now - RECENT, now))),
        float(world.contacts_between(signal.customer_id, signal.started, now) > 0),
    ]


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %; 0 to 1 where there is no case."""
    if not cases:
        return 0.0, 1.0
    share, z2 = hits / cases, Z95**2
    middle = (share + z2 / (2 * cases)) / (1 + z2 / cases)
    half = Z95 / (1 + z2 / cases) * float(np.sqrt(share * (1 - share) / cases + z2 / (4 * cases**2)))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _fitted(rows: NDArray[np.float64], wrote: NDArray[np.bool_]) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(rows, wrote)


def _enough(seen: Sequence[Seen]) -> bool:
    wrote = sum(each.wrote for each in seen)
    return len(seen) >= ROWS and min(wrote, len(seen) - wrote) >= OF_EACH


def _shares(seen: Sequence[Seen]) -> dict[Kind, tuple[int, int]]:
    cases = Counter(each.signal.kind for each in seen)
    wrote = Counter(each.signal.kind for each in seen if each.wrote)
    return {kind: (wrote[kind], cases[kind]) for kind in cases}


def _share(shares: dict[Kind, tuple[int, int]], kind: Kind) -> float:
    """A kind's own share, drawn towards that of all where it has few cases of its own."""
    wrote, cases = shares.get(kind, (0, 0))
    all_wrote, all_cases = (sum(each[at] for each in shares.values()) for at in (0, 1))
    return (wrote + PRIOR * (all_wrote + 1) / (all_cases + 2)) / (cases + PRIOR)
