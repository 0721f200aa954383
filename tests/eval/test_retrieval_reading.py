"""Questions and gold are read as people write them, and every mistake is named with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.retrieval.errors import BadQuestions, GoldMissing
from eval.retrieval.gold import Names
from eval.retrieval.questions import Question, read_questions
from retrieval.documents import Document, Language
from retrieval.passages import split_documents

LONG = "\n\n".join(f"第 {i} 条：" + "签收后七天内可以退货，邮费由顾客承担。" * 8 for i in range(3))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(*lines: object) -> Path:
        path = tmp_path / "questions.jsonl"
        path.write_text(
            "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8"
        )
        return path

    return _write


def document(id: str, language: Language, body: str) -> Document:
    return Document(id, id, language, "1", body, Path("shop") / language / f"{id}.md")


@pytest.fixture
def names() -> Names:
    documents = [
        document("returns", "zh", f"## 邮费 {{#postage}}\n邮费十二元。\n\n## 期限 {{#long}}\n{LONG}"),
        document("returns", "en", "## Postage {#postage}\nPostage is 12 yuan.\n"),
        document("stores", "en", "## Stores {#where}\nWe have no stores.\n"),
    ]
    return Names(documents, split_documents(documents), Path("shop"))


def test_a_line_needs_only_its_question(write: Callable[..., Path]) -> None:
    path = write({"question": "邮费谁出"}, {"question": "who pays?", "gold": "returns"}, "", {"question": "Ok?", "lang": "zh-CN", "gold": None})  # fmt: skip
    assert read_questions([path]) == [
        Question("邮费谁出", "zh", (), f"{path}:1"),
        Question("who pays?", "en", ("returns",), f"{path}:2"),
        Question("Ok?", "zh", (), f"{path}:4"),
    ]


def test_all_bad_lines_are_named(write: Callable[..., Path]) -> None:
    path = write("{", {"question": " "}, {"question": "x", "lang": "fr"}, {"question": "x", "gold": {}}, {"question": "good"}, [1], {"question": "x", "gold": [1]}, {"question": "x", "gold": 3})  # fmt: skip
    with pytest.raises(BadQuestions) as caught:
        read_questions([path])
    lines = [int(problem.removeprefix(f"{path}:").split(":")[0]) for problem in caught.value.problems]
    assert lines == [1, 2, 3, 6, 7, 8]


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(BadQuestions, match=r"questions\.jsonl.*UTF-8"):
        read_questions([path])
    with pytest.raises(BadQuestions, match=r"absent\.jsonl"):
        read_questions([tmp_path / "absent.jsonl"])


@pytest.mark.parametrize(
    "entry",
    [
        "returns#postage",
        "returns.zh#postage",
        "returns.en#postage",
        "Returns.en#postage",
    ],
)
def test_a_section_is_the_same_in_every_language(names: Names, entry: str) -> None:
    assert names.passages([entry]) == {"returns.zh#postage", "returns.en#postage"}


@pytest.mark.parametrize("entry", ["returns", "returns.zh", "zh/returns.md", "./zh/returns.md", "returns.md"])
def test_a_document_or_file_names_all_its_sections(names: Names, entry: str) -> None:
    found = names.passages([entry])
    assert {"returns.zh#postage", "returns.en#postage", "returns.zh#long", "returns.zh#long.2"} <= found
    assert not any(id.startswith("stores") for id in found)


def test_a_piece_names_itself_alone(names: Names) -> None:
    assert names.passages(["returns.zh#long.2"]) == {"returns.zh#long.2"}
    assert names.topics("returns.zh#long.2") == {"returns#long"}


def test_several_entries_are_alternatives(names: Names) -> None:
    assert names.passages(["stores", "returns#postage"]) == {
        "stores.en#where",
        "returns.zh#postage",
        "returns.en#postage",
    }


def test_gold_that_names_nothing_is_listed_with_its_line(names: Names) -> None:
    asked = [
        Question("a", "zh", ("returns", "refunds"), "q:1"),
        Question("b", "zh", (), "q:2"),
        Question("c", "zh", ("gone#x",), "q:3"),
    ]
    with pytest.raises(GoldMissing) as caught:
        names.check(asked)
    assert [problem.split(" is ")[0] for problem in caught.value.problems] == [
        "q:1: gold 'refunds'",
        "q:3: gold 'gone#x'",
    ]
    names.check(asked[1:2])
