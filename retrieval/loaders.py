"""Documents out of any LangChain loader: whatever yields LangChain `Document`s becomes policy documents.

Metadata are the fields of a front matter. What a loader does not give is derived: the id from the
source's name, the title from the first heading or the name, the language from the letters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from langchain_core.documents import Document as LangChainDocument
from pydantic import ValidationError

from retrieval.documents import Document, FrontMatter, Language, Problem, check_text

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[A-Za-z]+")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*(?:\{#[\w-]+\})?\s*$", re.MULTILINE)
_SUFFIX = re.compile(r"\.(zh|en)$")
_CHINESE_SHARE = 0.3


def from_langchain(loaded: Iterable[LangChainDocument]) -> tuple[list[Document], list[Problem]]:
    """Read what a loader yields (`loader.load()` or `loader.lazy_load()`), in order.

    Pages of one `source` are one document. Never raises for the content: what cannot be a document is a
    `Problem`, as is one whose id, language and days are already taken. What the loader raises is not caught.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for pages in _by_source(loaded):
        path = Path(str(pages[0].metadata.get("source") or pages[0].id or "document"))
        try:
            document = _document(pages, path)
        except ValueError as error:
            problems.append(Problem(path, 0, _reason(error)))
            continue
        taken = (other for other in documents if other.key == document.key and other.overlaps(document))
        if other := next(taken, None):
            reason = f"id {document.id!r} in {document.language} is already taken by {other.path}"
            problems.append(Problem(path, 0, reason))
        else:
            documents.append(document)
    return documents, problems


def _by_source(loaded: Iterable[LangChainDocument]) -> list[list[LangChainDocument]]:
    groups: dict[object, list[LangChainDocument]] = {}
    for number, page in enumerate(loaded):
        groups.setdefault(page.metadata.get("source") or number, []).append(page)
    return list(groups.values())


def _document(pages: list[LangChainDocument], path: Path) -> Document:
    body = unicodedata.normalize("NFC", "\n\n".join(page.page_content for page in pages))
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    if reason := check_text(body):
        raise ValueError(reason)
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in pages[0].metadata.items()
        if name in FrontMatter.model_fields and value is not None
    }
    heading = _HEADING.search(body)
    derived: dict[str, Any] = {
        "id": _id(path),
        "title": (heading[1] if heading else path.stem)[:200],
        "language": _language(body),
    }
    fields = FrontMatter.model_validate({**derived, **given}).model_dump()
    told = repr(sorted((name, str(value)) for name, value in fields.items()))
    revision = hashlib.sha256(f"{told}\n{body}".encode()).hexdigest()[:12]
    return Document(revision=revision, body=body, path=path, **fields)


def _id(path: Path) -> str:
    """`Returns & Refunds.zh.md` is `returns-refunds`; a name without Latin letters gives a part of its hash."""
    stem = _SUFFIX.sub("", path.stem.lower())
    slug = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:64].strip("-")
    return slug or "d-" + hashlib.sha256(stem.encode()).hexdigest()[:10]


def _language(text: str) -> Language:
    chinese, words = len(_CHINESE.findall(text)), len(_LETTER.findall(text))
    return "zh" if chinese >= _CHINESE_SHARE * (chinese + words) and chinese else "en"


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'][:1]))}: {first['msg']}".removeprefix(": ")
