"""Sections of a document: its headings, and under each the blocks that are never torn apart.

A heading of level 1 or 2, or any heading with an anchor, begins a section. Its name is the anchor, or
else a slug of its own words, so that a section inserted above changes no other section's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.answers import Answer, Mistake, disagreements, misplaced, read_answers
from retrieval.documents import ANCHOR, Document

INTRO = "intro"
_SLUG_LENGTH = 40
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_QUESTIONS = re.compile(r"<!--\s*questions:(.*?)-->", re.DOTALL | re.IGNORECASE)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Unit:
    """A block that is never torn apart. `before` repeats a table's head when a piece begins here."""

    text: str
    joint: str = "\n\n"
    before: str = ""


@dataclass(slots=True)
class Section:
    """`name` is unique in its document; `anchored` says that the author gave it.

    `answers` are approved ones, each with its line of the document's body, `mistakes` what tried to be one.
    """

    name: str
    anchored: bool
    path: tuple[str, ...]
    units: list[Unit] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    answers: list[tuple[int, Answer]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def place(self) -> str | None:
        """What the section of another language at the same place has in common with it."""
        return self.name if self.anchored or self.name == INTRO else None


def sections_of(document: Document) -> list[Section]:
    """In reading order; the first is the introduction, which may be empty."""
    lines = document.body.split("\n")
    tokens = _MARKDOWN.parse(document.body)
    taken = {INTRO, *_anchors(tokens)}
    sections = [Section(INTRO, False, ())]
    path: list[tuple[int, str]] = []
    for position, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        if token.type == "heading_open":
            level, (title, anchor) = int(token.tag[1]), _heading(tokens[position + 1].content)
            if level <= 2 or anchor:
                path = [step for step in path if step[0] < level] + [(level, title)]
                name = anchor or (INTRO if level == 1 and len(sections) == 1 else _slug(title, taken))
                sections.append(Section(name, bool(anchor), _path(path, document.title)))
                continue
        section = sections[-1]
        if token.type == "html_block":
            section.questions.extend(_questions(token.content))
            _take_answers(section, token)
        section.units.extend(_units(token, tokens[position:], lines))
    return [_with_answers(section) for section in _merged(sections)]


def misplaced_answers(document: Document) -> list[Mistake]:
    """Approved answers that stand where none is read: inside paragraphs, lists and quotes."""
    found: list[Mistake] = []
    for token in _MARKDOWN.parse(document.body):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "html_block" and token.level:
            found += misplaced(token.content, line)
        for child in token.children or ():
            if child.type == "html_inline":
                found += misplaced(child.content, line)
    return found


def _take_answers(section: Section, token: Token) -> None:
    assert token.map is not None
    for read in read_answers(token.content, token.map[0] + 1):
        if isinstance(read, Mistake):
            section.mistakes.append(read)
        else:
            section.answers.append(read)


def _with_answers(section: Section) -> Section:
    """A question that only an answer names is listed like any other."""
    section.mistakes.extend(disagreements(section.answers, section.questions))
    if section.answers and not section.units:
        reason = (
            "stands in a section without a text that could support it; write what holds below the heading"
        )
        section.mistakes.extend(Mistake(line, reason, answer.text) for line, answer in section.answers)
    for _, answer in section.answers:
        section.questions.extend(each for each in answer.questions if each not in section.questions)
    return section


def _anchors(tokens: list[Token]) -> Iterator[str]:
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open" and not heading.level:
            yield _heading(inline.content)[1]


def _slug(title: str, taken: set[str]) -> str:
    """The heading's own words, Chinese ones too; a second one of the same name gets `-2`."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", title).lower()).strip("-")
    slug = name = words[:_SLUG_LENGTH].strip("-") or "section"
    number = 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    taken.add(name)
    return name


def _heading(content: str) -> tuple[str, str]:
    match = ANCHOR.search(content)
    return ANCHOR.sub("", content).strip(), match[1] if match else ""


def _path(path: list[tuple[int, str]], title: str) -> tuple[str, ...]:
    return tuple(name for level, name in path if not (level == 1 or name == title))


def _merged(sections: list[Section]) -> list[Section]:
    """Text before the first heading and text right below it are one introduction."""
    if len(sections) > 1 and sections[1].name == INTRO:
        sections[1].units[:0] = sections[0].units
        sections[1].questions[:0] = sections[0].questions
        sections[1].answers[:0] = sections[0].answers
        sections[1].mistakes[:0] = sections[0].mistakes
        return sections[1:]
    return sections


def _questions(comment: str) -> Iterator[str]:
    for match in _QUESTIONS.finditer(comment):
        yield from (question for part in match[1].split("|") if (question := " ".join(part.split())))


def _units(token: Token, following: list[Token], lines: list[str]) -> Iterator[Unit]:
    if token.type in ("bullet_list_open", "ordered_list_open"):
        yield from _items(following, lines)
    elif token.type == "table_open":
        yield from _rows(_slice(token, lines).split("\n"))
    elif text := _slice(token, lines):
        yield Unit(text)


def _items(tokens: list[Token], lines: list[str]) -> Iterator[Unit]:
    """The items of the list that `tokens` begin with."""
    joint = "\n\n"
    for token in takewhile(lambda token: token is tokens[0] or token.level > 0, tokens):
        if token.type == "list_item_open" and token.level == 1 and (text := _slice(token, lines)):
            yield Unit(text, joint)
            joint = "\n"


def _rows(lines: list[str]) -> Iterator[Unit]:
    """A table row by row; its head never stands alone at the end of a piece."""
    head = "\n".join(lines[:2])
    yield Unit("\n".join(lines[:3]))
    for row in lines[3:]:
        yield Unit(row, "\n", head)


def _slice(token: Token, lines: list[str]) -> str:
    if token.map is None:
        return ""
    return _COMMENT.sub("", "\n".join(lines[token.map[0] : token.map[1]])).strip("\n").rstrip()
