"""shop.csv: what a shop says about itself, one key and value a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.codec import Decoder
from tools.errors import Problem
from tools.shopdata.csv_rows import NOT_UTF8, not_utf8, rows_of
from tools.shopdata.draft import NO_CURRENCY, Head, Watch, head_of

HEADER = ["key", "value"]
EXTRAS = "extras."


def head_rows(head: Head) -> list[list[str]]:
    """What `read_head` reads, header first."""
    rows = [
        HEADER,
        ["name.zh", head.name.zh],
        ["name.en", head.name.en],
        ["currency", head.currency],
        ["sample", "true" if head.sample else "false"],
    ]
    return rows + [[f"{EXTRAS}{name}", value] for name, value in head.extras.items()]


def read_head(path: Path, watch: Watch) -> tuple[Head | None, str, list[Problem]]:
    """The head or None, the currency to read amounts in, and every problem."""
    if not path.is_file():
        return None, NO_CURRENCY, [Problem((), "this file is missing", path.name)]
    cells: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows_of(path, watch)):
        key = row.cells[0]
        if problem := _row_problem(number, row.cells, row.problem, key in cells):
            problems.append(
                Problem((key,) if number and not row.problem else (), problem, path.name, row.line)
            )
        elif number:
            cells[key], lines[key] = row.cells[1], row.line
    if not cells and not problems:
        return None, NO_CURRENCY, [Problem((), "the file is empty", path.name, 1)]
    decoder = Decoder(NO_CURRENCY)
    head, currency = head_of(decoder, _value(cells))
    for found in decoder.problems:
        line = lines.get(found.field, 0)
        problems.append(Problem(found.path, found.reason, path.name, line))
    return (None if problems else head), currency, problems


def _row_problem(number: int, cells: list[str], problem: str, known: bool) -> str:
    if problem or not_utf8(*cells):
        return problem or NOT_UTF8
    if not number:
        return "" if cells == HEADER else f"the header must be {','.join(HEADER)}"
    if len(cells) != len(HEADER):
        return f"{len(cells)} cells, the header has {len(HEADER)}"
    return "this key stands twice" if known else ""


def _value(cells: dict[str, str]) -> dict[str, Any]:
    """What the same head is in JSON."""
    value: dict[str, Any] = {"name": {}, "extras": {}}
    for key, cell in cells.items():
        if key.startswith(EXTRAS):
            value["extras"][key.removeprefix(EXTRAS)] = cell
        elif key.startswith("name."):
            value["name"][key.removeprefix("name.")] = cell
        elif key == "sample":
            value[key] = {"true": True, "false": False}.get(cell.lower(), cell)
        else:
            value[key] = cell
    return value
