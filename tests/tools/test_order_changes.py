"""What may be changed about an order that has not left, against the sample shop's card."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    ADDRESS,
    NOW,
    POLICIES,
    customer,
    for_variant,
    items_changed,
    line,
    order,
    situation,
    swapped,
    yuan,
)
from tools.domain import (
    Address,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    SwapItem,
)
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.decide import Allowed, decide
from tools.policy.order_changes import (
    AddressAllowed,
    DefaultAddressAllowed,
    ItemsAllowed,
    OrderChangesCard,
    PaymentAllowed,
)
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)
NOTHING = Money.zero()
GUANGZHOU = Address("李雷", "13900000002", "天河路 2 号", "广州市", "广东", "510620")
URUMQI = replace(GUANGZHOU, city="乌鲁木齐市", region="新疆维吾尔自治区", postcode="830002")
REMOTE = [
    "新疆维吾尔自治区", "新疆", "Xinjiang", "西藏自治区", "Tibet", "内蒙古自治区", "Inner Mongolia",
    "青海省", "Qinghai", "宁夏回族自治区", "Ningxia", "海南省", "海南", "Hainan", " 新疆 ",
]  # fmt: skip
VISA = PaymentMethod("PM-card", PaymentKind.CARD, "4242")
RULES = {
    ChangeAddress: "order_changes.address",
    ChangeItems: "order_changes.items",
    ChangePayment: "order_changes.payment",
}


def pending(*lines: OrderLine, **more: Any) -> Order:
    return order(*lines, status=OrderStatus.PENDING, **more)


def with_card() -> Customer:
    who = customer()
    return replace(who, payment_methods=(*who.payment_methods, VISA))


def answer(
    command: Command, goods: Order | None, who: Customer | None = None, cards: PolicyCards = CARDS
) -> Allowed | Denied:
    return decide(command, situation(goods, cards, who=who or with_card()))


def denied(
    command: Command, goods: Order | None, who: Customer | None = None, cards: PolicyCards = CARDS
) -> Denied:
    result = answer(command, goods, who, cards)
    assert isinstance(result, Denied), result
    return result


def move(address: Address = GUANGZHOU) -> ChangeAddress:
    return ChangeAddress("O-1", address)


def moved(goods: Order, address: Address = GUANGZHOU) -> AddressAllowed:
    result = answer(move(address), goods)
    assert isinstance(result, AddressAllowed), result
    return result


def change(*items: SwapItem, method: str = "original") -> ChangeItems:
    return ChangeItems("O-1", items or (for_variant(),), method)


def pay(method: str = "PM-card") -> ChangePayment:
    return ChangePayment("O-1", method)


def card_with(**changes: Any) -> PolicyCards:
    assert CARDS.order_changes
    card: OrderChangesCard = replace(CARDS.order_changes, **changes)
    return replace(CARDS, order_changes=card)


@pytest.mark.parametrize(
    ("command", "status", "counterfactual"),
    [
        (move(), OrderStatus.SHIPPED, "carrier_redirect"),
        (move(), OrderStatus.DELIVERED, ""),
        (change(), OrderStatus.PROCESSED, ""),
        (change(), OrderStatus.SHIPPED, ""),
        (change(), OrderStatus.DELIVERED, "exchange"),
        (pay(), OrderStatus.PROCESSED, ""),
        (pay(), OrderStatus.SHIPPED, ""),
        (pay(), OrderStatus.DELIVERED, ""),
    ],
)
def test_too_late_for_a_change(command: Command, status: OrderStatus, counterfactual: str) -> None:
    result = denied(command, order(status=status))
    assert (result.rule, result.reason, result.counterfactual, result.params) == (
        RULES[type(command)], "status", counterfactual, {"status": status.value}
    )  # fmt: skip


@pytest.mark.parametrize("command", [move(), change(), pay()])
def test_a_cancelled_order_is_not_changed(command: Command) -> None:
    assert denied(command, order(status=OrderStatus.CANCELLED)).reason == "order_cancelled"


def test_items_are_changed_once_and_everything_else_as_often_as_one_likes() -> None:
    goods = replace(pending(), item_changes=(items_changed(swapped()),))
    assert denied(change(), goods).reason == "items_changed"
    assert isinstance(answer(move(), goods), AddressAllowed)
    assert isinstance(answer(pay(), goods), PaymentAllowed)
    allowed = answer(change(), pending())
    assert isinstance(allowed, ItemsAllowed) and allowed.final


@pytest.mark.parametrize("command", [move(), change(), pay(), ChangeDefaultAddress(GUANGZHOU)])
def test_a_shop_without_the_card_changes_nothing_by_chat(command: Command) -> None:
    goods = None if isinstance(command, ChangeDefaultAddress) else pending()
    result = denied(command, goods, cards=replace(CARDS, order_changes=None))
    assert result == Denied("order_changes.not_offered", "", "not_offered", "person")


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.PROCESSED])
def test_an_order_that_has_not_left_goes_to_another_address_for_nothing(status: OrderStatus) -> None:
    result = moved(order(status=status, shipping_fee="8.00"), replace(ADDRESS, line1="体育场路 9 号"))
    assert result == AddressAllowed(
        "order_changes.address", "address-changes#before-shipping", ADDRESS, NOTHING, ""
    )


@pytest.mark.parametrize(
    ("goods", "fee", "due"),
    [
        ("50.00", "8.00", "7.00"),
        ("150.00", "0.00", "15.00"),
        ("199.00", "0.00", "0.00"),
        ("198.99", "0.00", "15.00"),
        ("50.00", "22.00", "0.00"),
        ("50.00", "0.00", "7.00"),
    ],
)
def test_a_remote_region_costs_the_difference(goods: str, fee: str, due: str) -> None:
    """Express (¥22) is dearer already; what was sent free as a favour pays the difference only."""
    result = moved(pending(line(price=goods), shipping_fee=fee), URUMQI)
    assert (result.due, result.method_id) == (yuan(due), "PM-alipay" if yuan(due) > NOTHING else "")


@pytest.mark.parametrize("region", REMOTE)
def test_every_remote_region_is_known_in_each_spelling(region: str) -> None:
    goods = pending(line(price="50.00"), shipping_fee="8.00")
    assert moved(goods, replace(GUANGZHOU, region=region)).due == yuan("7.00")


@pytest.mark.parametrize(
    ("goods", "fee", "discount"), [("50.00", "8.00", "0.00"), ("105.00", "0.00", "10.00")]
)
def test_regions_that_cost_the_same_cost_nothing(goods: str, fee: str, discount: str) -> None:
    assert moved(pending(line(price=goods), shipping_fee=fee, discount=discount)).due == NOTHING


def test_an_unpaid_order_goes_to_another_address_too() -> None:
    assert moved(replace(pending(), payments=())).method_id == ""


def test_a_cheaper_region_brings_nothing_back() -> None:
    goods = replace(pending(line(price="50.00"), shipping_fee="15.00"), address=URUMQI)
    assert moved(goods, ADDRESS).due == NOTHING


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", ""),
        ("line1", "  "),
        ("city", ""),
        ("country", ""),
        ("region", ""),
        ("line1", "1 号\n2 号"),
        ("line2", "\u202e1 号"),
        ("phone", "1" * 201),
    ],
)
def test_an_address_that_cannot_be_written_on_a_parcel_is_refused_by_field(field: str, value: str) -> None:
    result = denied(move(replace(GUANGZHOU, **{field: value})), pending())
    assert (result.reason, result.params) == ("address_incomplete", {"field": field})


def test_a_wide_space_is_part_of_many_chinese_addresses() -> None:
    assert moved(pending(), replace(GUANGZHOU, line1="天河路\u30002 号"))


def test_the_same_address_is_no_change() -> None:
    assert denied(move(ADDRESS), pending()).reason == "same_address"


def test_another_country_means_to_cancel_and_order_again() -> None:
    result = denied(move(replace(GUANGZHOU, country="DE")), pending())
    assert (result.reason, result.counterfactual) == ("other_country", "cancel_and_reorder")
    free = answer(move(replace(GUANGZHOU, country="DE")), pending(), cards=card_with(tariffs=()))
    assert isinstance(free, AddressAllowed) and free.due == NOTHING


def test_the_difference_is_paid_by_the_method_that_paid_if_it_can() -> None:
    goods = pending(line(price="50.00"), shipping_fee="8.00")
    by_gift = replace(goods, payments=tuple(replace(p, method_id="PM-gift") for p in goods.payments))
    poor = replace(
        customer(), payment_methods=(PaymentMethod("PM-gift", PaymentKind.GIFT_CARD, balance=yuan("6.99")),)
    )
    result = denied(move(URUMQI), by_gift, poor)
    assert (result.reason, result.counterfactual) == ("gift_card_too_low", "person")
    assert moved(by_gift, URUMQI).method_id == "PM-gift"
    unpaid = denied(move(URUMQI), replace(goods, payments=()))
    assert (unpaid.reason, unpaid.counterfactual) == ("unknown_method", "person")


def test_the_default_address_is_changed_at_any_time_and_costs_nothing() -> None:
    result = answer(ChangeDefaultAddress(URUMQI), None)
    assert result == DefaultAddressAllowed(
        "order_changes.default_address", "order-changes#default-address", ADDRESS
    )
    abroad = replace(GUANGZHOU, country="DE", region="")
    assert isinstance(answer(ChangeDefaultAddress(abroad), None), DefaultAddressAllowed)


def test_a_default_address_is_whole_and_another_one() -> None:
    assert denied(ChangeDefaultAddress(ADDRESS), None).reason == "same_address"
    result = denied(ChangeDefaultAddress(replace(GUANGZHOU, city="")), None)
    assert (result.reason, result.params) == ("address_incomplete", {"field": "city"})


any_text = st.text(max_size=12)
addresses = st.builds(Address, **{field.name: any_text for field in fields(Address)})


@given(addresses, st.sampled_from(OrderStatus))
def test_whatever_address_is_given_the_answer_is_the_same_twice(
    address: Address, status: OrderStatus
) -> None:
    goods = order(status=status)
    for command, about in ((move(address), goods), (ChangeDefaultAddress(address), None)):
        result = answer(command, about)
        assert result == answer(command, about)
        if isinstance(result, AddressAllowed | DefaultAddressAllowed):
            assert all(getattr(address, name).strip() for name in ("recipient", "line1", "city", "country"))
            assert not any(character in "\n\r\t\x00\u202e" for character in address.line1)


regions = st.sampled_from([*REMOTE, "广东", "浙江", "Shanghai"])


@given(regions, regions, st.integers(1, 30_000), st.sampled_from(["0.00", "8.00", "15.00", "22.00"]))
def test_moving_never_costs_more_than_the_dearest_delivery(old: str, new: str, goods: int, fee: str) -> None:
    start = pending(line(price=f"{goods / 100:.2f}"), shipping_fee=fee)
    start = replace(start, address=replace(ADDRESS, region=old))
    there = moved(start, replace(GUANGZHOU, region=new))
    assert NOTHING <= there.due <= yuan("15.00")
    assert there.due == NOTHING or start.shipping_fee + there.due <= yuan("15.00")
    assert (there.due > NOTHING) == bool(there.method_id)
