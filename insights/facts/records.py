"""Reads what the facts need of a stored turn; the rest of a record, most of it, is skipped unread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

NO_COMPLAINT = "none"
_SIGNS = {"positive": 1.0, "negative": -1.0}


class _Score(msgspec.Struct):
    label: str = ""
    probability: float = 0.0


class _Entity(msgspec.Struct):
    kind: str = ""
    value: str = ""


class _Understanding(msgspec.Struct):
    act: _Score = msgspec.field(default_factory=_Score)
    intents: list[_Score] = msgspec.field(default_factory=list)
    sentiment: _Score = msgspec.field(default_factory=_Score)
    complaint: _Score = msgspec.field(default_factory=_Score)
    entities: list[_Entity] = msgspec.field(default_factory=list)
    mood: float | None = None


class _Decision(msgspec.Struct):
    kind: str
    rule: str = ""
    awaiting: str | None = None
    action: str | None = None


class _Receipt(msgspec.Struct):
    order_id: str = ""


class _Turn(msgspec.Struct):
    decision: _Decision
    language: str = ""
    understanding: _Understanding = msgspec.field(default_factory=_Understanding)
    receipts: list[_Receipt] = msgspec.field(default_factory=list)
    timings_ms: dict[str, float] = msgspec.field(default_factory=dict)


class _Record(msgspec.Struct):
    turn: _Turn


_DECODER = msgspec.json.Decoder(_Record)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One stored turn. `readable` is False where its record is damaged: then only the time is known.

    `mood` is −1 … 1, `order_ids` those that were named or changed, `answer_ms` None where it was not measured.
    """

    turn_id: str
    at: datetime
    readable: bool = True
    language: str = ""
    kind: str = ""
    rule: str = ""
    awaiting: str = ""
    action: str = ""
    intents: tuple[str, ...] = ()
    mood: float = 0.0
    complaint: str = ""
    order_ids: tuple[str, ...] = ()
    done: int = 0
    answer_ms: float | None = None


def read_turn(turn_id: str, at: datetime, record: str) -> TurnRecord:
    """The turn of a record as it stands in the database; never raises for what stands in it."""
    try:
        turn = _DECODER.decode(record).turn
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return TurnRecord(turn_id, at, readable=False)
    heard, decided = turn.understanding, turn.decision
    return TurnRecord(
        turn_id, at, language=turn.language, kind=decided.kind, rule=decided.rule,
        awaiting=decided.awaiting or "", action=decided.action or "",
        intents=tuple(score.label for score in heard.intents if score.label), mood=_mood(heard),
        complaint="" if heard.complaint.label == NO_COMPLAINT else heard.complaint.label,
        order_ids=_orders(turn), done=len(turn.receipts), answer_ms=turn.timings_ms.get("total"),
    )  # fmt: skip


def _mood(heard: _Understanding) -> float:
    """The recorded mood; of records older than moods, the probability of the sentiment with its sign."""
    if heard.mood is not None:
        return min(max(heard.mood, -1.0), 1.0)
    return _SIGNS.get(heard.sentiment.label, 0.0) * heard.sentiment.probability


def _orders(turn: _Turn) -> tuple[str, ...]:
    named = [each.value for each in turn.understanding.entities if each.kind == "order_id"]
    changed = [each.order_id for each in turn.receipts]
    return tuple(dict.fromkeys(filter(None, [*named, *changed])))
