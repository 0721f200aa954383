"""How well the trained heads tell what a customer complains about, and on which side the customer stands.

`kefu eval complaints` measures the sets in eval/sets, written blind to the heads; a line has `text`, `lang`,
`sentiment` and `complaint` (null for none).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from agent.understand.heads import Heads, HeadScores
from agent.understand.labels import COMPLAINTS, NO_COMPLAINT, SENTIMENTS
from agent.understand.training import Embed
from eval.cases.errors import EvalError

CLASSES = (*COMPLAINTS, NO_COMPLAINT)
SPLITS = ("tune", "test")
LANGUAGES = ("zh", "en")
# The normal quantile of a two-sided interval of 95 %.
_Z = 1.959964
_OPPOSITE = {("positive", "negative"), ("negative", "positive")}


class ComplaintSetError(EvalError):
    """A labelled file that cannot be measured; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A labelled message; `complaint` is one of `CLASSES`, `sentiment` one of `SENTIMENTS`."""

    text: str
    lang: str
    sentiment: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Read:
    """A message and what the heads say of it: the most probable label of each head."""

    message: Message
    complaint: str
    sentiment: str

    @property
    def wrong_side(self) -> bool:
        """Whether a customer who is content is treated as one who is not, or the reverse."""
        return (self.message.sentiment, self.sentiment) in _OPPOSITE


def read_messages(path: Path) -> list[Message]:
    """The messages of a JSON Lines file. Raises `ComplaintSetError` with the file and the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ComplaintSetError(f"{path}: cannot be read: {error}") from error
    return [_message(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _message(line: str, where: str) -> Message:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ComplaintSetError(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ComplaintSetError(f"{where}: text: a non-empty string is needed")
    found = Message(
        row["text"],
        str(row.get("lang", "")),
        str(row.get("sentiment", "")),
        str(row.get("complaint") or NO_COMPLAINT),
    )
    for name, value, allowed in (
        ("sentiment", found.sentiment, SENTIMENTS), ("complaint", found.complaint, CLASSES),
    ):  # fmt: skip
        if value not in allowed:
            raise ComplaintSetError(f"{where}: {name}: {value!r} is not one of {', '.join(allowed)}")
    return found


def measure(heads: Heads, embed: Embed, messages: Sequence[Message]) -> tuple[dict[str, Any], list[Read]]:
    """By language, the numbers of `summary`; and each message as it was read. Raises `ComplaintSetError` for none."""
    if not messages:
        raise ComplaintSetError("no labelled messages to measure")
    texts = [message.text for message in messages]
    scores = heads.score_all(texts, embed(texts))
    read = [_read(message, score) for message, score in zip(messages, scores, strict=True)]
    languages = dict.fromkeys(message.lang for message in messages)
    return {lang: summary([each for each in read if each.message.lang == lang]) for lang in languages}, read


def _read(message: Message, scores: HeadScores) -> Read:
    return Read(message, scores.complaint[0].label, scores.sentiment[0].label)


def summary(read: Sequence[Read]) -> dict[str, Any]:
    """Shares 0..1 with their 95 % intervals, and counts.

    `class_right` counts "none" as a class. `wrong_side` is the share of the positive and negative messages that
    are taken for their opposite; `sided_as_neutral` and `neutral_as_sided` go to no wrong path and are apart.
    """
    sided = [each for each in read if each.message.sentiment != "neutral"]
    neutral = [each for each in read if each.message.sentiment == "neutral"]
    return {
        "messages": len(read),
        "class_right": _share(sum(each.complaint == each.message.complaint for each in read), len(read)),
        "wrong_side": _share(sum(each.wrong_side for each in sided), len(sided)),
        "sided_as_neutral": _share(sum(each.sentiment == "neutral" for each in sided), len(sided)),
        "neutral_as_sided": _share(sum(each.sentiment != "neutral" for each in neutral), len(neutral)),
        "sentiment_right": _share(sum(each.sentiment == each.message.sentiment for each in read), len(read)),
        "confusion": _confusion(read),
    }


def _share(count: int, of: int) -> dict[str, float | int]:
    low, high = wilson(count, of)
    share = count / of if of else 0.0
    return {"count": count, "of": of, "share": round(share, 4), "low": round(low, 4), "high": round(high, 4)}


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, JASA 1927); (0, 1) where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _confusion(read: Sequence[Read]) -> dict[str, dict[str, int]]:
    """By labelled class, how often each class was said."""
    return {
        truth: dict(Counter(each.complaint for each in read if each.message.complaint == truth))
        for truth in CLASSES
    }


def render(report: dict[str, Any], console: Console) -> None:
    """By language, the confusion of the classes and one line for each share."""
    for language, found in report.items():
        table = Table("labelled", *CLASSES, title=f"{language}: {found['messages']} messages, class said")
        for truth in CLASSES:
            said = found["confusion"][truth]
            table.add_row(truth, *(str(said.get(name, "")) for name in CLASSES))
        console.print(table)
        for name, title in (
            ("class_right", "complaint class right"),
            ("wrong_side", "wrong side (positive taken for negative, or the reverse)"),
            ("sided_as_neutral", "positive or negative taken for neutral"),
            ("neutral_as_sided", "neutral taken for positive or negative"),
            ("sentiment_right", "sentiment right"),
        ):
            console.print(f"{title}: {_shown(found[name])}", highlight=False)


def _shown(share: dict[str, Any]) -> str:
    between = f"{share['low']:.1%}–{share['high']:.1%}"
    return f"{share['share']:.1%} ({between}), {share['count']} of {share['of']}"
