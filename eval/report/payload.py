"""What the scripts of the page read: the records as they were played, and two runs beside each other."""

from __future__ import annotations

import json
from typing import Any

from msgspec import to_builtins

from eval.report.figures import AS_WRITTEN, charts
from eval.report.outcomes import status
from eval.report.words import marked
from eval.runs.compare import Comparison, Pair
from eval.runs.compare_decisions import name_of
from eval.runs.record import Record, Timing, TurnRecord
from eval.runs.run import Run
from eval.runs.summary import Summary

# What ends a script element, opens a comment in it, or is the end of a line for JavaScript only.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def data(run: Run, found: Summary, compared: Comparison | None) -> dict[str, Any]:
    """Plain values. Fields that are empty are left out of records and turns."""
    times = {timing.key: timing for timing in run.timings}
    flaky = set(found.flaky)
    keys = {record.key: number for number, record in enumerate(run.records)}
    return {
        "cases": [
            _case(record, times.get(record.key)) | ({"trials": "differ"} if name_of(record) in flaky else {})
            for record in run.records
        ],
        "charts": charts(run, found),
        "pairs": [_pair(pair, keys, run) for pair in compared.pairs] if compared else [],
    }


def embedded(value: Any) -> str:
    """JSON that may stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.translate(_ESCAPES)


def _case(record: Record, timing: Timing | None = None) -> dict[str, Any]:
    known = {name: value for name, value in to_builtins(record).items() if value or name == "language"}
    known["status"] = status(record)
    known["words"] = record.variant.split("#")[0] if record.variant else AS_WRITTEN
    known["latencies"] = sorted({turn.latency for turn in record.turns})
    known["turns"] = [_turn(turn) for turn in record.turns]
    if timing:
        known["seconds"] = [round(each, 3) for each in timing.turn_s]
    return known


def _turn(turn: TurnRecord) -> dict[str, Any]:
    return {name: value for name, value in to_builtins(turn).items() if value}


def _pair(pair: Pair, keys: dict[str, int], run: Run) -> dict[str, Any]:
    return {
        "id": "/".join(part for part in (pair.way, pair.of, pair.key) if part),
        "way": pair.way,
        "key": pair.key,
        "of": pair.of,
        "before": _side(pair.before, keys, run),
        "after": _side(pair.after, keys, run),
        "rows": [
            {
                "differs": list(row.differs),
                "say": marked(row.before.say if row.before else "", row.after.say if row.after else ""),
                "reply": marked(row.before.reply if row.before else "", row.after.reply if row.after else ""),
            }
            for row in pair.rows()
        ],
    }


def _side(record: Record | None, keys: dict[str, int], run: Run) -> dict[str, Any] | int | None:
    """The number of a record of this run; of another run the record itself, without its trace."""
    if record is None:
        return None
    number = keys.get(record.key)
    if number is not None and run.records[number] is record:
        return number
    case = _case(record)
    for turn in case["turns"]:
        turn.pop("steps", None)
    return case
