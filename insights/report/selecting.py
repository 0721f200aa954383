"""From the filters of a finding to the query that lists its conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from insights.errors import FilterError
from insights.facts.filters import Filter
from insights.queries.happened import of_orders
from insights.queries.listed import count
from insights.queries.selection import Selection, require_sound, several

if TYPE_CHECKING:
    from insights.process.report import Finding, Report


@dataclass(frozen=True, slots=True)
class Opening:
    """What a finding opens, and how many conversations that are."""

    selection: Selection
    count: int


def openings(engine: Engine, report: Report, wanted: Filter) -> list[Opening | None]:
    """One for each finding of a report over the days of `wanted`, in its order."""
    chosen = (selection_for(each, wanted) for each in report.findings)
    return [Opening(each, count(engine, each)) if each is not None else None for each in chosen]


def selection_for(finding: Finding, wanted: Filter) -> Selection | None:
    """Exactly the conversations that it counts; None where they cannot be chosen by its filters.

    Of stages and orders these are the conversations that the cases began in, for deliveries and for orders that were
    written about those about the order.
    """
    chosen: dict[str, object] = {name: several(each) for name, each in finding.selection.items()}
    if "" in chosen.values():
        return None
    days = {"since": wanted.since, "until": wanted.until}
    chosen = {name: str(day) for name, day in days.items() if day} | chosen
    if finding.kind == "spike":
        # Whoever asked for something else first is counted too.
        chosen["any_reason"] = chosen.pop("reason")
    if finding.outcome and of_orders(finding.outcome) and wanted.until:
        chosen["happened_until"] = str(wanted.until)
    if "stage" in chosen:
        chosen["timed"] = True
    return _made(chosen)


def _made(chosen: Mapping[str, object]) -> Selection | None:
    from msgspec import ValidationError, convert

    try:
        selection = convert(chosen, Selection)
        require_sound(selection)
    except (ValidationError, FilterError):
        return None
    return selection
