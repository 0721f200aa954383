"""Every planted truth is in the data as strongly as it was planted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import mean

import pytest

from insights.simulate.described import truths
from insights.simulate.goods import catalogue
from insights.simulate.pace import on_sale
from insights.simulate.plan import Plan, planted
from insights.simulate.world import World
from tests.insights.simulate.years import START, Row, of, rows_of, told
from tools.domain import OrderStatus
from tools.store.service_tables import ratings
from tools.store.tables import (
    conversations,
    hand_overs,
    order_lines,
    orders,
    payments,
    refunds,
    returns,
    shipments,
    status_changes,
    turns,
    unanswered,
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A year with everything in it."""
    return planted(5, START, 365, 3000)


def first_reasons(plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in of(plan, turns):
        for intent in row["record"]["turn"]["understanding"]["intents"]:
            found.setdefault(row["conversation_id"], intent["label"])
    return found


def test_a_slow_carrier_is_slow_in_the_south_alone(plan: Plan) -> None:
    slow = plan.slow_carrier
    assert slow
    regions = {row["id"]: row["address"].region for row in of(plan, orders)}
    sent = {row["data"]["return_id"]: row for row in told(plan, "ReturnSentBack")}
    took: dict[tuple[bool, bool], list[float]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for row in told(plan, "ReturnReceived"):
        begin = sent[row["data"]["return_id"]]
        where = (begin["data"]["carrier"] == slow.carrier, regions[row["order_id"]] in slow.regions)
        took[where].append((row["at"] - begin["at"]).total_seconds() / 3600)
    assert mean(took[True, True]) - mean(took[False, False]) == pytest.approx(slow.hours, rel=0.4)
    assert mean(took[True, False]) == pytest.approx(mean(took[False, False]), rel=0.25)


def test_a_slow_warehouse_processes_later(plan: Plan) -> None:
    slow = plan.slow_warehouse
    assert slow
    placed = {row["id"]: row["placed_at"] for row in of(plan, orders)}
    warehouse = {row["order_id"]: row["warehouse"] for row in of(plan, shipments)}
    took: dict[bool, list[float]] = {True: [], False: []}
    for row in of(plan, status_changes):
        if row["status"] is OrderStatus.PROCESSED and row["order_id"] in warehouse:
            hours = (row["at"] - placed[row["order_id"]]).total_seconds() / 3600
            took[warehouse[row["order_id"]] == slow.warehouse].append(hours)
    assert mean(took[True]) - mean(took[False]) == pytest.approx(slow.hours, rel=0.1)


def test_a_defective_batch_comes_back_and_is_complained_of(plan: Plan) -> None:
    batch = plan.defective_batch
    assert batch
    bought = {row["order_id"] for row in of(plan, order_lines) if row["sku"] == batch.sku}
    day = {row["id"]: plan.day_of(row["placed_at"]) for row in of(plan, orders)}
    bad = {order for order in bought if batch.first_day <= day[order] < batch.first_day + batch.days}
    troubled = {row["order_id"] for row in told(plan, "ReturnStarted", "ComplaintOpened")}
    assert len(bad) > 20
    assert len(bad & troubled) / len(bad) > 0.3
    assert len(troubled) / len(day) < 0.17


def test_a_promotion_brings_questions_for_its_days(plan: Plan) -> None:
    promotion = plan.confusing_promotion
    assert promotion
    reasons = first_reasons(plan)
    asked = Counter(
        promotion.first_day <= plan.day_of(row["created_at"]) < promotion.first_day + promotion.days
        for row in of(plan, conversations)
        if reasons.get(row["id"]) in ("price_protection", "coupon_points")
    )
    assert asked[True] / promotion.days > 3 * asked[False] / (plan.days - promotion.days)


def test_orders_follow_week_sales_and_trend(plan: Plan) -> None:
    season = plan.seasonality
    assert season
    days = Counter(plan.day_of(row["placed_at"]) for row in of(plan, orders))
    usual = [day for day in range(plan.days) if not on_sale(season, _date(plan, day))]
    sale = [day for day in range(plan.days) if on_sale(season, _date(plan, day))]
    assert mean(days[day] for day in sale) > 1.7 * mean(days[day] for day in usual)
    monday, saturday = ([day for day in usual if _date(plan, day).weekday() == which] for which in (0, 5))
    assert mean(days[day] for day in monday) > 1.3 * mean(days[day] for day in saturday)
    assert mean(days[day] for day in usual[-90:]) > 1.2 * mean(days[day] for day in usual[:90])


def _date(plan: Plan, day: int) -> date:
    return plan.start + timedelta(days=day)


def test_cheats_send_back_what_they_buy(plan: Plan) -> None:
    back = {row["order_id"] for row in of(plan, returns)}
    by_name = {truth.name: truth for truth in truths(plan)}
    for name in ("abuse_ring", "serial_returner"):
        who = by_name[name].where["customer_id"]
        theirs = [row["id"] for row in of(plan, orders) if row["customer_id"] in who]
        assert sum(order in back for order in theirs) / len(theirs) > 0.4, name
    ring = World(plan).crowd.ring
    assert len({(each.customer.phone, each.customer.address.line1, each.method.last4) for each in ring}) == 1
    assert len({each.customer.id for each in ring}) == len(ring)


def test_a_taken_account_orders_gift_cards_to_a_new_door(plan: Plan) -> None:
    victims = {truth.name: truth for truth in truths(plan)}["takeovers"].where["customer_id"]
    card = catalogue()[-1].product.id
    bought = {row["order_id"] for row in of(plan, order_lines) if row["product_id"] == card}
    moved = {row["customer_id"]: row["at"] for row in told(plan, "DefaultAddressChanged")}
    source = {
        (row["customer_id"], row["created_at"].date()): row["source"] for row in of(plan, conversations)
    }
    for victim in victims:
        quick = [
            row
            for row in of(plan, orders)
            if row["customer_id"] == victim and row["id"] in bought and row["placed_at"] > moved[victim]
        ]
        assert (
            len([row for row in quick if (row["placed_at"] - moved[victim]).total_seconds() < 6 * 3600]) == 3
        )
        assert source[victim, moved[victim].date()].startswith("s-anon")


def test_one_of_the_staff_pays_to_gift_cards(plan: Plan) -> None:
    odd = plan.gift_card_refunds
    assert odd
    staff = {row["data"]["return_id"][3:]: row["data"]["staff"] for row in told(plan, "ReturnRefunded")}
    to_card = Counter(
        (staff[row["id"][3:-2]] == odd.staff, "gift_card" in row["method_id"])
        for row in of(plan, refunds)
        if row["reason"] == "return"
    )
    # Seven others share the rest.
    assert to_card[True, True] > 4 * to_card[False, True] / 7
    paid = {row["order_id"]: row["amount"] for row in of(plan, payments)}
    assert all(row["amount"] <= paid[row["order_id"]] for row in of(plan, refunds))


def test_customers_buy_what_they_like(plan: Plan) -> None:
    taste = {good.product.id: good.taste for good in catalogue()}
    likes = {person.customer.id: person.taste for person in World(plan).crowd.people}
    owner = {row["id"]: row["customer_id"] for row in of(plan, orders)}
    liked = [taste[row["product_id"]] == likes[owner[row["order_id"]]] for row in of(plan, order_lines)]
    assert mean(liked) > 0.65


def test_the_same_question_is_asked_in_vain(plan: Plan) -> None:
    asked = Counter(row["question"] for row in of(plan, unanswered))
    truth = {each.name: each for each in truths(plan)}["asked_in_vain"]
    assert asked.most_common(1)[0][0] in truth.where["question"]


def test_a_reason_is_handed_over_and_a_channel_disappoints(plan: Plan) -> None:
    often, low = plan.handed_over_reason, plan.low_channel
    assert often and low
    reasons, handed = first_reasons(plan), {row["conversation_id"] for row in of(plan, hand_overs)}
    shares = [conversation in handed for conversation, reason in reasons.items() if reason == often.reason]
    assert mean(shares) > 2 * mean(conversation in handed for conversation in reasons)
    channel = {row["id"]: row["channel"] for row in of(plan, conversations)}
    stars: dict[bool, list[int]] = {True: [], False: []}
    for row in of(plan, ratings):
        stars[channel[row["conversation_id"]] == low.channel].append(row["score"])
    assert mean(stars[True]) < mean(stars[False]) - 0.8


def test_nothing_lies_after_the_end(plan: Plan) -> None:
    for row in _dated(plan):
        assert row["at"] < plan.end
    assert all(row["created_at"] < plan.end for row in of(plan, conversations))


def _dated(plan: Plan) -> list[Row]:
    names = (
        "events",
        "turns",
        "ratings",
        "refunds",
        "status_changes",
        "tracking_events",
        "payments",
        "feedback",
    )
    return [row for name in names for row in rows_of(plan)[name]]
