"""Files as authors send them, made on the spot; all words are ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.formats import Converted, to_markdown_file
from retrieval.documents import Document, parse_document
from retrieval.passages import Passage, split_document

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELS = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="r2" Type="{_RELATIONS}/numbering" Target="numbering.xml"/></Relationships>'
)
_STYLES = f"<w:styles {_W}>" + "".join(
    f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="{name}"/></w:style>'
    for level, name in enumerate(("Title", "heading 1", "heading 2"))
)
_LEVEL = '<w:lvl w:ilvl="{0}"><w:numFmt w:val="bullet"/></w:lvl>'
_NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0">{_LEVEL.format(0)}{_LEVEL.format(1)}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def passages(converted: Converted, language: str = "") -> list[Passage]:
    """What a customer's question would find of it."""
    text = to_markdown_file(converted, id="sample", language=language or converted.metadata["language"])
    document = parse_document(text, Path("sample.md"))
    assert isinstance(document, Document), document
    return split_document(document)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Parts of a Word document under their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_parts(body: str) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/styles.xml": f"{_STYLES}</w:styles>",
        "word/numbering.xml": _NUMBERING,
    }


def word(body: str) -> bytes:
    return package(word_parts(body))


def para(text: str, heading: int | None = None, level: int | None = None) -> str:
    """A paragraph; `heading` 0 is the title, `level` counts nested lists from 0."""
    style = "" if heading is None else f'<w:pStyle w:val="H{heading}"/>'
    number = "" if level is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{style}{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{para(text)}</w:tc>" for text in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    registerFont(UnicodeCIDFont("STSong-Light"))
    sheet = getSampleStyleSheet()
    chinese = ParagraphStyle("zh", fontName="STSong-Light", fontSize=11, leading=16, wordWrap="CJK")
    return {
        "title": sheet["Title"],
        "heading": sheet["Heading2"],
        "text": sheet["BodyText"],
        "zh": chinese,
        "zh title": ParagraphStyle("zh1", parent=chinese, fontSize=20, leading=28),
        "zh heading": ParagraphStyle("zh2", parent=chinese, fontSize=15, leading=22),
    }


def flow(kind: str, text: str) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(text, _styles()[kind])


def bullets(*texts: str) -> Any:
    from reportlab.platypus import ListFlowable, ListItem

    return ListFlowable([ListItem(flow("text", text)) for text in texts], bulletType="bullet", start="•")


def ruled(rows: Sequence[Sequence[str]]) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table, TableStyle

    _styles()
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONTNAME", (0, 0), (-1, -1), "STSong-Light")]
    return Table([list(row) for row in rows], style=TableStyle(style))


def new_page() -> Any:
    from reportlab.platypus import PageBreak

    return PageBreak()


def pdf(*flowables: Any, header: str = "", password: str = "") -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.platypus import SimpleDocTemplate

    def margins(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 800, header)
        canvas.drawCentredString(300, 30, f"Page {document.page}")

    buffer = io.BytesIO()
    lock = StandardEncryption(password, strength=128) if password else None
    document = SimpleDocTemplate(buffer, title="untitled", encrypt=lock)
    document.build(list(flowables), onFirstPage=margins, onLaterPages=margins)
    return buffer.getvalue()
