"""Word documents: mammoth makes HTML of them, and that goes the way of all HTML."""

from __future__ import annotations

import io
from typing import Any

import mammoth

from knowledge.formats.html import html_to_markdown
from knowledge.formats.model import Draft, Limits
from knowledge.formats.office import check_package

_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        *(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7)),
    ]
)


def read_docx(data: bytes, limits: Limits) -> Draft:
    """Headings by their styles, lists, tables; comments and pictures are left out, revisions count as accepted."""
    notes = check_package(data, limits)
    pictures = 0

    def leave_out(_: object) -> list[Any]:
        # Reading a picture could follow a link out of the file, and nothing is done with it anyway.
        nonlocal pictures
        pictures += 1
        return []

    result = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        include_embedded_style_map=False,
        convert_image=leave_out,
    )
    draft = html_to_markdown(f"<body>{result.value}</body>", limits)
    if pictures:
        notes.append(f"{pictures} images were left out")
    draft.notes[:0] = notes
    return draft
