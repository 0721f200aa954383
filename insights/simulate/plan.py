"""What a simulated year is made of: its size, its seed, and which truths are in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

from insights.errors import InsightsError
from insights.simulate.chance import stream
from insights.simulate.data import read
from insights.simulate.goods import catalogue
from insights.simulate.truths import (
    AbuseRing,
    AskedInVain,
    ConfusingPromotion,
    DefectiveBatch,
    GiftCardRefunds,
    HandedOverReason,
    LowChannel,
    Seasonality,
    SerialReturner,
    SlowCarrier,
    SlowWarehouse,
    Takeovers,
    Tastes,
    Trend,
)

# China has kept UTC+8 without summer time since 1991.
SHOP_TIME = timezone(timedelta(hours=8))
# Orders begin so many days before the first conversation, so that there is something to talk about from the start.
HISTORY_DAYS = 60
LEAST_DAYS = 14


class PlanRefused(InsightsError):
    """A plan that makes no year; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`conversations` is how many there are about; there are as many orders, and a customer for every five."""

    seed: int
    start: date
    days: int = 365
    conversations: int = 3000
    slow_carrier: SlowCarrier | None = None
    slow_warehouse: SlowWarehouse | None = None
    defective_batch: DefectiveBatch | None = None
    confusing_promotion: ConfusingPromotion | None = None
    seasonality: Seasonality | None = None
    trend: Trend | None = None
    abuse_ring: AbuseRing | None = None
    serial_returner: SerialReturner | None = None
    takeovers: Takeovers | None = None
    gift_card_refunds: GiftCardRefunds | None = None
    tastes: Tastes | None = None
    asked_in_vain: AskedInVain | None = None
    handed_over_reason: HandedOverReason | None = None
    low_channel: LowChannel | None = None

    def __post_init__(self) -> None:
        if self.days < LEAST_DAYS:
            raise PlanRefused(f"days: at least {LEAST_DAYS}, not {self.days}")
        if self.conversations < 1:
            raise PlanRefused(f"conversations: at least 1, not {self.conversations}")

    @property
    def customers(self) -> int:
        return max(60, self.conversations // 5)

    @property
    def begin(self) -> datetime:
        return self.midnight(0)

    @property
    def end(self) -> datetime:
        """The moment at which the simulated data stand; nothing but expected dates lies after it."""
        return self.midnight(self.days)

    def midnight(self, day: int) -> datetime:
        """When the day with this number begins in the shop (UTC)."""
        local = datetime.combine(self.start + timedelta(days=day), datetime.min.time(), SHOP_TIME)
        return local.astimezone(UTC)

    def day_of(self, moment: datetime) -> int:
        return (moment - self.begin).days


NAMES = tuple(item.name for item in fields(Plan) if item.default is None)


def noise(seed: int, start: date, days: int = 365, conversations: int = 3000) -> Plan:
    """A year without any truth: carriers, products, regions, channels and customers differ by chance alone."""
    return Plan(seed, start, days, conversations)


def planted(
    seed: int, start: date, days: int = 365, conversations: int = 3000, names: Iterable[str] = NAMES
) -> Plan:
    """A year with the truths of these names; which carrier, which product and when is the seed's choice.

    Raises `PlanRefused` for a name that is none of `NAMES`.
    """
    wanted = tuple(names)
    if unknown := sorted(set(wanted) - set(NAMES)):
        raise PlanRefused(f"no such truth: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    chosen = _choices(stream(seed, "truths"), days)
    return replace(Plan(seed, start, days, conversations), **{name: chosen[name] for name in wanted})


def _choices(rng: Random, days: int) -> dict[str, Any]:
    """All truths with their details; all are drawn, so that one does not change with the others."""
    world = read("world")
    carriers = [line.split(" | ")[1] for line in world["carriers"]]
    sku = rng.choice([form.sku for each in catalogue() for form in each.product.variants])
    batch = min(28, days // 3)
    promotion = min(10, days // 5)
    return {
        "slow_carrier": SlowCarrier(rng.choice(carriers), tuple(world["south"])),
        "slow_warehouse": SlowWarehouse(rng.choice(world["warehouses"])),
        "defective_batch": DefectiveBatch(sku, rng.randrange(days // 8, days // 2), batch),
        "confusing_promotion": ConfusingPromotion(rng.randrange(days // 5, days * 3 // 5), promotion),
        "seasonality": Seasonality(),
        "trend": Trend(),
        "abuse_ring": AbuseRing(),
        "serial_returner": SerialReturner(),
        "takeovers": Takeovers(),
        "gift_card_refunds": GiftCardRefunds(rng.choice(world["staff"])),
        "tastes": Tastes(),
        "asked_in_vain": AskedInVain(rng.randrange(8)),
        "handed_over_reason": HandedOverReason(rng.choice(["invoice", "product_question", "delivery_time"])),
        "low_channel": LowChannel(rng.choice(["web", "app", "wechat"])),
    }
