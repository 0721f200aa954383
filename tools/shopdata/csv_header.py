"""The header of a CSV table: which cell of a row is which value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tools.domain import Variant
from tools.errors import Problem
from tools.shopdata.csv_rows import NOT_UTF8, Row, not_utf8
from tools.shopdata.csv_tables import OPTIONS, Table, columns_of, linked_by_field

_OPTION = re.compile(r"option([1-9][0-9]{0,2})\.(name|zh|en)")
OPTION_PARTS = ("name", "zh", "en")
Cell = tuple[int, str, Callable[[str], Any]]


@dataclass(slots=True)
class Layout:
    """Where the values of a row stand. With `problems`, the header cannot be used."""

    width: int
    places: dict[str, int] = field(default_factory=dict)
    plain: list[Cell] = field(default_factory=list)
    nested: dict[str, list[Cell]] = field(default_factory=dict)
    options: dict[int, list[int]] | None = None
    link: int | None = None
    key: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def value(self, cells: list[str]) -> dict[str, Any]:
        """What the same row is in JSON; options are left to `option_cells`."""
        value = {name: convert(cells[at]) for at, name, convert in self.plain}
        for group, members in self.nested.items():
            value[group] = {name: convert(cells[at]) for at, name, convert in members}
        return value

    def option_cells(self, cells: list[str]) -> Iterator[tuple[int, list[str]]]:
        """Number, then name, Chinese and English, of every option that is not empty."""
        for number, places in (self.options or {}).items():
            texts = [cells[at] for at in places]
            if any(texts):
                yield number, texts


def layout_of(table: Table, header: Row) -> Layout:
    """Read a header; every column that is unknown, missing or there twice is a problem."""
    layout = Layout(len(header.cells))
    if not_utf8(*header.cells):
        layout.problems = [Problem((), NOT_UTF8, table.file, header.line)]
        return layout
    found: list[tuple[str, str]] = [("", header.problem)] if header.problem else []
    for at, name in enumerate(header.cells):
        if name in layout.places:
            found.append((name, "this column stands twice"))
        layout.places.setdefault(name, at)
    known = _place(table, layout) | ({table.link} if table.link else set())
    strangers = set(layout.places) - known
    if table.kind is Variant:
        strangers -= _place_options(layout, strangers)
    layout.link, layout.key = layout.places.get(table.link), layout.places.get(table.key)
    missing = [name for name in _needed(table, layout) if name not in layout.places]
    found += [(name, "this column is missing") for name in missing]
    found += [_stranger(name, at, header) for name, at in layout.places.items() if name in strangers]
    layout.problems = [
        Problem((name,) if name else (), reason, table.file, header.line) for name, reason in found
    ]
    return layout


def _needed(table: Table, layout: Layout) -> list[str]:
    link = [table.link] if table.link and not linked_by_field(table) else []
    options = [f"option{number}.{part}" for number in layout.options or {} for part in OPTION_PARTS]
    return link + [column.name for column in columns_of(table) if column.needed] + options


def _place(table: Table, layout: Layout) -> set[str]:
    """Give every known column its place; answers their names."""
    for column in columns_of(table):
        if column.name in layout.places:
            plain = len(column.path) == 1
            cells = layout.plain if plain else layout.nested.setdefault(column.path[0], [])
            cells.append((layout.places[column.name], column.path[-1], column.convert))
    return {column.name for column in columns_of(table)}


def _place_options(layout: Layout, names: set[str]) -> set[str]:
    found = {name: int(match[1]) for name in names if (match := _OPTION.fullmatch(name))}
    layout.options = {
        number: [layout.places.get(f"option{number}.{part}", -1) for part in OPTION_PARTS]
        for number in sorted(set(found.values()))
    }
    return set(found)


def _stranger(name: str, at: int, header: Row) -> tuple[str, str]:
    if len(header.cells) == 1 and (";" in name or "\t" in name):
        return "", "the columns are to be separated by commas"
    return (name, "unknown column") if name else ("", f"column {at + 1} has no name")


def column_named(path: tuple[str | int, ...], options: dict[str, int]) -> str:
    """The column of a value; `options` tells the number of each option of the row."""
    if len(path) > 1 and path[0] == OPTIONS:
        name = str(path[1])
        number = options.get(name) or options.get(name.removesuffix(" (key)"))
        return f"option{number}.{path[2] if len(path) > 2 else 'name'}"
    return ".".join(str(part) for part in path)
