"""One CSV table: its header, then its rows as domain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.codec import BAD, Decoder
from tools.errors import Problem
from tools.shopdata.csv_header import Layout, column_named, layout_of
from tools.shopdata.csv_rows import NOT_UTF8, Row, not_utf8, rows_of
from tools.shopdata.csv_tables import OPTIONS, Table, linked_by_field
from tools.shopdata.draft import Watch

_NO_LAYOUT = Layout(0)


class TableReader:
    """Reads one table. One that is not `usable` has no rows; `problems` tells why."""

    def __init__(self, table: Table, folder: Path, decoder: Decoder, watch: Watch) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self._decoder = decoder
        self._rows: Iterator[Row] = iter(())
        self._layout = _NO_LAYOUT
        self._own_link = bool(table.link) and not linked_by_field(table)
        path = folder / table.file
        if path.exists() or table.needed:
            self._start(path, watch)
        self.usable = not self.problems

    def _start(self, path: Path, watch: Watch) -> None:
        if not path.exists():
            self.problems.append(Problem((), "this file is missing", self.table.file))
            return
        rows = rows_of(path, watch)
        header = next(rows, None)
        if header is None:
            self.problems.append(Problem((), "the file is empty; a header is needed", self.table.file, 1))
            return
        self._layout = layout_of(self.table, header)
        self.problems += self._layout.problems
        self._rows = iter(()) if self.problems else rows

    def rows(self) -> Iterator[Row]:
        return self._rows

    def link(self, row: Row) -> str:
        """What a row belongs to, "" where that cannot be told."""
        return _cell(row, self._layout.link)

    def key(self, row: Row) -> str:
        return _cell(row, self._layout.key)

    def read(self, row: Row, given: Mapping[str, Any]) -> Any:
        """The value of a row or `BAD`; `given` are the fields that other tables hold."""
        if row.problem:
            return self.bad(row, "", row.problem)
        if len(row.cells) != self._layout.width:
            return self.bad(row, "", f"{len(row.cells)} cells, the header has {self._layout.width}")
        value = self._layout.value(row.cells)
        options: dict[str, int] = {}
        if self._layout.options is not None:
            value[OPTIONS] = {}
            for number, (name, zh, en) in self._layout.option_cells(row.cells):
                if not name or name in options:
                    reason = f"{name!r} stands twice" if name else "an option without a name"
                    return self.bad(row, f"option{number}.name", reason)
                options[name] = number
                value[OPTIONS][name] = {"zh": zh, "en": en}
        if self._own_link:
            self._decoder.read(str, self.link(row), (None, self.table.link))
        item = self._decoder.build(self.table.kind, value, given)
        if not self._decoder.problems:
            return item
        for problem in self._decoder.problems:
            self.bad(row, column_named(problem.path, options) or self.table.key, problem.reason)
        self._decoder.problems.clear()
        return BAD

    def bad(self, row: Row, column: str, reason: str) -> Any:
        cells = [_cell(row, self._layout.places.get(column))] if column else row.cells
        reason = NOT_UTF8 if not_utf8(*cells) else reason
        self.problems.append(Problem((column,) if column else (), reason, self.table.file, row.line))
        return BAD

    def taken_problems(self) -> list[Problem]:
        """What was noted since the last time."""
        taken, self.problems = self.problems, []
        return taken


def _cell(row: Row, at: int | None) -> str:
    return row.cells[at] if at is not None and at < len(row.cells) else ""
