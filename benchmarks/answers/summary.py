"""What the measurements come to: percentiles and counts of each contestant, by kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.answers.records import Measurement
from eval.replies.cases import KINDS


def summarize(measurements: Sequence[Measurement]) -> dict[str, dict[str, Any]]:
    """By contestant and then by group: `all`, each kind that was asked, and `fixed`, for which no model ran."""
    names = dict.fromkeys(each.contestant for each in measurements)
    return {name: _groups([each for each in measurements if each.contestant == name]) for name in names}


def _groups(mine: Sequence[Measurement]) -> dict[str, Any]:
    found = {"all": figures_of(mine)}
    for kind in KINDS:
        if of_kind := [each for each in mine if each.kind == kind]:
            found[kind] = figures_of(of_kind)
    if fixed := [each for each in mine if not each.read + each.written]:
        found["fixed"] = figures_of(fixed)
    return found


def figures_of(measured: Sequence[Measurement]) -> dict[str, Any]:
    """Times in s as p50 and p95; tokens as p50 and sum; the rest are counts.

    Whoever was shown nothing waited for the whole turn at least, so that is taken as the first token.
    """
    return {
        "questions": len(measured),
        "first_s": _times(_first(each) for each in measured),
        "whole_s": _times(each.whole_s for each in measured),
        "read": _tokens([each.read for each in measured]),
        "written": _tokens([each.written for each in measured]),
        "peak_mb": max(each.peak_mb for each in measured),
        "correct": sum(bool(each.judged.get("correct")) for each in measured),
        "unsupported": _count(measured, "unsupported"),
        "promises": _count(measured, "promises"),
        "language": _count(measured, "language"),
        "cut_off": sum(bool(each.ended) for each in measured),
        "nothing_shown": sum(each.first_s is None for each in measured),
    }


def _first(measured: Measurement) -> float:
    return measured.whole_s if measured.first_s is None else measured.first_s


def _times(seconds: Iterable[float]) -> dict[str, float]:
    values = list(seconds)
    return {f"p{percent}": round(float(np.percentile(values, percent)), 4) for percent in (50, 95)}


def _tokens(counts: Sequence[int]) -> dict[str, float]:
    return {"p50": float(np.median(counts)), "sum": sum(counts)}


def _count(measured: Sequence[Measurement], name: str) -> int:
    return sum(len(each.judged.get(name, ())) for each in measured)
