"""The exchange rules, one by one, against the sample shop's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.tools.builders import (
    NOW,
    POLICIES,
    customer,
    exchanged,
    for_variant,
    line,
    order,
    refund,
    repaired,
    returned,
    situation,
    swapped,
    wardrobe,
    yuan,
)
from tools.domain import (
    Category,
    Customer,
    ExchangeStatus,
    Money,
    Order,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    ReturnReason,
    StartExchange,
    SwapItem,
    Tier,
)
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.decide import decide
from tools.policy.exchange import ExchangeAllowed
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)
# Delivered on 10 November, 19:30 in Shanghai: day 7 is the 17th, day 15 the 25th, day 30 is 10 December.
END_OF_7 = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
END_OF_15 = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
END_OF_30 = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FAULT = ReturnReason.QUALITY
HOME = Category.HOME
TWELVE, NOTHING = yuan("12.00"), Money.zero()


def swap(
    *items: SwapItem, reason: ReturnReason = ReturnReason.WRONG_SIZE, method: str = "original"
) -> StartExchange:
    return StartExchange("O-1", items or (for_variant(),), reason, method)


def allowed(
    goods: Order,
    command: StartExchange | None = None,
    now: datetime = NOW,
    who: Customer | None = None,
    cards: PolicyCards = CARDS,
) -> ExchangeAllowed:
    result = decide(command or swap(), situation(goods, cards, now, who))
    assert isinstance(result, ExchangeAllowed), result
    return result


def denied(
    goods: Order,
    command: StartExchange | None = None,
    now: datetime = NOW,
    who: Customer | None = None,
    cards: PolicyCards = CARDS,
) -> Denied:
    result = decide(command or swap(), situation(goods, cards, now, who))
    assert isinstance(result, Denied), result
    return result


def card_with(**changes: Any) -> PolicyCards:
    assert CARDS.exchange
    return replace(CARDS, exchange=replace(CARDS.exchange, **changes))


def test_the_first_change_of_size_costs_nothing() -> None:
    result = allowed(order())
    assert (result.rule, result.passage) == ("exchange.no_reason", "exchanges#window")
    assert (result.due, result.refund, result.postage, result.postage_payer) == (
        NOTHING, NOTHING, NOTHING, "shop"
    )  # fmt: skip
    (item,) = result.items
    assert (item.old_sku, item.new_sku, item.new_options.en) == (
        "SKU-apparel", "SKU-apparel-L", "black / L"
    )  # fmt: skip
    assert (result.deadline, result.method_id) == (END_OF_15, "PM-alipay")


@pytest.mark.parametrize(
    ("item", "category"),
    [
        (for_variant(end="-white"), Category.APPAREL),
        (for_variant(end="-L", category=HOME), HOME),
    ],
)
def test_any_other_change_costs_the_postage(item: SwapItem, category: Category) -> None:
    result = allowed(order(line(category=category)), swap(item))
    assert (result.due, result.postage, result.postage_payer) == (TWELVE, TWELVE, "customer")


def test_the_second_exchange_of_a_line_is_not_free_any_more() -> None:
    goods = replace(order(line(quantity=2)), exchanges=(exchanged(swapped()),))
    assert allowed(goods).postage == TWELVE
    rejected = replace(goods, exchanges=(exchanged(swapped(), status=ExchangeStatus.REJECTED),))
    assert allowed(rejected).postage == NOTHING


def test_one_free_line_does_not_make_the_other_one_free() -> None:
    goods = order(line(1), line(2))
    assert allowed(goods, swap(for_variant(1), for_variant(2, "-white"))).postage == TWELVE
    assert allowed(goods, swap(for_variant(1), for_variant(2, "-S"))).postage == NOTHING


def test_gold_members_and_faults_cost_the_customer_no_postage() -> None:
    white = swap(for_variant(end="-white"))
    assert allowed(order(), white, who=customer(tier=Tier.GOLD)).due == NOTHING
    assert allowed(order(), white, who=customer(tier=Tier.SILVER)).due == TWELVE
    result = allowed(order(), replace(white, reason=FAULT))
    assert (result.rule, result.due, result.postage_payer) == ("exchange.shop_fault", NOTHING, "shop")


def test_one_parcel_pays_the_dearest_postage_once() -> None:
    goods = order(line(1, category=Category.FURNITURE), line(2, category=HOME))
    both = swap(for_variant(1, category=Category.FURNITURE), for_variant(2, category=HOME))
    assert allowed(goods, both).due == yuan("80.00")
    assert allowed(goods, both).deadline == END_OF_7


def test_the_shortest_window_counts_for_all_lines() -> None:
    goods = order(line(1), line(2, category=HOME))
    assert allowed(goods, swap(for_variant(1), for_variant(2, category=HOME))).deadline == END_OF_7


def test_a_dearer_variant_is_paid_and_a_cheaper_one_refunded_net_of_postage() -> None:
    assert allowed(order(), swap(for_variant(end="-dear"))).due == yuan("30.00")
    assert allowed(order(), swap(for_variant(end="-cheap"))).refund == yuan("30.00")
    goods = order(line(category=HOME))
    cheaper = allowed(goods, swap(for_variant(end="-cheap", category=HOME)))
    assert (cheaper.due, cheaper.refund, cheaper.postage) == (NOTHING, yuan("18.00"), TWELVE)
    dearer = allowed(goods, swap(for_variant(end="-dear", category=HOME)))
    assert (dearer.due, dearer.refund) == (yuan("42.00"), NOTHING)


@pytest.mark.parametrize(
    ("category", "reason", "end"),
    [
        (HOME, ReturnReason.WRONG_SIZE, END_OF_7),
        (HOME, FAULT, END_OF_7),
        (Category.APPAREL, ReturnReason.WRONG_SIZE, END_OF_15),
        (Category.SHOES_BAGS, FAULT, END_OF_15),
    ],
)
def test_the_window_closes_at_midnight_in_shanghai(
    category: Category, reason: ReturnReason, end: datetime
) -> None:
    goods, command = order(line(category=category)), swap(for_variant(category=category), reason=reason)
    assert allowed(goods, command, end - TICK).deadline == end
    result = denied(goods, command, end)
    assert (result.reason, result.counterfactual) == ("window_closed", "return_if_fault")
    assert datetime.fromisoformat(result.params["deadline"]) == end
    assert result.params["deadline"].endswith("T00:00:00+08:00")
    assert result.params["fault_last_day"] == "2026-12-10"


def test_after_the_window_for_faults_nothing_is_left() -> None:
    result = denied(order(), now=END_OF_30)
    assert (result.reason, result.counterfactual) == ("window_closed", "")
    assert "fault_last_day" not in result.params


@pytest.mark.parametrize("reason", [ReturnReason.WRONG_SIZE, FAULT])
@pytest.mark.parametrize("category", ["underwear", "fresh_food", "food", "beauty", "gift_card"])
def test_excluded_categories_are_not_exchanged_even_for_a_fault(category: str, reason: ReturnReason) -> None:
    goods = order(line(category=Category(category)))
    result = denied(goods, swap(for_variant(category=Category(category)), reason=reason))
    assert (result.reason, result.params["category"]) == ("category_excluded", category)
    assert result.counterfactual == ("" if category == "gift_card" else "return_if_fault")


def test_final_sale_is_not_exchanged() -> None:
    result = denied(order(line(1), line(2, final_sale=True)), swap(for_variant(1), for_variant(2)))
    assert (result.reason, result.counterfactual) == ("final_sale", "return_if_fault")
    assert (result.params["line_no"], result.params["fault_last_day"]) == ("2", "2026-12-10")


def test_what_cannot_come_back_is_not_refused_for_its_stock() -> None:
    result = denied(order(line(category=HOME)), swap(for_variant(end="-none", category=HOME)), END_OF_7)
    assert result.reason == "window_closed"


@pytest.mark.parametrize(
    ("status", "reason", "counterfactual"),
    [
        (OrderStatus.PENDING, "not_shipped", "change_items"),
        (OrderStatus.PROCESSED, "not_shipped", "after_delivery"),
        (OrderStatus.SHIPPED, "not_delivered", "after_delivery"),
        (OrderStatus.CANCELLED, "order_cancelled", ""),
        (OrderStatus.RETURN_REQUESTED, "return_open", ""),
        (OrderStatus.EXCHANGE_REQUESTED, "already_requested", ""),
    ],
)
def test_orders_that_cannot_be_exchanged(status: OrderStatus, reason: str, counterfactual: str) -> None:
    result = denied(order(status=status))
    assert (result.reason, result.counterfactual) == (reason, counterfactual)


def test_an_order_without_delivery_is_not_delivered() -> None:
    assert denied(order(delivered_at=None)).reason == "not_delivered"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (ExchangeStatus.REQUESTED, "exchange_open"),
        (ExchangeStatus.IN_TRANSIT, "exchange_open"),
        (ExchangeStatus.RECEIVED, "exchange_open"),
        (ExchangeStatus.COMPLETED, "nothing_left"),
    ],
)
def test_a_piece_is_exchanged_once(status: ExchangeStatus, reason: str) -> None:
    assert denied(replace(order(), exchanges=(exchanged(swapped(), status=status),))).reason == reason


def test_a_rejected_exchange_may_be_tried_again_unless_the_card_allows_one_an_order() -> None:
    goods = replace(order(), exchanges=(exchanged(swapped(), status=ExchangeStatus.REJECTED),))
    assert allowed(goods).items
    assert denied(goods, cards=card_with(once_per_order=True)).reason == "already_requested"


def test_what_is_on_its_way_back_or_away_to_be_mended_is_not_exchanged() -> None:
    goods = order(line(quantity=2))
    gone = replace(goods, status=OrderStatus.REFUNDED, returns=(returned((1, 2, "200.00")),))
    assert denied(gone).reason == "nothing_left"
    away = replace(goods, repairs=(repaired(),))
    assert denied(away, swap(for_variant(quantity=2))).params["available"] == "1"


@pytest.mark.parametrize(
    ("items", "reason", "params"),
    [
        ([for_variant(7)], "unknown_line", {"line_no": "7"}),
        ([for_variant(quantity=3)], "quantity", {"line_no": "1", "asked": "3", "available": "2"}),
        ([for_variant(quantity=0)], "quantity", {"line_no": "1", "asked": "0", "available": "2"}),
        ([for_variant(), for_variant(end="-S", quantity=2)], "quantity",
         {"line_no": "1", "asked": "3", "available": "2"}),
        ([for_variant(end="-pink")], "unknown_variant", {"line_no": "1", "sku": "SKU-apparel-pink"}),
        ([for_variant(end="")], "same_variant", {"line_no": "1", "sku": "SKU-apparel"}),
        ([for_variant(end="-none")], "out_of_stock", {"line_no": "1", "sku": "SKU-apparel-none"}),
    ],
)  # fmt: skip
def test_wishes_that_do_not_fit(items: list[SwapItem], reason: str, params: dict[str, str]) -> None:
    result = denied(order(line(quantity=2)), swap(*items))
    assert (result.reason, result.params) == (reason, params)
    assert result.counterfactual == ("return" if reason in ("unknown_variant", "out_of_stock") else "")


def test_an_empty_wish() -> None:
    assert denied(order(), replace(swap(), items=())).reason == "no_items"


def test_two_lines_may_not_take_the_same_last_piece() -> None:
    goods = order(line(1), line(2))
    asked = replace(situation(goods, CARDS), products={"P-apparel": wardrobe(stock=1)})
    result = decide(swap(for_variant(1), for_variant(2)), asked)
    assert isinstance(result, Denied)
    assert (result.reason, result.params["line_no"]) == ("out_of_stock", "2")
    plenty = replace(asked, products={"P-apparel": wardrobe(stock=None)})
    assert isinstance(decide(swap(for_variant(1), for_variant(2)), plenty), ExchangeAllowed)


def test_the_same_variant_again_only_where_the_card_allows_it() -> None:
    result = allowed(order(), swap(for_variant(end="")), cards=card_with(same_variant=True))
    assert (result.due, result.postage_payer) == (NOTHING, "shop")


def test_the_gift_card_has_to_hold_the_difference() -> None:
    dear = swap(for_variant(end="-dear", quantity=2), method="PM-gift")
    result = denied(order(line(quantity=2)), dear)
    assert (result.reason, result.counterfactual) == ("gift_card_too_low", "other_method")
    assert result.params == {"method_id": "PM-gift", "balance": "¥50.00", "needed": "¥60.00"}
    assert allowed(order(line(quantity=2)), replace(dear, method_id="original")).due == yuan("60.00")


def test_a_refund_goes_back_where_the_money_came_from_or_to_a_gift_card() -> None:
    who = replace(
        customer(),
        payment_methods=(*customer().payment_methods, PaymentMethod("PM-card", PaymentKind.CARD)),
    )
    cheap = swap(for_variant(end="-cheap"), method="PM-card")
    result = denied(order(), cheap, who=who)
    assert (result.reason, result.counterfactual) == ("refund_to_not_allowed", "other_method")
    for method in ("original", "PM-alipay", "PM-gift"):
        assert allowed(order(), replace(cheap, method_id=method), who=who).refund == yuan("30.00")
    assert allowed(order(), cheap, who=who, cards=card_with(refund_to="any")).method_id == "PM-card"
    assert allowed(order(), replace(cheap, items=(for_variant(end="-dear"),)), who=who).due == yuan("30.00")


def test_a_method_that_nobody_knows_is_named() -> None:
    result = denied(order(), swap(method="PM-strange"))
    assert (result.reason, result.counterfactual, result.params) == (
        "unknown_method", "other_method", {"method_id": "PM-strange"}
    )  # fmt: skip


def test_nobody_gets_back_more_than_was_paid() -> None:
    result = denied(order(discount="80.00"), swap(for_variant(end="-cheap")))
    assert (result.reason, result.counterfactual) == ("more_than_paid", "person")
    assert result.params == {"asked": "¥30.00", "available": "¥20.00"}
    assert denied(replace(order(), refunds=(refund("75.00"),)), swap(for_variant(end="-cheap"))).reason == (
        "more_than_paid"
    )


def test_a_shop_without_the_card_does_not_exchange_by_chat() -> None:
    result = denied(order(), cards=replace(CARDS, exchange=None))
    assert (result.rule, result.reason, result.counterfactual) == (
        "exchange.not_offered", "not_offered", "person"
    )  # fmt: skip
