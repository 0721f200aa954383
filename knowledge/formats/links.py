"""Links in Markdown: only those that lead to a page, a place in it, a file beside it, or an address for mail."""

from __future__ import annotations

import html
import re

_INLINE = re.compile(r"(!?)\[([^\[\]]*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_OPENING = re.compile(r"\]\(\s*([^\s()]*)")
_DEFINITION = re.compile(r"^[ \t>*+-]*\[[^\]\n]+\]:[ \t]*\n?[ \t]*(\S.*)$", re.MULTILINE)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)>")
_SAFE = re.compile(r"(?:https?:|mailto:)|[^:]*$|[^:]*[/#?]", re.IGNORECASE)


def without_bad_links(markdown: str) -> str:
    """Links to anything that runs, as `javascript:` does, lose their target and keep their text."""
    markdown = _INLINE.sub(lambda match: match[0] if is_safe(match[3]) else match[2], markdown)
    # Whatever is nested more deeply than that only loses its meaning as a link.
    markdown = _OPENING.sub(lambda match: match[0] if is_safe(match[1]) else "]\\" + match[0][1:], markdown)
    markdown = _AUTOLINK.sub(lambda match: match[0] if is_safe(match[1]) else match[1], markdown)
    return _DEFINITION.sub(lambda match: match[0] if is_safe(match[1]) else "", markdown)


def is_safe(target: str) -> bool:
    """As a browser reads it: entities resolved, and without blanks or control characters before the colon."""
    resolved = re.sub(r"[\x00-\x20\x7f\\]+", "", html.unescape(target.strip().lstrip("<")))
    return bool(_SAFE.match(resolved))
