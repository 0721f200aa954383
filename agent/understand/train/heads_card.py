"""The report of a training of all heads: quality of the data, measurements, pictures, model card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.understand.heads import Heads, HeadScores
from agent.understand.train.card import confusion_picture, model_card
from agent.understand.train.quality import Quality, as_markdown, examine
from agent.understand.train.rows import NOTHING, read_source
from agent.understand.training import Embed, Example

PICTURED = ("intents", "act", "sentiment", "complaint")
LIMITS = (
    "Measured on messages written for this project, not on a shop's own customers: measure on yours with"
    " `kefu eval understanding --file`. The heads see one message, not what was said before it."
)


def look_over(files: Mapping[str, Sequence[Path]]) -> Quality:
    """The quality of the labelled files, by the set of their intents."""
    return examine({
        split: [read_source(path, "text", "intents", optional=True) for path in paths]
        for split, paths in files.items()
    })  # fmt: skip


def write_report(
    heads: Heads,
    embed: Embed,
    test: Sequence[Example],
    quality: Quality,
    measured: Mapping[str, Any],
    out: Path,
) -> Path:
    """Write `heads.md`, `heads.json` and a picture a head into `out`; `measured` is by language and head."""
    out.mkdir(parents=True, exist_ok=True)
    scored = heads.score_all([e.text for e in test], embed([e.text for e in test])) if test else []
    for head in PICTURED if scored else ():
        gold = [_gold(example, head) for example in test]
        said = [_said(scores, head) for scores in scored]
        confusion_picture(gold, said, f"{head} on the test split", out / f"heads-{head}.png")
    report = {"quality": quality.as_json(), "measured": measured}
    (out / "heads.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    about = [
        ("trained", f"{datetime.now(UTC):%Y-%m-%d} with `kefu train all`"),
        ("model", "for messages with Chinese characters, and for all others, a kernel ridge regression over the"
         " sentence's embedding, letters and words; probabilities by logistic regressions on messages left out one at"
         " a time"),
    ]  # fmt: skip
    card = model_card(
        "What messages ask for", about, as_markdown(quality), results_table(measured),
        "heads-intents.png" if scored else "", LIMITS,
    )  # fmt: skip
    path = out / "heads.md"
    path.write_text(card, encoding="utf-8")
    return path


def results_table(measured: Mapping[str, Any]) -> str:
    """By language and head, as Markdown."""
    lines = ["| language | head | messages | right | macro-F1 | ECE |", "|---|---|---|---|---|---|"]
    for language, part in measured.items():
        for head, numbers in part["heads"].items():
            if head == "latency_ms":
                continue
            right = numbers.get("accuracy")
            if right is None:
                right = numbers["exact_set"]
                head = f"{head}, exact set (top {numbers['top']:.3f})"
            cells = f"{right:.3f} | {numbers['macro_f1']:.3f} | {numbers['ece']:.3f}"
            lines.append(f"| {language} | {head} | {part['messages']} | {cells} |")
    return "\n".join(lines)


def _gold(example: Example, head: str) -> str:
    return next(iter(example.intents), NOTHING) if head == "intents" else str(getattr(example, head))


def _said(scores: HeadScores, head: str) -> str:
    if head == "intents":
        return scores.intents[0].label if scores.predicted else NOTHING
    label: str = getattr(scores, head)[0].label
    return label
