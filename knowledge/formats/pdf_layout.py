"""One page of a PDF as lines in reading order and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from pdfplumber.utils.text import extract_words

from knowledge.formats.pdf_tables import Box, Table, ruled_tables
from knowledge.formats.text import CJK

_BOLD = ("bold", "heavy", "black", "semibold", "simhei", "heiti")
# A gap this many times the size of the letters parts columns or cells, not words.
_WIDE_GAP = 1.1
# A letter that stands alone and has no name is the sign before an item of a list.
_SYMBOL = re.compile(r"\(cid:\d+\)")
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text at one height. Coordinates in points from the top left of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """`lines` in reading order. A table stands between the lines above and below it."""

    width: float
    height: float
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    has_pictures: bool = field(default=False)


def read_page(page: Any) -> Page:
    tables, boxes = ruled_tables(page)
    words = [word for word in _words(page) if not any(_inside(word, box) for box in boxes)]
    lines = _in_order(_rows(words))
    return Page(float(page.width), float(page.height), tuple(lines), tuple(tables), bool(page.images))


def _words(page: Any) -> list[dict[str, Any]]:
    words = extract_words(
        _once(page.chars),
        x_tolerance_ratio=0.2,
        y_tolerance=2,
        keep_blank_chars=False,
        extra_attrs=["fontname", "size"],
    )
    for word in words:
        if _SYMBOL.fullmatch(word["text"]):
            word["text"] = _BULLET
    return [
        word
        for word in words
        if word["x1"] > 0 and word["x0"] < page.width and 0 <= word["top"] < page.height
    ]


def _once(chars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without letters that are drawn twice, slightly moved, to look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for char in chars:
        x, y = round(char["x0"]), round(char["top"])
        if not any((char["text"], near, y) in seen for near in (x - 1, x, x + 1)):
            kept.append(char)
        seen.add((char["text"], x, y))
    return kept


def _inside(word: dict[str, Any], box: Box) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _rows(words: Sequence[dict[str, Any]]) -> list[list[Line]]:
    """Words at one height, cut where a wide gap parts them."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"], word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if rows and rows[-1][0]["top"] <= middle <= rows[-1][0]["bottom"]:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [list(_runs(sorted(row, key=lambda word: word["x0"]))) for row in rows]


def _runs(words: Iterable[dict[str, Any]]) -> Iterator[Line]:
    run: list[dict[str, Any]] = []
    for word in words:
        if (
            run
            and word["x0"] - run[-1]["x1"] > _WIDE_GAP * max(word["size"], run[-1]["size"])
            and not _is_mark(run)
        ):
            yield _line(run)
            run = []
        run.append(word)
    if run:
        yield _line(run)


def _is_mark(run: Sequence[dict[str, Any]]) -> bool:
    """The sign or number before an item of a list stands apart from its text."""
    return (
        len(run) == 1
        and len(run[0]["text"]) <= 4
        and not CJK.search(run[0]["text"])
        and not run[0]["text"].isalpha()
    )


def _line(words: Sequence[dict[str, Any]]) -> Line:
    text = words[0]["text"]
    for before, word in pairwise(words):
        close = word["x0"] - before["x1"] < 0.25 * word["size"]
        wide = CJK.search(before["text"][-1]) and CJK.search(word["text"][0])
        text += ("" if close or (wide and word["x0"] - before["x1"] < 0.6 * word["size"]) else " ") + word[
            "text"
        ]
    longest = max(words, key=lambda word: len(word["text"]))
    bold = all(any(name in word["fontname"].lower() for name in _BOLD) for word in words)
    return Line(
        text, words[0]["x0"], words[-1]["x1"], min(word["top"] for word in words),
        max(word["bottom"] for word in words), round(longest["size"] * 2) / 2, bold,
    )  # fmt: skip


def _in_order(rows: list[list[Line]]) -> list[Line]:
    """Two columns of running text are read one after the other; anything else row by row."""
    gutter = _gutter(rows)
    if gutter is None:
        return [line for row in rows for line in row]
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for row in rows:
        if any(line.left < gutter < line.right for line in row):
            ordered += left + right + row
            left, right = [], []
        else:
            left += [line for line in row if line.right <= gutter]
            right += [line for line in row if line.left >= gutter]
    return ordered + left + right


def _gutter(rows: list[list[Line]]) -> float | None:
    """Where the white strip between two columns lies, if most rows respect it and both sides are well filled."""
    pairs = [row for row in rows if len(row) == 2]
    if len(pairs) < 5:
        return None
    gutter = median((row[0].right + row[1].left) / 2 for row in pairs)
    sides = [row for row in pairs if row[0].right < gutter < row[1].left]
    crossing = sum(any(line.left < gutter < line.right for line in row) for row in rows)
    if len(sides) < 5 or crossing > len(sides):
        return None
    start, end = min(row[0].left for row in sides), max(row[1].right for row in sides)
    filled = median((row[0].right - start) / (gutter - start) for row in sides)
    other = median((row[1].right - gutter) / (end - gutter) for row in sides)
    return gutter if min(filled, other) > 0.7 else None
