"""Everything that is known of a run, for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from eval.report.files import write
from eval.report.outcomes import status
from eval.runs.run import Run


def write_json(path: Path, run: Run) -> None:
    """One JSON object: `manifest`, `records` with their `status` and, where they were measured, `seconds`."""
    times = {timing.key: timing for timing in run.timings}
    records: list[dict[str, Any]] = []
    for record in run.records:
        timing = times.get(record.key)
        seconds = {"first": timing.first_s, "turn": timing.turn_s} if timing else None
        records.append({**to_builtins(record), "status": status(record), "seconds": seconds})
    whole = {"manifest": to_builtins(run.manifest), "records": records}
    # What cannot be written as UTF-8, such as half of a surrogate pair, must not keep the rest from being read.
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
    write(path, text.encode("utf-8", "replace") + b"\n")
