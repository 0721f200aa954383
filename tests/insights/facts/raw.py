"""Raw rows as the service writes them: conversations, turns, events, ratings; each takes what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Table, insert, select

from tools.store.database import writer
from tools.store.fact_tables import FACT_TABLES
from tools.store.tables import conversations, events, turns

ZONE = ZoneInfo("Asia/Shanghai")
# Noon of a Thursday in Shanghai.
START = datetime(2026, 11, 12, 4, 0, tzinfo=UTC)
LATER = START + timedelta(days=30)


def put(engine: Engine, table: Table, *rows: dict[str, Any]) -> None:
    with writer(engine).begin() as connection:
        connection.execute(insert(table), list(rows))


def turn(
    intents: Sequence[str] = ("tracking",), kind: str = "answer", rule: str = "tracking.known", mood: float = 0.0,
    awaiting: str | None = None, language: str = "zh", complaint: str = "none", orders: Sequence[str] = (),
    receipts: Sequence[str] = (), text: str = "到哪了？",
) -> dict[str, Any]:  # fmt: skip
    """A record as `turns` keeps it, with what facts read of it."""
    understanding = {
        "language": language, "act": {"label": "question", "probability": 0.9},
        "intents": [{"label": each, "probability": 0.9} for each in intents],
        "sentiment": {"label": "neutral", "probability": 0.9},
        "complaint": {"label": complaint, "probability": 0.9}, "urgent": False, "mood": mood,
        "entities": [{"kind": "order_id", "value": each, "start": 0, "end": 8} for each in orders],
    }  # fmt: skip
    return {
        "turn": {
            "text": text, "reply": "好的。", "language": language, "timings_ms": {"total": 400.0},
            "decision": {"kind": kind, "rule": rule, "awaiting": awaiting, "action": None},
            "understanding": understanding, "receipts": [{"order_id": each} for each in receipts],
        },
        "trace": {"anything": "else"},
    }  # fmt: skip


def say(
    engine: Engine, key: str, *records: Any, at: datetime = START, customer: str | None = None, channel: str = "web",
    first: int = 1,
) -> None:  # fmt: skip
    """A conversation with one turn a minute; with `first` above 1 the turns go on one that is there."""
    if first == 1:
        row = {
            "id": key,
            "channel": channel,
            "customer_id": customer,
            "locale": "zh",
            "created_at": at,
            "state": {},
        }
        put(engine, conversations, row)
    said = [
        {
            "id": f"t_{key}_{seq}", "conversation_id": key, "message_id": None, "seq": seq,
            "at": at + timedelta(minutes=seq - 1), "record": record,
        }
        for seq, record in enumerate(records, first)
    ]  # fmt: skip
    put(engine, turns, *said)


def event(kind: str, at: datetime, order: str = "", conversation: str = "", **data: str) -> dict[str, Any]:
    return {
        "kind": kind, "at": at, "customer_id": data.pop("customer", ""), "order_id": order,
        "conversation_id": conversation, "proposal_id": data.pop("proposal", ""), "rule": "", "actor": "staff",
        "why": data.pop("why", ""), "receipt_id": "", "data": data,
    }  # fmt: skip


def happen(engine: Engine, *rows: dict[str, Any]) -> None:
    put(engine, events, *rows)


def facts(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the fact tables but the marks, in a fixed order."""
    with engine.begin() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in FACT_TABLES
            if table.name != "fact_marks"
        }


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]
