"""Which flag to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from insights.risk.report import Flag

FIRST = ("account_takeover", "ring", "refund_anomaly", "return_abuse", "defect_claims")


def ranked(flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """By how far they are beyond chance; of two that are equally far, the one that harms somebody goes first."""
    order = sorted(flags, key=lambda flag: (-flag.score, FIRST.index(flag.kind), flag.customers, flag.staff))
    return tuple(replace(flag, rank=rank) for rank, flag in enumerate(order, 1))
