"""The rows of one CSV file with their lines. A broken row is named and the next one read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tools.shopdata.draft import Watch

# Characters of one cell; a quotation mark that is never closed swallows at most this much.
CELL_LIMIT = 1 << 24
STEP = 20_000
# What bytes that are not UTF-8 were read as.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
NOT_UTF8 = "not UTF-8; save the file as “CSV UTF-8”"


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins. A row with a `problem` has its cells as far as they can be told."""

    line: int
    cells: list[str]
    problem: str = ""


def not_utf8(*cells: str) -> bool:
    return any(_NOT_UTF8.search(cell) for cell in cells)


class _Lines:
    """Lines of a file that can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._back: list[str] = []
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._file)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        self._back += reversed(self.taken[1:])
        self.number -= len(self.taken) - 1
        return self.taken[0]


def rows_of(path: Path, watch: Watch) -> Iterator[Row]:
    """Every row that is not empty, the header first. Bytes that are not UTF-8 become lone surrogates."""
    size = path.stat().st_size
    csv.field_size_limit(CELL_LIMIT)
    with (
        path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="") as file,
    ):
        for number, row in enumerate(_rows(_Lines(file))):
            if number % STEP == 0:
                watch(f"reading {path.name}", raw.tell(), size)
            yield row


def _rows(lines: _Lines) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    while True:
        lines.taken.clear()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = lines.give_back_all_but_first()
            yield Row(start, [cell.strip('" \r\n') for cell in first.split(",")], _told(error))
            reader = csv.reader(lines, strict=True)
            continue
        # Spreadsheets leave rows of nothing but commas behind.
        if any(cells):
            yield Row(start, cells)


def _told(error: csv.Error) -> str:
    if "limit" in str(error) or "unexpected end" in str(error):
        return "a quotation mark is opened and never closed"
    if "expected after" in str(error):
        return 'a quotation mark inside a cell must be doubled (""), and the cell quoted'
    return f"not CSV: {error}"
