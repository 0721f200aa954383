"""A judgement for people: each check, what failed with its cases, and what to do next."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.runs.gate import Judgement


def render(judgement: Judgement, console: Console, most: int = 10) -> None:
    """Print all checks, and of each failed one at most so many cases."""
    table = Table(
        title=escape(f"{judgement.gate}: run {judgement.run}, {judgement.cases} cases"), title_justify="left"
    )
    for heading in ("", "check", "found", "asked for"):
        table.add_column(heading)
    for check in judgement.checks:
        mark = "[green]ok[/]" if check.ok else "[red]FAILED[/]"
        table.add_row(mark, *(escape(text) for text in (check.name, check.found, check.limit)))
    console.print(table)
    for check in judgement.failed:
        _print(console, f"{check.name}: {check.why}")
        for key in check.keys[:most]:
            _print(console, f"    {key}")
        if len(check.keys) > most:
            _print(console, f"    … and {len(check.keys) - most} more")
    signed = f", against {judgement.signed} of {judgement.signed_at}" if judgement.signed else ""
    _print(console, f"The gate is {'open' if judgement.ok else 'CLOSED'}{signed}.")
    for sentence in judgement.advice():
        _print(console, sentence)


def _print(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)
