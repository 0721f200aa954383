"""One question in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from agent.language_model import CancelToken
from service.schema import CustomerHint, Turn
from service.settings import Settings
from service.wiring import open_kefu


def ask_once(settings: Settings, text: str, email: str | None, trace: bool, console: Console) -> None:
    """Print the reply as it is verified, then its sources."""

    def listen(name: str, value: Any) -> None:
        if name == "delta":
            console.print(value["text"], end="", highlight=False, markup=False)

    with open_kefu(settings) as kefu:
        opened = kefu.turns.open("terminal", None, CustomerHint(email=email) if email else None)
        turn = kefu.turns.answer(opened.conversation_id, text, None, listen, CancelToken())
    console.print()
    for citation in turn.citations:
        console.print(
            f"[dim]\\[{citation.n}] {citation.title} › {citation.heading} ({citation.passage_id})[/]"
        )
    if trace:
        console.print(_table(turn))


def _table(turn: Turn) -> Table:
    understood = turn.understanding
    table = Table(show_header=False)
    table.add_row("language", turn.language)
    table.add_row("act", f"{understood.act.label} {understood.act.probability:.2f}")
    table.add_row(
        "intents", ", ".join(f"{s.label} {s.probability:.2f}" for s in understood.intents) or "none"
    )
    table.add_row("sentiment", f"{understood.sentiment.label} {understood.sentiment.probability:.2f}")
    table.add_row("decision", f"{turn.decision.kind} by {turn.decision.rule}")
    table.add_row("time", ", ".join(f"{stage} {ms:.0f} ms" for stage, ms in turn.timings_ms.items()))
    return table
