"""A run as it is summed up, compared and judged."""

from __future__ import annotations

from dataclasses import dataclass

from eval.runs.record import Manifest, Record, Timing


@dataclass(frozen=True)
class Run:
    """What was played by which versions, and how long each turn took."""

    manifest: Manifest
    records: tuple[Record, ...]
    timings: tuple[Timing, ...] = ()
