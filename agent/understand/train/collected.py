"""Messages of real conversations as training data: proposed by the heads, decided by a person.

What the heads said is only a proposal. Nothing is trained on before somebody has set `reviewed` to true;
without that the heads would learn their own mistakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.understand.heads import HeadScores
from agent.understand.labels import NO_COMPLAINT
from agent.understand.train.quality import comparable
from agent.understand.training import TrainingDataError, read_examples

REVIEWED = "reviewed"
COLLECTED = "collected.train.jsonl"
FIELDS = ("text", "lang", "intents", "act", "sentiment", "complaint", "urgent")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_LONG_NUMBER = re.compile(r"\d{5,}")
_DIGITS = "1234567890" * 3


def masked(text: str) -> str:
    """Mail addresses and numbers of five digits or more replaced. Names and street names stay."""
    plain = _MAIL.sub("someone@example.com", text)
    return _LONG_NUMBER.sub(
        lambda found: (_DIGITS * (len(found.group()) // 30 + 1))[: len(found.group())], plain
    )


def proposals(
    messages: Iterable[tuple[str, str]], scored: Sequence[HeadScores], known: Iterable[str]
) -> list[dict[str, Any]]:
    """Lines to review, the least sure first. `messages` are (text, language), masked; each comes once, and
    none that is like one of `known`."""
    seen = {comparable(text) for text in known}
    lines = []
    for (text, lang), scores in zip(messages, scored, strict=True):
        if (key := comparable(text)) in seen:
            continue
        seen.add(key)
        complaint = scores.complaint[0].label
        lines.append({
            "text": text, "lang": lang,
            "intents": [s.label for s in scores.intents if s.label in scores.predicted],
            "act": scores.act[0].label, "sentiment": scores.sentiment[0].label,
            "complaint": None if complaint == NO_COMPLAINT else complaint,
            "urgent": scores.urgent >= 0.5,
            REVIEWED: False, "sure": round(sureness(scores), 3),
        })  # fmt: skip
    return sorted(lines, key=lambda line: (line["sure"], line["text"]))


def sureness(scores: HeadScores) -> float:
    """0..1: how far the closest call of act and intents is from a toss-up."""
    intents = [abs(score.probability - scores.intent_threshold) for score in scores.intents]
    return min(scores.act[0].probability, 2 * min(intents, default=0.5))


def merge(reviewed: Path, folder: Path) -> tuple[int, int]:
    """Add the reviewed lines of `reviewed` to `folder`/collected.train.jsonl; a text that is there already is
    labelled anew. Gives how many were added or changed and how many are not reviewed yet.

    Raises `TrainingDataError` naming file and line; then nothing was changed.
    """
    kept, waiting = [], 0
    for number, line in enumerate(reviewed.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise TrainingDataError(f"{reviewed.name}:{number}: not JSON: {error}") from error
        if not isinstance(record, Mapping) or not isinstance(record.get(REVIEWED), bool):
            raise TrainingDataError(f"{reviewed.name}:{number}: {REVIEWED}: true or false is needed")
        if record[REVIEWED]:
            kept.append({name: record.get(name) for name in FIELDS})
        else:
            waiting += 1
    read_examples(reviewed)
    _write(kept, folder / COLLECTED)
    return len(kept), waiting


def _write(records: list[dict[str, Any]], path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    merged = {comparable(record["text"]): record for record in map(json.loads, filter(str.strip, lines))}
    merged |= {comparable(record["text"]): record for record in records}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in merged.values())
    partial.write_text(content, encoding="utf-8")
    partial.replace(path)
