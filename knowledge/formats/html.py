"""HTML of strangers: what is no text is taken out, the rest becomes Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from knowledge.errors import Unreadable
from knowledge.formats.html_blocks import Writer
from knowledge.formats.model import Draft, Limits
from knowledge.formats.text import decode, one_line, printable

_GONE = (
    "script", "style", "iframe", "frame", "frameset", "form", "noscript", "template", "object", "embed", "applet",
    "svg", "math", "canvas", "audio", "video", "button", "select", "input", "textarea", "dialog", "base", "link",
)  # fmt: skip
_BOILERPLATE = ("nav", "footer", "aside")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{1,20})""", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(data: bytes, limits: Limits) -> Draft:
    declared = _DECLARED.search(data[:4096])
    text, encoding, notes = decode(data, declared[1].decode() if declared else "")
    draft = html_to_markdown(printable(text), limits)
    draft.metadata["encoding"] = encoding
    draft.notes[:0] = notes
    return draft


def html_to_markdown(text: str, limits: Limits) -> Draft:
    """Headings, paragraphs, lists, tables and links of `text`; title is the only `<h1>`, else `<title>`."""
    soup = BeautifulSoup(text, "lxml")
    _check_depth(soup, limits.depth)
    name = soup.title.get_text() if soup.title else ""
    _remove(soup)
    titles = [text for tag in soup("h1") if (text := one_line(tag.get_text()))]
    title = one_line(name) if len(titles) > 1 else "".join(titles) or one_line(name)
    writer = Writer()
    markdown = "\n\n".join(block for part in _content(soup) for block in writer.blocks(part))
    notes = [f"{writer.images} images were left out"] if writer.images else []
    return Draft(markdown, title, notes=notes)


def _check_depth(soup: BeautifulSoup, depth: int) -> None:
    # The parser gives elements in document order, so the depth follows from the parent's.
    depths = {id(soup): 0}
    for tag in soup.descendants:
        if isinstance(tag, Tag):
            depths[id(tag)] = level = depths[id(tag.parent)] + 1
            if level > depth:
                raise Unreadable(f"has elements nested more than {depth} deep")


def _remove(soup: BeautifulSoup) -> None:
    for text in list(_texts(soup)):
        if type(text) is not NavigableString:  # comments, declarations and the like are kinds of it
            text.extract()
    for tag in soup(True):
        if not tag.decomposed and (tag.name in _GONE or _is_hidden(tag)):
            tag.decompose()


def _texts(soup: BeautifulSoup) -> Iterator[NavigableString]:
    return (node for node in soup.descendants if isinstance(node, NavigableString))


def _is_hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden")
        or str(tag.get("aria-hidden", "")).strip().lower() == "true"
        or bool(_UNSEEN.search(str(tag.get("style", ""))))
    )


def _content(soup: BeautifulSoup) -> list[Tag]:
    """The main part where the page names one with text in it, else all of it."""
    body = soup.body or soup
    for found in (soup("main"), soup.find_all(role="main"), soup("article")):
        inside = {id(part) for part in found}
        parts = [part for part in found if not any(id(parent) in inside for parent in part.parents)]
        if any(part.get_text().strip() for part in parts):
            for boilerplate in [tag for part in parts for tag in part(_BOILERPLATE)]:
                if not boilerplate.decomposed:
                    boilerplate.decompose()
            return parts
    return [body]
