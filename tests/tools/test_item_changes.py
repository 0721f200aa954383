"""Other items and another payment method for a pending order: settled to the cent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    NOW,
    POLICIES,
    customer,
    for_variant,
    line,
    order,
    refund,
    situation,
    yuan,
)
from tools.domain import (
    Category,
    ChangeItems,
    ChangePayment,
    Command,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
    SwapItem,
)
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.decide import Allowed, decide
from tools.policy.order_changes import (
    ItemsAllowed,
    OrderChangesCard,
    PaymentAllowed,
)
from tools.policy.verdict import Denied, MoneyMove

CARDS = load_policy_book(POLICIES).at(NOW)
NOTHING = Money.zero()
VISA = PaymentMethod("PM-card", PaymentKind.CARD, "4242")


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


def change(*items: SwapItem, method: str = "original") -> ChangeItems:
    return ChangeItems("O-1", items or (for_variant(),), method)


def pay(method: str = "PM-card") -> ChangePayment:
    return ChangePayment("O-1", method)


def changed(goods: Order, command: ChangeItems) -> ItemsAllowed:
    result = answer(command, goods)
    assert isinstance(result, ItemsAllowed), result
    return result


def card_with(**changes: Any) -> PolicyCards:
    assert CARDS.order_changes
    card: OrderChangesCard = replace(CARDS.order_changes, **changes)
    return replace(CARDS, order_changes=card)


def test_a_dearer_variant_is_paid_and_a_cheaper_one_refunded_at_once() -> None:
    goods = pending(line(1, quantity=2), line(2))
    result = changed(goods, change(for_variant(1, "-dear", 2), for_variant(2, "-cheap")))
    assert (result.rule, result.passage) == ("order_changes.items", "order-changes#items")
    assert (result.due, result.refund, result.method_id) == (yuan("30.00"), NOTHING, "PM-alipay")
    result = changed(goods, change(for_variant(2, "-cheap"), method="PM-gift"))
    assert (result.due, result.refund, result.method_id) == (NOTHING, yuan("30.00"), "PM-gift")


@pytest.mark.parametrize(
    ("command", "reason", "params"),
    [
        (replace(change(), items=()), "no_items", {}),
        (change(for_variant(7)), "unknown_line", {"line_no": "7"}),
        (change(for_variant(quantity=3)), "quantity", {"line_no": "1", "asked": "3", "available": "2"}),
        (change(for_variant(quantity=0)), "quantity", {"line_no": "1", "asked": "0", "available": "2"}),
        (
            change(for_variant(quantity=2), for_variant()),
            "quantity",
            {"line_no": "1", "asked": "3", "available": "2"},
        ),
        (change(for_variant(end="-pink")), "unknown_variant", {"line_no": "1", "sku": "SKU-apparel-pink"}),
        (change(for_variant(end="")), "same_variant", {"line_no": "1", "sku": "SKU-apparel"}),
        (change(for_variant(end="-none")), "out_of_stock", {"line_no": "1", "sku": "SKU-apparel-none"}),
        (change(SwapItem(1, 1, "SKU-home")), "unknown_variant", {"line_no": "1", "sku": "SKU-home"}),
    ],
)
def test_wishes_that_do_not_fit_the_order(command: ChangeItems, reason: str, params: dict[str, str]) -> None:
    result = denied(command, pending(line(quantity=2), line(2, category=Category.HOME)))
    assert (result.reason, result.params) == (reason, params)


def test_the_gift_card_has_to_hold_the_difference() -> None:
    dear = change(for_variant(end="-dear", quantity=2), method="PM-gift")
    result = denied(dear, pending(line(quantity=2)))
    assert (result.reason, result.counterfactual) == ("gift_card_too_low", "other_method")
    assert result.params == {"method_id": "PM-gift", "balance": "¥50.00", "needed": "¥60.00"}


def test_a_refund_goes_to_a_method_that_paid_or_to_a_gift_card() -> None:
    cheap = change(for_variant(end="-cheap"), method="PM-card")
    result = denied(cheap, pending())
    assert (result.reason, result.counterfactual) == ("refund_to_not_allowed", "other_method")
    assert isinstance(answer(cheap, pending(), cards=card_with(refund_to="any")), ItemsAllowed)
    unknown = denied(replace(cheap, method_id="PM-strange"), pending())
    assert (unknown.reason, unknown.counterfactual) == ("unknown_method", "other_method")


def test_nobody_gets_back_more_than_was_paid() -> None:
    assert changed(pending(discount="70.00"), change(for_variant(end="-cheap"))).refund == yuan("30.00")
    result = denied(change(for_variant(end="-cheap")), pending(discount="70.01"))
    assert (result.reason, result.counterfactual) == ("more_than_paid", "person")


@st.composite
def wishes(draw: st.DrawFn) -> tuple[Order, ChangeItems]:
    lines = [
        line(number, "100.00", draw(st.integers(1, 3))) for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    goods = pending(*lines, discount=f"{draw(st.integers(0, 200)) / 2:.2f}", shipping_fee="8.00")
    ends = st.sampled_from(["-L", "-white", "-dear", "-cheap", "-none", ""])
    items = [
        for_variant(each.line_no, draw(ends), draw(st.integers(1, each.quantity + 1)))
        for each in draw(st.lists(st.sampled_from(lines), min_size=1, unique_by=lambda x: x.line_no))
    ]
    return goods, change(*items, method=draw(st.sampled_from(["original", "PM-gift", "PM-card"])))


def after(goods: Order, result: ItemsAllowed) -> Money:
    """The total of the order with the new variants in it."""
    total = goods.total
    for each in result.items:
        total = total + (each.new_price - each.old_price) * each.quantity
    return total


@given(wishes())
def test_the_new_total_is_the_old_one_plus_what_is_due_less_what_is_refunded(
    wish: tuple[Order, ChangeItems],
) -> None:
    goods, command = wish
    result = answer(command, goods)
    assert result == answer(command, goods)
    if isinstance(result, Denied):
        assert result.rule == "order_changes.items" and result.passage and result.reason
        return
    assert isinstance(result, ItemsAllowed)
    assert after(goods, result) == goods.total + result.due - result.refund
    assert NOTHING in (result.due, result.refund)
    assert after(goods, result) >= NOTHING
    gift = with_card().method("PM-gift")
    assert result.method_id != "PM-gift" or (gift and gift.balance and result.due <= gift.balance)
    assert result.refund == NOTHING or result.method_id in ("PM-alipay", "PM-gift")


@given(wishes())
def test_a_refused_line_is_one_that_was_asked_for(wish: tuple[Order, ChangeItems]) -> None:
    goods, command = wish
    result = answer(command, goods)
    if isinstance(result, Denied) and "line_no" in result.params:
        asked = [item for item in command.items if str(item.line_no) == result.params["line_no"]]
        alone = answer(replace(command, items=tuple(asked)), goods)
        # Only the stock can be enough for each line and not for all of them.
        assert isinstance(alone, Denied) or result.reason == "out_of_stock"


def test_the_new_method_pays_everything_and_the_old_ones_get_it_back() -> None:
    goods = pending(line(price="40.00"), shipping_fee="8.00")
    result = answer(pay("PM-gift"), goods)
    assert result == PaymentAllowed(
        "order_changes.payment",
        "order-changes#payment",
        MoneyMove("PM-gift", yuan("48.00")),
        (MoneyMove("PM-alipay", yuan("48.00")),),
    )


@pytest.mark.parametrize(
    ("method", "reason", "counterfactual"),
    [
        ("PM-alipay", "same_method", "other_method"),
        ("PM-gift", "gift_card_too_low", "other_method"),
        ("PM-strange", "unknown_method", "other_method"),
        ("original", "unknown_method", "other_method"),
    ],
)
def test_methods_that_cannot_pay(method: str, reason: str, counterfactual: str) -> None:
    result = denied(pay(method), pending())
    assert (result.reason, result.counterfactual) == (reason, counterfactual)


def test_a_gift_card_may_be_spent_to_the_last_cent() -> None:
    assert isinstance(answer(pay("PM-gift"), pending(line(price="50.00"))), PaymentAllowed)
    assert denied(pay("PM-gift"), pending(line(price="50.01"))).reason == "gift_card_too_low"


def test_an_unpaid_order_has_no_payment_to_change() -> None:
    assert denied(pay(), replace(pending(), payments=())).reason == "not_paid"
    assert denied(pay(), replace(pending(), refunds=(refund("100.00"),))).reason == "not_paid"


@given(
    st.lists(
        st.tuples(st.sampled_from(["PM-alipay", "PM-gift", "PM-old"]), st.integers(1, 9000)), max_size=4
    ),
    st.sampled_from(["PM-alipay", "PM-gift", "PM-card", "PM-strange"]),
    st.integers(0, 9000),
)
def test_a_change_of_payment_moves_what_is_paid_and_not_a_cent_more(
    parts: list[tuple[str, int]], method: str, back: int
) -> None:
    payments = tuple(
        Payment(name, PaymentKind.ALIPAY, yuan(f"{value / 100:.2f}"), NOW) for name, value in parts
    )
    goods = replace(pending(), payments=payments)
    if parts:
        earlier = min(yuan(f"{back / 100:.2f}"), payments[0].amount)
        goods = replace(goods, refunds=(replace(refund(str(earlier.amount)), method_id=parts[0][0]),))
    result = answer(pay(method), goods)
    assert result == answer(pay(method), goods)
    if isinstance(result, Denied):
        assert result.reason in ("not_paid", "same_method", "gift_card_too_low", "unknown_method")
        return
    assert isinstance(result, PaymentAllowed)
    assert result.charge.amount == goods.paid - goods.refunded
    assert sum((each.amount for each in result.refunds), NOTHING) == result.charge.amount
    assert result.charge.method_id not in [each.method_id for each in result.refunds]
    assert method != "PM-gift" or result.charge.amount <= yuan("50.00")
