"""Links, passages of cards, addresses and telephone numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.check.links import check_links
from retrieval.documents import load_documents
from tests.knowledge.check.making import document, section
from tools.policy.cards import load_policy_book

OTHERS = (
    document("returns", "# Returns\n\n## Postage {#postage}\nYou pay ¥12.\n"),
    document("returns", "# 退货\n\n## 运费 {#postage}\n您付 ¥12。\n", "zh"),
    document("shops", "# 门店\n\n## 地址 {#where}\n杭州。\n", "zh"),
)

BAD = (
    ("See [postage](returns.md#postag).", "links.dead"),
    ("See [postage](refund.md#postage).", "links.dead"),
    ("See [below](#elsewhere).", "links.dead"),
    ("See returns#postages for the fee.", "links.dead"),
    ("See [shops](shops.md).", "links.dead"),
    ("See [this]().", "links.dead"),
    ("See [us](htp://example.com).", "links.url"),
    ("See http:/example.com now.", "links.url"),
    ("See https://example now.", "links.url"),
    ("See [us](https://exa mple.com).", "links.url"),
    ("见 https://example..com/a。", "links.url"),
    ("Write to help@shop.", "links.mail"),
    ("Write to help@@example.com please.", "links.mail"),
    ("写信到 help@example..com。", "links.mail"),
    ("Mail [us](mailto:help@example).", "links.mail"),
    ("Call 400-820-668.", "links.phone"),
    ("客服电话：400-820-66888。", "links.phone"),
    ("拨打 1381234567。", "links.phone"),
)  # fmt: skip
GOOD = (
    "See [postage](returns.md#postage), [postage](../zh/returns.md#postage) and [rules](#rules).",
    "See returns#postage or returns.zh#postage.",
    "See [returns](returns.md) or [returns](returns.zh#postage).",
    "See [us](https://www.example.com/a?b=c#d) or http://example.com:8080/x, and www.example.com.",
    "详见 https://example.com/退货，或 https://例子.中国/a。",
    "Write to help@example.com or first.last+shop@mail.example.co.uk.",
    "Call 400-820-6688 (9:00-18:00), +44 20 7946 0958 or 12315.",
    "客服电话 400-820-6688，每天 9:00-18:00 接听；手机 13812345678，座机 0571-88886666。",
    "Issue #12 and colour #fff are no links; order A#1 neither.",
    "We call you 2 days before. 电话 24 小时接听。",
)


@pytest.mark.parametrize(("text", "code"), BAD)
def test_what_leads_nowhere_is_found(text: str, code: str) -> None:
    found = list(check_links([document("one", section(text)), *OTHERS], None))
    assert [(each.code, each.document, each.line) for each in found] == [(code, "one.en", 4)]


@pytest.mark.parametrize("text", GOOD)
def test_what_can_be_followed_is_not(text: str) -> None:
    assert list(check_links([document("one", section(text)), *OTHERS], None)) == []


def test_a_document_of_the_other_language_is_named() -> None:
    (found,) = check_links([document("one", section("See [shops](shops.md).")), *OTHERS], None)
    assert "shops.zh only" in found.message


def test_addresses_are_asked_for_only_by_the_caller() -> None:
    page = document("one", section("See https://example.com/a and https://example.com/b."))
    asked: list[str] = []

    def fetch(address: str) -> bool:
        asked.append(address)
        return address.endswith("a")

    (found,) = check_links([page], None, fetch)
    assert (found.code, found.quote) == ("links.unreachable", "https://example.com/b")
    assert asked == ["https://example.com/a", "https://example.com/b"]


def test_a_passage_of_a_card_that_does_not_exist() -> None:
    folder = Path("examples/policies")
    documents, book = load_documents(folder)[0], load_policy_book(folder)
    assert list(check_links(documents, book)) == []
    renamed = [
        replace(each, body=each.body.replace("{#quality}", "{#faults}")) if each.key == "returns.en" else each
        for each in documents
    ]
    (found,) = check_links(renamed, book)
    assert (found.severity, found.code, found.document) == ("error", "links.card-passage", "returns.en")


def test_a_card_that_does_not_exist() -> None:
    folder = Path("examples/policies")
    documents, book = load_documents(folder)[0], load_policy_book(folder)
    other = document("one", section("Text."), card="rebates.card.yaml")
    later = document("two", section("Text."), card="returns-2.card.yaml")
    assert [each.code for each in check_links([*documents, other, later], book)] == ["links.card"]
