"""Regions that stand out in the same way are one finding: the carrier is slow in the south, not in five provinces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from insights.process.groupings import DERIVED
from insights.process.selecting import Candidate


def merged(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that differ in the region's value alone as one, with their smallest p; the others as they are."""
    groups: dict[object, list[Candidate]] = {}
    for each in candidates:
        name, _ = each.subject[-1]
        key = (each.outcome, each.subject[:-1], name) if name in DERIVED else (each.outcome, each.subject)
        groups.setdefault(key, []).append(each)
    return [_one(each) for each in groups.values()]


def _one(same: Sequence[Candidate]) -> Candidate:
    if len(same) == 1:
        return same[0]
    best = min(same, key=lambda each: each.log_p)
    rows = np.logical_or.reduce([each.rows for each in same])
    values = ", ".join(sorted(each.subject[-1][1] for each in same))
    subject = (*best.subject[:-1], (best.subject[-1][0], values))
    return Candidate(
        subject, best.outcome, rows, rows.astype(np.int64), best.log_p, best.raw_log_p, best.strength
    )
