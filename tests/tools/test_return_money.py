"""Properties of money: nothing is lost, nothing is invented, whatever the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    DELIVERED,
    NOW,
    POLICIES,
    customer,
    line,
    order,
    refund,
    returned,
    wish,
    yuan,
)
from tools.domain import Category, Money, Order, ReturnReason, ReturnStatus, Tier
from tools.policy.cards import load_policy_book
from tools.policy.return_money import line_refund, line_shares, refundable_left, shipping_paid
from tools.policy.returns import ReturnAllowed, check_return

CARD = load_policy_book(POLICIES).at(NOW).returns
money = st.integers(0, 200_000).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """A delivered order with a discount that may even exceed the goods."""
    count = draw(st.integers(1, 4))
    lines = [
        line(
            number,
            str(draw(money)),
            draw(st.integers(1, 5)),
            draw(st.sampled_from(Category)),
            draw(st.booleans()),
        )
        for number in range(1, count + 1)
    ]
    fee = draw(money)
    most = sum((item.total.amount for item in lines), fee)
    cents = draw(st.integers(0, int(most * 100)))
    return order(*lines, discount=str(Decimal(cents).scaleb(-2)), shipping_fee=str(fee))


def test_a_discount_is_shared_by_price_half_a_cent_up() -> None:
    goods = order(line(1, "0.50"), line(2, "0.50"), line(3, "1.00"), discount="0.01")
    assert line_shares(goods) == {1: yuan("0.50"), 2: yuan("0.49"), 3: yuan("1.00")}
    goods = order(line(1, "60.00"), line(2, "40.00"), discount="10.00")
    assert line_shares(goods) == {1: yuan("54.00"), 2: yuan("36.00")}


def test_a_piece_is_worth_its_part_half_a_cent_up() -> None:
    goods = order(line(1, "0.15", 2), discount="0.01")
    assert line_refund(goods, goods.lines[0], 1) == yuan("0.15")
    three = order(line(1, "10.00", 3), discount="10.00")
    assert [line_refund(three, three.lines[0], count) for count in (1, 2, 3)] == [
        yuan("6.67"), yuan("13.33"), yuan("20.00")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "paid_out", "left"),
    [
        (ReturnStatus.REQUESTED, None, "100.00"),
        (ReturnStatus.REFUNDED, "88.00", "100.00"),
        (ReturnStatus.REJECTED, None, "200.00"),
    ],
)
def test_postage_kept_for_an_earlier_return_is_not_refundable(
    status: ReturnStatus, paid_out: str | None, left: str
) -> None:
    goods = order(line(1), line(2))
    goods = replace(goods, returns=(returned((1, 1, "100.00"), status=status, postage="12.00"),))
    if paid_out:
        goods = replace(goods, refunds=(refund(paid_out),))
    assert refundable_left(goods) == yuan(left)


@given(orders())
def test_shares_and_shipping_add_up_to_what_was_paid(goods: Order) -> None:
    shares = line_shares(goods)
    assert all(share >= Money.zero() for share in shares.values())
    assert all(shares[item.line_no] <= item.total for item in goods.lines)
    assert sum(shares.values(), shipping_paid(goods)) == goods.total


@given(orders(), st.data())
def test_a_line_sent_back_in_pieces_brings_its_whole_share(goods: Order, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(goods.lines))
    share, total, number = line_shares(goods)[chosen.line_no], Money.zero(), 0
    while left := chosen.quantity - goods.returned_quantity(chosen.line_no):
        quantity, number = data.draw(st.integers(1, left)), number + 1
        part = line_refund(goods, chosen, quantity)
        total = total + part
        item = returned((chosen.line_no, quantity, str(part.amount)), number=number)
        goods = replace(goods, returns=(*goods.returns, item))
    assert total == share


@given(
    orders(),
    st.sampled_from(ReturnReason),
    st.sampled_from(Tier),
    st.integers(0, 40 * 24),
    st.data(),
)
def test_an_allowed_return_keeps_the_sums(
    goods: Order, reason: ReturnReason, tier: Tier, hours: int, data: st.DataObject
) -> None:
    wanted = data.draw(st.lists(st.sampled_from(goods.lines), min_size=1, unique_by=lambda x: x.line_no))
    items = [(item.line_no, data.draw(st.integers(1, item.quantity))) for item in wanted]
    now = DELIVERED + timedelta(hours=hours)
    result = check_return(goods, customer(tier=tier), wish(*items, reason=reason), CARD, now)
    if not isinstance(result, ReturnAllowed):
        assert result.passage and result.rule and result.reason
        return
    gross = sum((item.refund for item in result.items), result.shipping)
    assert result.refund == max(gross - result.postage, Money.zero())
    assert gross <= refundable_left(goods) <= goods.total
    assert result.deadline is not None and now < result.deadline
    assert sorted(items) == [(item.line_no, item.quantity) for item in result.items]
    assert (result.postage_payer == "customer") == (not reason.shop_fault and tier is not Tier.GOLD)
    assert result.postage_payer == "customer" or result.postage == Money.zero()
    assert not any(goods.line(number).final_sale for number, _ in items) or reason.shop_fault


@given(orders(), st.sampled_from(ReturnReason), st.integers(0, 40 * 24), st.integers(1, 24 * 60))
def test_waiting_never_opens_a_closed_window(
    goods: Order, reason: ReturnReason, hours: int, more: int
) -> None:
    now = DELIVERED + timedelta(hours=hours)
    command = wish((1, 1), reason=reason)
    early = check_return(goods, customer(), command, CARD, now)
    late = check_return(goods, customer(), command, CARD, now + timedelta(hours=more))
    assert isinstance(early, ReturnAllowed) or not isinstance(late, ReturnAllowed)


@given(orders(), st.data())
def test_returning_line_after_line_never_pays_more_than_was_paid(goods: Order, data: st.DataObject) -> None:
    """Each return is paid out or still open; whatever the mix, the sum stays within the payment."""
    total = Money.zero()
    for number, item in enumerate(goods.lines, 1):
        command = wish((item.line_no, item.quantity), reason=ReturnReason.QUALITY)
        result = check_return(goods, customer(), command, CARD, NOW)
        if not isinstance(result, ReturnAllowed):
            continue
        total = total + result.refund
        started = replace(
            returned((item.line_no, item.quantity, "0.00"), number=number),
            lines=result.items,
            refund=result.refund,
        )
        if data.draw(st.booleans()):
            paid = replace(started, status=ReturnStatus.REFUNDED)
            goods = replace(
                goods,
                returns=(*goods.returns, paid),
                refunds=(*goods.refunds, refund(str(result.refund.amount))),
            )
        else:
            goods = replace(goods, returns=(*goods.returns, started))
    assert total <= goods.total
