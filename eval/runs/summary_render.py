"""A run's figures as a table for people."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from eval.runs.run import Run
from eval.runs.summary import Summary, Tally, summary

SHOWN = ("kind", "suite", "language")
TIMES = ("first_s.p50", "first_s.p95", "turn_s.p50", "turn_s.p95")


def render(run: Run, console: Console) -> Summary:
    """Print what passed, the checks of every case, consistency, parity and times; gives what was summed up."""
    found = summary(run.records, run.timings)
    table = Table(
        title=f"Run {run.manifest.id}: {len(run.records)} of {run.manifest.of} played", title_justify="left"
    )
    for name, justify in (
        ("", "left"),
        ("passed", "right"),
        ("of", "right"),
        ("share", "right"),
        ("95 %", "right"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for dimension in SHOWN:
        _add(table, found.by.get(dimension, {}), "")
    _add(table, found.checks, "nothing wrong in ")
    _add(table, found.consistency, "same decision: ")
    if found.all:
        _row(table, "all", found.all)
    console.print(table)
    times = (f"{name} {found.times[name]:.2f} s" for name in TIMES if name in found.times)
    console.print("  ".join(times), highlight=False, soft_wrap=True)
    for name, value in found.parity.scores().items():
        console.print(f"{name}: {value:+.3f}", highlight=False)
    if found.errors:
        console.print(f"[red]{found.errors} stopped by an error[/]", highlight=False)
    return found


def _add(table: Table, tallies: Mapping[str, Tally], prefix: str) -> None:
    for name, tally in tallies.items():
        _row(table, prefix + name, tally)
    if tallies:
        table.add_section()


def _row(table: Table, name: str, tally: Tally) -> None:
    share = tally.share
    table.add_row(
        name, str(tally.yes), str(tally.of), f"{share.value:.1%}", f"{share.low:.0%}–{share.high:.0%}"
    )
