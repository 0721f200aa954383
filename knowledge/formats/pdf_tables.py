"""Tables of a PDF whose cells are drawn with lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from knowledge.formats.text import one_line

Box = tuple[float, float, float, float]
# Finding cells takes longer the more lines cross each other; a drawing has many and is no table.
_MAX_EDGES = 3_000


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, ...], ...]
    top: float
    bottom: float


def ruled_tables(page: Any) -> tuple[list[Table], list[Box]]:
    """Tables whose cells are drawn with lines: at least two rows and two columns."""
    if not (page.lines or page.rects) or len(page.edges) > _MAX_EDGES:
        return [], []
    tables, boxes = [], []
    for found in page.find_tables():
        columns = max((len(row.cells) for row in found.rows), default=0)
        if columns < 2 or len(found.rows) < 2:
            continue
        rows = _filled(found)
        if sum(1 for row in rows for text in row if text) >= 2:
            tables.append(Table(rows, found.bbox[1], found.bbox[3]))
            boxes.append(found.bbox)
    return tables, boxes


def _filled(found: Any) -> tuple[tuple[str, ...], ...]:
    """The rows; a cell that spans several places stands in each of them."""
    texts = found.extract(x_tolerance_ratio=0.2)
    middles = [next(((c[0] + c[2]) / 2 for c in column.cells if c), 0.0) for column in found.columns]
    spanning = {cell: one_line(text or "") for row, line in zip(found.rows, texts, strict=False) for cell, text in zip(row.cells, line, strict=False) if cell}  # fmt: skip
    rows = []
    for row, line in zip(found.rows, texts, strict=False):
        height = (row.bbox[1] + row.bbox[3]) / 2
        rows.append(
            tuple(
                one_line(text or "") if cell else _covering(spanning, x, height)
                for cell, text, x in zip(row.cells, line, middles, strict=False)
            )
        )
    return tuple(rows)


def _covering(cells: dict[Box, str], x: float, y: float) -> str:
    return next((text for box, text in cells.items() if box[0] <= x <= box[2] and box[1] <= y <= box[3]), "")
