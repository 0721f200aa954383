"""What a run came to: by kind and language, and by how the text was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.replies.cases import KINDS, LANGUAGES
from eval.replies.play import Played
from eval.retrieval.intervals import share

_COLUMNS = (
    "n", "correct", "unsupported", "false promises", "other language", "first p50", "p95 (s)", "turn p50", "p95 (s)"
)  # fmt: skip


def summary(played: Sequence[Played]) -> dict[str, Any]:
    """Counts of replies and times in seconds: all, by kind, language, both, and how the text was made."""
    return _group(played) | {
        "kinds": _grouped(played, KINDS, lambda each: each.case.kind),
        "languages": _grouped(played, LANGUAGES, lambda each: each.case.language),
        "groups": _grouped(played, _pairs(), lambda each: f"{each.case.kind}/{each.case.language}"),
        "made": _grouped(played, sorted({_made(each) for each in played}), _made),
    }


def render(played: Sequence[Played], console: Console) -> None:
    """The table for people: a row for each kind and language, and one for all."""
    table = Table(title="Replies, judged by code", show_footer=False)
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for name, found in summary(played)["groups"].items():
        table.add_row(name.replace("/", " "), *_cells(found))
    table.add_section()
    table.add_row("all", *_cells(_group(played)))
    for name, found in summary(played)["made"].items():
        table.add_row(name, *_cells(found))
    console.print(table)


def render_failures(played: Iterable[Played], console: Console) -> None:
    """Every reply that is not clean, with what is wrong with it."""
    for each in played:
        if each.scores.clean:
            continue
        console.print(f"[red]{each.case.id}[/] {escape(each.case.text)}", highlight=False, soft_wrap=True)
        console.print(f"  [dim]{escape(each.reply)}[/]", highlight=False, soft_wrap=True)
        for line in each.scores.why():
            console.print(f"  {escape(line)}", highlight=False, soft_wrap=True)


def _pairs() -> list[str]:
    return [f"{kind}/{language}" for kind in KINDS for language in LANGUAGES]


def _made(played: Played) -> str:
    return "+".join(played.made) or "nothing"


def _grouped(
    played: Sequence[Played], names: Iterable[str], name_of: Callable[[Played], str]
) -> dict[str, dict[str, Any]]:
    parts = {name: [each for each in played if name_of(each) == name] for name in names}
    return {name: _group(part) for name, part in parts.items() if part}


def _group(played: Sequence[Played]) -> dict[str, Any]:
    right = share([each.scores.correct for each in played])
    return {
        "cases": len(played),
        "correct": sum(each.scores.correct for each in played),
        "correct_share": right.json() if right else None,
        "unsupported": sum(bool(each.scores.unsupported) for each in played),
        "false_promises": sum(bool(each.scores.promises) for each in played),
        "other_language": sum(bool(each.scores.language) for each in played),
        "first_s": _times([each.first_s for each in played]),
        "turn_s": _times([each.turn_s for each in played]),
    }


def _times(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {f"p{part}": round(float(np.percentile(seconds, part)), 3) for part in (50, 95)}


def _cells(found: dict[str, Any]) -> list[str]:
    n, right = found["cases"], found["correct"]
    counts = [str(found[name]) for name in ("unsupported", "false_promises", "other_language")]
    times = [f"{found[name][part]:.2f}" for name in ("first_s", "turn_s") for part in ("p50", "p95")]
    return [str(n), f"{right} ({right / n:.0%})", *counts, *times]
