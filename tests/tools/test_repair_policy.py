"""Repairs under warranty, one by one, against the sample shop's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import (
    DELIVERED,
    NOW,
    POLICIES,
    exchanged,
    line,
    order,
    repaired,
    returned,
    situation,
    swapped,
)
from tools.domain import Category, Order, OrderStatus, RepairStatus, StartRepair
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.decide import decide
from tools.policy.repair import RepairAllowed
from tools.policy.returns import warranty_end
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)
ZONE = CARDS.timezone
TICK = timedelta(microseconds=1)
MONTHS = {
    Category.ELECTRONICS: 12, Category.APPLIANCES: 12, Category.LARGE_APPLIANCES: 36, Category.FURNITURE: 24,
    Category.TOYS: 6, Category.SPORTS: 6,
}  # fmt: skip


def mend(line_no: int = 1, quantity: int = 1, fault: str = "The screen stays dark.") -> StartRepair:
    return StartRepair("O-1", line_no, quantity, fault)


def phone(quantity: int = 1) -> Order:
    return order(line(quantity=quantity, category=Category.ELECTRONICS))


def denied(
    goods: Order, command: StartRepair | None = None, now: datetime = NOW, cards: PolicyCards = CARDS
) -> Denied:
    result = decide(command or mend(), situation(goods, cards, now))
    assert isinstance(result, Denied), result
    return result


@pytest.mark.parametrize("category", MONTHS)
def test_the_warranty_lasts_until_the_end_of_its_last_day_in_shanghai(category: Category) -> None:
    """Delivered on 10 November: the day of the same number, so many months later, is the last one."""
    year, month = divmod(2026 * 12 + 10 + MONTHS[category], 12)
    last = date(year, month + 1, 10)
    midnight = datetime(year, month + 1, 10, 16, 0, tzinfo=UTC)
    goods = order(line(category=category))
    result = decide(mend(), situation(goods, CARDS, midnight - TICK))
    assert result == RepairAllowed("repair.warranty", "warranty#periods", last)
    over = denied(goods, now=midnight)
    assert (over.reason, over.counterfactual) == ("warranty_ended", "paid_repair")
    assert over.params == {"line_no": "1", "warranty_until": last.isoformat()}


@pytest.mark.parametrize("category", sorted(set(Category) - set(MONTHS)))
def test_other_goods_have_no_shop_warranty_and_go_to_a_person(category: Category) -> None:
    result = denied(order(line(category=category)))
    assert (result.reason, result.counterfactual) == ("no_warranty", "person")
    assert result.params == {"line_no": "1", "category": category.value}


@pytest.mark.parametrize(
    ("status", "delivered_at", "reason", "counterfactual"),
    [
        (OrderStatus.CANCELLED, None, "order_cancelled", ""),
        (OrderStatus.PENDING, None, "not_delivered", "after_delivery"),
        (OrderStatus.PROCESSED, None, "not_delivered", "after_delivery"),
        (OrderStatus.SHIPPED, None, "not_delivered", "after_delivery"),
    ],
)
def test_what_has_not_arrived_is_not_mended(
    status: OrderStatus, delivered_at: datetime | None, reason: str, counterfactual: str
) -> None:
    goods = order(line(category=Category.ELECTRONICS), status=status, delivered_at=delivered_at)
    result = denied(goods)
    assert (result.reason, result.counterfactual) == (reason, counterfactual)


@pytest.mark.parametrize(
    ("command", "reason", "params"),
    [
        (mend(line_no=7), "unknown_line", {"line_no": "7"}),
        (mend(quantity=3), "quantity", {"line_no": "1", "asked": "3", "available": "2"}),
        (mend(quantity=0), "quantity", {"line_no": "1", "asked": "0", "available": "2"}),
        (mend(quantity=-1), "quantity", {"line_no": "1", "asked": "-1", "available": "2"}),
        (mend(fault=" \n"), "fault_missing", {"line_no": "1"}),
        (mend(fault="x" * 1001), "fault_missing", {"line_no": "1"}),
    ],
)
def test_wishes_that_do_not_fit_the_order(command: StartRepair, reason: str, params: dict[str, str]) -> None:
    result = denied(phone(quantity=2), command)
    assert (result.reason, result.params) == (reason, params)
    longest = mend(fault="x" * 1000)
    assert isinstance(decide(longest, situation(phone(), CARDS)), RepairAllowed)


def test_what_is_away_cannot_be_sent_in_once_more() -> None:
    mending = replace(phone(), repairs=(repaired(),))
    assert denied(mending).reason == "repair_open"
    back = replace(phone(), repairs=(repaired(status=RepairStatus.REPAIRED),))
    assert isinstance(decide(mend(), situation(back, CARDS)), RepairAllowed)
    gone = replace(phone(), returns=(returned((1, 1, "100.00")),))
    assert (denied(gone).reason, denied(gone).counterfactual) == ("nothing_left", "")


def test_a_piece_that_came_in_exchange_goes_to_a_person() -> None:
    goods = replace(phone(), exchanges=(exchanged(swapped()),))
    assert (denied(goods).reason, denied(goods).counterfactual) == ("nothing_left", "person")


def test_a_shop_without_the_card_does_not_mend_by_chat() -> None:
    result = denied(phone(), cards=replace(CARDS, repair=None))
    assert (result.rule, result.reason, result.counterfactual) == (
        "repair.not_offered", "not_offered", "person"
    )  # fmt: skip


def test_a_month_without_that_day_ends_the_warranty_on_its_last_one() -> None:
    delivered = datetime(2026, 8, 31, 4, 0, tzinfo=UTC)
    assert warranty_end(delivered, Category.TOYS, {Category.TOYS: 6}, ZONE) == date(2027, 2, 28)
    assert warranty_end(delivered, Category.TOYS, {Category.TOYS: 18}, ZONE) == date(2028, 2, 29)


def test_a_delivery_after_midnight_in_shanghai_counts_for_the_new_day() -> None:
    delivered = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
    assert warranty_end(delivered, Category.TOYS, {Category.TOYS: 6}, ZONE) == date(2027, 5, 11)


@given(
    st.sampled_from(Category),
    st.integers(0, 40 * 31 * 24),
    st.integers(0, 10_000),
    st.integers(1, 3),
    st.integers(-1, 4),
)
def test_repairs_are_pure_and_never_come_back_once_the_warranty_is_over(
    category: Category, hours: int, more: int, quantity: int, asked: int
) -> None:
    goods = order(line(quantity=quantity, category=category))
    now = DELIVERED + timedelta(hours=hours)
    command = mend(quantity=asked)
    early = decide(command, situation(goods, CARDS, now))
    late = decide(command, situation(goods, CARDS, now + timedelta(hours=more)))
    assert early == decide(command, situation(goods, CARDS, now))
    assert isinstance(early, RepairAllowed) or not isinstance(late, RepairAllowed)
    if isinstance(early, RepairAllowed):
        assert category in MONTHS and 1 <= asked <= quantity
        assert now.astimezone(ZONE).date() <= early.warranty_until
    else:
        assert isinstance(early, Denied) and early.params["line_no"] == "1"
