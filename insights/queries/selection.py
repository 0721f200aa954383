"""Which conversations a number counts, so that they can be listed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, select

from insights.facts.filters import UNKNOWN, Filter, conditions, equals, require_plain
from insights.facts.processes import DELIVERY
from tools.store.fact_tables import fact_cases, fact_conversations, fact_reasons, fact_rules, fact_stages

# Mean mood (−1 … 1) from which a conversation counts as one in a bad or a good mood.
BAD_MOOD, GOOD_MOOD = -0.2, 0.2
LOW_SCORE = 2
# An order is spoken of on any channel and in any language.
NOT_OF_ORDERS = frozenset({"channel", "language"})
_PLAIN = (
    "complaint",
    "resolution",
    "handover_reason",
    "carrier",
    "warehouse",
    "region",
    "category",
    "order_id",
)
_OF_CASE = ("carrier", "warehouse", "region", "category", "reason", "order_id")


class Selection(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Filters of conversations; "", False and None leave a dimension open, "-" is where it is not known.

    Days are the shop's, both included. `reason` is the first one, `any_reason` any. With a `process` (and `stage`) the days, the product and the
    dimensions of an order are those of its cases, and the reason is theirs; conversations follow from the cases.
    """

    since: date | None = None
    until: date | None = None
    channel: str = ""
    language: str = ""
    product_id: str = ""
    reason: str = ""
    any_reason: str = ""
    complaint: str = ""
    complained: bool = False
    resolution: str = ""
    came_back: bool = False
    handover_reason: str = ""
    refusal: str = ""
    unanswered: bool = False
    mood: Literal["", "bad", "good"] = ""
    csat: Literal["", "rated", "low"] = ""
    carrier: str = ""
    warehouse: str = ""
    region: str = ""
    category: str = ""
    order_id: str = ""
    process: str = ""
    stage: str = ""

    @property
    def filter(self) -> Filter:
        """Its part that every query takes. Raises `FilterError`."""
        return Filter(self.since, self.until, self.channel, self.language, self.product_id)


def selection_of(wanted: Filter) -> Selection:
    return Selection(wanted.since, wanted.until, wanted.channel, wanted.language, wanted.product_id)


def narrowed(selection: Selection, **values: object) -> Selection:
    """The selection with further filters; "" stands for what is not known."""
    return structs.replace(
        selection, **{name: UNKNOWN if each == "" else each for name, each in values.items()}
    )


def where(selection: Selection) -> list[ColumnElement[bool]]:
    """Conditions on `fact_conversations`. Raises `FilterError`."""
    for name, value in structs.asdict(selection).items():
        if isinstance(value, str):
            require_plain(name, value)
    fact = fact_conversations.c
    if selection.process:
        said = Filter(channel=selection.channel, language=selection.language)
        about = conditions(said, fact) if selection.process == DELIVERY.name else []
        return [*about, *_talk(selection), _of_cases(selection)]
    found = [*conditions(selection.filter, fact), *_talk(selection)]
    found += [
        equals(fact[name], value)
        for name in _PLAIN
        if (value := getattr(selection, name)) and name not in _TALK
    ]
    return found + ([equals(fact.reason, selection.reason)] if selection.reason else [])


_TALK = ("complaint", "resolution", "handover_reason")


def _talk(selection: Selection) -> list[ColumnElement[bool]]:
    """What was said, whatever it was about."""
    fact = fact_conversations.c
    found: list[ColumnElement[bool]] = [
        equals(fact[name], value) for name in _TALK if (value := getattr(selection, name))
    ]
    found += [fact.complaint != ""] if selection.complained else []
    found += [fact.came_back.is_(True)] if selection.came_back else []
    found += [fact.unanswered > 0] if selection.unanswered else []
    if selection.mood:
        found.append(fact.sentiment <= BAD_MOOD if selection.mood == "bad" else fact.sentiment >= GOOD_MOOD)
    if selection.csat:
        found.append(fact.csat.is_not(None) if selection.csat == "rated" else fact.csat <= LOW_SCORE)
    if selection.any_reason:
        told = select(fact_reasons.c.conversation_id).where(fact_reasons.c.reason == selection.any_reason)
        found.append(fact.conversation_id.in_(told))
    if selection.refusal:
        rule = fact_rules.c
        refused = select(rule.conversation_id).where(rule.kind == "refuse", rule.rule == selection.refusal)
        found.append(fact.conversation_id.in_(refused))
    return found


def _of_cases(selection: Selection) -> ColumnElement[bool]:
    """A delivery has no conversation of its own: those about its order are taken."""
    case, fact = fact_cases.c, fact_conversations.c
    delivery = selection.process == DELIVERY.name
    spoken = NOT_OF_ORDERS if delivery else frozenset[str]()
    wanted = [case.process == selection.process, *conditions(selection.filter, case, spoken)]
    wanted += [equals(case[name], value) for name in _OF_CASE if (value := getattr(selection, name))]
    if selection.stage:
        stage = fact_stages.c
        reached = select(stage.case_id).where(
            stage.process == selection.process, stage.stage == selection.stage
        )
        wanted.append(case.case_id.in_(reached))
    if delivery:
        # Nearly every order has one: looking it up from the newest conversations on ends soon.
        return select(case.case_id).where(case.case_id == fact.order_id, *wanted).exists()
    return fact.conversation_id.in_(select(case.conversation_id).where(case.conversation_id != "", *wanted))
