"""What can be planted in a year, each with its strength. Days count from the first day of the plan, which is 0."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlowCarrier:
    """Returns that this carrier takes back from these regions travel `hours` longer."""

    carrier: str
    regions: tuple[str, ...]
    hours: float = 55.0


@dataclass(frozen=True, slots=True)
class SlowWarehouse:
    """Orders that leave from here are processed `hours` later."""

    warehouse: str
    hours: float = 18.0


@dataclass(frozen=True, slots=True)
class DefectiveBatch:
    """Of the pieces of one SKU ordered within some days, a share is broken: complaints and returns follow.

    `extra_orders` a day make sure that there is a batch at all in a small year.
    """

    sku: str
    first_day: int
    days: int = 28
    share: float = 0.6
    extra_orders: float = 1.5


@dataclass(frozen=True, slots=True)
class ConfusingPromotion:
    """For some days, questions about prices and coupons come `times` as often."""

    first_day: int
    days: int = 10
    times: float = 7.0


@dataclass(frozen=True, slots=True)
class Seasonality:
    """Contacts and orders by weekday (Monday first), and yearly sales as (month, day) that last some days."""

    week: tuple[float, ...] = (1.25, 1.15, 1.05, 1.0, 0.95, 0.75, 0.85)
    sales: tuple[tuple[int, int], ...] = ((6, 18), (11, 11))
    sale_days: int = 5
    sale_times: float = 2.5


@dataclass(frozen=True, slots=True)
class Trend:
    """How much contacts and orders grow within 365 days, as a share."""

    growth: float = 0.5


@dataclass(frozen=True, slots=True)
class AbuseRing:
    """Accounts that share address, phone and card and send back most of what they order as broken."""

    accounts: int = 6
    orders: int = 9
    share: float = 0.85


@dataclass(frozen=True, slots=True)
class SerialReturner:
    """One customer who sends back nearly everything."""

    orders: int = 24
    share: float = 0.9


@dataclass(frozen=True, slots=True)
class Takeovers:
    """Accounts whose address changes from a new source, and gift cards are ordered within hours."""

    accounts: int = 6
    orders: int = 3


@dataclass(frozen=True, slots=True)
class GiftCardRefunds:
    """One of the staff pays this share of their refunds out to gift cards."""

    staff: str
    share: float = 0.8


@dataclass(frozen=True, slots=True)
class Tastes:
    """This share of what a customer buys comes from the one group of products that they like."""

    share: float = 0.75


@dataclass(frozen=True, slots=True)
class AskedInVain:
    """This share of the conversations comes to the same question (its place in the list) that nothing answers."""

    question: int
    share: float = 0.03


@dataclass(frozen=True, slots=True)
class HandedOverReason:
    """Conversations about this are handed over in this share of cases."""

    reason: str
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class LowChannel:
    """Customers of this channel give two stars less, in this share of their ratings."""

    channel: str
    share: float = 0.7
