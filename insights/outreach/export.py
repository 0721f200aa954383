"""The list as a file for whoever sends the messages, and the record that it was handed out."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, insert

from insights.errors import InsightsError
from insights.outreach.outreach import ONCE_IN, Row
from insights.outreach.read import LISTED, read_listed
from insights.pseudonyms import pseudonym
from tools.store.database import answering, writer
from tools.store.tables import events

ACTOR = "staff"
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "customer", "order_id", "kind", "why_zh", "why_en", "probability", "low", "high", "basis", "language",
    "message", "held", "also",
)  # fmt: skip


class ListRefused(InsightsError):
    """A file that the list is not written to."""


def plain(row: Row, key: bytes | None) -> dict[str, Any]:
    """One row as plain values; with a `key` the customer is a digest (HMAC-SHA256, 12 hex digits) that stays the same."""
    chance = row.chance
    return {
        "customer": pseudonym("customer", row.customer_id, key) if key else row.customer_id,
        "order_id": row.order_id, "kind": row.kind.value, "why_zh": row.why.zh, "why_en": row.why.en,
        "probability": round(chance.probability, 3), "low": round(chance.low, 3), "high": round(chance.high, 3),
        "basis": chance.basis, "language": row.language, "message": row.message, "held": row.held,
        "also": " ".join(row.also),
    }  # fmt: skip


def hand_out(engine: Engine, rows: Sequence[Row], path: Path, now: datetime, key: bytes | None) -> int:
    """Write the rows that nothing holds to a new `path` (.csv or .json), record each on the audit trail, and tell how many.

    Whoever was handed out by another process meanwhile is left out. The file appears whole or not at all, and not
    before the record: nobody is written to twice a week, even if the machine stops in between.
    """
    if path.suffix not in (".csv", ".json"):
        raise ListRefused(f"{path}: .csv or .json, so that it is clear what to write")
    if path.is_dir():
        raise ListRefused(f"{path} is a folder")
    partial = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    try:
        with answering(), writer(engine).begin() as connection:
            listed = read_listed(connection, now - ONCE_IN)
            sent = [row for row in rows if not row.held and row.customer_id not in listed]
            _write(partial, _text([plain(row, key) for row in sent], path.suffix))
            if sent:
                connection.execute(insert(events), [_event(row, now) for row in sent])
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return len(sent)


def _text(rows: Sequence[dict[str, Any]], suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([[_cell(row[name]) for name in COLUMNS] for row in rows])
    # The mark tells spreadsheets that it is UTF-8.
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write(path: Path, text: str) -> None:
    """For its owner's eyes only: customers are in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _event(row: Row, now: datetime) -> dict[str, Any]:
    return {
        "at": now, "kind": LISTED, "customer_id": row.customer_id, "order_id": row.order_id,
        "conversation_id": "", "proposal_id": "", "rule": "", "receipt_id": "", "actor": ACTOR, "why": "",
        "data": {"kind": row.kind.value},
    }  # fmt: skip
