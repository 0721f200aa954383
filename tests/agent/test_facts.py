"""Questions about money and goods that the shop's data answers. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.facts import Offer, answer_from_data
from agent.types import Done, Evidence, Part
from tests.agent.goods import (
    BACKPACK,
    DELIVERED,
    HEADPHONES,
    KETTLE,
    LAMP,
    PENDING,
    bought,
    line_of,
    said,
    seen,
)
from tests.tools.builders import yuan
from tools.domain import Product

RETURNED = Done("return_started", "W1000001", "129.00", "0.00", "CNY")
CHANGED = Done("items_changed", "W1000002", "0.00", "20.50", "CNY")
CANCELLED = Done("order_cancelled", "W1000003", "200.10", "0.00", "CNY")


def answer(
    text: str, *done: Done, known: Evidence | None = None, intent: str = "policy_question"
) -> Part | None:
    return answer_from_data(intent, text, said(text, intent), known or seen(), done)


# Sums


@pytest.mark.parametrize(
    "text",
    [
        "How much will I get back in total?",
        "What is the total refund?",
        "How much money will I be refunded?",
        "一共退我多少钱？",
        "总共能退多少",
    ],
)
def test_what_comes_back_is_the_sum_of_all_receipts(text: str) -> None:
    part = answer(text, RETURNED, CHANGED, CANCELLED)
    assert part is not None and part.template == "totals"
    assert part.values["refund"] == yuan("329.10")
    assert part.values["due"] == yuan("20.50")
    assert part.values["net"] == yuan("308.60")
    assert part.values["done"] == (RETURNED, CHANGED, CANCELLED)


def test_before_the_first_receipt_there_is_no_sum() -> None:
    assert answer("How much will I get back in total?") is None


def test_nobody_unknown_hears_a_sum() -> None:
    stranger = replace(seen(), identified=None)
    assert answer("How much will I get back in total?", RETURNED, known=stranger) is None
    assert answer("What is my gift card balance?", known=stranger) is None
    assert answer("How many lamps have I bought?", known=stranger) is None


@pytest.mark.parametrize(
    "text",
    [
        "What is my gift card balance?",
        "How much balance is left on my gift card?",
        "我的礼品卡余额是多少？",
        "余额还有多少，礼品卡的",
    ],
)
def test_the_balance_of_a_gift_card_is_read_from_the_account(text: str) -> None:
    part = answer(text, RETURNED)
    assert part is not None and part.template == "balances"
    balances = {each.id: each.balance for each in part.values["methods"] if each.balance is not None}
    assert balances == {"PM-gift": yuan("500.00")}


@pytest.mark.parametrize(
    "text",
    [
        "What is the total of order W1000002, that order?",
        "这个订单总价多少？W1000002",
        "How much did I pay in total for my pending order W1000002?",
    ],
)
def test_a_sum_of_one_order_is_that_order(text: str) -> None:
    part = answer(text, RETURNED, known=seen(order=DELIVERED))
    assert part == Part("order_details", {"order": PENDING})


def test_a_sum_of_this_order_is_the_one_just_spoken_of() -> None:
    part = answer("What is the total price of this order?", RETURNED, known=seen(order=DELIVERED))
    assert part == Part("order_details", {"order": DELIVERED})


# Goods of the shop


def offers(text: str, *named: Product) -> tuple[Offer, ...]:
    part = answer(text, known=seen(named=named), intent="stock_question")
    assert part is not None and part.template == "offers", part
    found: tuple[Offer, ...] = part.values["offers"]
    return found


@pytest.mark.parametrize("text", ["How many kettles do you have available?", "电热水壶有哪些款式？"])
def test_an_offer_counts_what_can_be_had(text: str) -> None:
    (offer,) = offers(text, KETTLE)
    assert offer.available == 5
    assert len(offer.variants) == 5
    assert all(each.has(1) for each in offer.variants)
    prices = [each.price.amount for each in offer.variants]
    assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("What is your cheapest kettle?", "KETTLE-4"),
        ("最便宜的电热水壶是哪款？", "KETTLE-4"),
        ("Which is the most expensive kettle?", "KETTLE-3"),
        ("最贵的水壶多少钱？", "KETTLE-3"),
        ("What is the cheapest steel kettle?", "KETTLE-1"),
    ],
)
def test_the_cheapest_and_the_dearest_are_of_what_can_be_had(text: str, sku: str) -> None:
    (offer,) = offers(text, KETTLE)
    assert [each.sku for each in offer.variants] == [sku]
    assert offer.available == 5


def test_only_the_variants_with_the_named_options_are_shown() -> None:
    (offer,) = offers("Do you have the backpack in blue?", BACKPACK)
    assert [each.sku for each in offer.variants] == ["BACKPACK-4"]


def test_two_products_are_two_offers() -> None:
    found = offers("Do you have lamps and headphones in stock?", LAMP, HEADPHONES)
    assert [each.product for each in found] == [LAMP, HEADPHONES]


def test_a_product_without_a_question_about_the_shop_is_no_offer() -> None:
    assert answer("My kettle makes a noise", known=seen(named=(KETTLE,))) is None


# Goods of the customer


@pytest.mark.parametrize(
    "text",
    [
        "How much did I pay for the kettles I have bought?",
        "我买过的电热水壶一共多少钱",
        "What is the total price of all the kettles I've ordered?",
    ],
)
def test_what_was_bought_of_one_kind_comes_with_its_sum(text: str) -> None:
    known = seen(DELIVERED, PENDING, bought("W1000009", line_of(KETTLE, 3, quantity=2)))
    part = answer(text, known=known)
    assert part is not None and part.template == "bought"
    assert [(order.id, line.sku) for order, line in part.values["lines"]] == [
        ("W1000001", "KETTLE-1"),
        ("W1000002", "KETTLE-4"),
        ("W1000009", "KETTLE-3"),
    ]
    assert part.values["total"] == yuan("470.00")


@pytest.mark.parametrize("intent", ["product_question", "stock_question"])
def test_what_a_list_of_own_goods_cannot_tell_is_not_answered_with_it(intent: str) -> None:
    for text in ("What chip is in my desk lamp?", "我买的台灯是哪天生产的，批号是啥"):
        assert answer(text, intent=intent) is None


@pytest.mark.parametrize("intent", ["product_question", "stock_question"])
def test_a_question_about_own_goods_shows_them_without_a_sum(intent: str) -> None:
    part = answer("What colour is my desk lamp?", intent=intent)
    assert part is not None and part.template == "bought"
    assert [line.sku for _, line in part.values["lines"]] == ["LAMP-1"]
    assert part.values["total"] is None


@pytest.mark.parametrize(
    "text", ["How long can I return things?", "运费谁出？", "Do you ship abroad?", "你们几点下班"]
)
def test_a_question_that_no_data_answers_is_left_to_the_documents(text: str) -> None:
    assert answer(text) is None


def test_a_rule_about_goods_is_no_question_of_what_there_is() -> None:
    """ "How many days" counts no variants."""
    text = "How many days do I have to return a backpack?"
    assert answer(text, known=seen(named=(BACKPACK,))) is None
