"""The analyses that take seconds, and each as plain values in which customers are pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import to_builtins
from sqlalchemy import Engine

from insights.facts.filters import Filter
from insights.pseudonyms import Masks
from insights.queries.happened import CONTACTED
from insights.queries.listed import Who
from insights.queries.selection import Selection
from insights.report.selecting import Opening

if TYPE_CHECKING:
    from insights.demand.forecast import Forecast
    from insights.outreach.about import Record
    from insights.outreach.outreach import Row
    from insights.process.report import Entry, Finding, Report
    from insights.process.wording import Names
    from insights.risk.report import RiskReport
    from insights.satisfaction.reasons import ReasonGroup

Plain = dict[str, Any]
MOST_ROWS = 200
EXAMPLES = 5


def names_of(engine: Engine) -> Names:
    """Products' names by id."""
    from tools.store.sql import SqlStore

    return {each.id: {"zh": each.name.zh, "en": each.name.en} for each in SqlStore(engine).products()}


def find_findings(engine: Engine, wanted: Filter) -> Report:
    """Raises `InsightsError`."""
    from insights.process.finding import find, read_frames

    return find(read_frames(engine, wanted), names=names_of(engine))


def make_forecasts(engine: Engine, now: datetime, zone: ZoneInfo) -> list[Forecast]:
    from insights.demand.forecast import forecasts
    from insights.demand.series import read_frames

    return forecasts(read_frames(engine, Filter()), now, zone)


def find_risks(engine: Engine, now: datetime) -> RiskReport:
    from insights.risk.report import risks

    return risks(engine, now)


def findings_shown(report: Report, opened: Sequence[Opening | None] = ()) -> Plain:
    """`opened` has what each finding opens; a page that can open nothing does without."""
    nothing = [None] * len(report.findings)
    return {
        "findings": [_finding(*each) for each in zip(report.findings, opened or nothing, strict=True)],
        "tests_made": report.tests_made,
        "alpha": report.alpha,
        "lists": {name: [_entry(each) for each in entries] for name, entries in report.lists.items()},
    }


def _finding(finding: Finding, opens: Opening | None) -> Plain:
    return {
        "rank": finding.rank,
        "kind": finding.kind,
        "what": asdict(finding.what),
        "gain": asdict(finding.gain),
        "suggestion": asdict(finding.suggestion),
        "evidence": asdict(finding.evidence),
        "selection": to_builtins(opens.selection) if opens else None,
        "opens": opens.count if opens else 0,
        "conversations": list(finding.conversations),
    }


def _entry(entry: Entry) -> Plain:
    return {**asdict(entry), "conversations": list(entry.conversations[:EXAMPLES])}


def forecasts_shown(found: Iterable[Forecast]) -> Plain:
    return {"forecasts": [_forecast(each) for each in found]}


def _forecast(forecast: Forecast) -> Plain:
    """Numbers to a tenth: nobody reads more of a forecast. `selection`, with the days of a step of the past, opens what
    it counts; of pieces sold these are the conversations about their orders."""
    from insights.demand.series import length

    bounds = ("mean", "low80", "high80", "low95", "high95")
    return {
        "measure": forecast.measure,
        "dimension": forecast.dimension,
        "key": forecast.key,
        "step": forecast.step,
        "total": round(forecast.total, 1),
        "error": forecast.error,
        "baseline_error": forecast.baseline_error,
        "origins": forecast.origins,
        "past": [round(each, 1) for each in forecast.past],
        "past_start": str(forecast.points[0].start - len(forecast.past) * length(forecast.step)),
        "selection": to_builtins(_behind(forecast)),
        "points": [
            {"start": str(point.start)} | {name: round(getattr(point, name), 1) for name in bounds}
            for point in forecast.points
        ],
    }


def _behind(forecast: Forecast) -> Selection:
    if forecast.measure == "contacts":
        return Selection(any_reason=forecast.key)
    if forecast.dimension == "category":
        return Selection(outcome=CONTACTED, category=forecast.key)
    return Selection(outcome=CONTACTED, product_id=forecast.key)


def outreach_shown(rows: Sequence[Row], masks: Masks, who: Who | None = None) -> Plain:
    """`who` gives the pseudonyms that conversations are chosen by; without it nothing can be opened."""
    return {"count": len(rows), "rows": [_row(each, masks, who) for each in rows[:MOST_ROWS]]}


def outreach_row_shown(rows: Iterable[Row], customer: str, masks: Masks, who: Who) -> Plain | None:
    """The row of the customer with this pseudonym and what it speaks of, None where there is none."""
    row = next((each for each in rows if who(each.customer_id) == customer), None)
    if row is None:
        return None
    return {**_row(row, masks, who), "about": [_record(each, masks) for each in row.about]}


def _row(row: Row, masks: Masks, who: Who | None) -> Plain:
    def shown(text: str) -> str:
        # First: a masked number could no longer be found.
        named = text.replace(row.order_id, masks.order(row.order_id)) if row.order_id else text
        return masks.text(named)

    return {
        "customer": masks.customer(row.customer_id),
        "order_id": masks.order(row.order_id),
        "kind": row.kind.value,
        "why": {"zh": shown(row.why.zh), "en": shown(row.why.en)},
        "probability": row.chance.probability,
        "low": row.chance.low,
        "high": row.chance.high,
        "language": row.language,
        "message": shown(row.message),
        "held": row.held,
        "also": [str(each) for each in row.also],
        "selection": {"customer": who(row.customer_id)} if who else None,
    }


def _record(record: Record, masks: Masks) -> Plain:
    return {
        "kind": record.kind,
        "id": masks.order(record.id) if record.kind == "order" else record.id,
        "carrier": asdict(record.carrier) if record.carrier else None,
        "goods": [asdict(each) for each in record.goods],
        "moments": {name: each.isoformat() for name, each in record.moments.items()},
    }


def reasons_shown(groups: Iterable[ReasonGroup]) -> Plain:
    """What customers gave as reasons; their texts are masked already."""
    return {
        "groups": [
            {
                "title": group.title,
                "count": group.count,
                "low_ratings": group.low_ratings,
                "thumbs_down": group.thumbs_down,
                "texts": list(group.texts),
                "conversations": list(group.conversation_ids[:EXAMPLES]),
            }
            for group in groups
        ]
    }
