"""The return rules, one by one, against the sample shop's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from prompts.render import Texts
from tests.tools.builders import (
    DELIVERED,
    NOW,
    customer,
    exchanged,
    line,
    order,
    refund,
    returned,
    wish,
    yuan,
)
from tools.domain import (
    Category,
    Customer,
    ExchangeStatus,
    Language,
    Money,
    Order,
    OrderStatus,
    ReturnReason,
    ReturnStatus,
    StartReturn,
    Tier,
)
from tools.errors import CardError, NotYours
from tools.policy.return_card import ReturnCard
from tools.policy.returns import ReturnAllowed, check_return, returnable_lines
from tools.policy.verdict import Denied

# Delivered on 10 November, 19:30 in Shanghai: day 7 is the 17th, day 15 the 25th, day 30 is 10 December.
END_OF_7 = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
END_OF_15 = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
END_OF_30 = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FAULT = ReturnReason.QUALITY


def allowed(
    card: ReturnCard,
    goods: Order,
    command: StartReturn,
    now: datetime = NOW,
    who: Customer | None = None,
) -> ReturnAllowed:
    result = check_return(goods, who or customer(), command, card, now)
    assert isinstance(result, ReturnAllowed), result
    return result


def denied(
    card: ReturnCard,
    goods: Order,
    command: StartReturn | None = None,
    now: datetime = NOW,
    who: Customer | None = None,
) -> Denied:
    result = check_return(goods, who or customer(), command or wish(), card, now)
    assert isinstance(result, Denied), result
    return result


def test_a_change_of_mind_costs_the_customer_the_postage(card: ReturnCard) -> None:
    result = allowed(card, order(line(price="100.00")), wish())
    assert (result.rule, result.passage) == ("returns.no_reason", "returns#no-reason")
    assert (result.refund, result.postage, result.postage_payer) == (yuan("88.00"), yuan("12.00"), "customer")
    assert result.deadline == END_OF_15


def test_a_fault_costs_the_customer_nothing(card: ReturnCard) -> None:
    result = allowed(card, order(line(price="100.00")), wish(reason=FAULT))
    assert (result.rule, result.passage) == ("returns.shop_fault", "returns#quality")
    assert (result.refund, result.postage, result.postage_payer) == (yuan("100.00"), Money.zero(), "shop")
    assert result.deadline == END_OF_30


def test_gold_members_pay_no_postage(card: ReturnCard) -> None:
    result = allowed(card, order(), wish(), who=customer(tier=Tier.GOLD))
    assert (result.refund, result.postage_payer) == (yuan("100.00"), "shop")
    assert allowed(card, order(), wish(), who=customer(tier=Tier.SILVER)).postage == yuan("12.00")


def test_one_parcel_pays_the_dearest_postage_once(card: ReturnCard) -> None:
    goods = order(line(1, "300.00", category=Category.FURNITURE), line(2, "50.00", category=Category.HOME))
    result = allowed(card, goods, wish((1, 1), (2, 1)))
    assert (result.postage, result.refund) == (yuan("80.00"), yuan("270.00"))
    assert result.deadline == END_OF_7


def test_postage_never_makes_a_debt(card: ReturnCard) -> None:
    result = allowed(card, order(line(price="5.00")), wish())
    assert (result.refund, result.postage) == (Money.zero(), yuan("12.00"))


@pytest.mark.parametrize(
    ("category", "reason", "end"),
    [
        (Category.HOME, ReturnReason.NO_LONGER_WANTED, END_OF_7),
        (Category.APPAREL, ReturnReason.WRONG_SIZE, END_OF_15),
        (Category.HOME, ReturnReason.DAMAGED, END_OF_30),
        (Category.FRESH_FOOD, ReturnReason.DAMAGED, datetime(2026, 11, 12, 16, 0, tzinfo=UTC)),
    ],
)
def test_the_window_closes_at_midnight_in_shanghai(
    card: ReturnCard, category: Category, reason: ReturnReason, end: datetime
) -> None:
    goods = order(line(category=category))
    assert allowed(card, goods, wish(reason=reason), end - TICK).deadline == end
    result = denied(card, goods, wish(reason=reason), end)
    assert result.reason == "window_closed"
    assert datetime.fromisoformat(result.params["deadline"]) == end
    assert result.params["deadline"].endswith("T00:00:00+08:00")


def test_a_delivery_after_midnight_in_shanghai_counts_for_the_new_day(card: ReturnCard) -> None:
    late = order(line(category=Category.HOME), delivered_at=datetime(2026, 11, 10, 16, 0, tzinfo=UTC))
    assert allowed(card, late, wish()).deadline == END_OF_7 + timedelta(days=1)


def test_after_the_window_a_fault_may_still_be_claimed(card: ReturnCard) -> None:
    result = denied(card, order(line(category=Category.HOME)), now=END_OF_7)
    assert (result.reason, result.counterfactual) == ("window_closed", "shop_fault_until")
    assert (result.params["last_day"], result.params["fault_last_day"]) == ("2026-11-17", "2026-12-10")


@pytest.mark.parametrize(
    ("category", "now", "counterfactual"),
    [
        (Category.ELECTRONICS, END_OF_30 - TICK, "shop_fault_until"),
        (Category.ELECTRONICS, END_OF_30, "warranty_repair"),
        (Category.ELECTRONICS, datetime(2027, 11, 10, 15, 0, tzinfo=UTC), "warranty_repair"),
        (Category.ELECTRONICS, datetime(2027, 11, 10, 16, 0, tzinfo=UTC), ""),
        (Category.APPAREL, END_OF_30, ""),
    ],
)
def test_what_is_left_when_the_window_has_closed(
    card: ReturnCard, category: Category, now: datetime, counterfactual: str
) -> None:
    assert denied(card, order(line(category=category)), now=now).counterfactual == counterfactual


def test_an_exchange_that_is_still_possible_comes_before_a_repair(card: ReturnCard) -> None:
    """The sample shop takes back as long as it exchanges, so here it takes back for one day."""
    short = replace(card.no_reason, window_days=1, window_by_category={})
    brief = replace(card, no_reason=short, shop_fault=replace(short, id="returns.shop_fault"))
    goods = order(line(category=Category.ELECTRONICS))
    result = denied(brief, goods, now=END_OF_7 - TICK)
    assert (result.reason, result.counterfactual) == ("window_closed", "exchange_instead")
    assert result.params["exchange_last_day"] == "2026-11-17"
    assert denied(brief, goods, now=END_OF_7).counterfactual == "warranty_repair"
    assert denied(replace(brief, exchange=None), goods, now=END_OF_7 - TICK).counterfactual == (
        "warranty_repair"
    )


def test_a_fault_comes_before_an_exchange(card: ReturnCard) -> None:
    brief = replace(card, no_reason=replace(card.no_reason, window_days=1, window_by_category={}))
    result = denied(brief, order(line(category=Category.HOME)), now=END_OF_7 - TICK)
    assert result.counterfactual == "shop_fault_until"


def test_what_came_in_exchange_goes_back_through_a_person(card: ReturnCard) -> None:
    result = denied(card, replace(order(), exchanges=(exchanged(),)))
    assert (result.reason, result.counterfactual) == ("nothing_left", "person")


@pytest.mark.parametrize("status", list(ExchangeStatus))
def test_nothing_is_returned_while_an_exchange_is_open(card: ReturnCard, status: ExchangeStatus) -> None:
    goods = replace(order(line(quantity=2)), exchanges=(exchanged(status=status),))
    if status in (ExchangeStatus.COMPLETED, ExchangeStatus.REJECTED):
        assert allowed(card, goods, wish(reason=FAULT)).refund == yuan("100.00")
    else:
        assert denied(card, goods).reason == "exchange_open"


def test_where_a_card_allows_one_return_an_order_the_second_is_refused(card: ReturnCard) -> None:
    goods = replace(order(line(1), line(2)), returns=(returned((1, 1, "100.00")),))
    assert allowed(card, goods, wish((2, 1))).refund == yuan("88.00")
    assert denied(replace(card, once_per_order=True), goods, wish((2, 1))).reason == "already_requested"


def test_a_fault_after_its_window_points_to_the_warranty(card: ReturnCard) -> None:
    result = denied(card, order(line(category=Category.APPLIANCES)), wish(reason=FAULT), END_OF_30)
    assert (result.rule, result.counterfactual) == ("returns.shop_fault", "warranty_repair")
    assert result.params["warranty_until"] == "2027-11-10"


@pytest.mark.parametrize("category", ["underwear", "fresh_food", "food", "beauty", "gift_card"])
def test_excluded_categories(card: ReturnCard, category: str) -> None:
    result = denied(card, order(line(category=Category(category))))
    assert (result.reason, result.params["category"]) == ("category_excluded", category)
    assert result.counterfactual == ("" if category == "gift_card" else "shop_fault_only")


def test_gift_cards_do_not_come_back_for_a_fault_either(card: ReturnCard) -> None:
    assert denied(card, order(line(category=Category.GIFT_CARD)), wish(reason=FAULT)).counterfactual == ""


def test_final_sale_comes_back_only_for_a_fault(card: ReturnCard) -> None:
    goods = order(line(final_sale=True))
    result = denied(card, goods)
    assert (result.reason, result.counterfactual) == ("final_sale", "shop_fault_only")
    assert allowed(card, goods, wish(reason=FAULT)).refund == yuan("100.00")


@pytest.mark.parametrize(
    ("status", "reason", "counterfactual"),
    [
        (OrderStatus.PENDING, "not_shipped", "cancel"),
        (OrderStatus.PROCESSED, "not_shipped", "cancel"),
        (OrderStatus.SHIPPED, "not_delivered", "after_delivery"),
        (OrderStatus.CANCELLED, "order_cancelled", ""),
        (OrderStatus.EXCHANGE_REQUESTED, "exchange_open", ""),
    ],
)
def test_orders_that_cannot_be_returned(
    card: ReturnCard, status: OrderStatus, reason: str, counterfactual: str
) -> None:
    result = denied(card, order(status=status))
    assert (result.reason, result.counterfactual) == (reason, counterfactual)


def test_a_shipped_order_without_delivery_is_not_delivered(card: ReturnCard) -> None:
    goods = order(status=OrderStatus.DELIVERED, delivered_at=None)
    assert denied(card, goods).reason == "not_delivered"


@pytest.mark.parametrize(
    ("items", "reason", "params"),
    [
        (((7, 1),), "unknown_line", {"line_no": "7"}),
        (((1, 3),), "quantity", {"line_no": "1", "asked": "3", "available": "2"}),
        (((1, 0),), "quantity", {"line_no": "1", "asked": "0", "available": "2"}),
        (((1, -1), (1, 2)), "quantity", {"line_no": "1", "asked": "-1", "available": "2"}),
        (((1, 1), (1, 2)), "quantity", {"line_no": "1", "asked": "3", "available": "2"}),
    ],
)
def test_wishes_that_do_not_fit_the_order(
    card: ReturnCard, items: tuple[tuple[int, int], ...], reason: str, params: dict[str, str]
) -> None:
    result = denied(card, order(line(1, quantity=2)), wish(*items))
    assert (result.reason, result.params) == (reason, params)


def test_an_empty_wish(card: ReturnCard) -> None:
    command = replace(wish(), items=())
    assert denied(card, order(), command).reason == "no_items"


def test_one_denied_line_denies_all_and_is_named(card: ReturnCard) -> None:
    goods = order(line(1), line(2, category=Category.UNDERWEAR), line(3, final_sale=True))
    result = denied(card, goods, wish((3, 1), (2, 1), (1, 1)))
    assert (result.reason, result.params["line_no"]) == ("category_excluded", "2")
    each = returnable_lines(goods, customer(), ReturnReason.WRONG_SIZE, card, NOW)
    assert isinstance(each[1], ReturnAllowed)
    assert [getattr(each[number], "reason", None) for number in (1, 2, 3)] == [
        None, "category_excluded", "final_sale"
    ]  # fmt: skip


def test_what_is_on_its_way_back_cannot_be_returned_again(card: ReturnCard) -> None:
    goods = replace(order(line(1, quantity=2)), returns=(returned((1, 1, "100.00")),))
    assert allowed(card, goods, wish((1, 1))).items[0].quantity == 1
    assert denied(card, goods, wish((1, 2))).params["available"] == "1"
    gone = replace(goods, returns=(returned((1, 2, "200.00")),))
    assert denied(card, gone, wish((1, 1))).reason == "nothing_left"
    each = returnable_lines(gone, customer(), FAULT, card, NOW)
    assert isinstance(each[1], Denied) and each[1].reason == "nothing_left"


def test_a_rejected_return_may_be_tried_again(card: ReturnCard) -> None:
    goods = replace(order(), returns=(returned((1, 1, "100.00"), status=ReturnStatus.REJECTED),))
    assert allowed(card, goods, wish(reason=FAULT)).refund == yuan("100.00")


def test_a_fully_refunded_order_has_nothing_left(card: ReturnCard) -> None:
    goods = replace(order(status=OrderStatus.REFUNDED), refunds=(refund("100.00"),))
    assert denied(card, goods).reason == "nothing_left"


def test_the_refund_stays_within_what_is_left(card: ReturnCard) -> None:
    goods = replace(order(), refunds=(refund("20.00"),))
    result = allowed(card, goods, wish())
    assert (result.items[0].refund, result.refund) == (yuan("80.00"), yuan("68.00"))


def test_shipping_comes_back_only_with_everything_and_for_a_fault(card: ReturnCard) -> None:
    goods = order(line(1), line(2), shipping_fee="8.00")
    everything = wish((1, 1), (2, 1), reason=FAULT)
    assert allowed(card, goods, everything).refund == yuan("208.00")
    assert allowed(card, goods, everything).shipping == yuan("8.00")
    assert allowed(card, goods, wish((1, 1), reason=FAULT)).refund == yuan("100.00")
    assert allowed(card, goods, wish((1, 1), (2, 1))).refund == yuan("188.00")


@pytest.mark.parametrize(("earlier", "expected"), [(FAULT, "108.00"), (ReturnReason.WRONG_SIZE, "100.00")])
def test_the_last_faulty_line_brings_the_shipping_back(
    card: ReturnCard, earlier: ReturnReason, expected: str
) -> None:
    goods = order(line(1), line(2), shipping_fee="8.00")
    goods = replace(goods, returns=(returned((1, 1, "100.00"), reason=earlier),))
    assert allowed(card, goods, wish((2, 1), reason=FAULT)).refund == yuan(expected)


def test_the_money_goes_back_the_way_it_came_or_to_a_gift_card(card: ReturnCard) -> None:
    for refund_to in ("original", "PM-alipay", "PM-gift"):
        assert allowed(card, order(), wish(refund_to=refund_to))
    result = denied(card, order(), wish(refund_to="PM-strange"))
    assert (result.reason, result.counterfactual) == ("refund_to_not_allowed", "original")


def test_another_customers_order_is_no_question_of_policy(card: ReturnCard) -> None:
    with pytest.raises(NotYours):
        check_return(order(), customer(2), wish(), card, NOW)
    with pytest.raises(NotYours):
        check_return(order(), customer(), wish(order_id="O-2"), card, NOW)


def test_a_card_in_another_currency_is_refused(card: ReturnCard) -> None:
    with pytest.raises(CardError, match="USD"):
        check_return(order(), customer(), wish(), replace(card, currency="USD"), NOW)


def test_an_order_sent_abroad_has_its_own_window_and_postage(card: ReturnCard) -> None:
    sent = order(line(category=Category.HOME))
    abroad = replace(sent, address=replace(sent.address, country="US"))
    tenth_day = DELIVERED + timedelta(days=10)
    assert isinstance(check_return(sent, customer(), wish(), card, tenth_day), Denied)
    allowed = check_return(abroad, customer(), wish(), card, tenth_day)
    assert isinstance(allowed, ReturnAllowed)
    assert (allowed.rule, allowed.postage, allowed.postage_payer) == (
        "returns.no_reason_abroad", Money.zero(), "customer"
    )  # fmt: skip
    assert allowed.refund == sent.total


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", ["window_closed", "final_sale", "already_requested", "nothing_left"])
@pytest.mark.parametrize("instead", ["", "exchange_instead", "shop_fault_only", "person"])
@pytest.mark.parametrize("dated", [True, False])
def test_a_refusal_is_put_into_words_with_and_without_a_last_day(
    card: ReturnCard, language: Language, reason: str, instead: str, dated: bool
) -> None:
    days = {"exchange_last_day": "2026-11-20", "fault_last_day": "2026-11-20"} if dated else {}
    refusal = Denied("returns.no_reason", "", reason, instead, {"last_day": "2026-11-17"} | days)
    words = Texts(card.timezone).render(
        language, "denied", denied=refusal, intent="return_item", order=None, lines=[line()]
    )
    assert words and ("shirt" in words or "衬衫" in words or reason == "already_requested")
    day = "2026年11月20日" if language == "zh" else "20 November 2026"
    assert (day in words) == (dated and instead in ("exchange_instead", "shop_fault_only"))
