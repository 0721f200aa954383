"""Markdown and plain text of authors: kept as it is, except for raw HTML that is more than a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

from knowledge.errors import Unreadable
from knowledge.formats.canonical import has_front_matter, split_front_matter
from knowledge.formats.html import html_to_markdown
from knowledge.formats.model import Draft, Limits
from knowledge.formats.text import decode, printable

_PARSER = MarkdownIt("commonmark").enable("table")
_RUNNING = re.compile(
    r"<(script|style|iframe|object|embed|form|template|noscript|svg|textarea)\b", re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:[\s/][^<>]*)?>")
_OPEN = re.compile(r"<(?=[A-Za-z/?]|!(?!--))(?![A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*>)(?![\w.+-]+@[\w.-]+>)")
_ONLY_COMMENTS = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
_LONGEST_TITLE = 60
_CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]+[章节]|[一二三四五六七八九十]+、(?=\S)")
_ITEM = re.compile(r" {0,12}(?:[-*+]|\d{1,9}[.)]) ")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)(?:\s*\{#[\w-]+\})?\s*#*$", re.MULTILINE)


def read_markdown(data: bytes, limits: Limits) -> Draft:
    text, encoding, notes = decode(data)
    text = printable(text)
    if len(text) > limits.characters:
        raise Unreadable(f"holds more than {limits.characters:,} characters of text")
    fields: dict[str, Any] = {}
    if has_front_matter(text):
        fields, text = split_front_matter(text)
    cleaned = without_html(text, limits)
    if cleaned != text:
        notes.append("HTML was turned into text")
    heading = _HEADING.search(cleaned)
    title = fields.get("title") or (heading[1] if heading else "")
    return Draft(cleaned, title, {"encoding": encoding, **fields}, notes, finished=True)


def read_text(data: bytes, limits: Limits) -> Draft:
    """Plain text: paragraphs and lists as they are, headings where Chinese documents number their chapters."""
    text, encoding, notes = decode(data)
    lines = [_text_line(line) for line in printable(text).split("\n")]
    first = next((line for line in lines if line), "")
    title = _HEADING.sub(r"\1", first) if len(first) <= _LONGEST_TITLE else ""
    return Draft("\n".join(lines), title, {"encoding": encoding}, notes)


def _text_line(line: str) -> str:
    bare = line.strip(" \t\u3000")
    if len(bare) <= _LONGEST_TITLE and _CHAPTER.match(bare) and bare[-1] not in "。；，：;,:":
        return f"\n## {bare}\n"
    return line.rstrip() if _ITEM.match(line) else bare


def without_html(text: str, limits: Limits) -> str:
    """Blocks of HTML become Markdown, tags inside lines vanish, comments and code stay.

    Raises `Unreadable`, with the line, for a comment or a script that is not closed.
    """
    if "<" not in text:
        return text
    if (start := text.rfind("<!--")) > text.rfind("-->"):
        raise Unreadable(f"has a comment in line {_line(text, start)} that is not closed by -->")
    return "\n".join(_parts(text, limits))


def _parts(text: str, limits: Limits) -> Iterator[str]:
    """Runs of lines: code and comments untouched, blocks of HTML converted, the rest without tags."""
    lines = text.split("\n")
    done = 0
    for token in _PARSER.parse(text):
        if token.level or token.map is None or token.type not in ("html_block", "fence", "code_block"):
            continue
        first, last = token.map
        if first > done:
            yield _stripped("\n".join(lines[done:first]), done)
        block = "\n".join(lines[first:last])
        if token.type != "html_block" or _ONLY_COMMENTS.fullmatch(block):
            yield block
        else:
            yield _converted(block, first, limits)
        done = last
    if done < len(lines):
        yield _stripped("\n".join(lines[done:]), done)


def _converted(block: str, line: int, limits: Limits) -> str:
    kept = "\n".join(
        comment for comment in re.findall(r"<!--.*?-->", _without_running(block, line), re.DOTALL)
    )
    text = html_to_markdown(block, limits).markdown if _TAG.search(block) else _stripped(block, line)
    return "\n".join(filter(None, (kept, text, "")))


def _stripped(text: str, line: int) -> str:
    return _OPEN.sub("&lt;", _TAG.sub("", _without_running(text, line)))


def _without_running(text: str, line: int) -> str:
    """Without scripts and the like. `line` is how many lines stand before."""
    parts: list[str] = []
    place = 0
    while match := _RUNNING.search(text, place):
        close = re.compile(rf"</{match[1]}\b[^>]*>", re.IGNORECASE).search(text, match.end())
        if close is None:
            where = line + _line(text, match.start())
            raise Unreadable(f"has <{match[1].lower()}> in line {where} that is not closed")
        parts.append(text[place : match.start()])
        place = close.end()
    return "".join([*parts, text[place:]])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
