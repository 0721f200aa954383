"""Running headers, footers and page numbers of a PDF are no part of its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.formats.pdf_layout import Line, Page
from knowledge.formats.text import normal

_EDGE = 0.12
_NUMBER = re.compile(
    r"[-–—·\s]*(?:(?:page|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?[-–—·\s]*"
    r"|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?"
)
_AT_START = re.compile(r"^(?:page\s*)?\d{1,4}\b[\s|/·–—-]*")
_AT_END = re.compile(r"[\s|/·–—-]*(?:page\s*|第\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?(?:\s*页)?$")


def without_margins(pages: Sequence[Page]) -> list[Page]:
    """A line at the edge goes if it is a page number, or stands on at least half of all pages but for the page number at its end."""
    counts = Counter(key for page in pages for key in {_key(line, page) for line in _edge_lines(page)})
    needed = max(2, (len(pages) + 1) // 2)
    running = {key for key, count in counts.items() if count >= needed}
    return [replace(page, lines=tuple(_kept(page, running))) for page in pages]


def _edge_lines(page: Page) -> Iterator[Line]:
    return (line for line in page.lines if _edge(line, page))


def _edge(line: Line, page: Page) -> str:
    if line.bottom < _EDGE * page.height:
        return "top"
    return "bottom" if line.top > (1 - _EDGE) * page.height else ""


def _key(line: Line, page: Page) -> tuple[str, str, int]:
    # Only a number at either end may be that of the page; one inside belongs to the words.
    words = _AT_END.sub("", _AT_START.sub("", normal(line.text)))
    return _edge(line, page), words, round(line.top / 8)


def _kept(page: Page, running: set[tuple[str, str, int]]) -> Iterator[Line]:
    for line in page.lines:
        at_edge = bool(_edge(line, page))
        if not (at_edge and (_key(line, page) in running or _NUMBER.fullmatch(normal(line.text)))):
            yield line
