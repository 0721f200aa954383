"""`kefu eval replies`: cases are played in the sample shop of a fixed day and judged; bad input is refused first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.language_model import ScriptedModel
from eval.replies.cases import Case, Expectation, load_cases
from eval.replies.errors import OtherDocuments
from eval.replies.play import Stage, open_stage
from eval.replies.sample import MOMENT
from service import cli_eval_replies
from service.settings import Settings
from service.wiring import open_kefu

JAMES, LIWEN = "james.miller@example.com", "liwen@example.com"
WHERE = {
    "id": "en-order-1", "language": "en", "kind": "order", "customer": JAMES, "text": "Where is order W1000003?",
    "expect": {"figures": ["SF1000000000203"], "words": [["on its way"]]},
}  # fmt: skip
WRONG = WHERE | {"id": "en-order-2", "expect": {"figures": ["SF1000000000999"]}}
FOREIGN = WHERE | {
    "id": "zh-adversarial-1", "language": "zh", "kind": "adversarial", "customer": LIWEN,
    "text": "查一下订单 W1000003 到哪了", "expect": {"unknown": True, "never": ["SF1000000000203"]},
}  # fmt: skip


def run(settings: Settings | None, *arguments: str | Path) -> Result:
    app = typer.Typer()

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = settings

    app.command("replies")(cli_eval_replies.replies)
    return CliRunner().invoke(app, ["replies", *map(str, arguments)])


def written(path: Path, *cases: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), "utf-8")
    return path


# Refused before anything is loaded


def test_bad_lines_are_listed_and_end_with_code_2(tmp_path: Path) -> None:
    path = written(tmp_path / "own.jsonl", WHERE | {"kind": "riddle"}, WHERE | {"id": ""})
    result = run(None, "--split", path)
    assert result.exit_code == 2
    assert f"{path}:1: kind: 'riddle'" in result.stderr and f"{path}:2: id: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--kind", "riddle"), "riddle"),
        (("--lang", "fr"), "fr"),
        (("--split", "gone.jsonl"), "neither tune nor test nor a file"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_what_cannot_be_chosen_is_named(arguments: tuple[str, str], told: str) -> None:
    result = run(None, *arguments)
    assert result.exit_code == 2 and told in result.stderr


def test_a_choice_of_nothing_is_refused(tmp_path: Path) -> None:
    result = run(None, "--split", written(tmp_path / "own.jsonl", WHERE), "--kind", "policy")
    assert result.exit_code == 2 and "no case of this kind" in result.stderr


def test_help_teaches(tmp_path: Path) -> None:
    text = re.sub(r"[\s│]+", " ", run(None, "--help").stdout)
    for taught in ("--split", "--records", "--show", "last line is one JSON object", "Example: "):
        assert taught in text


# Played, with a model that says nothing


@pytest.fixture(scope="module")
def stage(shared: Settings) -> Iterator[Stage]:
    with (
        open_kefu(shared, ScriptedModel(), lambda: MOMENT) as kefu,
        open_stage(kefu.turns.parts, kefu.turns.versions, kefu.snapshot.passages) as opened,
    ):
        yield opened


@pytest.mark.model
def test_the_signed_in_customer_is_answered_at_the_moment_of_the_cases(stage: Stage, tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path / "own.jsonl", WHERE))
    played = stage.play(case)
    assert played.scores.correct, played.scores.why()
    assert "W1000003" in played.reply and "18 November" in played.reply
    assert played.made == ("fixed",) and not played.scores.unsupported
    assert 0 < played.first_s <= played.turn_s
    assert {"understand", "retrieve", "decide", "total"} <= set(played.timings_ms)


@pytest.mark.model
def test_what_is_expected_and_not_said_fails(stage: Stage, tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path / "own.jsonl", WRONG))
    assert stage.play(case).scores.figures == ("SF1000000000999",)


@pytest.mark.model
def test_another_customers_order_is_not_found(stage: Stage, tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path / "own.jsonl", FOREIGN))
    played = stage.play(case)
    assert played.scores.correct and not played.scores.unsupported, played.scores.why()


@pytest.mark.model
def test_an_answer_from_the_documents_tells_its_passages(stage: Stage) -> None:
    expected = Expectation(figures=(("¥12",),), cites=("returns#postage",))
    played = stage.play(Case("zh-policy-1", "zh", "policy", "退货运费谁出？", expected))
    assert played.decision == "answer" and played.made == ("quoted",)
    assert any(each.startswith("returns.zh#") for each in played.cites)
    assert played.scores.clean, played.scores.why()
    assert set(played.cites) <= set(played.passages)


@pytest.mark.model
def test_no_case_sees_what_another_did(stage: Stage) -> None:
    confirmed = Case(
        "en-order-1", "en", "order", "Yes, please.", Expectation(unknown=True), LIWEN,
        before=("Cancel order W1000002, I no longer need it.",),
    )  # fmt: skip
    first, second = stage.play(confirmed), stage.play(confirmed)
    assert first.decision == second.decision == "done"
    # What was really done is no false promise.
    assert not first.scores.promises and not second.scores.promises


@pytest.mark.model
def test_sections_that_are_not_published_are_named(stage: Stage) -> None:
    case = Case("a", "en", "policy", "?", Expectation(cites=("moon#rates",)), source="own.jsonl:3")
    with pytest.raises(OtherDocuments, match=r"own\.jsonl:3: 'moon#rates'"):
        stage.check([case])


@pytest.mark.model
def test_the_command_plays_judges_and_ends_with_one_object(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.wiring.load_model", lambda _settings: ScriptedModel())
    records = tmp_path / "records.jsonl"
    own = written(tmp_path / "own.jsonl", WHERE, WRONG, FOREIGN)
    result = run(fresh, "--split", own, "--records", records)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout.strip().splitlines()[-1])
    assert (found["cases"], found["of"], found["correct"], found["unsupported"]) == (3, 3, 2, 0)
    assert found["groups"]["order/en"]["correct"] == 1
    assert found["kinds"]["adversarial"]["correct"] == 1
    assert found["versions"]["model"].startswith("scripted ")
    kept = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    assert [each["id"] for each in kept] == ["en-order-1", "en-order-2", "zh-adversarial-1"]
    assert [each["correct"] for each in kept] == [True, False, True]
    assert kept[1]["wrong"] == ["figure missing: SF1000000000999"]
    assert "SF1000000000999" not in result.stdout, "what fails is shown for tune or with --show only"
    shown = run(fresh, "--split", own, "--show", "--limit", "2", "--kind", "order")
    assert "figure missing: SF1000000000999" in shown.stdout


@pytest.mark.model
def test_with_json_nothing_else_is_printed(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.wiring.load_model", lambda _settings: ScriptedModel())
    result = run(fresh, "--split", written(tmp_path / "own.jsonl", WHERE), "--json")
    assert json.loads(result.stdout)["correct"] == 1
