"""Writing Markdown: text that stays text, tables, headings and anchors."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence

from knowledge.formats.text import normal, one_line
from retrieval.documents import ANCHOR

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINE_START = re.compile(
    r"^(#{1,6}(?=\s|$)|>|\+(?=\s)|[-*](?=\s)|=+\s*$|-+\s*$|```|~~~|\[(?=[^\]]*\]:))", re.MULTILINE
)
_NUMBER_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_PUNCTUATION = re.compile(r"[\s?？!！。.,，;；:：、]+$")
_TARGET = re.compile(r"(https?://|mailto:)[^\s]+", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6}) (.*)$")


def inline(text: str) -> str:
    """Text in which nothing becomes a tag, a comment, an emphasis or a link."""
    text = _TAG.sub("&lt;", text).replace("](", "]\\(")
    for mark in "*`":
        if text.count(mark) > 1:
            text = text.replace(mark, "\\" + mark)
    return text


def paragraph(text: str, lists: bool = False) -> str:
    """Lines of plain text as a paragraph: none begins a heading, quote, code or table.

    With `lists`, lines that look like items of a list become such.
    """
    text = "\n".join(line.strip() for line in text.split("\n"))
    text = _LINE_START.sub(lambda match: match[0] if lists and match[0] in "-*+" else "\\" + match[0], text)
    return text if lists else _NUMBER_START.sub(r"\1\\\2", text)


def cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")


def table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head. Texts are Markdown already; short rows are filled up."""
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join([*map(cell, row), *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) if width else ""


def item(marker: str, text: str) -> str:
    """An item of a list; further lines stand below its text."""
    first, *others = text.split("\n")
    blanks = " " * (len(marker) + 1)
    return "\n".join([f"{marker} {first}", *(blanks + line if line else "" for line in others)])


def heading(level: int, text: str, anchor: str = "") -> str:
    text = one_line(text)
    if ANCHOR.search(text):
        # Words that look like an anchor are words.
        text = text.replace("{#", "{ #")
    text = re.sub(r"(\s)(#+)$", r"\1\\\2", text)
    return f"{'#' * min(6, level)} {text}" + (f" {{#{anchor}}}" if anchor else "")


def parse_heading(line: str) -> tuple[int, str, str]:
    """Level, text and anchor; level 0 for any other line."""
    if not (match := _HEADING.match(line)):
        return 0, "", ""
    anchor = ANCHOR.search(match[2])
    return len(match[1]), ANCHOR.sub("", match[2]).strip(), anchor[1] if anchor else ""


def digest(text: str, digits: int = 10) -> str:
    """Depends on the wording only: not on case, width, blanks or the mark at its end."""
    return hashlib.sha256(_PUNCTUATION.sub("", normal(text)).encode("utf-8", "replace")).hexdigest()[:digits]


def slug(text: str, prefix: str) -> str:
    """At most 48 of `a-z0-9-`. What is not ASCII is stood for by a digest of the whole."""
    simple = normal(text)
    words = re.sub(r"[^a-z0-9]+", "-", simple).strip("-")
    if not simple.isascii() or len(words) > 48:
        words = "-".join(filter(None, (words[:36].strip("-"), digest(text, 8))))
        return words if words[0].isalpha() and "-" in words else f"{prefix}-{words}"
    return words or f"{prefix}-{digest(text, 8)}"


def link(text: str, target: str) -> str:
    """The text alone where the target is neither http(s) nor mailto."""
    target = html.unescape(target).strip()
    if not text or not _TARGET.fullmatch(target):
        return text
    for character in "()<>\\":
        target = target.replace(character, f"%{ord(character):02X}")
    return f"[{text}]({target})"
