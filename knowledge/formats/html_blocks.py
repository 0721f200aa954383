"""A cleaned HTML tree as blocks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4.element import NavigableString, PageElement, Tag

from knowledge.formats import marks
from knowledge.formats.html_tables import cells_of, grid
from knowledge.formats.text import one_line

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = ("ul", "ol", "menu", "dir")
_BLOCKS = [
    *_HEADINGS, *_LISTS, "p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "address", "table", "pre",
    "blockquote", "dl", "dt", "dd", "li", "hr", "figure", "figcaption", "details", "summary", "fieldset", "center",
    "html", "body", "hgroup", "search", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
]  # fmt: skip
_IS_BLOCK = frozenset(_BLOCKS)
_ANCHOR = re.compile(r"[A-Za-z0-9][\w-]{0,63}", re.ASCII)
_BREAK = "\x00"


class Writer:
    """Turns elements into blocks. `images` counts those that were left out."""

    def __init__(self) -> None:
        self.images = 0
        self._holders: set[int] = set()

    def blocks(self, root: Tag) -> Iterator[str]:
        """The blocks of `root` in reading order, none empty."""
        for tag in root(_BLOCKS):
            for parent in tag.parents:
                if id(parent) in self._holders:
                    break
                self._holders.add(id(parent))
        yield from self._children(root)

    def _children(self, tag: Tag) -> Iterator[str]:
        run: list[PageElement] = []
        for child in tag.children:
            if isinstance(child, Tag) and (child.name in _IS_BLOCK or id(child) in self._holders):
                yield from self._paragraph(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
        yield from self._paragraph(run)

    def _block(self, tag: Tag) -> Iterator[str]:
        if tag.name in _HEADINGS:
            yield from self._heading(tag)
        elif tag.name in _LISTS:
            yield from filter(None, ["\n".join(self._items(tag))])
        elif tag.name == "table":
            yield from self._table(tag)
        elif tag.name == "pre":
            yield from filter(None, [marks.paragraph(marks.inline(tag.get_text().strip()))])
        elif tag.name == "blockquote":
            lines = "\n\n".join(self._children(tag)).split("\n")
            yield from ["\n".join(f"> {line}".rstrip() for line in lines)] if any(lines) else []
        elif tag.name == "dl":
            yield from self._definitions(tag)
        else:
            yield from self._children(tag)

    def _heading(self, tag: Tag) -> Iterator[str]:
        if text := one_line(marks.inline(tag.get_text(" " if tag.find("br") else ""))):
            anchor = str(tag.get("id", ""))
            yield marks.heading(_HEADINGS[tag.name], text, anchor if _ANCHOR.fullmatch(anchor) else "")

    def _paragraph(self, nodes: Iterable[PageElement]) -> Iterator[str]:
        text = self._text(nodes)
        lines = filter(None, (one_line(line) for line in text.split(_BREAK)))
        if paragraph := "\n".join(lines):
            yield marks.paragraph(paragraph)

    def _text(self, nodes: Iterable[PageElement]) -> str:
        return "".join(self._inline(node) for node in nodes)

    def _inline(self, node: PageElement) -> str:
        if isinstance(node, NavigableString):
            return marks.inline(str(node).replace(_BREAK, ""))
        if not isinstance(node, Tag):
            return ""
        if node.name == "br":
            return _BREAK
        if node.name in ("img", "picture"):
            self.images += 1
            return ""
        text = self._text(node.children)
        if node.name == "a":
            return (
                marks.link(one_line(text.replace(_BREAK, " ")), str(node.get("href", "")))
                + text[len(text.rstrip()) :]
            )
        return text

    def _items(self, tag: Tag) -> Iterator[str]:
        number = int(start) if (start := str(tag.get("start", "1"))).isdecimal() and len(start) < 7 else 1
        for child in tag.children:
            if not isinstance(child, Tag):
                continue
            if child.name in _LISTS:
                # A list straight inside a list is meant as part of the item before it.
                yield from (f"  {line}" for text in self._items(child) for line in text.split("\n"))
            elif text := self._item(child):
                yield marks.item(f"{number}." if tag.name == "ol" else "-", text)
                number += 1

    def _item(self, tag: Tag) -> str:
        """Paragraphs of an item stand apart; a list inside it follows at once."""
        text = ""
        for block in self._children(tag):
            block = re.sub(r"^#{1,6} (.*?)(?: \{#[\w-]+\})?$", r"\1", block)
            nested = re.match(r"(-|\d+\.) ", block)
            text += f"\n{block}" if text and nested else f"\n\n{block}" if text else block
        return text

    def _definitions(self, tag: Tag) -> Iterator[str]:
        term = ""
        for child in tag.find_all(["dt", "dd"]):
            text = "\n".join(self._children(child))
            if child.name == "dt":
                term = text
            elif text:
                yield f"{term.rstrip(':：')}: {text}" if term else text
                term = ""

    def _table(self, tag: Tag) -> Iterator[str]:
        caption = tag.find("caption")
        if isinstance(caption, Tag):
            yield from self._paragraph(caption.children)
        rows = cells_of(tag)
        if max(map(len, rows), default=0) < 2 or tag.find(["table", *_HEADINGS]) is not None:
            # It only places things on the page.
            for row in rows:
                for each in row:
                    yield from self._children(each)
        elif any(map(any, filled := grid(tag, self._cell))):
            yield marks.table(filled)

    def _cell(self, tag: Tag) -> str:
        parts = [one_line(block) for block in self._cell_blocks(tag)]
        return " ".join(filter(None, parts))

    def _cell_blocks(self, tag: Tag) -> Iterator[str]:
        for block in self._children(tag):
            nested = re.sub(r"^\s*(?:-|\d+\.) ", "", block, flags=re.MULTILINE)
            yield "; ".join(nested.split("\n")) if nested != block else block
