"""What the search for misuse gives: flags for a person, and beside them whom the flags fall on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from insights.pseudonyms import Masks
from insights.queries.selection import MOST_VALUES, several
from insights.satisfaction.shares import Share
from tools.domain import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

Kind = Literal["ring", "return_abuse", "defect_claims", "refund_anomaly", "account_takeover"]
Dimension = Literal["tier", "region", "language"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One sign that a person should look at; never a verdict.

    `customers` are ids, the most conspicuous first; `staff` is "" unless it is about what one of the staff did. `p` is
    adjusted for everything that was tested for the whole report, None where something is no matter of chance, such
    as more money back than was paid. `score` is −log10 of it (0 … 100), by which flags are ranked, the first being 1.
    `evidence` and `suggestion` name nobody. `orders` and `conversations` are examples, the newest first. `touched` are
    those whose money a flag about staff speaks of; nothing is said against them.
    """

    kind: Kind
    customers: tuple[str, ...]
    staff: str
    score: float
    p: float | None
    evidence: Text
    suggestion: Text
    orders: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    rank: int = 0
    touched: tuple[str, ...] = ()

    def masked(self, masks: Masks) -> Flag:
        """The same flag with ids as `masks` shows them."""
        return replace(
            self, customers=tuple(map(masks.customer, self.customers)), staff=masks.staff(self.staff),
            orders=tuple(map(masks.order, self.orders)), touched=tuple(map(masks.customer, self.touched)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """The groups that a customer belongs to; `region` is one of China's seven or another country's province.

    `home` is the same for all at one door, "" where none is known.
    """

    tier: str
    region: str
    language: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """How many customers of a group are flagged. `p` is that of this share being that of all customers by chance.

    It counts doors, not customers, so that a ring is one event; two-sided, and adjusted for the groups of the
    dimension. `warned` says that the group is flagged more often than the others beyond chance. `customers` are the
    flagged ones.
    """

    dimension: Dimension
    name: str
    flagged: Share
    p: float
    warned: bool
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fairness:
    """Whom the flags fall on. `p` by dimension is that of any difference between its groups."""

    groups: tuple[Group, ...]
    p: Mapping[Dimension, float]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class RiskReport:
    """`flags` are ranked; `alpha` is the chance that a shop without any misuse gets one or more of those with a p."""

    flags: tuple[Flag, ...]
    fairness: Fairness
    alpha: float = 0.01

    def json(self, masks: Masks, who: Callable[[str], str] | None = None) -> dict[str, Any]:
        """Plain values, ids as `masks` shows them. With `who`, which gives the pseudonyms that conversations are chosen
        by, flags and groups have the `selection` of the conversations of their customers, or of those touched."""
        fair = self.fairness
        return {
            "alpha": self.alpha,
            "flags": [
                {**asdict(flag.masked(masks)), **_opened(flag.customers or flag.touched, who)}
                for flag in self.flags
            ],
            "fairness": {
                "groups": [_group(group, who) for group in fair.groups],
                "p": dict(fair.p),
                "warnings": [asdict(each) for each in fair.warnings],
            },
        }


def _group(group: Group, who: Callable[[str], str] | None) -> dict[str, Any]:
    """Its customers are told by what it opens alone."""
    shown = asdict(group)
    del shown["customers"]
    return shown | _opened(group.customers, who)


def _opened(customers: tuple[str, ...], who: Callable[[str], str] | None) -> dict[str, Any]:
    """`selection` is None where there is nobody to list, or more than a selection takes."""
    if who is None:
        return {}
    few = 0 < len(customers) <= MOST_VALUES
    return {"selection": {"customer": several(map(who, customers))} if few else None}


def risks(engine: Engine, now: datetime) -> RiskReport:
    """Look for misuse in the 365 days before `now`; reads the shop's tables, not the facts, and writes nothing.

    Raises `StoreUnavailable` where the database does not answer.
    """
    from insights.risk.fairness import fairness
    from insights.risk.ranking import ranked
    from insights.risk.reading import read
    from insights.risk.refunds import refund_flags
    from insights.risk.returning import return_flags
    from insights.risk.takeover import takeover_flags

    past = read(engine, now)
    flags = ranked([*return_flags(past), *refund_flags(past), *takeover_flags(past)])
    profiles = past.profiles
    return RiskReport(flags, with_customers(fairness(flags, profiles), flags, profiles))


def with_customers(fair: Fairness, flags: Sequence[Flag], profiles: Mapping[str, Profile]) -> Fairness:
    """The same with the flagged customers of every group, each once, the most conspicuous first."""
    flagged = [
        each for each in dict.fromkeys(each for flag in flags for each in flag.customers) if each in profiles
    ]
    groups = (
        replace(
            group,
            customers=tuple(
                each for each in flagged if getattr(profiles[each], group.dimension) == group.name
            ),
        )
        for group in fair.groups
    )
    return replace(fair, groups=tuple(groups))
