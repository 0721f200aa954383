"""What the search for misuse looks at: a year of orders, what came back of them, who shares what, and what staff did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Table, select

from insights.process.regions import region_group
from insights.risk.links import door
from insights.risk.report import Profile
from insights.risk.rows import frame
from tools.domain import ComplaintKind
from tools.store.database import answering, reader
from tools.store.tables import (
    complaints,
    conversations,
    customers,
    events,
    identity_failures,
    order_lines,
    orders,
    payment_methods,
    payments,
    refunds,
    return_lines,
    returns,
)

if TYPE_CHECKING:
    import pandas as pd

YEAR = timedelta(days=365)
STEPS = ("ReturnStarted", "ReturnReceived", "ReturnRefunded")
CHANGES = ("DefaultAddressChanged", "OrderAddressChanged", "OrderPaymentChanged")


@dataclass(frozen=True, eq=False, slots=True)
class Past:
    """Frames whose columns are those of the tables; moments are UTC, amounts whole cents, addresses plain dicts.

    `lines` are those of the orders, `back` those that went back; `bad` has the orders of complaints about quality.
    `steps` and `changes` are events; `addresses` (by order) and `talks` are of customers that changed something.
    """

    now: datetime
    accounts: pd.DataFrame
    methods: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame
    back: pd.DataFrame
    bad: frozenset[str]
    payments: pd.DataFrame
    refunds: pd.DataFrame
    steps: pd.DataFrame
    changes: pd.DataFrame
    addresses: Mapping[str, Mapping[str, Any]]
    talks: pd.DataFrame
    failures: pd.DataFrame

    @property
    def profiles(self) -> dict[str, Profile]:
        """The groups of every customer."""
        rows = zip(*(self.accounts[name] for name in ("id", "tier", "address", "language")), strict=True)
        return {
            key: Profile(tier, region_group(address.get("region", "")), language, door(address))
            for key, tier, address, language in rows
        }

    def conversations_of(self, orders: list[str], most: int = 5) -> tuple[str, ...]:
        """Those in which returns of these orders began, the newest first."""
        begun = self.steps[(self.steps["kind"] == "ReturnStarted") & (self.steps["conversation_id"] != "")]
        found = begun[begun["order_id"].isin(orders)].sort_values("at", ascending=False)
        return tuple(dict.fromkeys(found["conversation_id"]))[:most]


def read(engine: Engine, now: datetime) -> Past:
    """Everything from one moment of the database; raises `StoreUnavailable` where it does not answer."""
    with answering(), reader(engine).begin() as connection:
        return _Reading(connection, now).past()


class _Reading:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        changed = select(events.c.customer_id).where(events.c.kind.in_(CHANGES), *self._within(events.c.at))
        self._changed = changed.distinct()

    def past(self) -> Past:
        order, sent = orders.c, returns.c
        recent = self._within(order.placed_at)
        return Past(
            self._now, self._all(customers), self._all(payment_methods),
            self._rows([order.id, order.customer_id, order.currency, order.status, order.placed_at], *recent),
            self._of_orders(order_lines, "order_id", "line_no", "sku", "category", "quantity", "unit_price"),
            self._rows(
                [*(return_lines.c[name] for name in ("return_id", "order_id", "line_no", "refund")), sent.reason],
                return_lines.c.return_id == sent.id, *self._within(sent.requested_at),
            ),
            self._bad(),
            self._of_orders(payments, "order_id", "method_id", "kind", "amount"),
            self._of_orders(refunds, "id", "order_id", "amount", "method_id", "at", "reason"),
            self._events(STEPS), self._events(CHANGES), self._addresses(),
            self._rows(
                [conversations.c[name] for name in ("id", "customer_id", "source", "created_at")],
                conversations.c.customer_id.in_(self._changed),
            ),
            self._all(identity_failures),
        )  # fmt: skip

    def _within(self, moment: Column[Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return moment >= self._now - YEAR, moment < self._now

    def _rows(self, columns: list[Column[Any]], *where: ColumnElement[bool]) -> pd.DataFrame:
        return frame(self._connection, columns, *where)

    def _all(self, table: Table) -> pd.DataFrame:
        return self._rows(list(table.c))

    def _of_orders(self, table: Table, *names: str) -> pd.DataFrame:
        here = table.c.order_id == orders.c.id
        return self._rows([table.c[name] for name in names], here, *self._within(orders.c.placed_at))

    def _events(self, kinds: tuple[str, ...]) -> pd.DataFrame:
        return self._rows(list(events.c), events.c.kind.in_(kinds), *self._within(events.c.at))

    def _bad(self) -> frozenset[str]:
        of_quality = complaints.c.kind == ComplaintKind.QUALITY
        query = select(complaints.c.order_id).where(of_quality, complaints.c.opened_at < self._now)
        return frozenset(self._connection.scalars(query))

    def _addresses(self) -> dict[str, Mapping[str, Any]]:
        changed = orders.c.customer_id.in_(self._changed)
        found = self._rows([orders.c.id, orders.c.address], changed, *self._within(orders.c.placed_at))
        return dict(zip(found["id"], found["address"], strict=True))
