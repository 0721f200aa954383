"""What the findings say happened too often, as conditions on conversations: of them, or of the orders they are about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, false, or_, select

from insights.errors import FilterError
from insights.facts.filters import Filter, conditions
from insights.facts.processes import DELIVERY
from tools.store.fact_tables import fact_cases, fact_conversations
from tools.store.tables import order_lines

if TYPE_CHECKING:
    from insights.queries.selection import Selection

CONTACTED = "contacted"
FAULTY = "faulty"
OF_TALKS = ("handed_over", "abandoned", "low_csat", "refused", "unanswered", "came_back")
_ORDERED = fact_cases.alias("ordered")


def of_orders(outcome: str) -> bool:
    """Whether it is something that happens to an order line; else it happens in a conversation."""
    return outcome not in OF_TALKS


def require_outcome(outcome: str) -> None:
    """Raise `FilterError` for what is no outcome of a finding."""
    from insights.process.outcomes import BY_REASON, VERBS

    verb, colon, reason = outcome.partition(":")
    known = (*OF_TALKS, CONTACTED, FAULTY, *VERBS.values())
    with_reasons = [VERBS[each] for each in BY_REASON]
    if verb not in known or (colon and (verb not in with_reasons or not reason)):
        said = f"{', '.join(known)}, or {' or '.join(f'{each}:REASON' for each in with_reasons)}"
        raise FilterError(f"outcome: {said}, not {outcome!r}")


def of_talks(outcome: str) -> list[ColumnElement[bool]]:
    """The conversations that a finding about conversations counts (`insights.process.outcomes.of_conversations`)."""
    from insights.process.outcomes import ASKS_FOR_A_PERSON, LOW_CSAT

    fact = fact_conversations.c
    found: dict[str, list[ColumnElement[bool]]] = {
        "handed_over": [
            fact.reason != ASKS_FOR_A_PERSON,
            or_(fact.resolution == "handed_over", fact.handover_reason != ""),
        ],
        "abandoned": [fact.resolution == "abandoned"],
        "low_csat": [fact.csat <= LOW_CSAT],
        "refused": [fact.refused > 0],
        "unanswered": [fact.unanswered > 0],
        "came_back": [fact.resolution == "solved", fact.customer_id != "", fact.came_back.is_(True)],
    }
    return found[outcome]


def about_orders(selection: Selection, of_line: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The conversations in which it began, or for "contacted" those about the orders, of the order lines chosen.

    `of_line` are conditions on `order_lines` and `ordered_columns()`; days are those of the orders.
    """
    fact, line = fact_conversations.c, order_lines.c
    chosen = [
        _ORDERED.c.process == DELIVERY.name, _ORDERED.c.outcome != "cancelled", *of_line,
        *conditions(Filter(selection.since, selection.until), _ORDERED.c),
    ]  # fmt: skip
    if selection.outcome == CONTACTED:
        lines = select(line.order_id).join(_ORDERED, _ORDERED.c.case_id == line.order_id).where(*chosen)
        return and_(fact.order_id.in_(lines), *_until(fact.day, selection.happened_until))
    begun = _begun(selection.outcome, selection.happened_until)
    return fact.conversation_id.in_(begun.where(*chosen))


def ordered_columns() -> Any:
    """What an order lends to its lines: carrier, warehouse, region, tier."""
    return _ORDERED.c


def _begun(outcome: str, until: date | None) -> Select[Any]:
    """The conversations of all cases of an outcome, beside the lines that they are about: of the same SKU or, where
    a case names none, of the same product or at least the same order."""
    from insights.process.outcomes import FAULTY as PARTS

    case, line = fact_cases.c, order_lines.c
    same = or_(
        case.sku == line.sku,
        and_(case.sku == "", or_(case.product_id == line.product_id, case.product_id == "")),
    )
    wanted = PARTS if outcome == FAULTY else (outcome,)
    return (
        select(case.conversation_id)
        .join(order_lines, and_(line.order_id == case.order_id, same))
        .join(_ORDERED, _ORDERED.c.case_id == line.order_id)
        .where(case.conversation_id != "", or_(false(), *map(_case, wanted)), *_until(case.day, until))
    )


def _case(outcome: str) -> ColumnElement[bool]:
    from insights.process.outcomes import VERBS

    verb, _, reason = outcome.partition(":")
    process = next(name for name, each in VERBS.items() if each == verb)
    same = fact_cases.c.process == process
    return and_(same, fact_cases.c.reason == reason) if reason else same


def _until(day: Any, last: date | None) -> list[ColumnElement[bool]]:
    return [day <= last] if last else []


def category_of_line() -> Any:
    """As plain text, which filters come as."""
    return cast(order_lines.c.category, Text)
