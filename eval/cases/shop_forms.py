"""The form of a case's shop: how it is before the first message, and how it differs after the last."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from eval.cases.basics import Form, Text, as_tuple
from tools.domain import Language

ComplaintClass = Literal["quality", "logistics", "service", "price", "counterfeit", "other"]
_NEEDED = {"finish_step": "step", "offer": "amount", "answer": "text", "escalate": "text", "close": "outcome"}


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("has to be a moment such as 2026-11-16T10:00:00+08:00") from None
    if moment.tzinfo is None:
        raise ValueError("needs its difference from UTC, such as +08:00")
    return value


class Poison(Form):
    """Text that somebody slipped into a published passage; it is there wherever the passage is found."""

    passage: Text
    """A section, such as `returns#postage`."""
    add: Text


class Handled(Form):
    """What staff did about a complaint, as `kefu complaints act` does it."""

    do: Literal["acknowledge", "finish_step", "offer", "answer", "escalate", "close"]
    hours_ago: Annotated[float, Field(ge=0)] = 0
    """How long before the first message."""
    step: Annotated[int, Field(ge=1)] | None = None
    """Which step of the plan, for `finish_step`."""
    amount: Annotated[str, Field(pattern=r"^\d{1,9}\.\d\d$")] | None = None
    """The compensation, for `offer`: `"20.00"`."""
    text: Text | None = None
    """The words of an `answer`, the reason of an `escalate` or a `close`."""
    outcome: Literal["solved", "unjustified", "withdrawn", "compensated"] | None = None
    """For `close`."""

    @model_validator(mode="after")
    def _says_what(self) -> Handled:
        needed = _NEEDED.get(self.do)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"{self.do} needs `{needed}`")
        return self


class FiledBefore(Form):
    """A complaint that a customer had filed before the conversation; the plans of the card say how it is handled."""

    id: Annotated[str, Field(pattern=r"^CP-[0-9A-F]{4,12}$")]
    """Its number, such as `CP-1A2B`."""
    customer: Text
    """Whose it is: a mail address of the shop."""
    kind: ComplaintClass
    text: Text
    """The customer's words."""
    order_id: Text | None = None
    language: Language | None = None
    """The language that it was written in, where it is not the customer's own."""
    urgent: bool = False
    hours_ago: Annotated[float, Field(ge=0, le=87600)] = 1
    """How long before the first message it was filed."""
    handled: Annotated[tuple[Handled, ...], BeforeValidator(as_tuple)] = ()
    """What was done about it since, in order."""


class ShopState(Form):
    """The shop in which the case is played: the sample shop, or a file, with changes."""

    file: Text | None = None
    """A shop in the form of `kefu shop export`, beside the suite."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Single values, by path: `products.P1014.name.en`, `orders.W1000001.status`, `customers.C0001.tier`."""
    days_later: Annotated[float, Field(ge=0, le=3650)] = 0
    """How many days after the sample shop's moment, 16 November 2026, 10:00 +08:00, the messages are sent."""
    moment: Annotated[Text, AfterValidator(_moment)] | None = None
    """When the first message is sent instead, such as `"2026-11-16T10:00:00+08:00"`."""
    documents: Annotated[tuple[Poison, ...], BeforeValidator(as_tuple)] = ()
    """What somebody slipped into the documents."""
    complaints: Annotated[tuple[FiledBefore, ...], BeforeValidator(as_tuple)] = ()
    """Complaints that are there already."""


class Filed(Form):
    """A complaint as it stands in the shop at the end. What is left out is free."""

    kind: ComplaintClass | None = None
    order_id: str | None = None
    """The number of the order; `""` for a complaint about none."""
    text: Text | None = None
    """What its words have to hold, letter for letter, or `/…/`."""
    status: Literal["open", "answered", "escalated", "closed"] | None = None
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    urgent: bool | None = None
    plan: str | None = None
    """The plan of the complaints card."""
    department: str | None = None
    """Who has it, by the name of the card."""
    answer_hours: Annotated[int, Field(ge=0)] | None = None
    """Until when the customer is answered, in whole hours after it was filed."""
    resolve_hours: Annotated[int, Field(ge=0)] | None = None
    """Until when there is a solution (after an escalation, a manager's answer), in whole hours after it was filed."""
    compensation_limit: str | None = None
    """The most that staff may offer, `"50.00"`; `""` for none."""


class After(Form):
    """How the shop differs at the end. What is not named has to be as it was."""

    orders: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By number: the fields that changed, such as `status: return_requested`; of lists, the entries that are new."""
    customers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By id, such as `C0001`: the fields that changed."""
    complaints: Annotated[tuple[Filed, ...], BeforeValidator(as_tuple)] | None = None
    """The complaints that were filed or changed, the first filed first; `[]` is none, free where this is left out."""
    handed_over: bool | None = None
    """Whether the conversation was handed to a person; free where this is left out."""
