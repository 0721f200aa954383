"""The targets, and whether this run met each. What was not measured is neither met nor missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.answers.records import Measurement
from benchmarks.answers.summary import summarize

KEFU, AGENT, RAG = "kefu", "agent", "rag"
LEAST_SHARE = 0.9
LEAST_DECODING = 0.95

Target = dict[str, Any]


def targets(measurements: Sequence[Measurement], parts: Mapping[str, Any]) -> list[Target]:
    """Each with `name`, `wanted`, `measured` and `met` (None where it was not measured).

    Two contestants are compared by the questions that both have answered: a stopped run has fewer of one.
    """
    alone = summarize(measurements)
    against = [*_agent(_both(measurements, AGENT)), *_rag(_both(measurements, RAG))]
    return [*_speed(alone), *against, *_truth(alone), _decoding(parts)]


def _both(measurements: Sequence[Measurement], other: str) -> dict[str, Any]:
    cases = {name: {each.case for each in measurements if each.contestant == name} for name in (KEFU, other)}
    common = cases[KEFU] & cases[other]
    return summarize([each for each in measurements if each.contestant in cases and each.case in common])


def _speed(found: Mapping[str, Any]) -> list[Target]:
    return [
        _at_most("policy: first sentence, p50 (s)", 1.5, _get(found, KEFU, "policy", "first_s", "p50")),
        _at_most("policy: whole turn, p50 (s)", 4.0, _get(found, KEFU, "policy", "whole_s", "p50")),
        _at_most("policy: whole turn, p95 (s)", 8.0, _get(found, KEFU, "policy", "whole_s", "p95")),
        _at_most("fixed text: whole turn, p50 (s)", 0.15, _get(found, KEFU, "fixed", "whole_s", "p50")),
    ]


def _agent(found: Mapping[str, Any]) -> list[Target]:
    turns = _ratio(_get(found, AGENT, "all", "whole_s", "p50"), _get(found, KEFU, "all", "whole_s", "p50"))
    return [
        _at_least("create_agent: median turn, times Kefu's", 8.0, turns),
        _twice(_get(found, KEFU, "all", "correct"), _get(found, AGENT, "all", "correct")),
    ]


def _rag(found: Mapping[str, Any]) -> list[Target]:
    first = {
        group: _ratio(_get(found, RAG, group, "first_s", "p50"), _get(found, KEFU, group, "first_s", "p50"))
        for group in ("all", "policy")
    }
    return [
        _at_least("plain RAG: median first token, times Kefu's", 5.0, first["all"]),
        _at_least("plain RAG: the same, policy questions alone", 5.0, first["policy"]),
    ]


def _truth(found: Mapping[str, Any]) -> list[Target]:
    correct, asked = _get(found, KEFU, "all", "correct"), _get(found, KEFU, "all", "questions")
    return [
        _at_most("unsupported figures", 0, _get(found, KEFU, "all", "unsupported")),
        _at_most("false promises", 0, _get(found, KEFU, "all", "promises")),
        _at_most("sentences in another language", 0, _get(found, KEFU, "all", "language")),
        _at_least("correct and complete, share of these questions", LEAST_SHARE, _ratio(correct, asked)),
    ]


def _decoding(parts: Mapping[str, Any]) -> Target:
    ratio = parts.get("decoding", {}).get("ratio")
    return _at_least("decoding, share of llama-bench's speed", LEAST_DECODING, ratio)


def _at_most(name: str, wanted: float, measured: float | None) -> Target:
    met = None if measured is None else measured <= wanted
    return {"name": name, "wanted": f"≤ {wanted:g}", "measured": measured, "met": met}


def _at_least(name: str, wanted: float, measured: float | None) -> Target:
    met = None if measured is None else measured >= wanted
    return {"name": name, "wanted": f"≥ {wanted:g}", "measured": measured, "met": met}


def _twice(mine: float | None, theirs: float | None) -> Target:
    """In counts, since an opponent without any right answer has no ratio."""
    name, wanted = "create_agent: correct answers", "at most half of Kefu's"
    if mine is None or theirs is None:
        return {"name": name, "wanted": wanted, "measured": None, "met": None}
    return {
        "name": name, "wanted": wanted, "measured": f"{theirs:g} against {mine:g}",
        "met": mine > 0 and mine >= 2 * theirs,
    }  # fmt: skip


def _ratio(above: float | None, below: float | None) -> float | None:
    return round(above / below, 3) if above is not None and below else None


def _get(found: Any, *names: str) -> float | None:
    for name in names:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return float(found)
