"""Rules with a window: who may send what back, until when, and who pays the postage.

Returns and exchanges share them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from tools.domain import Category, Customer, Money, Tier
from tools.policy.card_file import Amount, AnyCategory, AnyTier, Days, PassageName, Strict, money

Payer = Literal["shop", "customer"]


@dataclass(frozen=True, slots=True)
class WindowRule:
    """One way of sending back. `window_days` counts whole days after the day of delivery; None is no limit."""

    id: str
    window_days: int | None
    window_by_category: Mapping[Category, int]
    excluded: frozenset[Category]
    excludes_final_sale: bool
    postage_payer: Payer
    postage: Money
    postage_by_category: Mapping[Category, Money]
    free_for_tiers: frozenset[Tier]
    passage: str

    def days(self, category: Category) -> int | None:
        return self.window_by_category.get(category, self.window_days)

    def deadline(self, category: Category, delivered_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The moment (exclusive, UTC) until which it may be asked for; None is no limit."""
        days = self.days(category)
        return None if days is None else window_end(delivered_at, days, zone)

    def postage_of(self, category: Category) -> Money:
        return self.postage_by_category.get(category, self.postage)

    def covers(self, category: Category, final_sale: bool) -> bool:
        """Whether such goods come under this rule at all, whatever the date."""
        return category not in self.excluded and not (final_sale and self.excludes_final_sale)

    def postage_for(self, customer: Customer, categories: Sequence[Category]) -> tuple[Money, Payer]:
        """One parcel, one postage: the dearest of its categories. The shop's own postage costs nothing."""
        dearest = max(self.postage_of(category) for category in categories)
        if self.postage_payer == "shop" or customer.tier in self.free_for_tiers:
            return Money.zero(dearest.currency), "shop"
        return dearest, "customer"


class WindowRuleFile(Strict):
    """The same as policy authors write it."""

    window_days: Days | None
    extended_days: dict[AnyCategory, Days] = {}
    window_days_by_category: dict[AnyCategory, Days] = {}
    excluded_categories: list[AnyCategory] = []
    excludes_final_sale: bool
    postage_payer: Annotated[Payer, Field()]
    postage: Amount
    postage_by_category: dict[AnyCategory, Amount] = {}
    free_for_tiers: list[AnyTier] = []
    passage: PassageName

    @model_validator(mode="after")
    def _windows_agree(self) -> WindowRuleFile:
        for category, days in self.extended_days.items():
            if self.window_days is None:
                raise ValueError(f"extended_days.{category}: window_days is without limit already")
            if days < self.window_days:
                raise ValueError(f"extended_days.{category}: {days} is shorter than window_days")
        if twice := self.extended_days.keys() & self.window_days_by_category.keys():
            raise ValueError(f"{min(twice)} stands in extended_days and window_days_by_category")
        return self

    def freeze(self, rule_id: str, currency: str) -> WindowRule:
        prices = {key: money(text, currency) for key, text in self.postage_by_category.items()}
        return WindowRule(
            id=rule_id,
            window_days=self.window_days,
            window_by_category=MappingProxyType(self.extended_days | self.window_days_by_category),
            excluded=frozenset(self.excluded_categories),
            excludes_final_sale=self.excludes_final_sale,
            postage_payer=self.postage_payer,
            postage=money(self.postage, currency),
            postage_by_category=MappingProxyType(prices),
            free_for_tiers=frozenset(self.free_for_tiers),
            passage=self.passage,
        )


def window_end(delivered_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """24:00 of the `days`-th day after the day of delivery in the shop's timezone, as UTC."""
    day = delivered_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def last_day(deadline: datetime, zone: ZoneInfo) -> date:
    """The last whole day before `deadline`, as a customer would name it."""
    return deadline.astimezone(zone).date() - timedelta(days=1)


def dates(prefix: str, deadline: datetime, zone: ZoneInfo) -> dict[str, str]:
    """What a denial says of a deadline: `…deadline` and `…last_day`, ISO, in the shop's timezone."""
    return {
        f"{prefix}deadline": deadline.astimezone(zone).isoformat(),
        f"{prefix}last_day": last_day(deadline, zone).isoformat(),
    }
