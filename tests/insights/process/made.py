"""Years of facts for the tests, with as few or as many planted truths as wanted; numpy only, so that many are cheap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from insights.process.finding import Frames

REGIONS = np.array(
    ["广东省", "Guangdong", "浙江省", "四川省", "上海市", "河北省", "湖南省", "辽宁省", "福建省", "CA"]
)
CARRIERS = np.array(["SF Express", "JD Logistics", "ZTO Express", "YTO Express"])
WAREHOUSES = np.array(["Hangzhou", "Wuhan", "Foshan"])
CATEGORIES = np.array(["apparel", "electronics", "home", "beauty", "toys"])
CHANNELS = np.array(["web", "app", "wechat"])
REASONS = np.array(
    ["tracking", "return_item", "coupon_points", "invoice", "policy_question", "product_question"]
)
RETURN_REASONS = np.array(["no_longer_wanted", "wrong_size", "quality", "damaged"])
BEGIN = pd.Timestamp("2025-01-01")
SOUTH = ("广东省", "Guangdong", "湖南省")


@dataclass(frozen=True)
class Year:
    """Sizes, and truths by name; without any, nothing depends on anything but on customers, weekdays and chance."""

    seed: int
    orders: int = 1200
    conversations: int = 1500
    days: int = 365
    products: int = 12
    restless: float = 0.6
    truths: tuple[str, ...] = field(default=())


def year(plan: Year) -> Frames:
    rng = np.random.default_rng(plan.seed)
    orders = _orders(rng, plan)
    returns = _returns(rng, plan, orders)
    complaints = _complaints(rng, plan, orders)
    conversations = _conversations(rng, plan, orders)
    cases = pd.concat([returns, complaints], ignore_index=True)
    reasons = conversations.rename(columns={"reason": "first_reason"}).assign(reason=conversations["reason"])
    return Frames(conversations, reasons, cases, _stages(rng, plan, orders, returns), orders)


def _people(rng: np.random.Generator, plan: Year, rows: int) -> Any:
    """Customers differ in how often they do anything: a few do much."""
    count = max(60, plan.orders // 4)
    weight = rng.gamma(1 / plan.restless, 1.0, count)
    return rng.choice(count, rows, p=weight / weight.sum())


def _days(rng: np.random.Generator, plan: Year, rows: int) -> Any:
    week = np.array([1.25, 1.15, 1.05, 1.0, 0.95, 0.75, 0.85])[np.arange(plan.days) % 7]
    return np.sort(rng.choice(plan.days, rows, p=week / week.sum()))


def _orders(rng: np.random.Generator, plan: Year) -> pd.DataFrame:
    n = plan.orders
    customer, product = _people(rng, plan, n), rng.integers(0, plan.products, n)
    carrier, region = CARRIERS[rng.integers(0, len(CARRIERS), n)], REGIONS[customer % len(REGIONS)]
    if "confounded" in plan.truths:
        # The slow carrier brings most parcels to the south.
        south = np.isin(region, SOUTH) & (rng.random(n) < 0.6)
        carrier = np.where(south, CARRIERS[0], carrier)
    return pd.DataFrame(
        {
            "day": BEGIN + pd.to_timedelta(_days(rng, plan, n), unit="D"),
            "order_id": [f"O{each}" for each in range(n)],
            "customer_id": [f"C{each}" for each in customer],
            "product_id": [f"P{each}" for each in product],
            "sku": [f"P{each}-{form}" for each, form in zip(product, rng.integers(0, 2, n), strict=True)],
            "category": CATEGORIES[product % len(CATEGORIES)],
            "quantity": 1,
            "amount": 50.0,
            "carrier": carrier,
            "warehouse": WAREHOUSES[rng.integers(0, len(WAREHOUSES), n)],
            "region": region,
            "tier": np.array(["standard", "silver", "gold"])[customer % 3],
        }
    )


def _person(plan: Year, orders: pd.DataFrame, low: float, high: float) -> Any:
    """A rate between two bounds that belongs to the customer."""
    number = orders["customer_id"].str[1:].astype(int).to_numpy()
    return low + (high - low) * np.random.default_rng(plan.seed + 1).random(number.max() + 1)[number] ** 3


def batch(plan: Year, orders: pd.DataFrame) -> Any:
    """The rows of the defective batch: one SKU, eight weeks."""
    day = (orders["day"] - BEGIN).dt.days
    return ((orders["sku"] == "P3-1") & (day >= 120) & (day < 176)).to_numpy()


def _case(orders: pd.DataFrame, process: str, chosen: Any, reason: Any) -> pd.DataFrame:
    part = orders[chosen].reset_index(drop=True)
    rows = part[["day", "order_id", "customer_id", "product_id", "sku", "category", "carrier", "warehouse",
                 "region", "tier"]].copy()  # fmt: skip
    return rows.assign(
        process=process, case_id=process[0].upper() + part["order_id"], reason=reason[chosen], outcome="",
        conversation_id="V" + part["order_id"], channel="web", language="zh",
    )  # fmt: skip


def _returns(rng: np.random.Generator, plan: Year, orders: pd.DataFrame) -> pd.DataFrame:
    n = len(orders)
    rate, reason = _person(plan, orders, 0.08, 0.7), RETURN_REASONS[rng.integers(0, len(RETURN_REASONS), n)]
    if "batch" in plan.truths:
        bad = batch(plan, orders)
        rate, reason = np.where(bad, 0.6, rate), np.where(bad, "quality", reason)
    return _case(orders, "return", rng.random(n) < rate, reason)


def _complaints(rng: np.random.Generator, plan: Year, orders: pd.DataFrame) -> pd.DataFrame:
    n = len(orders)
    kind = np.array(["quality", "logistics"])[rng.integers(0, 2, n)]
    rate = _person(plan, orders, 0.03, 0.3)
    if "batch" in plan.truths:
        rate, kind = np.where(batch(plan, orders), 0.35, rate), np.where(batch(plan, orders), "quality", kind)
    return _case(orders, "complaint", rng.random(n) < rate, kind)


def _conversations(rng: np.random.Generator, plan: Year, orders: pd.DataFrame) -> pd.DataFrame:
    n, truths = plan.conversations, plan.truths
    order = orders.iloc[np.sort(rng.choice(len(orders), n))].reset_index(drop=True)
    named, customer = rng.random(n) < 0.5, _people(rng, plan, n)
    day, reason = _days(rng, plan, n), REASONS[rng.integers(0, len(REASONS), n)]
    channel = CHANNELS[rng.choice(len(CHANNELS), n, p=[0.5, 0.3, 0.2])]
    if "promotion" in truths:
        confused = (day >= 200) & (day < 210) & (rng.random(n) < 0.6)
        reason = np.where(confused, "coupon_points", reason)
    rate = np.where((reason == "invoice") & ("handovers" in truths), 0.5, 0.15)
    handed_over = rng.random(n) < rate
    stars = rng.choice([1.0, 2.0, 3.0, 4.0, 5.0], n, p=[0.05, 0.1, 0.2, 0.3, 0.35])
    low = (channel == "wechat") & ("low_csat" in truths) & (rng.random(n) < 0.6)
    stars = np.where(low, 1.0, stars)
    return pd.DataFrame(
        {
            "conversation_id": [f"T{each}" for each in range(n)],
            "day": BEGIN + pd.to_timedelta(day, unit="D"),
            "channel": channel,
            "language": np.array(["zh", "en"])[customer % 2],
            "customer_id": np.where(rng.random(n) < 0.9, [f"C{each}" for each in customer], ""),
            "tier": np.array(["standard", "silver", "gold"])[customer % 3],
            "region": REGIONS[customer % len(REGIONS)],
            "order_id": np.where(named, order["order_id"], ""),
            "product_id": np.where(named, order["product_id"], ""),
            "category": np.where(named, order["category"], ""),
            "carrier": np.where(named, order["carrier"], ""),
            "warehouse": np.where(named, order["warehouse"], ""),
            "reason": reason,
            "complaint": "",
            "resolution": np.where(
                handed_over, "handed_over", np.where(rng.random(n) < 0.1, "abandoned", "solved")
            ),
            "handover_reason": np.where(handed_over, "asked.person", ""),
            "came_back": rng.random(n) < 0.08,
            "unanswered": (rng.random(n) < 0.07).astype(int),
            "refused": (rng.random(n) < 0.05).astype(int),
            "csat": np.where(rng.random(n) < 0.4, stars, np.nan),
        }
    )


def _stages(
    rng: np.random.Generator, plan: Year, orders: pd.DataFrame, returns: pd.DataFrame
) -> pd.DataFrame:
    """Two stages of the delivery and one of the return, two days of which are open at the end of the year."""
    delivery = orders.assign(process="delivery", case_id=orders["order_id"], reason="", channel="", language="",
                             conversation_id="", outcome="delivered")  # fmt: skip
    found = []
    for frame, stage, middle in (
        (delivery, "processed", 20),
        (delivery, "delivered", 70),
        (returns, "received", 80),
    ):
        hours = middle * np.exp(rng.normal(0, 0.5, len(frame)))
        number = frame["customer_id"].str[1:].astype(int).to_numpy()
        hours = hours * np.exp(np.random.default_rng(plan.seed + 2).normal(0, 0.2, number.max() + 1))[number]
        hours = hours + _slowness(plan, frame, stage)
        found.append(frame.assign(stage=stage, seq=len(found), hours=hours))
    stages = pd.concat(found, ignore_index=True)
    began = stages["day"].dt.tz_localize("UTC")
    ended = began + pd.to_timedelta(stages["hours"], unit="h")
    still = ended > pd.Timestamp(BEGIN + pd.Timedelta(days=plan.days), tz="UTC")
    ended = ended.where(~still, pd.NaT)
    return stages.assign(began_at=began, ended_at=ended, opened_at=began, closed_at=ended,
                         hours=stages["hours"].where(~still), case_hours=np.nan)  # fmt: skip


def _slowness(plan: Year, frame: pd.DataFrame, stage: str) -> Any:
    extra = np.zeros(len(frame))
    if "carrier_south" in plan.truths and stage == "received":
        extra += 55 * ((frame["carrier"] == "YTO Express") & frame["region"].isin(SOUTH))
    if {"carrier", "confounded"} & set(plan.truths) and stage == "delivered":
        extra += 48 * (frame["carrier"] == "SF Express")
    if "warehouse" in plan.truths and stage == "processed":
        extra += 18 * (frame["warehouse"] == "Foshan")
    if "drift" in plan.truths and stage == "delivered":
        extra += 60 * (frame["day"] - BEGIN).dt.days / 365
    return extra
