"""How long things usually take here: what is slower than 95 of 100 is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from insights.outreach.world import GoingBack, Parcel

SLOWEST = 95
# With fewer the wider group is asked.
ENOUGH = 20
# Where a shop has no past yet.
TRANSIT = timedelta(days=10)
REFUND = timedelta(days=5)


@dataclass(frozen=True)
class Usual:
    """Transit by (carrier, region), by carrier (region "") and of all (both ""); a refund from its arrival on."""

    transits: Mapping[tuple[str, str], timedelta]
    refund: timedelta

    def transit(self, parcel: Parcel) -> timedelta:
        """What 95 of 100 parcels of the same carrier to the same region needed, of the nearest group that is big enough."""
        carrier = parcel.carrier.en
        for group in ((carrier, parcel.region), (carrier, ""), ("", "")):
            if group in self.transits:
                return self.transits[group]
        return TRANSIT


def usual(parcels: Iterable[Parcel], returns: Iterable[GoingBack], now: datetime) -> Usual:
    """What was usual by `now`; later arrivals are not known yet."""
    needed: dict[tuple[str, str], list[float]] = defaultdict(list)
    for each in parcels:
        if each.delivered_at and each.delivered_at <= now:
            seconds = (each.delivered_at - each.shipped_at).total_seconds()
            for group in ((each.carrier.en, each.region), (each.carrier.en, ""), ("", "")):
                needed[group].append(seconds)
    refunds = [
        (each.closed_at - each.received_at).total_seconds()
        for each in returns
        if each.received_at and each.closed_at and each.closed_at <= now
    ]
    transits = {group: _slow(seconds) for group, seconds in needed.items() if len(seconds) >= ENOUGH}
    return Usual(transits, _slow(refunds) if len(refunds) >= ENOUGH else REFUND)


def _slow(seconds: list[float]) -> timedelta:
    return timedelta(seconds=float(np.percentile(seconds, SLOWEST)))
