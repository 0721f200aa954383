"""The return policy card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from tools.domain import Category, ReturnReason
from tools.policy.card_file import CardHead, Country, Currency, Strict, Zone, check_card, read_yaml
from tools.policy.windows import WindowRule, WindowRuleFile

RuleName = Literal["no_reason", "shop_fault", "no_reason_abroad"]
NOTHING: Mapping[Category, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """The whole return policy of a shop, as the code decides by it.

    `warranty_months` and `exchange` come from the cards of repairs and exchanges: a refused return says
    what else can be done.
    """

    id: str
    version: int
    effective_from: date
    currency: str
    timezone: ZoneInfo
    no_reason: WindowRule
    shop_fault: WindowRule
    no_reason_abroad: WindowRule | None = None
    home_country: str = "CN"
    once_per_order: bool = False
    effective_until: date | None = None
    warranty_months: Mapping[Category, int] = field(default_factory=lambda: NOTHING)
    exchange: WindowRule | None = None

    def rule_for(self, reason: ReturnReason, country: str = "") -> WindowRule:
        """The rule for a reason and the country that the order went to; "" means at home."""
        if reason.shop_fault:
            return self.shop_fault
        abroad = country not in ("", self.home_country)
        return self.no_reason_abroad if abroad and self.no_reason_abroad else self.no_reason


class _Rules(Strict):
    no_reason: WindowRuleFile
    shop_fault: WindowRuleFile
    no_reason_abroad: WindowRuleFile | None = None


class ReturnCardFile(CardHead):
    """`returns.card.yaml`; docs/policies.md describes every field."""

    id: Literal["returns"]
    currency: Currency
    timezone: Zone
    home_country: Country = "CN"
    once_per_order: bool = False
    rules: _Rules

    def freeze(self) -> ReturnCard:
        abroad = self.rules.no_reason_abroad
        return ReturnCard(
            id=self.id,
            version=self.version,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            currency=self.currency,
            timezone=ZoneInfo(self.timezone),
            no_reason=self._rule("no_reason", self.rules.no_reason),
            shop_fault=self._rule("shop_fault", self.rules.shop_fault),
            no_reason_abroad=self._rule("no_reason_abroad", abroad) if abroad else None,
            home_country=self.home_country,
            once_per_order=self.once_per_order,
        )

    def _rule(self, name: RuleName, rule: WindowRuleFile) -> WindowRule:
        return rule.freeze(f"{self.id}.{name}", self.currency)


def load_return_card(path: Path) -> ReturnCard:
    """Read and check one card; raise `CardError` naming the file and every bad field."""
    return check_card(ReturnCardFile, read_yaml(path), path.name).freeze()
