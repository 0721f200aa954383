"""CSV for spreadsheets: one row a record, in UTF-8 with the mark by which Excel knows it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from eval.report.files import write
from eval.report.outcomes import line, seconds, status
from eval.runs.record import Record, Timing
from eval.runs.run import Run

COLUMNS = (
    "key", "suite", "case", "kind", "language", "status", "variant", "customer", "trial", "pair", "tags",
    "intents", "about", "turns", "decisions", "rules", "seconds", "findings", "error", "last_message",
    "last_reply",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A cell of Excel holds no more.
_LONGEST = 32_767


def write_csv(path: Path, run: Run) -> None:
    """The columns of `COLUMNS`, then a column for each group (`group.tier`) and score (`score.…`) of the run."""
    times = {timing.key: timing for timing in run.timings}
    groups = sorted({name for record in run.records for name in record.groups})
    scores = sorted({name for record in run.records for name in record.scores})
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    heads = [*COLUMNS, *(f"group.{name}" for name in groups), *(f"score.{name}" for name in scores)]
    rows.writerow([harmless(head) for head in heads])
    for record in run.records:
        cells = [*_cells(record, times.get(record.key)), *(record.groups.get(name, "") for name in groups)]
        known = (f"{record.scores[name]:.4f}" if name in record.scores else "" for name in scores)
        rows.writerow([*(harmless(cell) for cell in cells), *known])
    write(path, text.getvalue().encode("utf-8-sig", "replace"))


def harmless(cell: str) -> str:
    """The cell as text, never as a formula: such as begin like one get an apostrophe before them."""
    cell = cell.replace("\0", "\ufffd")
    if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA) or cell.startswith(_FORMULA):
        cell = f"'{cell}"
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…"


def _cells(record: Record, timing: Timing | None) -> Sequence[str]:
    last = record.turns[-1] if record.turns else None
    values = {
        "status": status(record),
        "trial": str(record.trial),
        "tags": " ".join(record.tags),
        "intents": " ".join(record.intents),
        "turns": str(len(record.turns)),
        "decisions": " ".join(turn.decision for turn in record.turns),
        "rules": " ".join(turn.rule or "·" for turn in record.turns),
        "seconds": f"{seconds(timing):.3f}" if timing else "",
        "findings": "\n".join(line(finding) for finding in record.findings),
        "last_message": last.say if last else "",
        "last_reply": last.reply if last else "",
    }
    return [values[name] if name in values else str(getattr(record, name)) for name in COLUMNS]
