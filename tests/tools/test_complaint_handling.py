"""Deadlines, priority and compensation: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import NOW, POLICIES, line, order, yuan
from tools.codec import canonical, decode, encode
from tools.desk.complaint_moves import compensation_offered
from tools.domain import (
    Complaint,
    ComplaintKind,
    ComplaintPriority,
    ComplaintStatus,
    DomainError,
    Money,
    OpenComplaint,
    Tier,
)
from tools.errors import WrongState
from tools.policy.business_days import business_days_end, is_business_day
from tools.policy.cards import load_policy_book
from tools.policy.complaint_plans import Compensation, Valued
from tools.policy.handling import answer_by, limit_of, priority_of, resolve_by, review_by, spent_of

CARD = load_policy_book(POLICIES).at(NOW).complaints
assert CARD is not None and CARD.handling is not None
HANDLING = CARD.handling
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
HOLIDAYS = st.frozensets(st.dates(date(2025, 1, 1), date(2028, 3, 1)), max_size=40)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
VALUED = Valued(frozenset({Tier.GOLD}), yuan("5000.00"))


@pytest.mark.parametrize(
    ("begins", "days", "end"),
    [
        # Thursday noon: Friday, Monday, Tuesday.
        (datetime(2026, 11, 12, 12, tzinfo=SHANGHAI), 3, date(2026, 11, 17)),
        (datetime(2026, 11, 14, 9, tzinfo=SHANGHAI), 1, date(2026, 11, 16)),
        # 17:00 UTC on Thursday is Friday in Shanghai.
        (datetime(2026, 11, 12, 17, tzinfo=UTC), 1, date(2026, 11, 16)),
        (datetime(2026, 9, 30, 12, tzinfo=SHANGHAI), 3, date(2026, 10, 12)),
    ],
)
def test_business_days_end_with_the_shops_day(begins: datetime, days: int, end: date) -> None:
    midnight = datetime.combine(end + timedelta(days=1), time(0), SHANGHAI)
    assert business_days_end(begins, days, SHANGHAI, HANDLING.holidays) == midnight


@given(MOMENTS, st.integers(1, 30), ZONES, HOLIDAYS)
def test_exactly_so_many_business_days_lie_in_between(
    begins: datetime, days: int, zone: ZoneInfo, holidays: frozenset[date]
) -> None:
    end = business_days_end(begins, days, zone, holidays)
    first, last = begins.astimezone(zone).date(), end.astimezone(zone).date() - timedelta(days=1)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_business_day(day, holidays) for day in between) == days
    assert is_business_day(last, holidays), "a deadline never falls on a free day"
    assert end.astimezone(zone).time() == time(0)
    assert end <= business_days_end(begins, days + 1, zone, holidays)
    assert end <= business_days_end(begins + timedelta(hours=5), days, zone, holidays)


@given(MOMENTS, ZONES, st.sampled_from(ComplaintKind), st.booleans())
def test_no_plan_is_slower_than_what_customers_are_told(
    now: datetime, zone: ZoneInfo, kind: ComplaintKind, urgent: bool
) -> None:
    plan = HANDLING.plan_for(kind, urgent)
    answer, resolve = answer_by(plan, now), resolve_by(plan, HANDLING, now, zone)
    assert now < answer <= now + timedelta(hours=24)
    assert answer <= resolve <= business_days_end(now, 3, zone, HANDLING.holidays)
    assert now < review_by(HANDLING, now, zone) == business_days_end(now, 5, zone, HANDLING.holidays)


SENTIMENTS = st.floats(-1, 1)
TIERS = st.sampled_from(Tier)
SPENT = st.none() | AMOUNTS.map(Money)


@given(st.booleans(), SENTIMENTS, SENTIMENTS, TIERS, SPENT)
def test_the_angrier_the_more_pressing(
    urgent: bool, one: float, other: float, tier: Tier, spent: Money | None
) -> None:
    levels = list(ComplaintPriority)
    low, high = min(one, other), max(one, other)
    angrier = priority_of(urgent, low, tier, spent, VALUED).level
    calmer = priority_of(urgent, high, tier, spent, VALUED).level
    assert levels.index(angrier) >= levels.index(calmer)
    assert levels.index(priority_of(True, one, tier, spent, VALUED).level) >= levels.index(
        priority_of(False, one, tier, spent, VALUED).level
    )


@pytest.mark.parametrize(
    ("urgent", "sentiment", "tier", "spent", "level", "reasons"),
    [
        (False, 0.0, Tier.STANDARD, "10.00", "normal", ()),
        (False, 0.6, Tier.STANDARD, "10.00", "low", ("calm",)),
        (True, 0.6, Tier.STANDARD, "10.00", "high", ("urgent",)),
        (False, -0.6, Tier.STANDARD, "10.00", "high", ("angry",)),
        (False, -0.9, Tier.STANDARD, "10.00", "urgent", ("very_angry",)),
        (False, 0.0, Tier.GOLD, "10.00", "high", ("valued",)),
        (False, 0.0, Tier.STANDARD, "5000.00", "high", ("valued",)),
        (True, -0.6, Tier.GOLD, "9000.00", "urgent", ("urgent", "angry", "valued")),
    ],
)
def test_priority_says_its_reasons(
    urgent: bool, sentiment: float, tier: Tier, spent: str, level: str, reasons: tuple[str, ...]
) -> None:
    found = priority_of(urgent, sentiment, tier, yuan(spent), VALUED)
    assert (found.level.value, found.reasons) == (level, reasons)


def test_what_was_paid_back_was_not_spent() -> None:
    assert spent_of((order(line()), order(line(price="30.00"), number=2)), "CNY") == yuan("130.00")
    assert spent_of((order(line()),), "USD") == Money.zero("USD")


RULES = st.builds(
    lambda amount, share: Compensation("r", "a#b", amount, share),
    st.none() | AMOUNTS.map(Money),
    st.decimals(Decimal("0.0001"), Decimal(1), places=4),
)


@given(RULES, AMOUNTS)
def test_the_limit_is_the_smaller_of_amount_and_share_and_whole_cents(
    rule: Compensation, price: Decimal
) -> None:
    goods = order(line(price=str(price)))
    limit = limit_of(rule, goods)
    assert rule.share is not None
    if limit is None:
        assert goods.total.amount * rule.share < Decimal("0.01")
        return
    assert limit.amount <= goods.total.amount * rule.share
    assert rule.amount is None or limit <= rule.amount
    assert limit.amount.as_tuple().exponent == -2


def test_a_share_needs_an_order_and_an_amount_does_not() -> None:
    assert limit_of(Compensation("r", "a#b", None, Decimal("0.1")), None) is None
    assert limit_of(Compensation("r", "a#b", yuan("20.00"), Decimal("0.1")), None) is None
    assert limit_of(Compensation("r", "a#b", yuan("20.00"), None), None) == yuan("20.00")
    assert limit_of(None, order()) is None


COMPLAINT = Complaint(
    "CP-1", "C-1", "O-1", "K-1", ComplaintKind.QUALITY, "broken", ComplaintStatus.OPEN, NOW,
    compensation_limit=yuan("50.00"),
)  # fmt: skip


@given(AMOUNTS.map(lambda amount: amount - 50), AMOUNTS)
def test_nothing_above_the_limit_is_ever_offered(amount: Decimal, limit: Decimal) -> None:
    complaint = replace(COMPLAINT, compensation_limit=Money(limit))
    if 0 < amount <= limit:
        assert compensation_offered(complaint, Money(amount)).compensation == Money(amount)
        return
    with pytest.raises(WrongState, match="at most"):
        compensation_offered(complaint, Money(amount))
    with pytest.raises(DomainError, match="compensation"):
        replace(complaint, compensation=Money(amount))


def test_other_offers_that_are_refused() -> None:
    with pytest.raises(WrongState, match="currency is CNY"):
        compensation_offered(COMPLAINT, Money(Decimal("5.00"), "USD"))
    with pytest.raises(WrongState, match="allows no compensation"):
        compensation_offered(replace(COMPLAINT, compensation_limit=None), yuan("5.00"))
    with pytest.raises(WrongState, match="offered already"):
        compensation_offered(compensation_offered(COMPLAINT, yuan("5.00")), yuan("5.00"))


def test_a_command_from_before_is_read_and_digested_as_it_was() -> None:
    stored = {"kind": "quality", "text": "broken", "order_id": "O-1"}
    old = decode(OpenComplaint, stored)
    assert old == OpenComplaint(ComplaintKind.QUALITY, "broken", "O-1")
    assert encode(old) == stored
    new = OpenComplaint(ComplaintKind.QUALITY, "broken", "O-1", "en", True, -0.734)
    assert decode(OpenComplaint, encode(new)) == new
    assert new.sentiment == -0.73
    assert canonical(new) != canonical(old)


@pytest.mark.parametrize("sentiment", [-1.01, 1.5, float("nan"), float("inf")])
def test_a_sentiment_out_of_range_is_refused(sentiment: float) -> None:
    with pytest.raises(DomainError, match="sentiment"):
        OpenComplaint(ComplaintKind.OTHER, "x", sentiment=sentiment)
