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
from insights.report.selecting import selection_for

if TYPE_CHECKING:
    from insights.demand.forecast import Forecast
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


def findings_shown(report: Report) -> Plain:
    return {
        "findings": [_finding(each) for each in report.findings],
        "tests_made": report.tests_made,
        "alpha": report.alpha,
        "lists": {name: [_entry(each) for each in entries] for name, entries in report.lists.items()},
    }


def _finding(finding: Finding) -> Plain:
    opens = selection_for(finding.selection)
    return {
        "rank": finding.rank,
        "kind": finding.kind,
        "what": asdict(finding.what),
        "gain": asdict(finding.gain),
        "suggestion": asdict(finding.suggestion),
        "evidence": asdict(finding.evidence),
        "selection": to_builtins(opens) if opens is not None else None,
        "conversations": list(finding.conversations),
    }


def _entry(entry: Entry) -> Plain:
    return {**asdict(entry), "conversations": list(entry.conversations[:EXAMPLES])}


def forecasts_shown(found: Iterable[Forecast]) -> Plain:
    return {"forecasts": [_forecast(each) for each in found]}


def _forecast(forecast: Forecast) -> Plain:
    """Numbers to a tenth: nobody reads more of a forecast."""
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
        "points": [
            {"start": str(point.start)} | {name: round(getattr(point, name), 1) for name in bounds}
            for point in forecast.points
        ],
    }


def outreach_shown(rows: Sequence[Row], masks: Masks) -> Plain:
    return {"count": len(rows), "rows": [_row(each, masks) for each in rows[:MOST_ROWS]]}


def _row(row: Row, masks: Masks) -> Plain:
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
