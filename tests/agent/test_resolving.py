"""Which order, which lines, which variant, which method and which address a customer means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.resolve.addresses import named_address
from agent.resolve.methods import named_kind, named_method
from agent.resolve.orders import find_order, numbered
from agent.resolve.pieces import read_pieces
from agent.resolve.variants import after_marker, wanted_variant
from agent.tasks import LIKELY
from tests.agent.goods import (
    BACKPACK,
    BY_ID,
    CANCELLED,
    DELIVERED,
    HARBOUR,
    HEADPHONES,
    KETTLE,
    LAMP,
    ORDERS,
    PENDING,
    bought,
    buyer,
    line_of,
    said,
)
from tests.tools.builders import ADDRESS
from tools.domain import Order, OrderStatus, PaymentKind, PaymentMethod, Product

MASTER = PaymentMethod("PM-master", PaymentKind.CARD, "7788", brand="Mastercard")
SECOND_VISA = PaymentMethod("PM-visa2", PaymentKind.CARD, "9001", brand="Visa")


def order_of(text: str, orders: tuple[Order, ...] = ORDERS, task: str = "return_item") -> str | None:
    found = find_order(text, said(text), orders, LIKELY[task])
    return found.id if found else None


def variant_of(text: str, goods: Product, row: int = 1) -> list[str]:
    return [each.sku for each in wanted_variant(text, line_of(goods, row), goods).fits]


# Orders


@pytest.mark.parametrize(
    "text",
    [
        "#W1000001",
        "W1000001",
        "the order w1000001, please",
        "order number 1000001",
        "订单号W1000001，要退",
        "单号是1000001",
        "Order #1000001 arrived broken",
    ],
)
def test_an_order_is_found_by_its_number_in_any_writing(text: str) -> None:
    assert [each.id for each in numbered(text, ORDERS)] == ["W1000001"]
    found = find_order(text, said(text), ORDERS, LIKELY["cancel_order"])
    assert found is not None and (found.id, found.by_number) == ("W1000001", True)


def test_a_number_with_a_sign_of_its_own_is_found_without_it() -> None:
    signed = replace(DELIVERED, id="#W1234567")
    for text in ("#W1234567", "W1234567", "w1234567", "1234567"):
        assert numbered(f"It is {text}.", (signed,)) == [signed]


@pytest.mark.parametrize("text", ["W10000012", "AW1000001", "call me at 31000001", "100001"])
def test_other_digits_are_not_a_number_of_an_order(text: str) -> None:
    assert numbered(text, ORDERS) == []


def test_several_numbers_come_in_the_order_of_the_text() -> None:
    text = "先说 W1000003，再说 W1000001"
    assert [each.id for each in numbered(text, ORDERS)] == ["W1000003", "W1000001"]


@pytest.mark.parametrize(
    "text", ["the order with the desk lamp", "有台灯的那个订单", "I want to return my headphones", "耳机要退"]
)
def test_an_order_is_found_by_what_is_in_it(text: str) -> None:
    assert order_of(text) == "W1000001"


def test_the_order_with_the_most_of_what_is_named_is_meant() -> None:
    both = bought("W1000005", line_of(LAMP), line_of(BACKPACK))
    one = bought("W1000006", line_of(LAMP))
    assert order_of("return the desk lamp and the backpack", (one, both)) == "W1000005"
    assert order_of("台灯和背包都要退", (one, both)) == "W1000005"


@pytest.mark.parametrize(
    "text", ["cancel the one with the backpack and the kettle", "取消有背包和水壶的那单"]
)
def test_an_order_with_less_of_what_is_named_is_never_taken_instead(text: str) -> None:
    gone = bought("W1000005", line_of(BACKPACK), line_of(KETTLE), status=OrderStatus.CANCELLED)
    less = bought("W1000006", line_of(KETTLE), line_of(LAMP), status=OrderStatus.PENDING)
    assert order_of(text, (less, gone), "cancel_order") == "W1000005"


def test_of_two_orders_with_one_product_the_named_options_decide() -> None:
    steel = bought("W1000005", line_of(KETTLE, 1))
    green = bought("W1000006", line_of(KETTLE, 5))
    assert order_of("the green 1.5L electric kettle", (steel, green)) == "W1000006"
    assert order_of("银色的电热水壶要退", (steel, green)) == "W1000005"
    assert order_of("the electric kettle", (steel, green)) is None


@pytest.mark.parametrize(
    ("text", "task", "expected"),
    [
        ("change the order that has not shipped yet", "change_address", "W1000002"),
        ("my pending order", "cancel_order", "W1000002"),
        ("还没发货的那个", "cancel_order", "W1000002"),
        ("the one that was delivered", "return_item", "W1000001"),
        ("已经签收的订单", "return_item", "W1000001"),
    ],
)
def test_an_order_is_found_by_its_state(text: str, task: str, expected: str) -> None:
    assert order_of(text, task=task) == expected


def test_the_only_order_that_it_can_be_about_is_meant() -> None:
    assert order_of("I want to send something back", task="return_item") == "W1000001"
    assert order_of("帮我取消", task="cancel_order") == "W1000002"


@pytest.mark.parametrize("text", ["the order with the desk lamp", "有台灯的那单"])
def test_of_two_alike_the_one_that_it_can_be_about_is_meant(text: str) -> None:
    gone = bought("W1000005", line_of(LAMP), status=OrderStatus.CANCELLED)
    here = bought("W1000006", line_of(LAMP))
    other = bought("W1000007", line_of(BACKPACK))
    assert order_of(text, (gone, here, other), "return_item") == "W1000006"


def test_no_order_is_meant_where_two_fit() -> None:
    other = bought("W1000009", line_of(BACKPACK))
    assert order_of("I want to return something", (DELIVERED, other)) is None
    assert order_of("我要退货", (DELIVERED, other)) is None


# Lines


def lines_of(text: str, order: Order) -> list[tuple[int, bool]]:
    return [(piece.line.line_no, piece.excepted) for piece in read_pieces(text, order, BY_ID)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the kettle and the headphones", [1, 3]),
        ("耳机和电热水壶", [3, 1]),
        ("please take back my Desk Lamp", [2]),
        ("水壶坏了", [1]),
        ("nothing of it", []),
    ],
)
def test_lines_come_in_the_order_in_which_they_are_named(text: str, expected: list[int]) -> None:
    assert [number for number, _ in lines_of(text, DELIVERED)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("return the green kettle", [2]),
        ("退绿色的水壶", [2]),
        ("the steel one of the kettles", [1]),
        ("both kettles please", [1, 2]),
        ("两个水壶都退", [1, 2]),
    ],
)
def test_two_lines_of_one_product_are_told_apart_by_their_options(text: str, expected: list[int]) -> None:
    twice = bought("W1000007", line_of(KETTLE, 1), line_of(KETTLE, 5))
    assert [number for number, _ in lines_of(text, twice)] == expected


@pytest.mark.parametrize(
    "text",
    ["everything except the desk lamp", "除了台灯都退", "all but not the lamp", "我想保留台灯，其他退"],
)
def test_an_exception_is_known_as_one(text: str) -> None:
    assert lines_of(text, DELIVERED) == [(2, True)]


def test_an_exception_holds_for_the_whole_list() -> None:
    assert lines_of("everything except the lamp and the kettle", DELIVERED) == [(2, True), (1, True)]


@pytest.mark.parametrize("text", ["swap the kettle for the cheapest kettle", "把水壶换成最便宜的水壶"])
def test_old_and_new_of_one_product_are_one_piece(text: str) -> None:
    pieces = read_pieces(text, DELIVERED, BY_ID)
    assert [piece.line.line_no for piece in pieces] == [1]
    assert variant_of(after_marker(pieces[0].text), KETTLE) == ["KETTLE-4"]


@pytest.mark.parametrize(
    "text", ["swap the steel kettle for the cheapest kettle", "银色水壶换成最便宜的水壶"]
)
def test_the_new_one_is_not_another_line_of_the_same_product(text: str) -> None:
    twice = bought("W1000007", line_of(KETTLE, 1), line_of(KETTLE, 5))
    assert lines_of(text, twice) == [(1, False)]


@pytest.mark.parametrize("text", ["Yes.", "yes, please", "好的", "是", "否", "No.", "嗯嗯", "可以"])
def test_a_plain_yes_or_no_names_no_line(text: str) -> None:
    assert lines_of(text, DELIVERED) == []


# Variants


@pytest.mark.parametrize(
    ("text", "goods", "row", "expected"),
    [
        ("the 2L one", KETTLE, 1, "KETTLE-3"),
        ("capacity 1.5L please", KETTLE, 1, "KETTLE-2"),
        ("绿色", KETTLE, 1, "KETTLE-4"),
        ("color green", KETTLE, 2, "KETTLE-5"),
        ("colour: steel", KETTLE, 5, "KETTLE-2"),
        ("容量换成2L的", KETTLE, 1, "KETTLE-3"),
        ("size L", BACKPACK, 2, "BACKPACK-3"),
        ("blue", BACKPACK, 2, "BACKPACK-4"),
        ("蓝色的", BACKPACK, 2, "BACKPACK-4"),
        ("high brightness", LAMP, 1, "LAMP-3"),
        ("the waterproof: yes one", HEADPHONES, 1, "HEADPHONES-2"),
    ],
)
def test_what_is_not_named_stays_as_it_was(text: str, goods: Product, row: int, expected: str) -> None:
    assert variant_of(text, goods, row) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the cheapest one", "KETTLE-4"),
        ("最便宜的那款", "KETTLE-4"),
        ("the most expensive you have", "KETTLE-3"),
        ("最贵的", "KETTLE-3"),
        ("the cheapest steel one", "KETTLE-1"),
        ("最贵的绿色款", "KETTLE-5"),
    ],
)
def test_the_cheapest_and_the_dearest_are_of_what_can_be_had(text: str, expected: str) -> None:
    assert variant_of(text, KETTLE, 2) == [expected]


@pytest.mark.parametrize("text", ["exactly the same one", "the same item again", "一模一样的", "同款"])
def test_the_same_one_is_the_variant_that_was_bought(text: str) -> None:
    assert variant_of(text, KETTLE, 2) == ["KETTLE-2"]


@pytest.mark.parametrize(
    ("text", "goods", "row", "expected"),
    [
        ("a bigger one", BACKPACK, 1, "BACKPACK-2"),
        ("one size up would be a size up", BACKPACK, 2, "BACKPACK-3"),
        ("大一号", BACKPACK, 1, "BACKPACK-2"),
        ("smaller please", BACKPACK, 3, "BACKPACK-2"),
        ("小一码的", BACKPACK, 2, "BACKPACK-1"),
        ("something bigger", KETTLE, 1, "KETTLE-2"),
        ("再小一点", KETTLE, 3, "KETTLE-2"),
    ],
)
def test_bigger_and_smaller_are_one_step(text: str, goods: Product, row: int, expected: str) -> None:
    assert variant_of(text, goods, row) == [expected]


def test_there_is_nothing_bigger_than_the_biggest() -> None:
    wanted = wanted_variant("a bigger one", line_of(BACKPACK, 3), BACKPACK)
    assert wanted.said and wanted.fits == ()


def test_where_the_exact_one_is_sold_out_others_that_fit_are_offered_closest_first() -> None:
    wanted = wanted_variant("2L please", line_of(KETTLE, 5), KETTLE)
    assert [each.sku for each in wanted.fits] == ["KETTLE-3"]
    wanted = wanted_variant("green, please", line_of(KETTLE, 3), KETTLE)
    assert {each.sku for each in wanted.fits} == {"KETTLE-4", "KETTLE-5"}
    wanted = wanted_variant("waterproof: yes", line_of(HEADPHONES), HEADPHONES)
    assert [each.sku for each in wanted.fits] == ["HEADPHONES-2"]


def test_a_sold_out_variant_is_never_an_answer() -> None:
    assert "KETTLE-6" not in variant_of("2L in green", KETTLE, 1)


@pytest.mark.parametrize("text", ["something else", "换一个", "what do you have?", "Thanks"])
def test_naming_nothing_is_not_saying_anything(text: str) -> None:
    wanted = wanted_variant(text, line_of(KETTLE), KETTLE)
    assert not wanted.said and wanted.fits == ()


# Methods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("put it on my gift card", "PM-gift"),
        ("退到礼品卡", "PM-gift"),
        ("PayPal, please", "PM-paypal"),
        ("用贝宝", "PM-paypal"),
        ("用支付宝付", "PM-alipay"),
        ("the Visa ending in 4242", "PM-visa"),
        ("尾号4242的信用卡", "PM-visa"),
        ("my Mastercard", "PM-master"),
        ("尾号7788的银行卡", "PM-master"),
        ("万事达那张", "PM-master"),
        ("back to the original payment method", "original"),
        ("原路退回", "original"),
        ("the same card I used", "original"),
        ("not my gift card, PayPal", "PM-paypal"),
        ("不要退到礼品卡，退到贝宝", "PM-paypal"),
        ("PayPal instead of the gift card", "PM-paypal"),
        ("whatever you like", None),
        ("not my gift card", None),
        ("my credit card", None),
        ("退到银行卡", None),
    ],
)
def test_a_payment_method_is_found_as_customers_call_it(text: str, expected: str | None) -> None:
    assert named_method(text, buyer(MASTER)) == expected


def test_two_cards_of_one_brand_are_told_apart_by_their_digits_only() -> None:
    who = buyer(SECOND_VISA)
    assert named_method("my Visa", who) is None
    assert named_method("the Visa ending in 9001", who) == "PM-visa2"
    assert named_method("尾号4242的Visa卡", who) == "PM-visa"


def test_digits_of_no_card_name_no_card() -> None:
    assert named_method("the Visa ending in 1111", buyer(SECOND_VISA)) is None


def test_the_kind_of_a_method_is_known_where_the_customer_has_none() -> None:
    assert named_method("用微信支付", buyer()) is None
    assert named_kind("用微信支付") is PaymentKind.WECHAT_PAY


# Addresses


def address_of(
    text: str, orders: tuple[Order, ...] = ORDERS, order: Order | None = PENDING
) -> tuple[str, ...]:
    found = named_address(text, buyer(), orders, order, ADDRESS)
    if found is None:
        return ()
    assert (found.recipient, found.phone) == (ADDRESS.recipient, ADDRESS.phone)
    return (found.line1, found.line2, found.city, found.region, found.postcode, found.country)


LINCOLN = ("77 Lincoln Road", "Suite 12", "Denver", "CO", "80202", "US")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please send it to 77 Lincoln Road, Suite 12, Denver, CO, USA, 80202.", LINCOLN),
        ("The new address is 77 Lincoln Road, Suite 12, Denver, CO, 80202, USA", LINCOLN),
        ("77 Lincoln Road, Suite 12, Denver, CO 80202, United States please", LINCOLN),
        ("It should be 77 Lincoln Road, Denver, CO, USA, 80202", (LINCOLN[0], "", *LINCOLN[2:])),
        ("77 Lincoln Road, Denver, CO 80202, USA", (LINCOLN[0], "", *LINCOLN[2:])),
    ],
)
def test_an_address_is_read_as_it_is_written_in_english(text: str, expected: tuple[str, ...]) -> None:
    assert address_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "请改寄到江苏省南京市玄武区中山路18号，邮编210008",
            ("玄武区中山路18号", "", "南京市", "江苏省", "210008", "CN"),
        ),
        ("地址改成上海市浦东新区世纪大道100号", ("浦东新区世纪大道100号", "", "上海市", "上海市", "", "CN")),
        ("寄到文三路99号3幢201室", ("文三路99号3幢201室", "", "杭州", "浙江", "310012", "CN")),
    ],
)
def test_an_address_is_read_as_it_is_written_in_chinese(text: str, expected: tuple[str, ...]) -> None:
    assert address_of(text) == expected


@pytest.mark.parametrize("text", ["use my default address", "the address on my account", "改成我的默认地址"])
def test_the_default_address_can_be_named(text: str) -> None:
    found = named_address(text, replace(buyer(), address=HARBOUR), ORDERS, PENDING, ADDRESS)
    assert found is not None and found.line1 == HARBOUR.line1


@pytest.mark.parametrize(
    "text",
    [
        "the address of my other order in Suzhou",
        "Send it to Suzhou, where the other order went",
        "寄到W1000003的地址",
    ],
)
def test_the_address_of_another_order_can_be_named(text: str) -> None:
    assert address_of(text)[:3] == ("14 Harbour Lane", "", "Suzhou")


def test_two_other_orders_in_one_city_with_different_streets_are_no_address() -> None:
    twin = replace(CANCELLED, id="W1000008", address=replace(HARBOUR, line1="15 Harbour Lane"))
    assert address_of("the other order in Suzhou", (*ORDERS, twin)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "77 Lincoln Road",
        "77 Lincoln Road, Denver",
        "to Denver please",
        "改一下地址",
        "寄到南京市",
        "my new place",
    ],
)
def test_an_incomplete_address_is_none(text: str) -> None:
    assert address_of(text) == ()
