"""What letters of a PDF's text look like, and how its lines are put together again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.formats.pdf_layout import Line, Page
from knowledge.formats.text import one_line

_HEADING_LEVELS = 4
_LARGER = 1.08
_MOSTLY_BOLD = 0.4
_LONGEST_HEADING = 120
_LONGEST_BOLD = 60
_SENTENCE_END = re.compile(r"[。.;；,，:：]$")
_BROKEN_WORD = re.compile(r"([A-Za-z]+)-$")
_HYPHENATED = re.compile(r"[A-Za-z]+-[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Style:
    """`body` is the size of most letters, `sizes` those of headings, largest first, `leading` from line to line."""

    body: float
    sizes: tuple[float, ...]
    leading: float
    bold_headings: bool
    hyphenated: frozenset[str]

    def level(self, line: Line) -> int:
        """The level of the heading that `line` looks like; 0 for text."""
        text = line.text.strip()
        if line.size in self.sizes and len(text) <= _LONGEST_HEADING and not re.search(r"[。;；,，]$", text):
            return self.sizes.index(line.size) + 1
        bold = self.bold_headings and line.bold and line.size >= self.body - 0.5
        if bold and len(text) <= _LONGEST_BOLD and not _SENTENCE_END.search(text):
            return len(self.sizes) + 1
        return 0

    def joined(self, text: str, following: str) -> str:
        """Two lines as one: a word broken at the end is whole again, Chinese goes on without a blank."""
        following = following.strip()
        broken = _BROKEN_WORD.search(text)
        if broken and (rest := re.match(r"[a-z]+", following)):
            # Elsewhere the word stands with its hyphen within a line: then it belongs to it.
            kept = f"{broken[1]}-{rest[0]}".lower() in self.hyphenated
            return (text if kept else text[:-1]) + following
        return one_line(f"{text}\n{following}")


def style_of(pages: Sequence[Page]) -> Style:
    lines = [line for page in pages for line in page.lines]
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    body = letters.most_common(1)[0][0] if letters else 10.0
    # More sizes than levels: only the smallest are taken for text.
    sizes = sorted((size for size in letters if size > _LARGER * body), reverse=True)[:_HEADING_LEVELS]
    steps = [
        after.top - before.top
        for before, after in pairwise(lines)
        if before.size == after.size == body and 0.9 * body < after.top - before.top < 2.5 * body
    ]
    bold = sum(len(line.text) for line in lines if line.bold)
    return Style(
        body=body,
        sizes=tuple(sizes),
        leading=median(steps) if steps else 1.4 * body,
        bold_headings=bold < _MOSTLY_BOLD * sum(letters.values()),
        hyphenated=frozenset(word.lower() for line in lines for word in _HYPHENATED.findall(line.text)),
    )
