"""Approved answers are read from comments of a document, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.answers import MAX_ANSWER, Answer, answer_to
from retrieval.corpus import Corpus, items_of
from retrieval.documents import Document, parse_document
from retrieval.passages import Passage, split_document
from retrieval.sections import misplaced_answers, sections_of

HEAD = "---\nid: returns\ntitle: Returns\nlanguage: en\n---\n"
QUESTIONS = "<!-- questions: Who pays? | Is it free? -->"


def document(section: str) -> Document:
    read = parse_document(f"{HEAD}# Returns\n\n## Postage {{#postage}}\n{section}\n", Path("returns.md"))
    assert isinstance(read, Document)
    return read


def passage(section: str) -> Passage:
    (found,) = split_document(document(section))
    return found


def mistakes(section: str) -> list[tuple[int, str]]:
    text = document(section)
    found = [each for written in sections_of(text) for each in written.mistakes] + misplaced_answers(text)
    return [(each.line, each.reason) for each in found]


def test_an_answer_is_for_all_listed_questions_or_for_those_it_names() -> None:
    found = passage(
        f"{QUESTIONS}\n<!-- answer: We pay. -->\n<!-- answer for: Is it free? => Yes. -->\nWe pay the postage."
    )
    assert found.answers == (Answer("We pay."), Answer("Yes.", ("Is it free?",)))
    assert answer_to("Who pays?", found.answers) == Answer("We pay.")
    assert answer_to("Is it free?", found.answers) == Answer("Yes.", ("Is it free?",))


def test_a_question_that_only_an_answer_names_is_listed() -> None:
    found = passage(
        f"{QUESTIONS}\n<!-- answer for: Who covers it? | Who pays? => We do. -->\nWe pay the postage."
    )
    assert found.questions == ("Who pays?", "Is it free?", "Who covers it?")


def test_lines_of_an_answer_stay_lines() -> None:
    found = passage("<!-- answer for: How? =>\n1. Ask.\n2. Send. -->\nAsk, then send.")
    assert found.answers[0].text == "1. Ask.\n2. Send."


def test_an_answer_is_neither_shown_nor_embedded() -> None:
    with_answer = passage(f"{QUESTIONS}\n<!-- answer: We gladly pay. -->\nWe pay the postage.")
    without = passage(f"{QUESTIONS}\nWe pay the postage.")
    assert with_answer.text == without.text
    assert items_of(with_answer) == items_of(without)


def test_a_snapshot_keeps_answers(tmp_path: Path) -> None:
    found = passage(f"{QUESTIONS}\n<!-- answer for: Who pays? => We do. -->\nWe pay the postage.")
    Corpus.of([found], ()).save(tmp_path)
    assert list(Corpus.load(tmp_path)) == [found]


@pytest.mark.parametrize(
    ("section", "line", "reason"),
    [
        (f"{QUESTIONS}\n<!-- answers: We pay. -->\nText.", 5, "cannot be read"),
        (f"{QUESTIONS}\n<!-- answer We pay. -->\nText.", 5, "cannot be read"),
        (f"{QUESTIONS}\n<!-- answer for: Who pays? We do. -->\nText.", 5, "cannot be read"),
        (f"{QUESTIONS}\n<!-- answer: Who pays? => We do. -->\nText.", 5, "without `for`"),
        (f"{QUESTIONS}\n<!-- answer for: | => We do. -->\nText.", 5, "names no question"),
        (f"{QUESTIONS}\n<!-- answer: -->\nText.", 5, "has no text"),
        (f"{QUESTIONS}\n\n\n<!-- answer for: Who pays? => -->\nText.", 7, "has no text"),
        (f"{QUESTIONS}\n<!-- answer: {'a' * (MAX_ANSWER + 1)} -->\nText.", 5, "at most 600"),
        ("<!-- answer: We pay. -->\nText.", 4, "which lists none"),
        (f"{QUESTIONS}\n<!-- answer: One. -->\n<!-- answer: Two. -->\nText.", 6, "all questions"),
        (
            f"{QUESTIONS}\n<!-- answer for: Who pays? => A. -->\n<!-- answer for: Who pays? => B. -->\nText.",
            6, "'Who pays?', as the answer in line 6",
        ),
        (f"{QUESTIONS}\n<!-- answer: We pay. -->", 5, "without a text"),
        (f"{QUESTIONS}\nText. <!-- answer: We pay. -->", 5, "inside a paragraph"),
        (f"{QUESTIONS}\n- item\n  <!-- answer: We pay. -->", 6, "inside a paragraph"),
    ],
)  # fmt: skip
def test_what_tries_to_be_an_answer_and_is_none_is_named_with_its_line(
    section: str, line: int, reason: str
) -> None:
    (found,) = mistakes(section)
    # The body of a document begins with the line break behind its head.
    assert found[0] == line + 1
    assert reason in found[1]


def test_other_comments_are_no_answers() -> None:
    section = f"{QUESTIONS}\n<!-- reviewed by Ann -->\nThe answer: `<!-- answer: x -->` is written so."
    assert mistakes(section) == []
    assert passage(section).answers == ()
