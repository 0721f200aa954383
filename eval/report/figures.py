"""The numbers of the page: the verdict at the top, and what its charts show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from eval.cases.schema import KINDS
from eval.report.outcomes import STATUSES, status
from eval.retrieval.intervals import Estimate
from eval.runs.compare import ALPHA
from eval.runs.record import LATENCIES, Record
from eval.runs.run import Run
from eval.runs.stats import Difference
from eval.runs.summary import Summary, Tally, summary

LANGUAGES = {"zh": "Chinese", "en": "English"}
KIND_TITLES = {
    "task": "Tasks",
    "knowledge": "Knowledge",
    "safety": "Safety",
    "perturbation": "Other words",
    "parity": "Parity",
}
CLASSES = {"fixed": "without documents or model", "documents": "with documents", "model": "with the model"}
# A case as it stands in the file; in filters `words` is this, or a kind of perturbation.
AS_WRITTEN = "as-written"

Numbers = dict[str, Any]


def tiles(found: Summary) -> list[Numbers]:
    """The verdict: shares by kind, with what they are of, as the tiles at the top tell them."""
    shown = [_tile("Passed", found.all, {"words": AS_WRITTEN})] if found.all else []
    kinds = found.by.get("kind", {})
    shown += [
        _tile(KIND_TITLES[kind], kinds[kind], {"kind": kind})
        for kind in KINDS if kind in kinds and kind != "perturbation"
    ]  # fmt: skip
    if "" in found.consistency:
        tile = _tile("Same in other words", found.consistency[""], {"kind": "perturbation"})
        shown.append({**tile, "unit": "told otherwise"})
    return shown


def gaps(found: Summary) -> list[Numbers]:
    """How far groups of customers are apart, in points."""
    parity = found.parity
    shown = []
    for title, difference in (("Chinese − English", parity.language), ("… of paired cases", parity.pairs)):
        if difference:
            shown.append({"title": title, **_points(difference)})
    for name, gap in parity.gaps.items():
        shown.append({"title": f"Widest gap by {name}", "value": f"{gap * 100:.1f}", "note": "points"})
    for group in parity.groups:
        if group.p < ALPHA:
            points = _points(group.difference, group.p)
            shown.append({"title": f"{group.group} {group.value} − all others", **points, "unfair": True})
    if parity.alike:
        apart = f"{len(parity.not_alike)} decided otherwise" if parity.not_alike else "all decided alike"
        alike = parity.alike
        note = f"% of {alike.of} conversations; {apart}"
        shown.append({"title": "Customers served alike", "value": f"{alike.value * 100:.1f}", "note": note})
    return [{"unfair": False, **each} for each in shown]


def times(found: Summary) -> list[Numbers]:
    """Seconds of a turn by latency class."""
    classes = {"": "every turn"} | {name: CLASSES[name] for name in LATENCIES}
    rows = []
    for name, title in classes.items():
        place = f"turn_s.{name}" if name else "turn_s"
        if f"{place}.p50" in found.times:
            p50, p95 = found.times[f"{place}.p50"], found.times[f"{place}.p95"]
            rows.append({"name": name or "all", "title": title, "p50": p50, "p95": p95})
    return rows


def outcomes(records: Sequence[Record]) -> dict[str, int]:
    """How many records came out how."""
    counts = Counter(status(record) for record in records)
    return {name: counts[name] for name in STATUSES}


def charts(run: Run, found: Summary) -> list[Numbers]:
    """What is drawn, in order; charts without a row are left out."""
    drawn = [
        _shares("suite", "Suites", found.by.get("suite", {}), {"words": AS_WRITTEN}),
        _findings(run.records),
        _languages(run),
        _shares("intent", "Intents", found.by.get("intent", {}), {"words": AS_WRITTEN}),
        *(
            _shares(name, f"Customers by {name.removeprefix('group.')}", values, {"words": AS_WRITTEN})
            for name, values in found.by.items() if name.startswith("group.")
        ),
        _shares("words", "Same decision in other words", _ways(found.consistency), {}),
        _shares("tag", "Tags", found.by.get("tag", {}), {"words": AS_WRITTEN}),
        _latency(found),
    ]  # fmt: skip
    return [chart for chart in drawn if any(series["rows"] for series in chart["series"])]


def chance(p: float) -> str:
    """A p value behind the letter; smaller ones than a thousandth are not worth telling apart."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"


def _ways(consistency: Mapping[str, Tally]) -> dict[str, Tally]:
    return {way: tally for way, tally in consistency.items() if way}


def _tile(title: str, tally: Tally, choice: Mapping[str, str]) -> Numbers:
    return {"title": title, "unit": "cases", "filter": dict(choice), **_share(tally)}


def _share(tally: Tally) -> Numbers:
    return {"yes": tally.yes, "of": tally.of, **_estimate(tally.share)}


def _estimate(estimate: Estimate) -> Numbers:
    return {name: round(float(getattr(estimate, name)), 5) for name in ("value", "low", "high")}


def _points(difference: Difference, p: float | None = None) -> Numbers:
    value, low, high = (f"{100 * each:+.1f}" for each in (difference.value, difference.low, difference.high))
    chance_ = chance(difference.p if p is None else p)
    note = f"points, {low} to {high}; p {chance_}"
    # A minus is as wide as a plus; a hyphen is not.
    return {"value": value.replace("-", "−"), "note": note.replace("-", "−")}


def _shares(name: str, title: str, values: Mapping[str, Tally], also: Mapping[str, str]) -> Numbers:
    rows = [
        {"name": value, **_share(tally), "filter": {name: value, **also}} for value, tally in values.items()
    ]
    return {"name": name, "title": title, "unit": "share", "series": [{"name": "", "rows": rows}]}


def _languages(run: Run) -> Numbers:
    series = []
    for language, title in LANGUAGES.items():
        found = summary(record for record in run.records if record.language == language)
        kinds = found.by.get("kind", {})
        rows = [
            {"name": KIND_TITLES[kind], **_share(kinds[kind]), "filter": {"kind": kind, "language": language}}
            for kind in KINDS if kind in kinds
        ]  # fmt: skip
        series.append({"name": title, "rows": rows})
    return {"name": "language", "title": "Chinese and English", "unit": "share", "series": series}


def _findings(records: Sequence[Record]) -> Numbers:
    counts = Counter(scorer for record in records for scorer in {each.scorer for each in record.findings})
    if errors := sum(bool(record.error) for record in records):
        counts["error"] += errors
    rows = [
        {"name": name, "value": count, "filter": {"status": "error"} if name == "error" else {"scorer": name}}
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]  # fmt: skip
    return {
        "name": "findings",
        "title": "What was not right",
        "unit": "count",
        "series": [{"name": "", "rows": rows}],
    }


def _latency(found: Summary) -> Numbers:
    rows = times(found)
    series = [
        {
            "name": "half of them within" if percent == "p50" else "95 % within",
            "rows": [
                {
                    "name": row["name"],
                    "value": round(row[percent], 4),
                    "filter": {} if row["name"] == "all" else {"latency": row["name"]},
                }
                for row in rows
            ],
        }
        for percent in ("p50", "p95")
    ]
    return {"name": "latency", "title": "Seconds a turn", "unit": "seconds", "series": series}
