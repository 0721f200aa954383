"""Tables of HTML as plain rows: what spans several places stands in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bs4.element import Tag

from knowledge.errors import Unreadable

MAX_CELLS = 200_000
_MAX_SPAN = 100


def grid(table: Tag, text_of: Callable[[Tag], str]) -> list[list[str]]:
    """Rows of cells, the head first; an empty head where every row is named by its own first cell.

    Raises `Unreadable` above 200,000 cells.
    """
    tags = list(_rows(table))
    rows = _filled(tags, text_of)
    heads = _head_rows(tags)
    if not heads:
        named = len(tags) > 1 and all(_kinds(tag)[:1] == ["th"] and "td" in _kinds(tag) for tag in tags)
        return [[""] * max(map(len, rows)), *rows] if named else rows
    width = max(map(len, rows[:heads]))
    columns = [[row[place] for row in rows[:heads] if place < len(row)] for place in range(width)]
    return [[" ".join(filter(None, dict.fromkeys(column))) for column in columns], *rows[heads:]]


def cells_of(table: Tag) -> list[list[Tag]]:
    """The cells of each row of the table itself, not of tables inside it."""
    return [_cells(row) for row in _rows(table)]


def _rows(table: Tag) -> Iterator[Tag]:
    for part in table.find_all("tr"):
        if part.find_parent("table") is table:
            yield part


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _kinds(row: Tag) -> list[str]:
    return [tag.name for tag in _cells(row)]


def _head_rows(tags: list[Tag]) -> int:
    """How many rows at the top are heads."""
    for number, tag in enumerate(tags):
        in_head = tag.parent is not None and tag.parent.name == "thead"
        if not (in_head or set(_kinds(tag)) == {"th"}):
            return number
    return min(1, len(tags))


def _filled(tags: list[Tag], text_of: Callable[[Tag], str]) -> list[list[str]]:
    rows: list[list[str]] = []
    waiting: dict[int, tuple[int, str]] = {}
    count = 0
    for tag in tags:
        row: list[str] = []
        cells = iter(_cells(tag))
        while True:
            if len(row) in waiting:
                left, text = waiting.pop(len(row))
                spans = [(left, text)]
            elif (cell := next(cells, None)) is not None:
                spans = [(_span(cell, "rowspan"), text_of(cell))] * _span(cell, "colspan")
            elif any(place > len(row) for place in waiting):
                spans = [(1, "")]
            else:
                break
            for left, text in spans:
                if left > 1:
                    waiting[len(row)] = (left - 1, text) if len(row) not in waiting else waiting[len(row)]
                row.append(text)
        count += len(row)
        if count > MAX_CELLS:
            raise Unreadable(f"has a table of more than {MAX_CELLS:,} cells")
        rows.append(row)
    return rows


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(_MAX_SPAN, max(1, int(value))) if value.isdecimal() and len(value) < 6 else 1
