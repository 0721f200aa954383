"""Passages that nobody could be answered from."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check.findings import Finding
from knowledge.check.sections import cut
from knowledge.check.vagueness import check_vagueness
from retrieval.documents import Document, Language
from tests.knowledge.check.making import TODAY, document, section
from tools.policy.cards import load_policy_book

BOOK = load_policy_book(Path("examples/policies"))


def checked(page: Document) -> list[Finding]:
    return list(check_vagueness(cut(page), [page], BOOK, TODAY))


@pytest.mark.parametrize(("language", "text"), [
    ("en", "See above."), ("en", "As usual."), ("en", "Please contact us for details."), ("en", "The usual rules apply."),
    ("en", "It depends. Please contact customer service."), ("en", "If you have any questions, please contact us."), ("en", "TBA"),
    ("zh", "详见上文。"), ("zh", "同上。"), ("zh", "照旧。"), ("zh", "请联系在线客服。"), ("zh", "视情况而定。请咨询客服。"), ("zh", "按规定处理。"),
])  # fmt: skip
def test_a_section_that_answers_nothing(language: Language, text: str) -> None:
    assert [each.code for each in checked(document("one", section(text), language))] == ["vague.empty"]


@pytest.mark.parametrize(("language", "text"), [
    ("en", "Free of charge. See above."), ("en", "Contact us within 7 days."), ("en", "Gift cards never expire."),
    ("en", "Ask the chat to cancel the order; it is closed at once."), ("en", "Yes, until 18:00."),
    ("zh", "免费。"), ("zh", "请在 7 天内联系客服。"), ("zh", "礼品卡不能退。"), ("zh", "在在线客服里说“转人工”即可。"),
])  # fmt: skip
def test_a_short_answer_is_an_answer(language: Language, text: str) -> None:
    assert checked(document("one", section(text), language)) == []


def test_a_block_that_is_too_long() -> None:
    sentence = (
        "The parcel is carried by the carrier that the warehouse chooses for its weight and destination, and"
    )
    (found,) = checked(document("one", section(" ".join([sentence] * 25) + " so on.")))
    assert found.code == "vague.long"
    assert (
        checked(document("one", section("\n\n".join(["A sentence about parcels and carriers."] * 60)))) == []
    )


@pytest.mark.parametrize(("body", "lines"), [
    ("# T\n\n## A {#a}\n\n## B {#b}\nText.\n", [3]),
    ("# T\n\n## A {#a}\nText.\n\n### Deeper\n", [6]),
    ("# T\n\n## A {#a}\n<!-- questions: Who? -->\n\n## B\nText.\n", [3]),
    ("# T\n\n## A {#a}\n### Deeper\nText.\n", []),
    ("# T\n\n## A {#a}\n```\n# no heading\n```\n", []),
])  # fmt: skip
def test_headings_without_a_text(body: str, lines: list[int]) -> None:
    assert [each.line for each in checked(document("one", body)) if each.code == "vague.heading"] == lines


@pytest.mark.parametrize(("language", "text", "codes"), [
    ("en", "We answer every complaint soon.", ["vague.soon"]),
    ("zh", "投诉会尽快答复。", ["vague.soon"]),
    ("en", "We answer every complaint soon, within 24 hours at most.", []),
    ("en", "Please send us the order number soon.", []),
    ("zh", "请尽快提供订单号。", []),
])  # fmt: skip
def test_promises_without_the_figure_that_the_card_has(
    language: Language, text: str, codes: list[str]
) -> None:
    assert [
        each.code for each in checked(document("complaints", section(text, anchor="times"), language))
    ] == codes
    assert checked(document("other", section(text), language)) == []
