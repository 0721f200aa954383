"""Files of policy authors in one canonical form: Markdown with headings, tables and lists, plus metadata.

Everything that others wrote is parsed in a child process with bounded time and memory (`children`),
so that a hostile file costs nobody but itself.
"""

from __future__ import annotations

from knowledge.errors import Unreadable
from knowledge.formats.canonical import to_markdown_file
from knowledge.formats.children import convert
from knowledge.formats.folder import read_folder
from knowledge.formats.model import SUPPORTED, Converted, Limits

__all__ = [
    "SUPPORTED",
    "Converted",
    "Limits",
    "Unreadable",
    "convert",
    "read_folder",
    "to_markdown_file",
]
