"""Passages: the pieces of a document that are searched, shown and cited.

A heading of level 1 or 2, or any heading with an anchor, begins a section; a section is one
passage, or several when it is long. `returns.zh#no-reason.2` is the second piece of the section
`no-reason` of the Chinese `returns`; `returns#no-reason` is its topic, the same in every language.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.documents import ANCHOR, Document, Language
from retrieval.readers import Audience, Scope

MAX_TOKENS = 220
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_QUESTIONS = re.compile(r"<!--\s*questions:(.*?)-->", re.DOTALL | re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z0-9]")
_SENTENCE = re.compile(r"(?<=[。！？；\n])|(?<=[.!?;])(?=\s)")
_RULES = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`>#|]+|^\s*[-+]\s+|^\s*\d+\.\s+", re.MULTILINE)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of text. `questions` are indexed, never shown; `heading` is a path (`A › B`)."""

    id: str
    topic: str
    document_id: str
    title: str
    heading: str
    language: Language
    revision: str
    text: str
    questions: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    audience: Audience = "customers"
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()

    @property
    def scope(self) -> Scope:
        return Scope(self.audience, self.regions, self.channels, self.tiers)

    @property
    def context(self) -> str:
        """Title and heading path: what the text is about."""
        return f"{self.title} › {self.heading}" if self.heading else self.title

    def effective_on(self, day: date) -> bool:
        """Both ends belong to the period."""
        return (self.effective_from or day) <= day <= (self.effective_to or day)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A block that is never torn apart. `before` repeats a table's head when a piece begins here."""

    text: str
    joint: str = "\n\n"
    before: str = ""


@dataclass(slots=True)
class _Section:
    anchor: str
    path: tuple[str, ...]
    units: list[_Unit] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """Markdown without its marks, for embedding and keywords."""
    text = _LINK.sub(r"\1", _RULES.sub("", text))
    return re.sub(r"\s+", " ", _MARKS.sub(" ", text)).strip()


def estimate_tokens(text: str) -> int:
    """About how many XLM-R tokens `text` has, counted without the model so that ids never depend on one.

    0.7 a Chinese character, 1.3 a word, number or mark.
    """
    chinese = len(_CJK.findall(text))
    others = len(_WORD.findall(_CJK.sub(" ", text)))
    return math.ceil(0.7 * chinese + 1.3 * others)


def split_documents(documents: Iterable[Document], max_tokens: int = MAX_TOKENS) -> list[Passage]:
    return [passage for document in documents for passage in split_document(document, max_tokens)]


def split_document(document: Document, max_tokens: int = MAX_TOKENS) -> list[Passage]:
    """The document's passages in reading order; a section without text makes none.

    Nor does an introduction before other sections, unless it lists questions that it answers.
    """
    passages: list[Passage] = []
    sections = _sections(document)
    for section in sections:
        if section.anchor == "intro" and not section.questions and any(other.units for other in sections[1:]):
            # It says what the document is about, which answers nothing and yet is near to every question.
            continue
        pieces = _pack(_divide(section.units, max_tokens), max_tokens)
        for number, text in enumerate(pieces, start=1):
            passages.append(_passage(document, section, text, number))
    return passages


def _passage(document: Document, section: _Section, text: str, number: int) -> Passage:
    suffix = f".{number}" if number > 1 else ""
    return Passage(
        id=f"{document.key}#{section.anchor}{suffix}",
        topic=f"{document.id}#{section.anchor}",
        document_id=document.id,
        title=document.title,
        heading=" › ".join(section.path),
        language=document.language,
        revision=document.revision,
        text=text,
        questions=tuple(section.questions) if number == 1 else (),
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        audience=document.audience,
        regions=document.regions,
        channels=document.channels,
        tiers=document.tiers,
    )


def _sections(document: Document) -> list[_Section]:
    lines = document.body.split("\n")
    tokens = _MARKDOWN.parse(document.body)
    sections = [_Section("intro", ())]
    path: list[tuple[int, str]] = []
    for position, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            level, (name, anchor) = int(token.tag[1]), _heading(tokens[position + 1].content)
            if level <= 2 or anchor:
                path = [step for step in path if step[0] < level] + [(level, name)]
                sections.append(_Section(anchor or _ordinal(level, sections), _path(path, document.title)))
                continue
        section = sections[-1]
        if token.type == "html_block":
            section.questions.extend(_questions(token.content))
        section.units.extend(_units(token, tokens[position:], lines))
    return _merged(sections)


def _heading(content: str) -> tuple[str, str]:
    match = ANCHOR.search(content)
    return ANCHOR.sub("", content).strip(), match[1] if match else ""


def _ordinal(level: int, sections: list[_Section]) -> str:
    # The place of a section is the same in both languages; its wording is not.
    return "intro" if level == 1 and len(sections) == 1 else f"s{len(sections)}"


def _path(path: list[tuple[int, str]], title: str) -> tuple[str, ...]:
    return tuple(name for level, name in path if not (level == 1 or name == title))


def _merged(sections: list[_Section]) -> list[_Section]:
    """Text before the first heading and text right below it are one introduction."""
    if len(sections) > 1 and sections[1].anchor == "intro":
        sections[1].units[:0] = sections[0].units
        sections[1].questions[:0] = sections[0].questions
        return sections[1:]
    return sections


def _questions(comment: str) -> Iterator[str]:
    for match in _QUESTIONS.finditer(comment):
        yield from (question for part in match[1].split("|") if (question := " ".join(part.split())))


def _units(token: Token, following: list[Token], lines: list[str]) -> Iterator[_Unit]:
    if token.type in ("bullet_list_open", "ordered_list_open"):
        yield from _items(following, lines)
    elif token.type == "table_open":
        yield from _rows(_slice(token, lines).split("\n"))
    elif text := _slice(token, lines):
        yield _Unit(text)


def _items(tokens: list[Token], lines: list[str]) -> Iterator[_Unit]:
    """The items of the list that `tokens` begin with."""
    joint = "\n\n"
    for token in takewhile(lambda token: token is tokens[0] or token.level > 0, tokens):
        if token.type == "list_item_open" and token.level == 1 and (text := _slice(token, lines)):
            yield _Unit(text, joint)
            joint = "\n"


def _rows(lines: list[str]) -> Iterator[_Unit]:
    """A table row by row; its head never stands alone at the end of a piece."""
    head = "\n".join(lines[:2])
    yield _Unit("\n".join(lines[:3]))
    for row in lines[3:]:
        yield _Unit(row, "\n", head)


def _slice(token: Token, lines: list[str]) -> str:
    if token.map is None:
        return ""
    return _COMMENT.sub("", "\n".join(lines[token.map[0] : token.map[1]])).strip("\n").rstrip()


def _divide(units: list[_Unit], max_tokens: int) -> list[_Unit]:
    """Only a block that is too long all by itself is cut, at the ends of its sentences."""
    divided: list[_Unit] = []
    for unit in units:
        if unit.before or estimate_tokens(unit.text) <= 2 * max_tokens:
            divided.append(unit)
            continue
        for number, sentence in enumerate(filter(None, _SENTENCE.split(unit.text))):
            divided.append(_Unit(sentence, "" if number else unit.joint))
    return divided


def _pack(units: list[_Unit], max_tokens: int) -> list[str]:
    """Pieces of about equal length, none much over `max_tokens`."""
    sizes = [estimate_tokens(unit.text) for unit in units]
    target = sum(sizes) / max(1, math.ceil(sum(sizes) / max_tokens))
    pieces: list[str] = []
    filled = 0.0
    for unit, size in zip(units, sizes, strict=True):
        if not pieces or (filled and filled + size / 2 > target):
            pieces.append("\n".join(filter(None, (unit.before, unit.text.lstrip()))))
            filled = size
        else:
            pieces[-1] += unit.joint + unit.text
            filled += size
    return [piece.strip() for piece in pieces if piece.strip()]
