"""The same text or question twice."""

from __future__ import annotations

import pytest

from knowledge.check.duplicates import check_duplicates
from knowledge.check.findings import Finding
from knowledge.check.sections import cut
from retrieval.documents import Language
from tests.knowledge.check.making import document, section

LONG_EN = (
    "A courier collects the parcel from the delivery address of your order within 2 business days of your confirmation, "
    "and you pay nothing at the door; keep the pick-up number until the refund has arrived."
)
LONG_ZH = "快递员在您确认申请之后的两个工作日内到订单的收货地址上门取件，取件时不用付钱，请保留取件单号直到收到退款为止。"


def checked(
    one: str, other: str, language: Language = "en", other_language: Language | None = None
) -> list[Finding]:
    documents = (
        document("one", section(one), language),
        document("two", section(other), other_language or language),
    )
    return list(check_duplicates([part for each in documents for part in cut(each)]))


@pytest.mark.parametrize(("one", "other", "language", "code"), [
    (LONG_EN, LONG_EN, "en", "duplicates.exact"),
    (LONG_EN, LONG_EN.upper() + "!", "en", "duplicates.exact"),
    (LONG_EN, LONG_EN.replace("door;", "door,").replace("number", "code"), "en", "duplicates.near"),
    (LONG_EN, LONG_EN.replace("2 business", "3 business"), "en", "duplicates.near"),
    (LONG_ZH, LONG_ZH, "zh", "duplicates.exact"),
    (LONG_ZH, LONG_ZH.replace("，", "。"), "zh", "duplicates.exact"),
    (LONG_ZH, LONG_ZH.replace("为止", ""), "zh", "duplicates.near"),
])  # fmt: skip
def test_the_same_text_twice(one: str, other: str, language: Language, code: str) -> None:
    (found,) = checked(one, other, language)
    assert (found.code, found.passage.partition(".")[0], found.other.partition(".")[0]) == (
        code,
        "one",
        "two",
    )


@pytest.mark.parametrize(("one", "other"), [
    (LONG_EN, "Our warehouse inspects what you send back within 3 business days of its arrival and then starts the refund."),
    (LONG_EN, LONG_EN[:80]),
    (LONG_EN, LONG_EN.replace("courier", "carrier").replace("collects", "fetches").replace("door", "gate").replace("keep", "hold").replace("refund", "money")),
    ("Yes.", "Yes."),
])  # fmt: skip
def test_what_only_shares_words_is_no_duplicate(one: str, other: str) -> None:
    assert checked(one, other) == []


def test_languages_are_no_duplicates_of_each_other() -> None:
    assert checked(LONG_EN, LONG_EN, "en", "zh") == []


def test_a_question_that_two_documents_list() -> None:
    ask = "<!-- questions: {} -->\n{}"
    found = checked(
        ask.format("Who pays? | How long?", "You pay."), ask.format("who pays", "We pay for faulty items.")
    )
    assert [(each.code, each.document, each.other) for each in found] == [
        ("duplicates.question", "two.en", "one.en#rules")
    ]
    assert checked(ask.format("Who pays?", "You pay."), ask.format("Who pays the tax?", "We do.")) == []
