"""Documents against the policy cards they put into words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge.check.cards import check_cards
from knowledge.check.findings import Finding
from knowledge.check.sections import Section, cut
from retrieval.documents import Language, load_documents
from tests.knowledge.check.making import TODAY, document, section
from tools.domain import Category, Money, OrderStatus
from tools.policy.cards import PolicyBook, load_policy_book

POLICIES = Path("examples/policies")
BOOK = load_policy_book(POLICIES)
SECTIONS = [part for each in load_documents(POLICIES)[0] for part in cut(each)]


def changed(card_id: str, change: Callable[[Any], Any]) -> PolicyBook:
    cards = tuple(change(card) if card.id == card_id else card for card in BOOK.cards)
    return PolicyBook(cards, BOOK.timezone)


def errors(book: PolicyBook, sections: list[Section] = SECTIONS) -> list[Finding]:
    return [each for each in check_cards(sections, book, TODAY) if each.severity == "error"]


def languages(found: list[Finding]) -> set[str]:
    return {each.document.rpartition(".")[2] for each in found}


@pytest.mark.parametrize("days", [1, 5, 6, 8, 10, 14, 15, 30, 60])
@pytest.mark.parametrize("card", ["returns", "exchange"])
@pytest.mark.parametrize("rule", ["no_reason", "shop_fault"])
def test_another_window_is_found_in_both_languages(card: str, rule: str, days: int) -> None:
    before = getattr(next(each for each in BOOK.cards if each.id == card), rule)
    if days == before.window_days:
        pytest.skip("is the window already")
    book = changed(card, lambda it: replace(it, **{rule: replace(before, window_days=days)}))
    assert languages(errors(book)) == {"zh", "en"}


@pytest.mark.parametrize("category", [Category.APPAREL, Category.SHOES_BAGS])
@pytest.mark.parametrize("days", [7, 14, 16, 30])
@pytest.mark.parametrize("card", ["returns", "exchange"])
def test_another_window_of_a_category_is_found(card: str, category: Category, days: int) -> None:
    def change(it: Any) -> Any:
        return replace(
            it,
            no_reason=replace(
                it.no_reason, window_by_category={**it.no_reason.window_by_category, category: days}
            ),
        )

    assert languages(errors(changed(card, change))) == {"zh", "en"}


@pytest.mark.parametrize("months", [3, 12, 18, 24])
@pytest.mark.parametrize("category", [Category.TOYS, Category.SPORTS])
def test_another_warranty_is_found(category: Category, months: int) -> None:
    book = changed("repair", lambda it: replace(it, warranty_months={**it.warranty_months, category: months}))
    assert languages(errors(book)) == {"zh", "en"}


@pytest.mark.parametrize("change", [
    lambda it: replace(it, no_reason_abroad=replace(it.no_reason_abroad, window_days=30)),
    lambda it: replace(it, no_reason=replace(it.no_reason, postage=Money(Decimal("15.00"), "CNY"))),
    lambda it: replace(it, no_reason=replace(it.no_reason, postage_by_category={Category.FURNITURE: Money(Decimal("60.00"), "CNY")})),
    lambda it: replace(it, no_reason=replace(it.no_reason, window_days=None)),
    lambda it: replace(it, shop_fault=replace(it.shop_fault, postage_payer="customer")),
    lambda it: replace(it, shop_fault=replace(it.shop_fault, window_by_category={Category.FRESH_FOOD: 1})),
])  # fmt: skip
def test_other_figures_of_the_returns_card_are_found(change: Callable[[Any], Any]) -> None:
    assert languages(errors(changed("returns", change))) == {"zh", "en"}


def test_other_hours_and_tariffs_are_found() -> None:
    assert languages(errors(changed("complaints", lambda it: replace(it, answer_hours=48)))) == {"zh", "en"}

    def dearer(it: Any) -> Any:
        first, *others = it.tariffs
        return replace(it, tariffs=(replace(first, fee=Money(Decimal("9.00"), "CNY")), *others))

    assert {each.code for each in errors(changed("order_changes", dearer))} == {"card.tariff"}


RETURNS = (
    ("en", "Within 10 days of delivery you may return it; clothing has 15 days.", {"card.figure"}),
    ("en", "Within 7 business days of delivery you may return it; clothing has 15 days.", {"card.figure"}),
    ("en", "You may return it within 7 days. Clothing and shoes have 7 days, bags and shoes 15 days.", {"card.category"}),
    ("zh", "签收后 10 天内可以退货，服装 15 天。", {"card.figure"}),
    ("zh", "签收后 7 天内可以退货，服装 7 天，鞋包 15 天。", {"card.category"}),
    ("en", "You may return it within 7 days, clothing and shoes within 15; the shop pays the postage.", {"card.payer"}),
    ("zh", "7 天内可以退货，服装、鞋包 15 天。退货运费由店铺承担。", {"card.payer"}),
    ("en", "You may return it within 7 days, clothing and shoes within 15 days. The warehouse inspects it within 3 business days.", set()),
    ("en", "You may return it within seven days, clothing and shoes within 15 days; faulty items within 30 days.", set()),
    ("zh", "签收后七天内可以退货，服装、鞋包十五天；质量问题 30 天内。", set()),
    ("zh", "7 天内可以退货，服装、鞋包 15 天。3 个工作日内验货，5 个工作日内退款。", set()),
)  # fmt: skip


@pytest.mark.parametrize(("language", "text", "codes"), RETURNS)
def test_a_passage_and_its_rule(language: Language, text: str, codes: set[str]) -> None:
    passage = cut(document("returns", section(text, anchor="no-reason"), language))
    assert {each.code for each in errors(BOOK, passage)} == codes


def test_what_a_passage_leaves_out_is_a_note() -> None:
    passage = cut(document("returns", section("You may send back what you do not like.", anchor="no-reason")))
    (found,) = check_cards(passage, BOOK, TODAY)
    assert (found.severity, found.code) == ("note", "card.unsaid")
    assert "7 days" in found.message and "15 days" in found.message


@pytest.mark.parametrize(("text", "codes"), [
    ("A shipped order can be cancelled at any time.", {"card.status"}),
    ("A pending order cannot be cancelled.", {"card.status"}),
    ("A pending order can be cancelled at once.", set()),
])  # fmt: skip
def test_states_of_orders(text: str, codes: set[str]) -> None:
    assert {
        each.code for each in errors(BOOK, cut(document("cancellation", section(text, anchor="pending"))))
    } == codes


def test_pending_orders_that_the_card_no_longer_cancels() -> None:
    book = changed("cancellation", lambda it: replace(it, statuses=frozenset({OrderStatus.PROCESSED})))
    assert "card.status" in {each.code for each in errors(book)}


def test_a_document_is_held_against_the_card_of_its_days() -> None:
    later = next(each for each in BOOK.cards if each.id == "returns")
    later = replace(
        later, version=2, effective_from=date(2027, 1, 1), no_reason=replace(later.no_reason, window_days=10)
    )
    first = replace(
        next(each for each in BOOK.cards if each.id == "returns"), effective_until=date(2026, 12, 31)
    )
    book = PolicyBook((first, later), BOOK.timezone)
    text = section("You may return it within 10 days, clothing and shoes within 15 days.", anchor="no-reason")
    assert errors(book, cut(document("returns", text, effective_from=date(2027, 1, 1)))) == []
    assert errors(book, cut(document("returns", text))) != []
