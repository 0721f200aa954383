"""The checks on the documents that come with the project: quiet on them as they are, loud when one is altered."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from knowledge.check import check_documents, file_line
from knowledge.check.languages import check_languages
from knowledge.check.sections import cut
from retrieval.documents import load_documents
from tests.knowledge.check.making import TODAY, document, section
from tests.knowledge.check.mutations import one_changed
from tools.policy.cards import load_policy_book

# Measured: 722 of 722 changed figures of the sample shop.
LEAST_FOUND = 0.97


@pytest.mark.parametrize("name", ["policies", "tau"])
def test_the_bundled_documents_have_no_error_and_few_warnings(name: str) -> None:
    folder = Path("examples") / name
    found = check_documents(load_documents(folder)[0], load_policy_book(folder), TODAY)
    assert [each for each in found if each.severity == "error"] == []
    assert {each.code for each in found if each.severity == "warning"} <= {"duplicates.question"}


def test_a_changed_figure_of_any_document_is_found() -> None:
    documents = load_documents(Path("examples/policies"))[0]
    others = {each.key: cut(each) for each in documents}
    chance = random.Random(7)
    changes = [(each, *change) for each in documents for change in one_changed(each, chance)]
    sample = chance.sample(changes, 240)
    found = 0
    for before, _, _, after in sample:
        other = others[f"{before.id}.{'en' if before.language == 'zh' else 'zh'}"]
        found += any(each.severity != "note" for each in check_languages([*cut(after), *other]))
    assert found / len(sample) >= LEAST_FOUND


def test_it_is_quick() -> None:
    folder = Path("examples/policies")
    documents, book = load_documents(folder)[0], load_policy_book(folder)
    start = time.process_time()
    check_documents(documents, book, TODAY)
    assert time.process_time() - start < 4


def test_only_findings_that_touch_a_changed_document() -> None:
    one = document("one", section("Return postage is ¥12."))
    zh = document("one", section("退货运费 ¥21。"), "zh")
    bad = document("two", section("See [this](#nowhere)."))
    assert {each.document for each in check_documents([one, zh, bad], None, TODAY, changed={"one.zh"})} == {
        "one.en"
    }
    assert check_documents([one, zh, bad], None, TODAY)[0].severity == "error"


@pytest.mark.parametrize(
    "text",
    ["1-" * 20_000, "1" * 50_000, "十百" * 9_000, "[" * 9_000, "|" * 9_000, "a@" * 9_000, " " * 50_000 + "x"],
)
def test_a_document_made_to_be_slow_is_not(text: str) -> None:
    start = time.process_time()
    check_documents([document("one", section(text))], None, TODAY)
    assert time.process_time() - start < 8


def test_lines_of_the_body_become_lines_of_the_file() -> None:
    text = "---\nid: one\n---\n# Title\nText.\n"
    assert file_line(text, "# Title\nText.\n", 2) == 5
