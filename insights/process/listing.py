"""Plain lists beside the findings: what customers write about, where the agent hands over, what stays unanswered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insights.process.draft import examples
from insights.process.report import Entry, Options

if TYPE_CHECKING:
    import pandas as pd

MOST = 10


def lists(
    conversations: pd.DataFrame, reasons: pd.DataFrame, options: Options
) -> dict[str, tuple[Entry, ...]]:
    """Counts of conversations; shares are of all rows of each list. Examples are the newest."""
    handed_over = conversations[conversations["handover_reason"] != ""]
    unanswered = conversations[(conversations["unanswered"] > 0) & (conversations["reason"] != "")]
    return {
        "reasons": _top(reasons, "reason", options),
        "handovers": _top(handed_over, "handover_reason", options),
        "unanswered": _top(unanswered, "reason", options),
    }


def _top(frame: pd.DataFrame, column: str, options: Options) -> tuple[Entry, ...]:
    named = frame[frame[column] != ""].sort_values("day", ascending=False, kind="stable")
    found = named[column].value_counts(sort=True).head(MOST)
    return tuple(
        Entry(
            str(name), int(count), float(count / len(named)),
            examples(named["conversation_id"][named[column] == name], options.examples),
        )
        for name, count in found.items()
    )  # fmt: skip
