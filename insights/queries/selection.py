"""Which conversations a number counts, so that they can be listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Literal

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, or_, select

from insights.errors import FilterError
from insights.facts.filters import UNKNOWN, Filter, conditions, equals, require_plain
from insights.facts.processes import COMPLAINT, DELIVERY, OF_ORDERS
from insights.pseudonyms import DIGITS
from insights.queries import happened
from tools.store.fact_tables import fact_cases, fact_conversations, fact_reasons, fact_rules, fact_stages
from tools.store.tables import order_lines, turns, unanswered

# Mean mood (−1 … 1) from which a conversation counts as one in a bad or a good mood.
BAD_MOOD, GOOD_MOOD = -0.2, 0.2
LOW_SCORE = 2
# So many values of a column; more would be no address that every server takes.
MOST_VALUES = 300
RESOLUTIONS = ("solved", "handed_over", "abandoned", "open")
STAGES = {each.name: tuple(each.stages) for each in (DELIVERY, *OF_ORDERS, COMPLAINT)}
# An order is spoken of on any channel and in any language.
NOT_OF_ORDERS = frozenset({"channel", "language"})
_PLAIN = ("carrier", "warehouse", "region", "category", "tier", "order_id", "reason")
_OF_CASE = (*_PLAIN, "sku")
_TALK = ("complaint", "resolution", "handover_reason")
_LENT = ("carrier", "warehouse", "region", "tier")

# One value of a column, or several of which any will do.
Several = str | tuple[str, ...]


class Selection(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Filters of conversations; "", False and None leave a dimension open, "-" is where it is not known.

    Days are the shop's, both included. `reason` is the first one, `any_reason` any. `customer` are pseudonyms. With a
    `process` (and `stage`) the days, the product and the dimensions of an order are those of its cases, and the reason
    is theirs; conversations follow from the cases. `timed` leaves out cases that were closed before the stage ended.
    `outcome` is what a finding counts (`insights.queries.happened`): of orders, days and dimensions are those of the
    order and its lines, and what happened after `happened_until` is left out. `question` is a turn in which something
    was asked that no document answers: all who asked the same.
    """

    since: date | None = None
    until: date | None = None
    channel: str = ""
    language: str = ""
    product_id: str = ""
    reason: Several = ""
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
    carrier: Several = ""
    warehouse: Several = ""
    region: Several = ""
    category: Several = ""
    order_id: str = ""
    process: str = ""
    stage: str = ""
    tier: Several = ""
    sku: Several = ""
    customer: Several = ""
    outcome: str = ""
    happened_until: date | None = None
    timed: bool = False
    question: str = ""

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


def several(values: Iterable[str]) -> Several:
    """As few values as there are different ones: "" for none, one as it is."""
    found = tuple(dict.fromkeys(values))
    return found if len(found) > 1 else found[0] if found else ""


def values_of(value: Several) -> tuple[str, ...]:
    """All values of a filter; none where it leaves the dimension open."""
    return value if isinstance(value, tuple) else (value,) if value else ()


def among(column: Any, value: Several) -> ColumnElement[bool]:
    """Whether a dimension has one of the values of a filter."""
    values = values_of(value)
    if len(values) == 1:
        return equals(column, values[0])
    found: ColumnElement[bool] = column.in_(["" if each == UNKNOWN else each for each in values])
    return found


def require_sound(selection: Selection) -> None:
    """Raise `FilterError` for values that no column holds, and for filters that say nothing together."""
    for name, value in structs.asdict(selection).items():
        if isinstance(value, str | tuple):
            _require_values(name, value)
    _ = selection.filter
    _require_one("resolution", selection.resolution, RESOLUTIONS)
    _require_one("process", selection.process, STAGES)
    if selection.stage and not selection.process:
        raise FilterError("stage: only with a process, such as process=return")
    if selection.process:
        _require_one("stage", selection.stage, STAGES[selection.process])
    if selection.timed and not selection.stage:
        raise FilterError("timed: only with a stage")
    for each in values_of(selection.customer):
        if len(each) != DIGITS or set(each) - set("0123456789abcdef"):
            raise FilterError(f"customer: a pseudonym of {DIGITS} hex digits, not {each!r}")
    _require_outcome(selection)


def _require_values(name: str, value: Several) -> None:
    values = values_of(value)
    if len(values) > MOST_VALUES:
        raise FilterError(f"{name}: at most {MOST_VALUES} values, not {len(values)}")
    if len(values) > 1 and "" in values:
        raise FilterError(f'{name}: one of several values is empty; "{UNKNOWN}" is where it is not known')
    for each in values:
        require_plain(name, each)


def _require_one(name: str, value: str, known: Collection[str]) -> None:
    if value and value not in known:
        raise FilterError(f"{name}: {', '.join(known)}, not {value!r}")


def _require_outcome(selection: Selection) -> None:
    orders = False
    if selection.outcome:
        happened.require_outcome(selection.outcome)
        orders = happened.of_orders(selection.outcome)
    if orders and selection.process:
        raise FilterError(f"outcome: {selection.outcome!r} is about orders and goes with no process")
    if selection.happened_until and not orders:
        raise FilterError("happened_until: only with an outcome of orders, such as outcome=returned")
    if selection.sku and not (orders or selection.process):
        raise FilterError("sku: only with a process or an outcome of orders")


def where(selection: Selection, customers: Collection[str] = ()) -> list[ColumnElement[bool]]:
    """Conditions on `fact_conversations`. Raises `FilterError`.

    `customers` are the ids behind the pseudonyms of the selection; of a selection that names nobody they do not count.
    """
    require_sound(selection)
    fact = fact_conversations.c
    found = [*_talk(selection), *([fact.customer_id.in_(customers)] if selection.customer else [])]
    said = Filter(channel=selection.channel, language=selection.language)
    if selection.process:
        about = conditions(said, fact) if selection.process == DELIVERY.name else []
        return [*about, *found, _of_cases(selection)]
    if selection.outcome and happened.of_orders(selection.outcome):
        spoken = [*conditions(said, fact), *_named(selection, fact, ("reason", "order_id"))]
        return [*spoken, *found, happened.about_orders(selection, _of_lines(selection))]
    return [*conditions(selection.filter, fact), *found, *_named(selection, fact, _PLAIN)]


def _named(selection: Selection, columns: Any, names: Iterable[str]) -> list[ColumnElement[bool]]:
    return [among(columns[name], value) for name in names if (value := getattr(selection, name))]


def _talk(selection: Selection) -> list[ColumnElement[bool]]:
    """What was said, whatever it was about."""
    fact = fact_conversations.c
    found = _named(selection, fact, _TALK)
    found += [fact.complaint != ""] if selection.complained else []
    found += [fact.came_back.is_(True)] if selection.came_back else []
    found += [fact.unanswered > 0] if selection.unanswered else []
    found += [_asked_the_same(selection.question)] if selection.question else []
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
    if selection.outcome and not happened.of_orders(selection.outcome):
        found += happened.of_talks(selection.outcome)
    return found


def _asked_the_same(turn_id: str) -> ColumnElement[bool]:
    """Whether somebody asked in a conversation, in the same words and language, what was asked in vain in this turn."""
    first = unanswered.alias()
    again = (
        select(turns.c.conversation_id)
        .join(unanswered, unanswered.c.turn_id == turns.c.id)
        .join(
            first, (first.c.question == unanswered.c.question) & (first.c.language == unanswered.c.language)
        )
        .where(first.c.turn_id == turn_id)
    )
    return fact_conversations.c.conversation_id.in_(again)


def _of_cases(selection: Selection) -> ColumnElement[bool]:
    """A delivery has no conversation of its own: those about its order are taken."""
    case, fact = fact_cases.c, fact_conversations.c
    delivery = selection.process == DELIVERY.name
    spoken = NOT_OF_ORDERS if delivery else frozenset[str]()
    wanted = [case.process == selection.process, *conditions(selection.filter, case, spoken)]
    wanted += _named(selection, case, _OF_CASE)
    if selection.stage:
        stage = fact_stages.c
        # Looked up case by case: the list needs no more than its first page.
        own = select(stage.case_id).where(
            stage.process == case.process, stage.case_id == case.case_id, stage.stage == selection.stage
        )
        running = case.closed_at.is_(None)
        wanted.append(
            own.where(or_(stage.hours.is_not(None), running)).exists() if selection.timed else own.exists()
        )
    if delivery:
        # Nearly every order has one: looking it up from the newest conversations on ends soon.
        return select(case.case_id).where(case.case_id == fact.order_id, *wanted).exists()
    return fact.conversation_id.in_(select(case.conversation_id).where(case.conversation_id != "", *wanted))


def _of_lines(selection: Selection) -> list[ColumnElement[bool]]:
    line = order_lines.c
    found = _named(selection, happened.ordered_columns(), _LENT) + _named(selection, line, ("sku",))
    found += [equals(line.product_id, selection.product_id)] if selection.product_id else []
    return found + ([among(happened.category_of_line(), selection.category)] if selection.category else [])
