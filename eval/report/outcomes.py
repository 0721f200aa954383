"""How a record came out, in the words that every report uses."""

from __future__ import annotations

from typing import Literal

from eval.runs.record import Finding, Record, Timing

Status = Literal["passed", "failed", "error"]
STATUSES: tuple[Status, ...] = ("failed", "error", "passed")


def status(record: Record) -> Status:
    """`error` where the case could not be played to its end, whatever was found until then."""
    if record.error:
        return "error"
    return "failed" if record.findings else "passed"


def where(finding: Finding) -> str:
    """Turns are counted from 1 for people."""
    return "case" if finding.turn is None else f"turn {finding.turn + 1}"


def line(finding: Finding) -> str:
    return f"{where(finding)}: {finding.scorer}: {finding.why}"


def seconds(timing: Timing | None) -> float:
    """How long all turns took together; 0 where it was not measured."""
    return sum(timing.turn_s) if timing else 0.0
