"""`complaints.card.yaml`: the handling of complaints as the shop's people write it, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tools.domain import ComplaintKind, Text
from tools.policy.card_file import Amount, AnyTier, CardHead, Currency, Days, Name, PassageName, Strict, money
from tools.policy.complaint_plans import (
    Compensation,
    ComplaintsCard,
    Escalation,
    Handling,
    Plan,
    PlanStep,
    Valued,
)

AnyKind = Annotated[ComplaintKind, Field(strict=False)]
Hours = Annotated[int, Field(ge=1, le=24 * 90)]
Share = Annotated[str, Field(pattern=r"^(0\.\d{1,4}|1\.0{1,4})$")]
PlanName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
DEFAULT_REMIND_HOURS = 4


class _Text(Strict):
    zh: Name
    en: Name

    def freeze(self) -> Text:
        return Text(self.zh, self.en)


class _Open(Strict):
    answer_hours: Hours
    resolve_business_days: Days | None = None
    passage: PassageName


class _Escalation(Strict):
    department: Name
    review_business_days: Days
    passage: PassageName


class _Rules(Strict):
    open: _Open
    escalation: _Escalation | None = None


class _Valued(Strict):
    tiers: list[AnyTier] = []
    spent: Amount | None = None


class _Compensation(Strict):
    rule: PlanName
    passage: PassageName
    amount: Amount | None = None
    share: Share | None = None

    @model_validator(mode="after")
    def _limited(self) -> _Compensation:
        if self.amount is None and self.share is None:
            raise ValueError("needs an amount, a share of the order, or both")
        return self

    def freeze(self, currency: str) -> Compensation:
        amount = money(self.amount, currency) if self.amount else None
        share = Decimal(self.share) if self.share else None
        return Compensation(f"complaints.{self.rule}", self.passage, amount, share)


class _Step(_Text):
    department: Name
    hours: Hours


class _Plan(Strict):
    id: PlanName
    kinds: list[AnyKind] = []
    urgent: bool | None = None
    department: Name
    escalate_to: Name | None = None
    answer_hours: Hours | None = None
    resolve_hours: Hours | None = None
    remind_before_hours: Annotated[int, Field(ge=0, le=24 * 30)] = DEFAULT_REMIND_HOURS
    compensation: _Compensation | None = None
    steps: list[_Step] = []

    def freeze(self, promised: int, escalate_to: str, currency: str) -> Plan:
        return Plan(
            self.id, frozenset(self.kinds), self.urgent, self.department, self.escalate_to or escalate_to,
            self.answer_hours or promised, self.resolve_hours, self.remind_before_hours,
            self.compensation.freeze(currency) if self.compensation else None,
            tuple(PlanStep(each.freeze(), each.department, each.hours) for each in self.steps),
        )  # fmt: skip


class ComplaintsCardFile(CardHead):
    """`complaints.card.yaml`."""

    id: Literal["complaints"]
    currency: Currency | None = None
    rules: _Rules
    holidays: list[date] = []
    departments: dict[PlanName, _Text] = {}
    valued: _Valued = _Valued()
    plans: list[_Plan] = []

    @model_validator(mode="after")
    def _whole(self) -> ComplaintsCardFile:
        if self.plans:
            for problem in (*self._missing(), *_twice(each.id for each in self.plans), *self._unknown()):
                raise ValueError(problem)
            for plan in self.plans:
                _check_hours(plan, self.rules.open.answer_hours)
        return self

    def _missing(self) -> Iterable[str]:
        if self.rules.open.resolve_business_days is None:
            yield "rules.open.resolve_business_days: needed where there are plans"
        if self.rules.escalation is None:
            yield "rules.escalation: needed where there are plans"
        if self.currency is None and (self.valued.spent or any(each.compensation for each in self.plans)):
            yield "currency: needed where there are amounts"
        if self.plans[-1].kinds or self.plans[-1].urgent is not None:
            yield "plans: the last one has to take every complaint, without kinds and urgent"

    def _unknown(self) -> Iterable[str]:
        named = {"rules.escalation.department": self.rules.escalation and self.rules.escalation.department}
        for plan in self.plans:
            where = f"plans.{plan.id}"
            named |= {f"{where}.department": plan.department, f"{where}.escalate_to": plan.escalate_to}
            named |= {f"{where}.steps.{at}.department": step.department for at, step in enumerate(plan.steps)}
        for place, department in named.items():
            if department is not None and department not in self.departments:
                yield f"{place}: {department!r} is not one of departments"

    def freeze(self) -> ComplaintsCard:
        rule = self.rules.open
        return ComplaintsCard(
            self.version, self.effective_from, self.effective_until, rule.answer_hours, rule.passage,
            self._handling(rule),
        )  # fmt: skip

    def _handling(self, rule: _Open) -> Handling | None:
        above = self.rules.escalation
        if not self.plans or above is None or rule.resolve_business_days is None:
            return None
        currency = self.currency or ""
        spent = money(self.valued.spent, currency) if self.valued.spent else None
        return Handling(
            currency,
            rule.resolve_business_days,
            Escalation("complaints.escalation", above.department, above.review_business_days, above.passage),
            frozenset(self.holidays),
            MappingProxyType({name: each.freeze() for name, each in self.departments.items()}),
            Valued(frozenset(self.valued.tiers), spent),
            tuple(plan.freeze(rule.answer_hours, above.department, currency) for plan in self.plans),
        )


def _twice(names: Iterable[str]) -> Sequence[str]:
    seen: list[str] = list(names)
    return [f"plans: {name!r} stands twice" for name in seen if seen.count(name) > 1]


def _check_hours(plan: _Plan, promised: int) -> None:
    """No plan may promise less than the card does, nor remind of what was just told."""
    answer = plan.answer_hours or promised
    if answer > promised:
        raise ValueError(
            f"plans.{plan.id}.answer_hours: {answer} is later than rules.open.answer_hours ({promised})"
        )
    if plan.resolve_hours is not None and plan.resolve_hours < answer:
        raise ValueError(
            f"plans.{plan.id}.resolve_hours: {plan.resolve_hours} is before the answer ({answer})"
        )
    if plan.remind_before_hours >= answer:
        raise ValueError(
            f"plans.{plan.id}.remind_before_hours: {plan.remind_before_hours} is not shorter than the"
            f" {answer} hours until the answer"
        )
