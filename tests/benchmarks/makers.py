"""Measurements, cases and a scripted contestant for tests that need no model."""

from __future__ import annotations

from typing import Any

from benchmarks.answers.records import Measurement


def measured(contestant: str, number: int = 0, **given: Any) -> Measurement:
    """A right and clean answer to a policy question, but for what is given."""
    usual: dict[str, Any] = {
        "case": f"zh-policy-{number:03}", "language": "zh", "kind": "policy", "question": "几天内可以退？",
        "reply": "7 天。", "first_s": 1.0, "whole_s": 2.0, "read": 100, "written": 20, "peak_mb": 1500.0,
        "judged": {"correct": True, "unsupported": [], "promises": [], "language": [], "why": []},
    }  # fmt: skip
    return Measurement(contestant=contestant, **{**usual, **given})


def judged(**given: Any) -> dict[str, Any]:
    return {"correct": True, "unsupported": [], "promises": [], "language": [], "why": [], **given}


GROWTH = [
    {"passages": n, "first_s": {"p50": 0.4, "p95": 0.6}, "resident_mb": 1500.0 + n, "disk_mb": 4.0 * n,
     "filled_s": 1.0 * n}
    for n in (10, 100, 1000)
]  # fmt: skip
LOAD = [
    {"at_once": n, "turns": 2 * n, "turns_a_minute": 30.0, "turn_s": {"p50": 1.0 * n, "p95": 2.0 * n}, "busy": 0,
     "failed": 0}
    for n in (1, 4, 16, 64)
]  # fmt: skip
