"""The one door to all policies: what it insists on, and what a refusal offers instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.tools.builders import DELIVERED, NOW, POLICIES, customer, line, order, situation, wish, yuan
from tools.domain import (
    CancelOrder,
    CancelReason,
    Category,
    ComplaintKind,
    OpenComplaint,
    OrderStatus,
    ReturnReason,
)
from tools.errors import CardError, NotYours
from tools.policy.cards import load_policy_book
from tools.policy.complaints import ComplaintAllowed
from tools.policy.decide import decide
from tools.policy.returns import ReturnAllowed
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)


def test_a_return_is_decided_by_the_card_of_the_day() -> None:
    result = decide(wish(reason=ReturnReason.QUALITY), situation(order(), CARDS))
    assert isinstance(result, ReturnAllowed)
    assert result.refund == yuan("100.00")


def test_nobody_decides_about_the_order_of_somebody_else() -> None:
    cancel = CancelOrder("O-1", CancelReason.OTHER)
    for goods, who in ((order(customer_id="C-2"), customer()), (order(number=2), customer())):
        with pytest.raises(NotYours):
            decide(cancel, situation(goods, CARDS, who=who))
    with pytest.raises(NotYours):
        decide(OpenComplaint(ComplaintKind.OTHER, "late"), situation(order(), CARDS))


def test_an_order_in_another_currency_is_an_error_of_the_cards() -> None:
    cards = CARDS
    foreign = replace(cards, returns=replace(cards.returns, currency="USD"))
    with pytest.raises(CardError, match="USD"):
        decide(wish(), situation(order(), foreign))


def test_a_decision_needs_an_aware_time_and_the_order_it_is_about() -> None:
    with pytest.raises(ValueError, match="timezone"):
        decide(wish(), situation(order(), CARDS, datetime(2026, 11, 12)))
    with pytest.raises(ValueError, match="order"):
        decide(CancelOrder("O-1", CancelReason.OTHER), situation(None, CARDS))


def test_a_complaint_may_be_about_no_order() -> None:
    complaint = OpenComplaint(ComplaintKind.SERVICE, "Nobody answered the phone.")
    assert isinstance(decide(complaint, situation(None, CARDS)), ComplaintAllowed)


def test_a_refused_return_offers_the_exchange_that_is_still_open() -> None:
    """The sample shop takes back as long as it exchanges, so here its returns are over sooner."""
    cards = CARDS
    strict = replace(cards.returns.no_reason, window_days=1, window_by_category={})
    gone = replace(cards.returns.shop_fault, window_days=1, window_by_category={})
    returns = replace(cards.returns, no_reason=strict, shop_fault=gone)
    goods, later = order(line(category=Category.ELECTRONICS)), DELIVERED + timedelta(days=4)
    result = decide(wish(), situation(goods, replace(cards, returns=returns), later))
    assert isinstance(result, Denied)
    assert (result.reason, result.counterfactual) == ("window_closed", "exchange_instead")
    assert result.params["exchange_last_day"] == "2026-11-17"
    over = decide(wish(), situation(goods, replace(cards, returns=returns), later + timedelta(days=9)))
    assert isinstance(over, Denied)
    assert (over.counterfactual, over.params["warranty_until"]) == ("warranty_repair", "2027-11-10")


def test_an_exchange_without_time_limit_is_offered_without_a_day() -> None:
    cards = CARDS
    assert cards.returns.exchange
    endless = replace(cards.returns.exchange, window_days=None, window_by_category={})
    no_fault = replace(cards.returns.shop_fault, excluded=frozenset(Category))
    returns = replace(cards.returns, exchange=endless, shop_fault=no_fault)
    result = decide(wish(), situation(order(), replace(cards, returns=returns), NOW + timedelta(days=400)))
    assert isinstance(result, Denied)
    assert result.counterfactual == "exchange_instead" and "exchange_last_day" not in result.params


def test_orders_not_yet_delivered_are_no_matter_of_the_window() -> None:
    result = decide(wish(), situation(order(status=OrderStatus.SHIPPED), CARDS))
    assert isinstance(result, Denied)
    assert result.reason == "not_delivered"
