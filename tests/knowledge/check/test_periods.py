"""Dates that have passed and days that nothing covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.check.findings import Finding
from knowledge.check.periods import check_periods
from knowledge.check.sections import cut
from retrieval.documents import Document
from tests.knowledge.check.making import TODAY, document, section
from tools.policy.cards import PolicyBook, load_policy_book

PASSED = (
    "The offer is valid until 31 March 2026.", "Order by October 1, 2026.", "From 1 to 11 November 2026 returns are free.",
    "This price holds until 2026-11-21.", "活动截至 2026 年 3 月 31 日。", "2026年6月1日至18日下单享受优惠。",
    "优惠券有效期到 2025-12-31。", "请在 2026 年 11 月 1 日前申请。", "The sale ends in October 2026, by October 2026.",
)  # fmt: skip
STANDS = (
    "The offer is valid until 31 March 2027.", "Valid through November 22, 2026.", "We have been open since 1 May 2019.",
    "For example, points earned in 2024 are lost by December 31, 2025.", "例如 2024 年的积分在 2025 年 12 月 31 日前有效。",
    "Orders placed November 1 to 11 have 30 days.", "活动到 2027 年 1 月 1 日为止。", "本店成立于 2015 年 3 月 1 日。",
    "From 1 November 2026 to 31 January 2027 returns are free.", "自 2025 年 1 月 1 日起实行。",
)  # fmt: skip


def checked(*documents: Document, book: PolicyBook | None = None) -> list[Finding]:
    return list(check_periods([part for each in documents for part in cut(each)], documents, book, TODAY))


@pytest.mark.parametrize("text", PASSED)
def test_a_passed_date_is_found(text: str) -> None:
    assert [each.code for each in checked(document("one", section(text)))] == ["dates.passed"]


@pytest.mark.parametrize("text", STANDS)
def test_history_and_the_future_are_not(text: str) -> None:
    assert checked(document("one", section(text))) == []


@pytest.mark.parametrize(("start", "end", "codes"), [
    (date(2025, 1, 1), date(2026, 11, 21), ["dates.expired"]),
    (date(2025, 1, 1), TODAY, []),
    (date(2029, 1, 1), None, ["dates.far"]),
    (date(2027, 1, 1), None, []),
])  # fmt: skip
def test_the_period_of_a_document(start: date, end: date | None, codes: list[str]) -> None:
    assert [
        each.code
        for each in checked(document("one", section("Text."), effective_from=start, effective_to=end))
    ] == codes


def test_languages_that_hold_on_different_days() -> None:
    zh = document("one", section("退货。"), "zh", effective_from=date(2026, 1, 1))
    en = document("one", section("Returns."), effective_from=date(2026, 2, 1))
    assert [(each.code, each.document, each.other) for each in checked(zh, en)] == [
        ("dates.languages", "one.en", "one.zh")
    ]


@pytest.mark.parametrize(("start", "codes"), [
    (date(2026, 12, 31), ["dates.overlap"]), (date(2027, 1, 1), []), (date(2027, 1, 2), ["dates.gap"]),
])  # fmt: skip
def test_two_texts_of_one_document(start: date, codes: list[str]) -> None:
    first = document(
        "one", section("Text."), effective_from=date(2026, 1, 1), effective_to=date(2026, 12, 31)
    )
    assert [
        each.code for each in checked(first, document("one", section("Other."), effective_from=start))
    ] == codes


def test_days_without_a_card() -> None:
    book = load_policy_book(Path("examples/policies"))
    card = next(each for each in book.cards if each.id == "repair")
    ended = replace(card, effective_until=date(2026, 12, 31))  # type: ignore[type-var]
    later = replace(card, version=2, effective_from=date(2027, 2, 1))  # type: ignore[type-var]
    found = checked(book=PolicyBook((ended, later), book.timezone))
    assert [each.code for each in found] == ["dates.card-gap"]
