"""What signals are made from: every step with its moment, so that any earlier day can be looked at as it was."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tools.domain import Category, Language, ReturnReason, Text


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order on its way. `moved` are the moments of its tracking, in order."""

    order_id: str
    customer_id: str
    carrier: Text
    region: str
    shipped_at: datetime
    expected_at: datetime | None
    delivered_at: datetime | None
    moved: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of a delivered order. `placed_on` is the shop's day."""

    order_id: str
    customer_id: str
    sku: str
    name: Text
    category: Category
    final_sale: bool
    country: str
    placed_on: date
    delivered_at: datetime


@dataclass(frozen=True, slots=True)
class GoingBack:
    """A return. A step that has not happened is None; `closed_at` is the refund or the rejection."""

    return_id: str
    order_id: str
    customer_id: str
    reason: ReturnReason
    started_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grievance:
    """A complaint. `answered_at` is the first action on it."""

    complaint_id: str
    order_id: str
    customer_id: str
    opened_at: datetime
    answer_by: datetime | None
    resolve_by: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Defect:
    """A batch that findings call defective: one SKU, ordered from `first` to `last`, both included."""

    sku: str
    first: date
    last: date


@dataclass(frozen=True)
class World:
    """`contacts` are by customer the moments at which conversations began, in order. `languages` are by customer."""

    parcels: tuple[Parcel, ...] = ()
    bought: tuple[Bought, ...] = ()
    returns: tuple[GoingBack, ...] = ()
    complaints: tuple[Grievance, ...] = ()
    contacts: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    languages: Mapping[str, Language] = field(default_factory=dict)

    def contacts_between(self, customer_id: str, after: datetime, until: datetime) -> int:
        """How many conversations the customer began in (after, until]."""
        moments = self.contacts.get(customer_id, ())
        return bisect_right(moments, until) - bisect_right(moments, after)

    def last_contact(self, customer_id: str, now: datetime) -> datetime | None:
        return last_before(self.contacts.get(customer_id, ()), now)


def last_before(moments: tuple[datetime, ...], now: datetime) -> datetime | None:
    """The last of sorted `moments` that is not after `now`."""
    at = bisect_right(moments, now)
    return moments[at - 1] if at else None
