"""Front matter: written for what was converted, read where an author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Unreadable
from knowledge.formats.model import Converted
from retrieval.documents import FrontMatter, Problem, parse_document

FIELDS = frozenset(FrontMatter.model_fields)


def to_markdown_file(converted: Converted, id: str, language: str) -> str:
    """The text of a file that `retrieval.documents` reads back as the same document.

    Raises `Unreadable` where it would not: for an `id`, a `language` or metadata that are not allowed.
    """
    text = with_front_matter(converted, {"id": id, "language": language})
    if isinstance(document := parse_document(text, Path(id)), Problem):
        raise Unreadable(document.reason)
    return text


def with_front_matter(converted: Converted, fields: Mapping[str, Any]) -> str:
    """The document's own metadata with `fields` over it, then its text; nothing is checked."""
    known = {name: value for name, value in converted.metadata.items() if name in FIELDS}
    head = {"id": "", "title": converted.title, **known, **fields}
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{text}---\n{converted.markdown}"


def has_front_matter(text: str) -> bool:
    return text.startswith("---\n")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What an author says above a text, dates as ISO 8601, and the text. Raises `Unreadable` with the line."""
    document = parse_document(text, Path())
    if isinstance(document, Problem):
        place = f" (line {document.line})" if document.line else ""
        raise Unreadable(f"{document.reason}{place}")
    fields = {name: getattr(document, name) for name in FrontMatter.model_fields}
    said = {name: value for name, value in fields.items() if value != FrontMatter.model_fields[name].default}
    return {name: _plain(value) for name, value in said.items()}, document.body


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
