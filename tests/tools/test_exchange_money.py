"""Properties of exchanges: whatever is wished for, it is settled to the cent or refused for a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    DELIVERED,
    NOW,
    POLICIES,
    customer,
    for_variant,
    line,
    order,
    situation,
    yuan,
)
from tools.domain import Category, Customer, Money, Order, ReturnReason, StartExchange, Tier
from tools.policy.cards import load_policy_book
from tools.policy.decide import decide
from tools.policy.exchange import ExchangeAllowed
from tools.policy.return_money import refundable_left
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)
HOME = Category.HOME
NOTHING = Money.zero()


@st.composite
def wishes(draw: st.DrawFn) -> tuple[Order, StartExchange, Customer]:
    """A delivered order, and pieces of its lines as any variant; by and large it is possible."""
    category = st.sampled_from([Category.APPAREL, HOME, Category.ELECTRONICS, Category.UNDERWEAR])
    lines = [
        line(number, "100.00", draw(st.integers(1, 3)), draw(category), draw(st.integers(0, 9)) == 0)
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    goods = order(*lines, discount=f"{draw(st.integers(0, 200)) / 2:.2f}", shipping_fee="8.00")
    ends = st.sampled_from(["-L", "-S", "-white", "-dear", "-cheap", "-none", ""])
    items = [
        for_variant(each.line_no, draw(ends), draw(st.integers(1, each.quantity + 1)), each.category)
        for each in draw(st.lists(st.sampled_from(lines), min_size=1, unique_by=lambda x: x.line_no))
    ]
    method = draw(st.sampled_from(["original", "PM-gift", "PM-alipay", "PM-strange"]))
    command = StartExchange("O-1", tuple(items), draw(st.sampled_from(ReturnReason)), method)
    return goods, command, customer(tier=draw(st.sampled_from(Tier)))


moments = st.integers(0, 35 * 24).map(lambda hours: DELIVERED + timedelta(hours=hours))


@given(wishes(), moments)
def test_an_exchange_is_settled_to_the_cent(
    wish: tuple[Order, StartExchange, Customer], now: datetime
) -> None:
    goods, command, who = wish
    result = decide(command, situation(goods, CARDS, now, who))
    assert result == decide(command, situation(goods, CARDS, now, who))
    if isinstance(result, Denied):
        assert result.rule and result.passage and result.reason
        return
    assert isinstance(result, ExchangeAllowed)
    old = sum((each.old_price * each.quantity for each in result.items), NOTHING)
    new = sum((each.new_price * each.quantity for each in result.items), NOTHING)
    assert result.due - result.refund == new - old + result.postage
    assert NOTHING in (result.due, result.refund)
    assert result.refund <= refundable_left(goods)
    assert result.deadline is not None and now < result.deadline
    assert result.postage_payer == "customer" or result.postage == NOTHING
    if result.method_id == "PM-gift":
        assert result.due <= yuan("50.00")


@given(wishes(), moments)
def test_a_refused_line_is_one_that_was_asked_for(
    wish: tuple[Order, StartExchange, Customer], now: datetime
) -> None:
    goods, command, who = wish
    result = decide(command, situation(goods, CARDS, now, who))
    if isinstance(result, Denied) and "line_no" in result.params:
        asked = [item for item in command.items if str(item.line_no) == result.params["line_no"]]
        alone = decide(replace(command, items=tuple(asked)), situation(goods, CARDS, now, who))
        # Only the stock can be enough for each line and not for all of them.
        assert isinstance(alone, Denied) or result.reason == "out_of_stock"


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["-L", "-S"])), min_size=1, max_size=2),
    st.sampled_from(["original", "PM-gift", "PM-alipay"]),
    st.sampled_from(Tier),
    st.sampled_from(ReturnReason),
    st.integers(0, 15 * 24 - 12),
)
def test_changing_nothing_but_the_size_for_the_first_time_costs_nothing(
    parts: list[tuple[int, str]], method: str, tier: Tier, reason: ReturnReason, hours: int
) -> None:
    goods = order(*(line(number, quantity=quantity) for number, (quantity, _) in enumerate(parts, 1)))
    items = tuple(for_variant(number, end) for number, (_, end) in enumerate(parts, 1))
    now = DELIVERED + timedelta(hours=hours)
    command = StartExchange("O-1", items, reason, method)
    result = decide(command, situation(goods, CARDS, now, customer(tier=tier)))
    assert isinstance(result, ExchangeAllowed)
    assert (result.due, result.refund, result.postage) == (NOTHING, NOTHING, NOTHING)


@given(wishes(), moments, st.integers(1, 24 * 60))
def test_waiting_never_opens_a_closed_window(
    wish: tuple[Order, StartExchange, Customer], now: datetime, more: int
) -> None:
    goods, command, who = wish
    early = decide(command, situation(goods, CARDS, now, who))
    late = decide(command, situation(goods, CARDS, now + timedelta(hours=more), who))
    assert isinstance(early, ExchangeAllowed) or not isinstance(late, ExchangeAllowed)
