"""The return policy card: YAML checked into frozen types, or refused with file and field."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tools.domain import Category, Money, ReturnReason, Tier
from tools.errors import CardError

Payer = Literal["shop", "customer"]
RuleName = Literal["no_reason", "shop_fault", "no_reason_abroad"]

# Months of warranty by category. A card may state its own; this is the sample shop's.
WARRANTY_MONTHS: Mapping[Category, int] = MappingProxyType(
    {
        Category.ELECTRONICS: 12,
        Category.APPLIANCES: 12,
        Category.LARGE_APPLIANCES: 36,
        Category.FURNITURE: 24,
        Category.TOYS: 6,
        Category.SPORTS: 6,
    }
)


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """One way of returning. `window_days` counts whole days after the day of delivery."""

    id: str
    window_days: int
    window_by_category: Mapping[Category, int]
    excluded: frozenset[Category]
    excludes_final_sale: bool
    postage_payer: Payer
    postage: Money
    postage_by_category: Mapping[Category, Money]
    free_for_tiers: frozenset[Tier]
    passage: str

    def days(self, category: Category) -> int:
        return self.window_by_category.get(category, self.window_days)

    def postage_of(self, category: Category) -> Money:
        return self.postage_by_category.get(category, self.postage)

    def covers(self, category: Category, final_sale: bool) -> bool:
        """Whether such goods come under this rule at all, whatever the date."""
        return category not in self.excluded and not (final_sale and self.excludes_final_sale)


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """The whole return policy of a shop, as the code decides by it."""

    id: str
    version: int
    effective_from: date
    currency: str
    timezone: ZoneInfo
    no_reason: ReturnRule
    shop_fault: ReturnRule
    no_reason_abroad: ReturnRule | None = None
    home_country: str = "CN"
    warranty_months: Mapping[Category, int] = field(default_factory=lambda: WARRANTY_MONTHS)

    def rule_for(self, reason: ReturnReason, country: str = "") -> ReturnRule:
        """The rule for a reason and the country that the order went to; "" means at home."""
        if reason.shop_fault:
            return self.shop_fault
        abroad = country not in ("", self.home_country)
        return self.no_reason_abroad if abroad and self.no_reason_abroad else self.no_reason


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no timezone {name!r}") from error
    return name


AnyCategory = Annotated[Category, Field(strict=False)]
AnyTier = Annotated[Tier, Field(strict=False)]
Days = Annotated[int, Field(ge=1, le=3650)]
Amount = Annotated[str, Field(pattern=r"^\d{1,10}\.\d{2}$")]
Name = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Rule(_Strict):
    window_days: Days
    extended_days: dict[AnyCategory, Days] = {}
    window_days_by_category: dict[AnyCategory, Days] = {}
    excluded_categories: list[AnyCategory] = []
    excludes_final_sale: bool
    postage_payer: Payer
    postage: Amount
    postage_by_category: dict[AnyCategory, Amount] = {}
    free_for_tiers: list[AnyTier] = []
    passage: Annotated[str, Field(pattern=r"^[\w-]+#[\w-]+$")]

    @model_validator(mode="after")
    def _windows_agree(self) -> _Rule:
        for category, days in self.extended_days.items():
            if days < self.window_days:
                raise ValueError(f"extended_days.{category}: {days} is shorter than window_days")
        if twice := self.extended_days.keys() & self.window_days_by_category.keys():
            raise ValueError(f"{min(twice)} stands in extended_days and window_days_by_category")
        return self

    def freeze(self, name: RuleName, card_id: str, currency: str) -> ReturnRule:
        prices = {key: Money(Decimal(text), currency) for key, text in self.postage_by_category.items()}
        return ReturnRule(
            id=f"{card_id}.{name}",
            window_days=self.window_days,
            window_by_category=MappingProxyType(self.extended_days | self.window_days_by_category),
            excluded=frozenset(self.excluded_categories),
            excludes_final_sale=self.excludes_final_sale,
            postage_payer=self.postage_payer,
            postage=Money(Decimal(self.postage), currency),
            postage_by_category=MappingProxyType(prices),
            free_for_tiers=frozenset(self.free_for_tiers),
            passage=self.passage,
        )


class _Rules(_Strict):
    no_reason: _Rule
    shop_fault: _Rule
    no_reason_abroad: _Rule | None = None


class _Card(_Strict):
    id: Name
    version: Annotated[int, Field(ge=1)]
    effective_from: date
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    timezone: Annotated[str, AfterValidator(_zone)]
    home_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    rules: _Rules
    warranty_months: dict[AnyCategory, Annotated[int, Field(ge=1, le=1200)]] | None = None

    def freeze(self) -> ReturnCard:
        months = WARRANTY_MONTHS if self.warranty_months is None else self.warranty_months
        return ReturnCard(
            id=self.id,
            version=self.version,
            effective_from=self.effective_from,
            currency=self.currency,
            timezone=ZoneInfo(self.timezone),
            no_reason=self.rules.no_reason.freeze("no_reason", self.id, self.currency),
            shop_fault=self.rules.shop_fault.freeze("shop_fault", self.id, self.currency),
            no_reason_abroad=self._abroad(),
            home_country=self.home_country,
            warranty_months=MappingProxyType(dict(months)),
        )

    def _abroad(self) -> ReturnRule | None:
        rule = self.rules.no_reason_abroad
        return rule.freeze("no_reason_abroad", self.id, self.currency) if rule else None


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would quietly take the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def load_return_card(path: Path) -> ReturnCard:
    """Read and check a card; raise `CardError` naming the file and every bad field."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)
    except OSError as error:
        raise CardError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise CardError(f"{path.name}: not a readable YAML file: {error}") from error
    try:
        return _Card.model_validate(data).freeze()
    except ValidationError as error:
        lines = [f"{path.name}: {_place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise CardError("\n".join(lines)) from error


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "the card"
