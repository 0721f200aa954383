"""The same questions in the same order for everybody; a part of them is a fair part."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.answers.load import talks
from benchmarks.answers.questions import load_questions

KINDS = ("policy", "order", "mixed")


def written(path: Path, bench: bool = True) -> Path:
    lines = [
        {
            "id": f"{language}-{kind}-{number:03}", "language": language, "kind": kind, "text": "?",
            "customer": "liwen@example.com" if kind == "order" else "", "bench": bench and number < 2,
            "expect": {"unknown": True},
        }
        for kind in KINDS for language in ("en", "zh") for number in range(3)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_only_marked_cases_are_asked_unless_none_is_marked(tmp_path: Path) -> None:
    assert len(load_questions(written(tmp_path / "marked.jsonl"))) == 12
    assert len(load_questions(written(tmp_path / "unmarked.jsonl", bench=False))) == 18


def test_kinds_take_turns_and_languages_stay_together(tmp_path: Path) -> None:
    asked = load_questions(written(tmp_path / "cases.jsonl"))
    assert [each.language for each in asked] == ["zh"] * 6 + ["en"] * 6
    assert [each.kind for each in asked] == [*KINDS, *KINDS] * 2


def test_a_limit_takes_of_every_language_and_kind(tmp_path: Path) -> None:
    asked = load_questions(written(tmp_path / "cases.jsonl"), 6)
    assert {(each.language, each.kind) for each in asked} == {
        (language, kind) for language in ("zh", "en") for kind in KINDS
    }


def test_conversations_have_a_rule_and_an_order_of_their_customer(tmp_path: Path) -> None:
    mixed = talks(load_questions(written(tmp_path / "cases.jsonl")))
    assert {talk.language for talk in mixed} == {"zh", "en"}
    assert {talk.customer for talk in mixed} == {"liwen@example.com"}
