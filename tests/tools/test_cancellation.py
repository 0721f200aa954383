"""The cancellation rules, one by one, against the sample shop's card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    NOW,
    POLICIES,
    items_changed,
    line,
    order,
    refund,
    situation,
    yuan,
)
from tools.domain import CancelOrder, CancelReason, Money, Order, OrderStatus, Payment, PaymentKind
from tools.policy.cancellation import CancelAllowed
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.decide import decide
from tools.policy.verdict import Denied, MoneyMove

CARDS = load_policy_book(POLICIES).at(NOW)
CANCEL = CancelOrder("O-1", CancelReason.NO_LONGER_NEEDED)
PENDING = order(status=OrderStatus.PENDING)


def allowed(goods: Order, command: CancelOrder = CANCEL) -> CancelAllowed:
    result = decide(command, situation(goods, CARDS))
    assert isinstance(result, CancelAllowed), result
    return result


def denied(goods: Order, command: CancelOrder = CANCEL, cards: PolicyCards = CARDS) -> Denied:
    result = decide(command, situation(goods, cards))
    assert isinstance(result, Denied), result
    return result


def strict(**changes: Any) -> PolicyCards:
    assert CARDS.cancellation
    return replace(CARDS, cancellation=replace(CARDS.cancellation, **changes))


def paid(*parts: tuple[str, str]) -> Order:
    """A pending order paid by these methods."""
    total = sum((yuan(amount) for _, amount in parts), Money.zero())
    goods = order(line(price=str(total.amount)), status=OrderStatus.PENDING)
    payments = tuple(
        Payment(method, PaymentKind.ALIPAY, yuan(amount), goods.placed_at) for method, amount in parts
    )
    return replace(goods, payments=payments)


def test_a_pending_order_is_cancelled_and_everything_comes_back_with_the_delivery_fee() -> None:
    result = allowed(order(status=OrderStatus.PENDING, shipping_fee="8.00", discount="20.00"))
    assert (result.rule, result.passage) == ("cancellation.cancel", "cancellation#pending")
    assert result.refund == yuan("88.00")
    assert result.refunds == (MoneyMove("PM-alipay", yuan("88.00")),)


def test_each_payment_method_gets_back_what_it_paid() -> None:
    result = allowed(paid(("PM-gift", "30.00"), ("PM-alipay", "70.00")))
    assert result.refunds == (MoneyMove("PM-gift", yuan("30.00")), MoneyMove("PM-alipay", yuan("70.00")))


def test_what_was_refunded_already_does_not_come_back_twice() -> None:
    assert allowed(replace(PENDING, refunds=(refund("30.00"),))).refund == yuan("70.00")


def test_an_unpaid_order_is_cancelled_without_a_refund() -> None:
    result = allowed(replace(PENDING, payments=()))
    assert (result.refund, result.refunds) == (Money.zero(), ())


@pytest.mark.parametrize("reason", CancelReason)
def test_any_reason_is_good_enough_for_the_sample_shop(reason: CancelReason) -> None:
    assert allowed(PENDING, replace(CANCEL, reason=reason))


@pytest.mark.parametrize(
    ("status", "reason", "counterfactual", "passage"),
    [
        (OrderStatus.PROCESSED, "status", "ask_warehouse", "cancellation#processed"),
        (OrderStatus.SHIPPED, "status", "refuse_or_return", "cancellation#shipped"),
        (OrderStatus.DELIVERED, "status", "return", "returns#no-reason"),
        (OrderStatus.RETURN_REQUESTED, "status", "person", "cancellation#pending"),
        (OrderStatus.RETURNED, "status", "person", "cancellation#pending"),
        (OrderStatus.REFUNDED, "status", "person", "cancellation#pending"),
        (OrderStatus.EXCHANGE_REQUESTED, "status", "person", "cancellation#pending"),
        (OrderStatus.CANCELLED, "order_cancelled", "", "cancellation#pending"),
    ],
)
def test_what_can_be_done_instead_once_the_order_has_got_further(
    status: OrderStatus, reason: str, counterfactual: str, passage: str
) -> None:
    result = denied(order(status=status))
    assert (result.reason, result.counterfactual, result.passage) == (reason, counterfactual, passage)
    assert result.params.get("status") == (status.value if reason == "status" else None)


def test_a_presale_order_goes_to_a_person_because_its_deposit_is_kept() -> None:
    result = denied(replace(PENDING, presale=True))
    assert (result.reason, result.counterfactual) == ("presale", "person")
    assert isinstance(
        decide(CANCEL, situation(replace(PENDING, presale=True), strict(presale=True))), CancelAllowed
    )


def test_changed_items_are_no_obstacle_unless_the_card_says_so() -> None:
    goods = replace(PENDING, item_changes=(items_changed(),))
    assert allowed(goods).refund == yuan("100.00")
    assert denied(goods, cards=strict(after_item_change=False)).reason == "items_changed"


def test_a_reason_that_the_card_does_not_accept_is_named_with_those_it_does() -> None:
    cards = strict(reasons=(CancelReason.NO_LONGER_NEEDED, CancelReason.ORDERED_BY_MISTAKE))
    result = denied(PENDING, replace(CANCEL, reason=CancelReason.FOUND_CHEAPER), cards)
    assert result.reason == "reason_not_accepted"
    assert result.params == {"accepted": "no_longer_needed, ordered_by_mistake", "asked": "found_cheaper"}


def test_a_shop_without_the_card_does_not_cancel_by_chat() -> None:
    result = denied(PENDING, cards=replace(CARDS, cancellation=None))
    assert (result.rule, result.reason, result.counterfactual) == (
        "cancellation.not_offered", "not_offered", "person"
    )  # fmt: skip


cents = st.integers(1, 500_00)


@given(st.lists(st.tuples(st.sampled_from(["PM-alipay", "PM-gift", "PM-old"]), cents), max_size=5), st.data())
def test_paid_is_refunded_before_plus_refunded_now(parts: list[tuple[str, int]], data: st.DataObject) -> None:
    amounts = [(method, f"{value / 100:.2f}") for method, value in parts]
    goods = paid(*amounts) if amounts else replace(PENDING, payments=())
    earlier = [
        replace(refund(amount, number), method_id=method)
        for number, (method, amount) in enumerate(amounts)
        if data.draw(st.booleans())
    ]
    goods = replace(goods, refunds=tuple(earlier))
    result = allowed(goods)
    assert result.refund + goods.refunded == goods.paid
    assert sum((move.amount for move in result.refunds), Money.zero()) == result.refund
    assert all(move.amount > Money.zero() for move in result.refunds)


@given(
    st.sampled_from(OrderStatus), st.sampled_from(CancelReason), st.booleans(), st.booleans(), st.booleans()
)
def test_the_same_question_always_gets_the_same_answer(
    status: OrderStatus, reason: CancelReason, presale: bool, changed: bool, strictly: bool
) -> None:
    changes = (items_changed(),) if changed else ()
    goods = replace(order(status=status), presale=presale, item_changes=changes)
    asked = situation(goods, strict(after_item_change=not strictly))
    command = replace(CANCEL, reason=reason)
    first, second = decide(command, asked), decide(command, asked)
    assert first == second
    assert asked == situation(goods, strict(after_item_change=not strictly))
    cancellable = status is OrderStatus.PENDING and not presale and not (changed and strictly)
    assert isinstance(first, CancelAllowed) == cancellable
