"""Changes to one figure of a document, as a slip of the pen would make them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.documents import Document

# What customers do not see, and the numbers of a list's items.
_COMMENT = re.compile(r"<!--.*?-->|^\d+\. ", re.DOTALL | re.MULTILINE)
_FIGURE = re.compile(
    r"(?<![\w.,#{-])\d[\d,]*(?:\.\d+)?(?![\w}])|(?<=[¥\u4e00-\u9fff])\d[\d,]*(?:\.\d+)?|\d+(?=[%:])"
)


def figures(document: Document) -> list[tuple[int, int]]:
    """Where the figures of a document stand that customers can see."""
    body = _COMMENT.sub(lambda match: " " * len(match.group()), document.body)
    return [match.span() for match in _FIGURE.finditer(body)]


def one_changed(document: Document, chance: random.Random) -> Iterator[tuple[str, str, Document]]:
    """(the figure, what it became, the document with it) for every figure of a document."""
    for start, end in figures(document):
        before = document.body[start:end]
        after = _another(before, chance)
        body = document.body[:start] + after + document.body[end:]
        yield before, after, replace(document, body=body)


def _another(figure: str, chance: random.Random) -> str:
    """The figure with a digit changed, doubled, or next to it."""
    whole = int(float(figure.replace(",", "")))
    places = [place for place, char in enumerate(figure) if char.isdigit()]
    place = chance.choice(places)
    digit = str((int(figure[place]) + chance.randint(1, 9)) % 10)
    changed = figure[:place] + digit + figure[place + 1 :]
    other = chance.choice([str(whole + 1), str(whole * 2 + 1), changed, changed])
    return other if float(other.replace(",", "")) != float(figure.replace(",", "")) else str(whole + 1)
