"""PDF: the text layer in reading order, with headings, lists and tables guessed from how it looks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.errors import Unreadable
from knowledge.formats.model import Draft, Limits
from knowledge.formats.pdf_blocks import blocks_of
from knowledge.formats.pdf_layout import Page, read_page
from knowledge.formats.pdf_margins import without_margins
from knowledge.formats.text import one_line

_GLYPHS = "(cid:"
_MOSTLY = 0.1


def read_pdf(data: bytes, limits: Limits) -> Draft:
    """Raises `Unreadable` for a locked, broken or scanned file and for one of too many pages."""
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("is not a PDF: it does not begin with %PDF")
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            title = one_line(str(document.metadata.get("Title") or ""))
            pages = list(_pages(document, limits))
    except PdfminerException as error:
        raise _refusal(error.args[0] if error.args else error) from error
    except PDFException as error:
        raise _refusal(error) from error
    return _draft(pages, title)


def _refusal(error: object) -> Unreadable:
    if isinstance(error, PDFPasswordIncorrect):
        return Unreadable("is protected by a password: save it without one")
    return Unreadable("is damaged: it cannot be read as a PDF")


def _pages(document: Any, limits: Limits) -> Iterator[Page]:
    characters = 0
    if len(list(islice(document.pages, limits.pages + 1))) > limits.pages:
        raise Unreadable(f"has more than {limits.pages:,} pages")
    for page in document.pages:
        read = read_page(page)
        page.close()
        characters += sum(len(line.text) for line in read.lines)
        if characters > limits.characters:
            raise Unreadable(f"holds more than {limits.characters:,} characters of text")
        yield read


def _draft(pages: list[Page], title: str) -> Draft:
    text = "".join(line.text for page in pages for line in page.lines)
    tables = any(page.tables for page in pages)
    if not pages:
        raise Unreadable("has no pages")
    if not text.strip() and not tables:
        raise Unreadable("has no text layer, as a scan: run text recognition (OCR) over it first")
    if text.count(_GLYPHS) * len(_GLYPHS) > _MOSTLY * len(text):
        raise Unreadable("has fonts that do not tell their characters: export it again, or use the original")
    notes = [
        f"page {number} has no text; it may be a scan"
        for number, page in enumerate(pages, start=1)
        if not page.lines and not page.tables and page.has_pictures
    ][:20]
    if _GLYPHS in text:
        notes.append("some characters cannot be told and stand as (cid:…)")
    markdown = "\n\n".join(blocks_of(without_margins(pages)))
    found = next((block[2:] for block in markdown.split("\n\n") if block.startswith("# ")), "")
    return Draft(markdown, found or title, {"pages": len(pages)}, notes)
