"""A year of noise: nothing that can be told of a case or a conversation says how it went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import product
from math import log

import pytest
from scipy.stats import chi2_contingency, kruskal

from insights.satisfaction.resolution import TurnFact, resolve
from insights.simulate.plan import Plan
from insights.simulate.world import World
from tests.insights.simulate.years import Row, of, quiet, rows_of, told
from tools.store.service_tables import ratings
from tools.store.tables import (
    conversations,
    hand_overs,
    order_lines,
    orders,
    returns,
    shipments,
    turns,
    unanswered,
)

# About 40 comparisons a year, two years: one below this is an accident of one in some hundred.
ACCIDENT = 1e-4
YEARS = [quiet(seed) for seed in (5, 6)]


def shares_differ(pairs: Iterable[tuple[Hashable, bool]]) -> float:
    """The p-value of the chi-squared test that the share of true is the same for every value."""
    counted = Counter(pairs)
    values = sorted({value for value, _ in counted}, key=str)
    table = [[counted[value, yes] for yes in (True, False)] for value in values]
    big = [row for row in table if sum(row) >= 20]
    return float(chi2_contingency(big).pvalue)


def hours_differ(pairs: Iterable[tuple[Hashable, float]]) -> float:
    """The p-value of the Kruskal–Wallis test that hours are distributed alike for every value."""
    groups: dict[Hashable, list[float]] = defaultdict(list)
    for value, hours in pairs:
        groups[value].append(log(hours))
    return float(kruskal(*[group for group in groups.values() if len(group) >= 5]).pvalue)


def _about_conversation(plan: Plan) -> dict[str, Callable[[Row], Hashable]]:
    people = {person.customer.id: person.customer for person in World(plan).crowd.people}
    first: dict[str, str] = {}
    for turn in of(plan, turns):
        for intent in turn["record"]["turn"]["understanding"]["intents"]:
            first.setdefault(turn["conversation_id"], intent["label"])

    def known(row: Row, name: str) -> Hashable:
        customer = people.get(row["customer_id"] or "")
        return (
            getattr(customer, name, "") if name != "region" else customer.address.region if customer else ""
        )

    return {
        "channel": lambda row: row["channel"],
        "language": lambda row: row["locale"],
        "tier": lambda row: known(row, "tier"),
        "region": lambda row: known(row, "region"),
        "month": lambda row: row["created_at"].month,
        "reason": lambda row: first.get(row["id"], ""),
    }


def _abandoned(plan: Plan) -> set[str]:
    """Those that count as abandoned by the rules of the facts."""
    said: dict[str, list[TurnFact]] = defaultdict(list)
    for row in of(plan, turns):
        turn = row["record"]["turn"]
        decision, mood = turn["decision"], turn["understanding"]["mood"]
        fact = TurnFact(row["at"], decision["kind"], decision["rule"], decision["awaiting"] or "", mood)
        said[row["conversation_id"]].append(fact)
    return {name for name, facts in said.items() if resolve(facts, plan.end) == "abandoned"}


@pytest.mark.parametrize("plan", YEARS, ids=lambda plan: f"seed {plan.seed}")
def test_how_conversations_end_is_told_by_nothing(plan: Plan) -> None:
    handed = {row["conversation_id"] for row in of(plan, hand_overs)}
    turn_of = {row["id"]: row["conversation_id"] for row in of(plan, turns)}
    in_vain = {turn_of[row["turn_id"]] for row in of(plan, unanswered)}
    low = {row["conversation_id"] for row in of(plan, ratings) if row["score"] <= 2}
    ends = {"handed over": handed, "unanswered": in_vain, "low": low, "abandoned": _abandoned(plan)}
    for (name, value), (end, ids) in product(_about_conversation(plan).items(), ends.items()):
        pairs = ((value(row), row["id"] in ids) for row in of(plan, conversations))
        assert shares_differ(pairs) > ACCIDENT, f"{end} by {name}"


@pytest.mark.parametrize("plan", YEARS, ids=lambda plan: f"seed {plan.seed}")
def test_what_is_sent_back_is_told_by_nothing(plan: Plan) -> None:
    back = {row["order_id"] for row in of(plan, returns)}
    parcel = {row["order_id"]: row for row in of(plan, shipments)}
    line = {row["order_id"]: row for row in of(plan, order_lines) if row["seq"] == 0}
    by: dict[str, Callable[[Row], Hashable]] = {
        "product": lambda row: line[row["id"]]["product_id"],
        "category": lambda row: line[row["id"]]["category"],
        "carrier": lambda row: parcel[row["id"]]["carrier"].en,
        "warehouse": lambda row: parcel[row["id"]]["warehouse"],
        "region": lambda row: row["address"].region,
    }
    for name, value in by.items():
        pairs = ((value(row), row["id"] in back) for row in of(plan, orders) if row["id"] in parcel)
        assert shares_differ(pairs) > ACCIDENT, name


@pytest.mark.parametrize("plan", YEARS, ids=lambda plan: f"seed {plan.seed}")
def test_how_long_things_take_is_told_by_nothing(plan: Plan) -> None:
    regions = {row["id"]: row["address"].region for row in of(plan, orders)}
    took = [
        (row["delivered_at"] - row["shipped_at"], row) for row in of(plan, shipments) if row["delivered_at"]
    ]
    by: dict[str, Callable[[Row], Hashable]] = {
        "carrier": lambda row: row["carrier"].en,
        "warehouse": lambda row: row["warehouse"],
        "region": lambda row: regions[row["order_id"]],
        "month": lambda row: row["shipped_at"].month,
    }
    for name, value in by.items():
        assert hours_differ((value(row), hours.total_seconds() / 3600) for hours, row in took) > ACCIDENT, (
            name
        )
    sent = {row["data"]["return_id"]: row for row in told(plan, "ReturnSentBack")}
    way = [(sent[row["data"]["return_id"]], row["at"]) for row in told(plan, "ReturnReceived")]
    back = [(row["data"]["carrier"], (at - row["at"]).total_seconds() / 3600) for row, at in way]
    assert hours_differ(back) > ACCIDENT


def test_a_day_is_as_busy_as_any_other() -> None:
    plan = YEARS[0]
    days = Counter(plan.day_of(row["created_at"]) for row in of(plan, conversations))
    mean = sum(days.values()) / plan.days
    spread = sum((days[day] - mean) ** 2 for day in range(plan.days)) / (plan.days - 1)
    # Poisson: the variance is the mean; people who come again make it a little more.
    assert 0.75 < spread / mean < 1.35


def test_the_year_has_about_the_size_of_its_plan() -> None:
    plan = YEARS[0]
    assert len(of(plan, conversations)) == pytest.approx(plan.conversations, rel=0.08)
    assert len(of(plan, turns)) / len(of(plan, conversations)) == pytest.approx(3, abs=0.5)
    assert set(rows_of(plan)) >= {
        "events",
        "complaints",
        "complaint_steps",
        "ratings",
        "feedback",
        "repairs",
        "exchanges",
    }
