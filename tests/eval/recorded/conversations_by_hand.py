"""Conversations that were never held, as a record has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from eval.recorded.conversations import Recorded, RecordedTurn
from service.schema import Turn

BEGAN = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def a_record(
    text: str, customer_id: str = "C0001", entities: tuple[str, ...] = (), **decision: Any
) -> dict[str, Any]:
    """What the database has of a turn."""
    nothing = {"label": "none", "probability": 1.0}
    turn: dict[str, Any] = {
        "turn_id": "t_1", "conversation_id": "c_1", "message_id": None, "at": BEGAN.isoformat(), "text": text,
        "reply": "Good.", "language": "en",
        "decision": {"kind": "answer", "rule": "order.status", "awaiting": None, "action": None} | decision,
        "citations": [], "receipts": [], "claims": [], "quick_replies": [], "timings_ms": {"total": 12.0},
        "snapshot_id": "s1",
        "understanding": {
            "language": "en", "act": nothing, "intents": [], "sentiment": nothing, "complaint": nothing, "urgent": False,
            "entities": [{"kind": each, "value": "x", "start": 0, "end": 1} for each in entities],
        },
    }  # fmt: skip
    return {"turn": turn, "trace": {"retrieval": {"customer_id": customer_id}}}


def a_turn(
    text: str, customer_id: str = "C0001", entities: tuple[str, ...] = (), **decision: Any
) -> RecordedTurn:
    record = a_record(text, customer_id, entities, **decision)
    return RecordedTurn(msgspec.convert(record["turn"], Turn), record["trace"])


def a_conversation(*turns: RecordedTurn, locale: str = "en-GB", began: datetime = BEGAN) -> Recorded:
    return Recorded("c_1", "web", locale, began, turns or (a_turn("Where is W1000001?"),))
