"""The question sets ask what they say they ask."""

from __future__ import annotations

import json
from pathlib import Path

from retrieval.calibration import load_questions
from retrieval.documents import load_documents
from retrieval.passages import split_documents

SETS = Path("eval/sets")
TUNE = Path("examples/training/retrieval.tune.jsonl")
POLICIES = Path("examples/policies")


def test_every_gold_names_a_passage_of_the_sample_policies() -> None:
    documents, problems = load_documents(POLICIES)
    topics = {passage.topic for passage in split_documents(documents)}
    questions = load_questions(SETS / "retrieval.test.jsonl")
    assert not problems
    assert {gold for question in questions for gold in question.gold} <= topics
    assert all(question.gold for question in questions)


def test_the_sets_are_large_enough_and_in_both_languages() -> None:
    questions = load_questions(SETS / "retrieval.test.jsonl")
    nothing = load_questions(SETS / "retrieval.unanswerable.jsonl")
    for language in ("zh", "en"):
        assert sum(question.lang == language for question in questions) >= 100
        assert sum(question.lang == language for question in nothing) >= 40
    assert not any(question.gold for question in nothing)


def test_nothing_that_is_tuned_on_is_tested_on() -> None:
    tuned = {json.loads(line)["question"].strip().lower() for line in TUNE.read_text("utf-8").splitlines()}
    asked = [
        q.question.strip().lower()
        for path in sorted(SETS.glob("*.jsonl"))
        # Cases of replies and labelled complaints have a form, and a test, of their own.
        if not path.name.startswith(("replies.", "complaints."))
        for q in load_questions(path)
    ]
    assert not tuned & set(asked)
    assert len(asked) == len(set(asked))
