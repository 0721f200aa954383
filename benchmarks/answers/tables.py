"""The report on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.answers.names import NAMES


def print_report(summary: Mapping[str, Any], parts: Mapping[str, Any], console: Console) -> None:
    if summary.get("contestants"):
        console.print(contestants_table(summary["contestants"]))
    for name, table in (("decoding", _decoding), ("growth", _growth), ("load", _load)):
        if name in parts:
            console.print(table(parts[name]))
    console.print(targets_table(summary["targets"]))


def contestants_table(found: Mapping[str, Any]) -> Table:
    table = Table(title="Side by side: one machine, model file and set of questions")
    columns = (
        "first token p50 / p95", "whole turn p50 / p95", "tokens read, written (p50)", "peak memory", "correct",
        "unsupported", "promises", "language", "cut off",
    )  # fmt: skip
    table.add_column("")
    table.add_column("questions")
    for column in columns:
        table.add_column(column, justify="right")
    for name, groups in found.items():
        for group, row in groups.items():
            whole = group == "all"
            label = f"[bold]{NAMES.get(name, name)}[/]" if whole else ""
            table.add_row(label, group, *_cells(row), end_section=group == list(groups)[-1])
    return table


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        _seconds(row["first_s"]),
        _seconds(row["whole_s"]),
        f"{row['read']['p50']:.0f}, {row['written']['p50']:.0f}",
        f"{row['peak_mb']:,.0f} MB",
        f"{row['correct']} of {row['questions']}",
        *(str(row[name]) for name in ("unsupported", "promises", "language", "cut_off")),
    ]


def _seconds(times: Mapping[str, float]) -> str:
    return f"{times['p50']:.2f} / {times['p95']:.2f} s"


def targets_table(targets: list[dict[str, Any]]) -> Table:
    table = Table(title="Targets")
    for column in ("", "wanted", "measured", ""):
        table.add_column(column)
    words = {True: "[green]met[/]", False: "[red]missed[/]", None: "[dim]not measured[/]"}
    for each in targets:
        measured = each["measured"]
        shown = "" if measured is None else f"{measured:g}" if isinstance(measured, float) else str(measured)
        table.add_row(each["name"], each["wanted"], shown, words[each["met"]])
    return table


def _decoding(found: Mapping[str, Any]) -> Table:
    table = Table(title="Decoding, tokens a second")
    for column in ("Kefu", "llama.cpp's loop alone", "llama-bench", "Kefu's share of llama-bench"):
        table.add_column(column, justify="right")
    bench = found.get("llama_bench")
    table.add_row(
        f"{found['kefu']:.2f}", f"{found['bare']:.2f}", f"{bench:.2f}" if bench else found["left_out"],
        f"{found['ratio']:.3f}" if bench else "",
    )  # fmt: skip
    return table


def _growth(found: list[Mapping[str, Any]]) -> Table:
    table = Table(title="Growth with cached passages")
    for column in ("passages", "first token p50 / p95", "memory", "cache on disk", "filled in"):
        table.add_column(column, justify="right")
    for row in found:
        table.add_row(
            f"{row['passages']:,}", _seconds(row["first_s"]), f"{row['resident_mb']:,.0f} MB",
            f"{row['disk_mb']:,.0f} MB", f"{row['filled_s']:,.0f} s",
        )  # fmt: skip
    return table


def _load(found: list[Mapping[str, Any]]) -> Table:
    table = Table(title="Conversations at once, over HTTP")
    for column in ("at once", "turns", "turns a minute", "turn p50 / p95", "busy", "failed"):
        table.add_column(column, justify="right")
    for row in found:
        table.add_row(
            str(row["at_once"]), str(row["turns"]), f"{row['turns_a_minute']:.1f}", _seconds(row["turn_s"]),
            str(row["busy"]), str(row["failed"]),
        )  # fmt: skip
    return table
