"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
_RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an author should look at.

    `document` is a document's key (`returns.en`), `passage` a passage id or "" for the whole document, `line`
    a line of the document's body counted from 1 (0 for the whole document; `file_line` turns it into a line of
    the file). `other` is the passage, document or card that `passage` disagrees with; `quote` and
    `other_quote` are the words of either side.
    """

    severity: Severity
    code: str
    document: str
    passage: str
    line: int
    message: str
    other: str = ""
    quote: str = ""
    other_quote: str = ""


def in_order(findings: list[Finding]) -> list[Finding]:
    """Errors first, then by document and line; the same finding only once."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda each: (_RANK[each.severity], each.document, each.line, each.code))


def shortened(text: str) -> str:
    """A quote on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[: _LONGEST_QUOTE - 1] + "…"


def file_line(text: str, body: str, line: int) -> int:
    """The line of a file's whole `text` on which `line` of its `body` stands; both count from 1."""
    start = text.rfind(body)
    return line if start < 0 or line < 1 else text.count("\n", 0, start) + line
