"""Terms that no customer uses."""

from __future__ import annotations

import pytest

from knowledge.check.jargon import MOST, check_jargon, jargon
from knowledge.check.sections import cut
from retrieval.documents import Language
from tests.knowledge.check.making import document, section


@pytest.mark.parametrize(("language", "text", "word"), [
    ("en", "Ask for an RMA first.", "RMA"), ("en", "The consignee pays.", "consignee"), ("en", "Last-mile delivery is free.", "last-mile"),
    ("en", "Our 3PL collects it.", "3PL"), ("zh", "请先申请RMA编号。", "RMA"), ("zh", "逆向物流费用由顾客承担。", "逆向物流"),
    ("zh", "以同一个 SKU 为准。", "SKU"), ("zh", "显示妥投后不能改。", "妥投"),
])  # fmt: skip
def test_words_of_the_trade(language: Language, text: str, word: str) -> None:
    (found,) = check_jargon(cut(document("one", section(text), language)))
    assert (found.severity, found.code) == ("note", "jargon.listed") and f'"{word}"' in found.message


@pytest.mark.parametrize(("language", "text"), [
    ("en", "Please be tender with it; podcasts and beta tests are welcome, informally."), ("en", "You pay the postage."),
    ("zh", "退货运费由顾客承担。"), ("zh", "顺丰揽收后可以查询。"),
])  # fmt: skip
def test_everyday_words(language: Language, text: str) -> None:
    found = [
        each.message
        for each in check_jargon(cut(document("one", section(text), language)))
        if '"tender"' not in each.message
    ]
    assert found == []


def test_every_word_of_the_list_has_a_better_one() -> None:
    assert all(instead for words in jargon().values() for instead in words.values())


def test_words_of_headings_that_no_customer_has_written() -> None:
    page = cut(document("one", section("Text.", heading="Reimbursement of postage")))
    (found,) = check_jargon(page, ["who pays the postage", "refund please"])
    assert '"Reimbursement"' in found.message
    assert list(check_jargon(page, ["is there a reimbursement of postage"])) == []
    assert list(check_jargon(page)) == []


def test_a_question_in_customers_words_makes_a_heading_known() -> None:
    text = "<!-- questions: reimbursement of postage please -->\nText."
    assert (
        list(check_jargon(cut(document("one", section(text, heading="Reimbursement"))), ["postage please"]))
        == []
    )


def test_the_notes_are_few() -> None:
    pages = [
        document(f"d{at}", section("Text.", heading=f"{'abcdefghij'[at % 10] * 3}{'klmnop'[at // 10] * 4}"))
        for at in range(60)
    ]
    assert len(list(check_jargon([part for each in pages for part in cut(each)], ["hello"]))) == MOST
