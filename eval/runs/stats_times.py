"""How long turns took: the median and the 95th percentile, in all and by latency class."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eval.runs.record import LATENCIES, Record, Timing

PERCENTS = (50, 95)


def percentiles(records: Iterable[Record], timings: Iterable[Timing]) -> dict[str, float]:
    """Seconds by name: `turn_s.p95`, `turn_s.fixed.p50`, `first_s.model.p95` …; nothing where nothing was timed.

    `turn_s` is until the whole reply, `first_s` until its first verified sentence.
    """
    played = {record.key: record for record in records}
    found: dict[str, list[float]] = {}
    for timing in timings:
        record = played.get(timing.key)
        if record is None:
            continue
        for name, seconds in (("first_s", timing.first_s), ("turn_s", timing.turn_s)):
            # A case that was stopped may have one time more than turns.
            for turn, taken in zip(record.turns, seconds, strict=False):
                found.setdefault(name, []).append(taken)
                found.setdefault(f"{name}.{turn.latency}", []).append(taken)
    names = [
        f"{name}{each}" for name in ("first_s", "turn_s") for each in ("", *(f".{k}" for k in LATENCIES))
    ]
    return {
        f"{name}.p{percent}": float(np.percentile(found[name], percent))
        for name in names if name in found for percent in PERCENTS
    }  # fmt: skip
