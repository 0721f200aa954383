"""What goes into a conversion and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MARKDOWN = frozenset({".md", ".markdown"})
SUPPORTED = MARKDOWN | {".html", ".htm", ".pdf", ".docx", ".csv", ".json", ".jsonl", ".txt"}

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for. A file that needs more is refused with a reason.

    `depth` counts nested elements, `seconds` are wall-clock and processor time alike, and
    `memory_bytes` is the address space of the process that reads, its libraries included.
    """

    file_bytes: int = 25 * MEGABYTE
    characters: int = 2_000_000
    pages: int = 2_000
    rows: int = 50_000
    depth: int = 200
    entries: int = 2_000
    unpacked_bytes: int = 200 * MEGABYTE
    seconds: float = 120.0
    memory_bytes: int = 1024 * MEGABYTE


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Converted:
    """A file as canonical Markdown, without front matter.

    `metadata` holds what the file says of itself: `format`, where known `language`, `pages` and
    `encoding`, and the fields of a front matter. `notes` say what was left out or guessed.
    """

    title: str
    markdown: str
    metadata: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """What the reader of one format has made, before titles, anchors and characters are put in order."""

    markdown: str
    title: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    named_by_file: bool = False
    """Its first heading is one of many, no title."""
    finished: bool = False
    """The author's own Markdown: headings and anchors stay as they are."""


def limits_from(fields: Mapping[str, Any]) -> Limits:
    return Limits(**fields)
