"""What a card says about the handling of complaints: promises, departments, and a plan for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tools.domain import ComplaintKind, Money, Text, Tier


@dataclass(frozen=True, slots=True)
class Compensation:
    """How much may be offered: at most `amount` and at most `share` of what the order cost; None is no such limit."""

    id: str
    passage: str
    amount: Money | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class PlanStep:
    """`hours` after the complaint was taken, `department` has to have done this."""

    text: Text
    department: str
    hours: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what about a complaint. No `kinds` means all, `urgent` None whether it is urgent or not.

    `answer_hours` and `resolve_hours` may be shorter than what is promised; None is what is promised.
    """

    id: str
    kinds: frozenset[ComplaintKind]
    urgent: bool | None
    department: str
    escalate_to: str
    answer_hours: int
    resolve_hours: int | None
    remind_before_hours: int
    compensation: Compensation | None
    steps: tuple[PlanStep, ...]

    def fits(self, kind: ComplaintKind, urgent: bool) -> bool:
        return (not self.kinds or kind in self.kinds) and self.urgent in (None, urgent)


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who looks at a complaint again that was not answered or solved in time, and how long that may take."""

    id: str
    department: str
    review_business_days: int
    passage: str


@dataclass(frozen=True, slots=True)
class Valued:
    """Which customers' complaints count as one step more pressing."""

    tiers: frozenset[Tier]
    spent: Money | None


@dataclass(frozen=True, slots=True)
class Handling:
    """Everything that a card with plans says beside its promises. The last plan takes what no other does."""

    currency: str
    resolve_business_days: int
    escalation: Escalation
    holidays: frozenset[date]
    departments: Mapping[str, Text]
    valued: Valued
    plans: tuple[Plan, ...]

    def plan_for(self, kind: ComplaintKind, urgent: bool) -> Plan:
        return next(plan for plan in self.plans if plan.fits(kind, urgent))

    def plan(self, plan_id: str) -> Plan:
        """The plan of that name; the last one where there is none any more."""
        return next((plan for plan in self.plans if plan.id == plan_id), self.plans[-1])

    def department(self, name: str) -> Text:
        """A department in words."""
        return self.departments.get(name, Text(name, name))


@dataclass(frozen=True, slots=True)
class ComplaintsCard:
    """`answer_hours`: until when somebody answers. `handling` is None where complaints are only written down."""

    version: int
    effective_from: date
    effective_until: date | None
    answer_hours: int
    passage: str
    handling: Handling | None = field(default=None)

    id = "complaints"
