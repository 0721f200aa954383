"""Finding the rows that a problem of the whole shop is about.

Files are read again for that, so that a good shop pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tools.codec import BAD
from tools.errors import Problem
from tools.shopdata.csv_header import column_named, layout_of
from tools.shopdata.csv_rows import Row, rows_of
from tools.shopdata.csv_tables import OPTIONS, TOP, Table
from tools.shopdata.draft import Draft, Watch

# The n-th row of a table that belongs to something, or ("", n) for the n-th row at all.
Place = tuple[str, int]


def placed(folder: Path, draft: Draft, problems: list[Problem], watch: Watch) -> list[Problem]:
    """The same problems with file, line and column."""
    found = [(_target(draft, problem), problem) for problem in problems]
    wanted: dict[str, set[Place]] = {}
    tables: dict[str, Table] = {}
    for (table, place, _), _problem in found:
        wanted.setdefault(table.name, set()).add(place)
        tables[table.name] = table
    lines = {name: _lines(folder, tables[name], places, watch) for name, places in wanted.items()}
    return [
        replace(problem, path=(column,), file=table.file, line=lines[table.name][place])
        for (table, place, column), problem in found
    ]


def _target(draft: Draft, problem: Problem) -> tuple[Table, Place, str]:
    """Follow a path from its order, product or customer down to the table that holds the value."""
    name, number, *rest = problem.path
    table = next(table for table in TOP if table.name == name)
    item: Any = getattr(draft, str(name))[number]
    place: Place = ("", int(number))
    key = item.id
    while rest:
        inner = dict(table.inside).get(str(rest[0]))
        below = getattr(item, str(rest[0])) if inner else None
        if inner is None or below is None or (not inner.single and len(rest) < 2):
            break
        number = 0 if inner.single else int(rest[1])
        place, rest = (key, number), rest[1 if inner.single else 2 :]
        item = below if inner.single else below[number]
        key = key if inner.single else getattr(item, inner.key, "")
        table = inner
    options = {each: at for at, each in enumerate(getattr(item, OPTIONS, ()), 1)} if rest[1:] else {}
    return table, place, column_named(tuple(rest), options) or table.key


def _lines(folder: Path, table: Table, wanted: set[Place], watch: Watch) -> dict[Place, int]:
    links = {link for link, _ in wanted}
    seen: dict[str, int] = {}
    lines: dict[Place, int] = {}
    for row, link in _linked(folder, table, watch):
        if link not in links:
            continue
        place = (link, seen.get(link, 0))
        seen[link] = place[1] + 1
        if place in wanted:
            lines[place] = row.line
    return lines


def _linked(folder: Path, table: Table, watch: Watch) -> Iterator[tuple[Row, str]]:
    """Every row with what it belongs to."""
    rows = rows_of(folder / table.file, watch)
    header = next(rows)
    at = layout_of(table, header).link if table.link else None
    for row in rows:
        yield row, row.cells[at] if at is not None and at < len(row.cells) else ""


def orphans(
    folder: Path, table: Table, parent: Table, left: dict[str, list[Any]], watch: Watch
) -> list[Problem]:
    """A problem for every good row of `table` that belongs to nothing; `left` holds those rows."""
    lost = {link for link, items in left.items() if any(item is not BAD for item in items)}
    if not lost:
        return []
    return [
        Problem((table.link,), f"{link!r} is not in {parent.file}", table.file, row.line)
        for row, link in _linked(folder, table, watch)
        if link in lost
    ]
