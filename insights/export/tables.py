"""Which tables are exported, with which columns, and how each column is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Date, Table

from insights.facts.filters import Filter
from insights.facts.processes import DELIVERY
from insights.pseudonyms import Masks
from tools.store.fact_tables import fact_cases, fact_conversations, fact_reasons, fact_rules, fact_stages
from tools.store.service_tables import ratings
from tools.store.tables import complaints

_NOT_FOR_BI = {
    "complaints": frozenset({"plan", "compensation_limit"}),
    "fact_stages": frozenset({"step"}),
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A table under the name of its file; `at` is the column by which days are chosen."""

    name: str
    table: Table
    at: str

    @property
    def columns(self) -> Sequence[Column[Any]]:
        left_out = _NOT_FOR_BI.get(self.table.name, frozenset())
        return [column for column in self.table.c if column.name not in left_out]

    def conditions(self, wanted: Filter, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """The days of the filter, which are the shop's."""
        column = self.table.c[self.at]
        if isinstance(column.type, Date):
            since, until = wanted.since, wanted.until and wanted.until + timedelta(days=1)
            return [*([column >= since] if since else []), *([column < until] if until else [])]
        found = [column >= datetime.combine(wanted.since, time(0), zone)] if wanted.since else []
        if wanted.until:
            found.append(column < datetime.combine(wanted.until + timedelta(days=1), time(0), zone))
        return found


TABLES = (
    Exported("conversations", fact_conversations, "day"),
    Exported("reasons", fact_reasons, "day"),
    Exported("rules", fact_rules, "day"),
    Exported("cases", fact_cases, "day"),
    Exported("stages", fact_stages, "day"),
    Exported("complaints", complaints, "opened_at"),
    Exported("ratings", ratings, "at"),
)

_TEXTS = {"complaints": "text", "ratings": "reason"}


def shown(exported: Exported, row: Mapping[str, Any], masks: Masks) -> dict[str, Any]:
    """The row with ids of customers and orders, and what customers wrote, as `masks` shows them."""
    found = dict(row)
    by_column: dict[str, Callable[[str], str]] = {"customer_id": masks.customer, "order_id": masks.order}
    if row.get("process") == DELIVERY.name:
        by_column["case_id"] = masks.order
    if text := _TEXTS.get(exported.name):
        by_column[text] = masks.text
    for name, mask in by_column.items():
        if name in found:
            found[name] = mask(found[name])
    return found
