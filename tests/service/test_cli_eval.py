"""A QA newcomer's first hour: write a suite, run it, read it, compare, gate; replay and promote what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from agent.language_model import CancelToken, ScriptedModel
from eval.cases.bundled import load_file
from service.cli_eval import app as eval_app
from service.settings import Settings
from service.wiring import open_kefu

SUITE = """
suite: mine
about: What my shop promises.
kind: task
cases:
  - id: coat-back
    language: zh
    customer: liwen@example.com
    turns:
      - say: "大衣不想要了，想退掉"
        expect: {decision: propose, rule: returns.no_reason, must_say: ["¥887"]}
      - say: "确认"
        expect: {decision: done, receipt: return_started}
    after:
      orders:
        W1000001: {status: return_requested, returns: [{reason: no_longer_wanted}]}
  - id: postage
    language: en
    turns:
      - say: "who pays for sending things back?"
        expect: {cites: ["returns#postage"]}
"""
GATE = """
needs: [mine]
scores: {all: {at_least: 1.0}}
baseline: {file: baseline.json}
versions: [model]
"""


def kefu(settings: Settings, *arguments: str | Path) -> Result:
    root = typer.Typer()

    @root.callback()
    def start(context: typer.Context) -> None:
        context.obj = settings

    root.add_typer(eval_app, name="eval")
    return CliRunner().invoke(root, ["eval", *map(str, arguments)])


def last(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout.strip().split("\n")[-1])
    return found


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def test_a_mistake_is_told_with_its_line_and_what_was_meant(tmp_path: Path, suite: Path) -> None:
    suite.write_text(SUITE.replace("decision: propose", "decision: proposed"), encoding="utf-8")
    result = kefu(Settings(data_dir=tmp_path), "run", suite)
    assert result.exit_code == 2 and result.stdout == ""
    assert f"{suite}:11: case coat-back: turns.0.expect.decision.0: 'proposed' is not one of" in result.stderr
    assert "is `propose` meant?" in result.stderr


def test_what_does_not_exist_is_told_without_a_traceback(tmp_path: Path, suite: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for arguments, told in (
        (("run", "no-such-suite"), "no-such-suite"),
        (("run", suite, "--lang", "fr"), "fr"),
        (("run", suite, "--case", "nothing"), "no case fits"),
        (("run", suite, "--resume"), "--name"),
        (("report", "no-such-run"), "no-such-run"),
        (("report", "latest"), "no run yet"),
        (("compare", "../etc", "latest"), "../etc"),
        (("gate", "latest", "--gate", tmp_path / "none.yaml"), "no run yet"),
        (("replay",), "no conversation"),
    ):
        result = kefu(settings, *arguments)
        assert result.exit_code == 2, (arguments, result.output)
        assert told in result.stderr and "Traceback" not in result.output, arguments


def test_the_lists_need_no_installation(tmp_path: Path, suite: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    names = [each["case"] for each in last(kefu(settings, "list", suite, "--cases"))["listed"]]
    assert names == ["coat-back", "postage"]
    assert {each["suite"] for each in last(kefu(settings, "list"))["listed"]} >= {
        "returns",
        "orders",
        "privacy",
    }
    assert last(kefu(settings, "list", "--runs")) == {"listed": []}
    assert len(last(kefu(settings, "list", "--perturbations"))["listed"]) >= 10
    assert {each["scorer"] for each in last(kefu(settings, "list", "--scorers"))["listed"]} >= {
        "shop",
        "privacy",
    }
    assert "Suite" in kefu(settings, "schema").stdout


@pytest.mark.model
def test_from_the_first_case_to_the_gate(fresh: Settings, suite: Path, tmp_path: Path) -> None:
    first = kefu(fresh, "run", suite, "--name", "first", "--json")
    assert (first.exit_code, last(first)["played"], last(first)["scores"]["all"]) == (0, 2, 1.0), first.output
    assert kefu(fresh, "run", suite, "--name", "first").exit_code == 2  # nothing is written over
    again = kefu(fresh, "run", suite, "--resume", "--name", "first", "--json")
    assert (again.exit_code, last(again)["played"]) == (0, 2)

    page, junit, table = tmp_path / "report.html", tmp_path / "junit.xml", tmp_path / "cases.csv"
    report = kefu(fresh, "report", "first", "--out", page, "--junit", junit, "--csv", table)
    assert report.exit_code == 0 and last(report)["written"] == [str(page), str(junit), str(table)]
    assert "coat-back" in page.read_text("utf-8") and "coat-back" in junit.read_text("utf-8")

    gate = tmp_path / "gate.yaml"
    gate.write_text(GATE, encoding="utf-8")
    unsigned = kefu(fresh, "gate", "first", "--gate", gate)
    assert (unsigned.exit_code, "--sign" in unsigned.stdout) == (1, True)
    signed = kefu(fresh, "gate", "first", "--gate", gate, "--sign", "--by", "Li Wen")
    assert signed.exit_code == 0, signed.output

    assert kefu(fresh, "run", suite, "--name", "second", "--json").exit_code == 0
    assert last(kefu(fresh, "compare", "first", "second"))["verdict"] == "the same"
    assert kefu(fresh, "gate", "second", "--gate", gate).exit_code == 0
    partial = kefu(fresh, "run", suite, "--name", "part", "--lang", "zh", "--json")
    assert partial.exit_code == 0
    assert kefu(fresh, "gate", "part", "--gate", gate).exit_code == 1  # a part is not the whole


@pytest.mark.model
def test_a_recorded_conversation_is_replayed_and_promoted(fresh: Settings, tmp_path: Path) -> None:
    with open_kefu(fresh, ScriptedModel()) as kefu_:
        begun = kefu_.turns.open("shop-app", "zh", None).conversation_id
        for text in ("大衣不想要了，想退掉", "liwen@example.com", "确认"):
            turn = kefu_.turns.answer(begun, text, None, lambda _name, _value: None, CancelToken())
    assert turn.decision.kind == "done"

    replayed = kefu(fresh, "replay", begun, "--name", "again", "--json")
    assert replayed.exit_code == 0, replayed.output
    assert last(replayed)["same"] == 1 and last(replayed)["orders_taken_back"] == 1

    promoted = kefu(fresh, "promote", begun, "--name", "coat-back", "--out", tmp_path / "suites", "--json")
    assert promoted.exit_code == 0 and last(promoted)["differs"] == [], promoted.output
    made = tmp_path / "suites" / "coat-back.yaml"
    written = made.read_text("utf-8") + (tmp_path / "suites" / "coat-back.shop.json").read_text("utf-8")
    assert "liwen" not in written and "李雯" not in written and "W1000001" not in written
    (case,) = load_file(made).suite.cases
    assert case.after is not None and case.after.orders
    assert yaml.safe_load(made.read_text("utf-8"))["cases"][0]["tags"] == ["recorded"]
    played = kefu(fresh, "run", made, "--name", "promoted", "--json")
    assert last(played)["scores"]["all"] == 1.0, played.output
    assert kefu(fresh, "promote", begun, "--name", "coat-back", "--out", tmp_path / "suites").exit_code == 2
