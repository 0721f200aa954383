"""A comparison for people: figures first, then what got worse, turn beside turn."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.runs.compare import WAYS, Comparison, Pair, Row, Way
from eval.runs.record import Record, TurnRecord

TITLES: dict[Way, str] = {
    "worse": "Passed before, fail now",
    "better": "Failed before, pass now",
    "failed_otherwise": "Fail both times, but differently",
    "changed": "Pass both times, but decided or worded differently",
    "flaky": "Differ between trials of one run",
    "only_before": "Only in the earlier run",
    "only_after": "Only in the later run",
}
# Always shown of a turn, differing or not: without them a difference cannot be understood.
_ALWAYS = ("decision", "rule")


def render(
    comparison: Comparison, console: Console, most: int = 10, ways: Sequence[Way] = ("worse", "flaky")
) -> None:
    """Print the figures, and of each of `ways` at most so many cases with their turns."""
    _print(console, f"{comparison.before} → {comparison.after}: {comparison.verdict}")
    for label, found in (("version", comparison.versions), ("setting", comparison.settings)):
        for name, (before, after) in found.items():
            _print(console, f"{label} {name}: {_short(before)} → {_short(after)}")
    counts = ", ".join(f"{way.replace('_', ' ')} {len(comparison.of(way))}" for way in WAYS)
    _print(console, f"same {comparison.same}, {counts}")
    if comparison.tests:
        console.print(_tests(comparison))
    for way in ways:
        pairs = comparison.of(way)
        if pairs:
            _print(console, f"\n{TITLES[way]}: {len(pairs)}")
        for pair in pairs[:most]:
            console.print(side_by_side(pair, comparison))
        if len(pairs) > most:
            _print(console, f"… and {len(pairs) - most} more")


def side_by_side(pair: Pair, comparison: Comparison) -> Table:
    """The turns of a case, before on the left, after on the right."""
    heads = (comparison.before, comparison.after)
    if pair.way == "flaky":
        run = comparison.before if pair.of == "before" else comparison.after
        heads = tuple(f"{run}, trial {each.trial}" if each else "" for each in (pair.before, pair.after))  # type: ignore[assignment]
    table = Table(title=escape(pair.key), title_justify="left", show_lines=True, expand=True)
    table.add_column("", width=12)
    for head in heads:
        table.add_column(escape(head), ratio=1)
    table.add_row("", *(escape(_verdict(each)) for each in (pair.before, pair.after)))
    for row in pair.rows():
        _add(table, row)
    return table


def _add(table: Table, row: Row) -> None:
    said = [turn.say if turn else "" for turn in (row.before, row.after)]
    table.add_row(f"{row.turn + 1} customer", *map(escape, said))
    table.add_row("  Kefu", *(escape(turn.reply) if turn else "" for turn in (row.before, row.after)))
    fields = [name for name in row.differs if name not in ("say", "reply")]
    fields = [*(name for name in _ALWAYS if name not in fields), *fields]
    for name in fields:
        table.add_row(f"  {name}", *(escape(_field(turn, name)) for turn in (row.before, row.after)))


def _tests(comparison: Comparison) -> Table:
    table = Table(title="Cases of both runs; p is McNemar's, exact, corrected by Holm")
    for heading in ("", "cases", "before", "after", "difference, 95 %", "better", "worse", "p"):
        table.add_column(heading, justify="right" if heading else "left")
    for test in comparison.tests:
        found = test.difference
        table.add_row(
            escape(test.name), str(found.one.of), f"{found.other.value:.3f}", f"{found.one.value:.3f}",
            escape(str(found)), str(test.better), str(test.worse), f"{test.p:.3f}{' *' if test.significant else ''}",
        )  # fmt: skip
    return table


def _verdict(record: Record | None) -> str:
    if record is None:
        return "not played"
    if record.passed:
        return "passed"
    told = [f"stopped: {record.error}"] if record.error else []
    for finding in record.findings:
        where = "" if finding.turn is None else f" (turn {finding.turn + 1})"
        told.append(f"{finding.scorer}{where}: {finding.why}")
    return "failed\n" + "\n".join(told)


def _field(turn: TurnRecord | None, name: str) -> str:
    if turn is None:
        return ""
    value = getattr(turn, name)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 80 else text[:79] + "…"


def _print(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)
