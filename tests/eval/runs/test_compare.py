"""What two runs differ in."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from msgspec.structs import replace
from rich.console import Console

from eval.runs.compare import Comparison, compare
from eval.runs.compare_render import render
from tests.eval.runs.records import VERSIONS, a_run, record, swapped, turn, with_turn


def keys(comparison: Comparison) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in comparison.pairs:
        found.setdefault(pair.way, []).append(pair.key)
    return found


def test_every_case_is_of_one_way() -> None:
    failing = record("d", passed=False)
    before = [
        record("a"),
        record("b", passed=False),
        record("c"),
        failing,
        record("e"),
        record("f"),
        record("old"),
    ]
    after = [
        record("a", passed=False), record("b"), with_turn(record("c"), reply="Gladly. Shall I?"),
        with_turn(failing, decision="handover"), record("e"), with_turn(record("f"), decision="ask"), record("new"),
    ]  # fmt: skip
    found = compare(a_run(before, id="old"), a_run(after, id="new"))
    assert keys(found) == {
        "worse": ["tasks/a"], "better": ["tasks/b"], "changed": ["tasks/c", "tasks/f"],
        "failed_otherwise": ["tasks/d"], "only_before": ["tasks/old"], "only_after": ["tasks/new"],
    }  # fmt: skip
    assert found.same == 1 and (found.before, found.after) == ("old", "new")


def test_trace_and_latency_are_no_difference() -> None:
    run = a_run([record("a")])
    other = with_turn(record("a"), steps={"found": 3}, latency="documents", slots={"reason": "x"})
    found = compare(run, swapped(run, "tasks/a", other))
    assert found.verdict == "the same" and not found.pairs


def test_trials_that_disagree_are_flaky_in_the_run_that_they_are_of() -> None:
    steady = a_run([record("a"), record("a", trial=1)])
    shaky = a_run([record("a"), with_turn(record("a", trial=1), decision="ask")])
    [pair] = compare(steady, shaky).of("flaky")
    assert (pair.key, pair.of) == ("tasks/a", "after")
    assert pair.after is not None and pair.after.trial == 1
    assert compare(shaky, steady).of("flaky")[0].of == "before"
    assert not compare(steady, steady).of("flaky")


def test_turns_stand_side_by_side_with_what_differs() -> None:
    before = record("a", turns=(turn(), turn("yes", receipt="return_started")))
    after = record("a", passed=False, turns=(turn(decision="ask", rule="return.reason"),))
    [pair] = compare(a_run([before]), a_run([after])).of("worse")
    first, second = pair.rows()
    assert first.differs == ("decision", "rule")
    assert second.before is not None and second.after is None and "reply" in second.differs


def test_the_test_is_mcnemars_on_cases_of_both_runs() -> None:
    before = [record(f"c{number}", passed=number >= 8) for number in range(20)] + [record("gone")]
    after = [record(f"c{number}", passed=number != 19) for number in range(20)] + [
        record("new", passed=False)
    ]
    found = compare(a_run(before), a_run(after))
    whole, suite = found.tests
    assert (whole.name, whole.better, whole.worse, whole.difference.one.of) == ("all", 8, 1, 20)
    assert whole.difference.p == pytest.approx(2 * (1 + 9) / 2**9)
    assert suite.name == "suite.tasks" and whole.p == pytest.approx(2 * whole.difference.p)
    assert found.verdict == "no significant difference"


def test_a_clear_difference_is_called_so_both_ways() -> None:
    good = a_run(record(f"c{number}") for number in range(20))
    bad = a_run(record(f"c{number}", passed=number > 11) for number in range(20))
    assert compare(bad, good).verdict == "better" and compare(good, bad).verdict == "worse"


def test_trials_and_variants_do_not_count_a_case_twice() -> None:
    records = [record("a"), record("a", trial=1), record("a", variant="typos", kind="perturbation")]
    names = {test.name: test.difference.one.of for test in compare(a_run(records), a_run(records)).tests}
    assert names == {"all": 1, "perturbed": 1, "suite.tasks": 1}


def test_versions_and_settings_that_differ_are_named() -> None:
    one = a_run([record("a")])
    other = a_run([record("a")], versions=VERSIONS | {"prompts": "p2", "snapshot": "s1"}, seed=3)
    found = compare(one, other)
    assert found.versions == {"prompts": ("p1", "p2"), "snapshot": (None, "s1")}
    assert found.settings == {"seed": (0, 3)}


def test_runs_with_nothing_in_common() -> None:
    assert compare(a_run([record("a")]), a_run([record("b")])).verdict == "nothing in common"


def test_json_and_text() -> None:
    before = a_run([record("a"), record("b")], id="old")
    worse = replace(with_turn(record("a", passed=False), reply="[bold]No[/bold], sorry"), about="")
    found = compare(before, swapped(a_run([record("a"), record("b")], id="new"), "tasks/a", worse))
    plain = json.loads(json.dumps(found.json()))
    assert plain["counts"]["worse"] == 1 and plain["worse"][0]["turns"][0]["differs"] == ["reply"]
    assert found.json(turns=False)["worse"] == ["tasks/a"]
    out = StringIO()
    render(found, Console(file=out, width=140))
    text = out.getvalue()
    assert "[bold]No[/bold], sorry" in text and "old → new" in text
    assert "refused, and should have proposed" in text and "Passed before, fail now: 1" in text
