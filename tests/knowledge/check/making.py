"""Small documents for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from retrieval.documents import Document, Language

TODAY = date(2026, 11, 22)


def document(
    name: str, body: str, language: Language = "en", title: str = "", card: str = "",
    effective_from: date | None = None, effective_to: date | None = None,
) -> Document:  # fmt: skip
    return Document(
        id=name, title=title or name.replace("-", " ").capitalize(), language=language, revision="0" * 12, body=body,
        path=Path(f"{language}/{name}.md"), effective_from=effective_from, effective_to=effective_to, card=card,
    )  # fmt: skip


def section(text: str, heading: str = "Rules", anchor: str = "rules") -> str:
    return f"# Title\n\n## {heading} {{#{anchor}}}\n{text}\n"
