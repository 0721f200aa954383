"""What a record decided and said, in forms that can be set beside those of another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from eval.replies.figures import figures_in
from eval.runs.record import Record, TurnRecord, key_of

DECIDED = ("decision", "rule", "action", "arguments", "awaiting", "receipt")
# A message in other words may be decided by another branch, as long as the same comes of it.
OUTCOME = ("decision", "action", "arguments", "awaiting", "receipt")
# Customers have orders of their own: what they ask for is named differently.
SERVED = ("decision", "rule", "action", "awaiting", "receipt")
# What arguments and changes keep in the customer's own words, and of how they sound.
OWN_WORDS = frozenset({"text", "fault", "sentiment", "priority"})


def name_of(record: Record) -> str:
    """The key that all trials of what was played share."""
    return key_of(record.suite, record.case, record.customer, record.variant)


def by_name(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The trials of each case, in the order in which they stand."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(name_of(record), []).append(record)
    return found


def decisions(record: Record) -> dict[str, Any]:
    """What was decided in each turn and what came of it, not how it was worded."""
    turns = [_fields(turn, DECIDED) for turn in record.turns]
    return {"turns": turns, "changes": record.changes, "stopped": bool(record.error)}


def same_decisions(one: Record, other: Record) -> bool:
    return digest(decisions(one)) == digest(decisions(other))


def same_outcome(one: Record, other: Record) -> bool:
    """Whether a case came to the same in other words. One that was stopped is like none."""
    if one.error or other.error:
        return False
    return digest(_outcome(one)) == digest(_outcome(other))


def served_alike(records: Collection[Record]) -> bool:
    """Whether different customers got the same decisions, each about what is theirs."""
    if any(record.error for record in records):
        return False
    return len({digest([_fields(turn, SERVED) for turn in record.turns]) for record in records}) == 1


def values_said(record: Record) -> list[dict[str, Any]]:
    """The figures, dates and numbers of each reply in one writing, and what it cites."""
    return [
        {
            "figures": sorted({f"{figure.kind} {figure.value}" for figure in figures_in(turn.reply)}),
            "cites": sorted(set(turn.cites)),
            "language": turn.language,
        }
        for turn in record.turns
    ]


def words_of_templates(record: Record) -> list[tuple[int, str, tuple[str, ...]]]:
    """The replies that no language model had a part in, with their turns."""
    return [
        (index, turn.reply, turn.quick_replies)
        for index, turn in enumerate(record.turns)
        if not _by_model(turn)
    ]


def words_of_model(record: Record) -> list[tuple[int, str, tuple[tuple[str, str], ...]]]:
    """The replies that a language model had a part in, with what of it was not let through."""
    return [(index, turn.reply, turn.dropped) for index, turn in enumerate(record.turns) if _by_model(turn)]


def digest(value: Any) -> str:
    """The first 64 bits of the SHA-256 of a plain value, in hexadecimal."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _by_model(turn: TurnRecord) -> bool:
    return turn.latency == "model" or bool(turn.dropped)


def _fields(turn: TurnRecord, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(turn, name) for name in names}


def _outcome(record: Record) -> Any:
    turns = [_fields(turn, OUTCOME) for turn in record.turns]
    return _without_own_words({"turns": turns, "changes": record.changes})


def _without_own_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_own_words(each) for name, each in value.items() if name not in OWN_WORDS}
    if isinstance(value, list | tuple):
        return [_without_own_words(each) for each in value]
    return value
