"""The one form in which documents are kept: Markdown with front matter, whatever they came as."""

from __future__ import annotations

import yaml

from knowledge.formats.model import MARKDOWN
from retrieval.documents import Document, FrontMatter


def normalised(text: str) -> str:
    """Without a byte order mark and with plain line ends, as documents are read."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def text_of(document: Document) -> str:
    """The text of a document that was read from a file: a Markdown file's own where it says everything."""
    if document.path.suffix.lower() in MARKDOWN and document.path.is_file():
        text = normalised(document.path.read_text(encoding="utf-8-sig", errors="replace"))
        if text.startswith("---\n") and text.endswith(document.body):
            return text
    return canonical_text(document)


def canonical_text(document: Document) -> str:
    """Front matter of all that the document says about itself, then its body."""
    fields = {name: getattr(document, name) for name in FrontMatter.model_fields}
    said = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
        if value != FrontMatter.model_fields[name].default and value not in (None, "", (), [])
    }
    head = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{head}---\n{document.body.lstrip(chr(10))}"
