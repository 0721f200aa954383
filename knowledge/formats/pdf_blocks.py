"""Lines and tables of a PDF's pages as blocks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.formats import marks
from knowledge.formats.pdf_layout import Line, Page
from knowledge.formats.pdf_style import Style, style_of
from knowledge.formats.pdf_tables import Table
from knowledge.formats.text import one_line

_BULLET = re.compile(r"^([•●○▪■□◦‣·∙◆➢✓\uf0b7\uf06c\uf0a7]|[-–—*])\s+(?=\S)|^([•●▪■◆])(?=\S)")
_NUMBER = re.compile(r"^(\d{1,3})(?:[.)）](?!\d)|、)\s*(?=\S)")
_ENDED = re.compile(r"[。.!?！？：:;；…”」』)）]$")
_GOES_ON = re.compile(r"^[a-z\u3400-\u9fff]")


@dataclass(slots=True)
class _Block:
    """`indent` counts levels of lists; `marker` is that of an item."""

    kind: str
    text: str = ""
    level: int = 0
    marker: str = ""
    left: float = 0.0
    rows: list[list[str]] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    last: Line | None = None


def blocks_of(pages: Sequence[Page]) -> Iterator[str]:
    composer = _Composer(style_of(pages))
    for page in pages:
        composer.begin(page)
        for element in _flow(page):
            composer.add(element)
    return _written(composer.blocks)


def _flow(page: Page) -> Iterator[list[Line] | Table]:
    """Rows of lines at one height and tables, from top to bottom."""
    tables = sorted(page.tables, key=lambda table: table.top, reverse=True)
    row: list[Line] = []
    for line in page.lines:
        beside = row and row[-1].top <= line.middle <= row[-1].bottom and line.left >= row[-1].right
        if not beside:
            if row:
                yield row
            row = []
            while tables and tables[-1].top < line.middle:
                yield tables.pop()
        row.append(line)
    if row:
        yield row
    yield from reversed(tables)


class _Composer:
    """Puts lines together to headings, paragraphs, items and tables, also across pages."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.blocks: list[_Block] = []
        self._reach: dict[int, float] = {}
        self._new_page = False

    def begin(self, page: Page) -> None:
        self._new_page = True
        self._reach = {}
        for line in page.lines:
            place = int(line.left // 40)
            self._reach[place] = max(self._reach.get(place, 0.0), line.right)

    def add(self, element: list[Line] | Table) -> None:
        if isinstance(element, Table):
            self._table([list(row) for row in element.rows])
        elif len(element) > 1:
            self._row(element)
        else:
            self._line(element[0])
        self._new_page = False

    @property
    def _last(self) -> _Block:
        return self.blocks[-1] if self.blocks else _Block("")

    def _table(self, rows: list[list[str]]) -> None:
        last = self._last
        if self._new_page and last.kind == "table" and len(last.rows[0]) == len(rows[0]):
            # The head is repeated on the next page.
            last.rows += rows[1:] if rows[0] == last.rows[0] else rows
        else:
            self.blocks.append(_Block("table", rows=rows))

    def _row(self, cells: list[Line]) -> None:
        """Cells of a table without lines, as far as they stand below each other."""
        texts = [one_line(cell.text) for cell in cells]
        last = self._last
        spans = [(cell.left, cell.right) for cell in cells]
        if last.kind == "row" and len(last.spans) == len(spans):
            union = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(last.spans, spans, strict=True)]
            if all(before[1] < after[0] for before, after in pairwise(union)):
                last.rows.append(texts)
                last.spans, last.last = union, cells[-1]
                return
        self.blocks.append(_Block("row", rows=[texts], spans=spans, last=cells[-1]))

    def _line(self, line: Line) -> None:
        last = self._last
        if self._in_cell(line, last):
            return
        if level := self.style.level(line):
            if last.kind == "heading" and last.level == level and self._close(line, last):
                last.text, last.last = self.style.joined(last.text, line.text), line
            else:
                self.blocks.append(_Block("heading", one_line(line.text), level, last=line))
        elif (match := _BULLET.match(line.text)) or (match := _NUMBER.match(line.text)):
            number = match[1] if match.re is _NUMBER else ""
            text = one_line(line.text[match.end() :])
            self.blocks.append(_Block("item", text, 0, f"{number}." if number else "-", line.left, last=line))
        elif last.kind in ("paragraph", "item") and self._continues(line, last):
            self._append(line, last)
        else:
            self.blocks.append(_Block("paragraph", one_line(line.text), left=line.left, last=line))

    def _in_cell(self, line: Line, last: _Block) -> bool:
        """The second line of a cell whose neighbours have only one."""
        if last.kind != "row" or len(last.rows) < 2 or last.last is None or self._new_page:
            return False
        if not 0 <= line.top - last.last.top <= 1.35 * self.style.leading:
            return False
        for place, (left, right) in enumerate(last.spans):
            if place and left - 3 <= line.left and line.left < right:
                last.rows[-1][place] = self.style.joined(last.rows[-1][place], line.text)
                last.last = line
                return True
        return False

    def _close(self, line: Line, last: _Block) -> bool:
        return not self._new_page and last.last is not None and line.top - last.last.bottom < 0.7 * line.size

    def _continues(self, line: Line, last: _Block) -> bool:
        before = last.last
        if before is None or before.size != line.size:
            return False
        if last.kind == "item" and line.left < last.left + 2:
            return False
        if self._new_page or line.top < before.top:
            return bool(not _ENDED.search(before.text) and _GOES_ON.match(line.text))
        if line.top - before.top > 1.35 * max(self.style.leading, line.size):
            return False
        indented = last.kind == "paragraph" and line.left > before.left + 1.2 * line.size
        return not indented and not (self._short(before) and _ENDED.search(before.text))

    def _short(self, line: Line) -> bool:
        """It ends long before the others that begin where it begins, so the next one begins something."""
        return line.right < self._reach.get(int(line.left // 40), line.right) - 4 * line.size

    def _append(self, line: Line, last: _Block) -> None:
        """Lines that end early stay lines of their own, as those of an address do."""
        goes_on = self._new_page or last.kind == "item" or _GOES_ON.match(line.text)
        if not goes_on and last.last is not None and self._short(last.last):
            last.text += "\n" + one_line(line.text)
        else:
            head, _, tail = last.text.rpartition("\n")
            last.text = f"{head}\n" * bool(head) + self.style.joined(tail, line.text)
        last.last = line


def _written(blocks: Sequence[_Block]) -> Iterator[str]:
    items: list[_Block] = []
    for block in blocks:
        if block.kind == "item":
            items.append(block)
            continue
        yield from _list(items)
        items = []
        if block.kind == "heading":
            yield marks.heading(block.level, marks.inline(block.text))
        elif block.kind == "paragraph":
            yield marks.paragraph(marks.inline(block.text))
        elif block.kind == "table" or len(block.rows) > 1:
            yield marks.table([[marks.inline(text) for text in row] for row in block.rows])
        else:
            yield marks.paragraph(marks.inline(" ".join(block.rows[0])))
    yield from _list(items)


def _list(items: Sequence[_Block]) -> Iterator[str]:
    """Items that stand further right belong to the one before them."""
    lines: list[str] = []
    above: list[tuple[float, str]] = []
    for item in items:
        while above and item.left < above[-1][0] + 3:
            above.pop()
        blanks = sum(len(marker) + 1 for _, marker in above)
        above.append((item.left, item.marker))
        lines.append(" " * blanks + marks.item(item.marker, marks.inline(item.text)))
    if lines:
        yield "\n".join(lines)
