"""The summary says what was measured, and the targets are met or missed by it."""

from __future__ import annotations

from typing import Any

from benchmarks.answers.records import Measurement
from benchmarks.answers.summary import summarize
from benchmarks.answers.targets import targets
from tests.benchmarks.makers import judged, measured


def met(found: list[Measurement], parts: dict[str, Any] | None = None) -> dict[str, bool | None]:
    return {each["name"]: each["met"] for each in targets(found, parts or {})}


def test_a_group_has_percentiles_sums_and_counts_of_its_own_measurements() -> None:
    found = summarize([
        *(measured("kefu", n, first_s=float(n), whole_s=2.0 * n, read=10 * n, peak_mb=n) for n in range(1, 101)),
        measured("rag", first_s=50.0, judged=judged(correct=False, unsupported=["30 天", "¥9"], promises=["已退款"])),
    ])  # fmt: skip
    kefu, rag = found["kefu"]["all"], found["rag"]["all"]
    assert kefu["first_s"] == {"p50": 50.5, "p95": 95.05}
    assert kefu["whole_s"] == {"p50": 101.0, "p95": 190.1}
    assert kefu["read"] == {"p50": 505.0, "sum": 50_500}
    assert kefu["peak_mb"] == 100
    assert (kefu["questions"], kefu["correct"], kefu["unsupported"]) == (100, 100, 0)
    assert (rag["correct"], rag["unsupported"], rag["promises"]) == (0, 2, 1)


def test_kinds_are_apart_and_fixed_text_is_what_no_token_was_evaluated_for() -> None:
    found = summarize([
        measured("kefu", 1),
        measured("kefu", 2, kind="order", whole_s=0.1, read=0, written=0),
        measured("kefu", 3, kind="order", read=0, written=5),
    ])["kefu"]  # fmt: skip
    assert {group: row["questions"] for group, row in found.items()} == {
        "all": 3,
        "policy": 1,
        "order": 2,
        "fixed": 1,
    }
    assert found["fixed"]["whole_s"]["p50"] == 0.1


def test_whoever_is_shown_nothing_waited_for_the_whole_turn() -> None:
    row = summarize([measured("agent", first_s=None, whole_s=180.0, ended="TimeIsUp")])["agent"]["all"]
    assert row["first_s"]["p50"] == 180.0
    assert (row["nothing_shown"], row["cut_off"]) == (1, 1)


def run_of(kefu: dict[str, Any], agent: dict[str, Any], rag: dict[str, Any]) -> list[Measurement]:
    fixed = measured("kefu", 9, kind="order", first_s=0.1, whole_s=0.1, read=0, written=0)
    return [measured("kefu", **kefu), fixed, measured("agent", **agent), measured("rag", **rag)]


def test_every_target_is_met_by_a_run_that_keeps_all() -> None:
    found = run_of(
        {"first_s": 0.7, "whole_s": 2.0},
        {"whole_s": 40.0, "judged": judged(correct=False)},
        {"first_s": 9.0},
    )
    assert set(met(found, {"decoding": {"ratio": 0.97}}).values()) == {True}


def test_each_target_is_missed_by_what_breaks_it() -> None:
    found = run_of(
        {
            "first_s": 1.6, "whole_s": 9.0,
            "judged": judged(correct=False, unsupported=["5"], promises=["done"], language=["ok"]),
        },
        {"whole_s": 10.0},
        {"first_s": 1.0},
    )  # fmt: skip
    missed = {name for name, kept in met(found, {"decoding": {"ratio": 0.9}}).items() if kept is False}
    assert missed == set(met(found)) - {"fixed text: whole turn, p50 (s)"}


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    found = met([measured("kefu")], {"decoding": {"left_out": "no llama-bench"}})
    unknown = {name for name, kept in found.items() if kept is None}
    assert unknown == {
        "fixed text: whole turn, p50 (s)",
        "create_agent: median turn, times Kefu's",
        "create_agent: correct answers",
        "plain RAG: median first token, times Kefu's",
        "plain RAG: the same, policy questions alone",
        "decoding, share of llama-bench's speed",
    }


def test_twice_as_many_right_answers_holds_against_an_opponent_without_any() -> None:
    name = "create_agent: correct answers"
    none = judged(correct=False)
    assert met([measured("kefu"), measured("agent", judged=none)])[name] is True
    assert met([measured("kefu", judged=none), measured("agent", judged=none)])[name] is False
    assert met([measured("kefu"), measured("agent")])[name] is False


def test_a_stopped_run_is_compared_by_the_questions_that_both_have_answered() -> None:
    slow = measured("kefu", 2, first_s=90.0, whole_s=99.0)
    found = met([measured("kefu", 1, first_s=1.0), slow, measured("rag", 1, first_s=6.0)])
    assert found["plain RAG: median first token, times Kefu's"] is True
