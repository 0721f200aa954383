"""From a file's bytes to its canonical form, within the process that calls; see `children` for the safe way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from knowledge.formats.finish import finish
from knowledge.formats.model import MARKDOWN, Converted, Draft, Limits

Reader = Callable[[bytes, Limits], Draft]


def read(data: bytes, name: str, limits: Limits) -> Converted:
    """Raises `Unreadable`, and whatever a parser raises for a file that its author meant to break it."""
    return finish(_reader(PurePath(name).suffix.lower())(data, limits), name, limits)


def _reader(suffix: str) -> Reader:
    """Imported when needed: who reads Markdown should not wait for the parsers of PDF."""
    if suffix == ".pdf":
        from knowledge.formats.pdf import read_pdf

        return read_pdf
    if suffix == ".docx":
        from knowledge.formats.docx import read_docx

        return read_docx
    if suffix in (".html", ".htm"):
        from knowledge.formats.html import read_html

        return read_html
    if suffix in (".csv", ".json", ".jsonl"):
        from knowledge.formats import lists

        return {".csv": lists.read_csv, ".json": lists.read_json, ".jsonl": lists.read_jsonl}[suffix]
    from knowledge.formats.markdown import read_markdown, read_text

    return read_markdown if suffix in MARKDOWN else read_text
