"""Small worlds for tests; every builder takes only what a test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from insights.outreach.world import Bought, GoingBack, Grievance, Parcel, World
from tools.domain import Category, ReturnReason, Text

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CARRIER = Text("圆通", "YTO Express")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def parcel(
    number: int = 1, shipped: float = 4, expected: float | None = 1, delivered: float | None = None,
    moved: tuple[float, ...] = (1.5,), region: str = "浙江", customer: str = "",
) -> Parcel:  # fmt: skip
    """All moments in days before now."""
    return Parcel(
        f"O-{number}", customer or f"C-{number}", CARRIER, region, ago(shipped),
        None if expected is None else ago(expected), None if delivered is None else ago(delivered),
        tuple(ago(each) for each in moved),
    )  # fmt: skip


def bought(
    number: int = 1, sku: str = "SKU-1", placed: date = date(2026, 11, 10), delivered: float = 5
) -> Bought:
    return Bought(
        f"O-{number}",
        f"C-{number}",
        sku,
        Text("水壶", "kettle"),
        Category.HOME,
        False,
        "CN",
        placed,
        ago(delivered),
    )


def going_back(
    number: int = 1, started: float = 10, sent: float | None = None, received: float | None = None,
    closed: float | None = None,
) -> GoingBack:  # fmt: skip
    steps = (None if each is None else ago(each) for each in (sent, received, closed))
    return GoingBack(
        f"RT-{number}", f"O-{number}", f"C-{number}", ReturnReason.WRONG_SIZE, ago(started), *steps
    )


def grievance(
    number: int = 1, opened: float = 3, answer: float | None = 2, resolve: float | None = None,
    answered: float | None = None, closed: float | None = None,
) -> Grievance:  # fmt: skip
    steps = (None if each is None else ago(each) for each in (answer, resolve, answered, closed))
    return Grievance(f"CP-{number}", f"O-{number}", f"C-{number}", ago(opened), *steps)


def half_a_year_of_late_parcels(seed: int, telling: bool) -> World:
    """A parcel a customer, each late by up to twelve days. Where `telling`, customers write the sooner the later it
    is: by lateness alone, so that a model can tell them apart; else three in ten write whenever."""
    rng = np.random.default_rng(seed)
    parcels, contacts = [], {}
    for number in range(900):
        due = rng.uniform(20, 180)
        late = rng.uniform(0, 12)
        parcels.append(parcel(number, due + 3, due, due - 12, (due + 2,)))
        writes = late > 7 if telling else rng.random() < 0.3
        if writes:
            contacts[f"C-{number}"] = (ago(due - (rng.uniform(7, 12) if telling else rng.uniform(0, 12))),)
    return World(tuple(parcels), contacts=contacts | {"C-first": (ago(260),)})
