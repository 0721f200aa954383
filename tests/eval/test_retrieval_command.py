"""`kefu eval retrieval` refuses what it cannot measure, before any model is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from eval.retrieval.third_party import read_sets
from service.cli_eval_retrieval import retrieval
from service.settings import Settings

HEAD = "---\nid: returns\ntitle: Returns\nlanguage: en\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "returns.md").write_text(f"{HEAD}## Postage {{#postage}}\nPostage is 12 yuan.\n", "utf-8")
    return shop


def run(tmp_path: Path, *arguments: str | Path) -> Result:
    app = typer.Typer()
    settings = Settings(data_dir=tmp_path / "data")

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = settings

    app.command("retrieval")(retrieval)
    return CliRunner().invoke(app, ["retrieval", *map(str, arguments)])


def test_gold_that_is_not_in_the_folder_is_listed_with_lines(folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    golds = ("returns", "refunds", "returns#gone")
    asked.write_text("\n".join(json.dumps({"question": "a", "gold": gold}) for gold in golds), "utf-8")
    result = run(tmp_path, "--docs", folder, "--questions", asked)
    assert result.exit_code == 2
    assert f"{asked}:2: gold 'refunds'" in result.stderr
    assert f"{asked}:3: gold 'returns#gone'" in result.stderr
    assert f"{asked}:1" not in result.stderr


def test_bad_lines_are_listed(folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text('{"question": 1}\nnothing\n', "utf-8")
    result = run(tmp_path, "--docs", folder, "--questions", asked)
    assert result.exit_code == 2
    assert f"{asked}:1" in result.stderr and f"{asked}:2" in result.stderr


def test_an_empty_file_of_questions_measures_nothing(folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text("\n", "utf-8")
    assert run(tmp_path, "--docs", folder, "--questions", asked).exit_code == 2


def test_a_folder_of_others_needs_its_own_questions(folder: Path, tmp_path: Path) -> None:
    result = run(tmp_path, "--docs", folder)
    assert result.exit_code == 2 and "--questions" in result.stderr


def test_a_folder_without_documents_is_named(tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text('{"question": "a"}', "utf-8")
    result = run(tmp_path, "--docs", tmp_path / "none", "--questions", asked)
    assert result.exit_code == 1 and "none" in result.stderr


def test_third_party_sets_are_named_where_none_is_there(tmp_path: Path) -> None:
    result = run(tmp_path, "--third-party", tmp_path)
    assert result.exit_code == 1 and "banking77" in result.stderr
    assert run(tmp_path, "--third-party", tmp_path, "--only", "nothing").exit_code == 1


def test_questions_of_a_set_are_never_its_passages(tmp_path: Path) -> None:
    banking = tmp_path / "banking77"
    banking.mkdir()
    for part, count in (("train", 60), ("test", 30)):
        rows = [f"{part} question {i % 50} about {i % 3},intent{i % 3}" for i in range(count)]
        (banking / f"{part}.csv").write_text("\n".join(["text,category", *rows, rows[0]]), "utf-8")
    ((name, bench),) = read_sets(tmp_path, (), 30, seed=1)
    passages = {document.body for document in bench.documents}
    tuned, asked = ({question.text for question in part} for part in (bench.tune, bench.questions))
    assert name == "banking77" and passages and tuned and asked
    assert not passages & tuned and not passages & asked and not tuned & asked
    bench.names.check([*bench.questions, *bench.tune])
    for question in bench.questions:
        intent = question.text.rsplit(" ", 1)[1]
        right = {d.body.rsplit(" ", 1)[1] for d in bench.documents if d.id in question.gold}
        assert right == {intent}
