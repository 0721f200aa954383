"""Documents cut the way the checks look at them: sections, sentences, clauses, table rows, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from agent.sentences import split_sentences
from retrieval.documents import Document
from retrieval.passages import Passage, plain, split_document

_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*$")
_PHRASE = re.compile(r"[，；。！？]|[,;.!?](?=\s|$)|[()（）]")
# A part as short as this before a comma, and without a figure, belongs to a list.
_LISTED = re.compile(r"\s*(?:[A-Za-z-]+\s?){1,2}|\s*[\u3400-\u9fff]{1,4}\s*")
_LINE_KEY = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a table row with its `cells` and the table's `head`; the head itself is a row without one."""

    text: str
    passage: Passage
    cells: tuple[str, ...] = ()
    head: tuple[str, ...] = ()

    @property
    def phrases(self) -> list[str]:
        """The parts between commas, lists of words kept together ("clothing, shoes and bags"); a row is one."""
        return [self.text] if self.cells else _phrases(self.text)


@dataclass(frozen=True, slots=True)
class Section:
    """All passages of one heading. `lines` are those of the document's body, `line` is that of the heading."""

    document: Document
    topic: str
    heading: str
    passages: tuple[Passage, ...]
    pieces: tuple[Piece, ...]
    line: int
    lines: tuple[str, ...] = field(repr=False)

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)

    @property
    def statements(self) -> list[Piece]:
        """Without the heads of tables, which state nothing."""
        return [piece for piece in self.pieces if piece.head or not piece.cells]

    @property
    def rows(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.cells]

    @property
    def sentences(self) -> list[Piece]:
        return [piece for piece in self.pieces if not piece.cells]

    def line_of(self, text: str) -> int:
        """The line of the body on which `text` begins; that of the heading where it cannot be found."""
        key = _squeezed(text)[:_LINE_KEY]
        for number in range(self.line, len(self.lines) + 1):
            if key and key in _squeezed(plain(self.lines[number - 1])):
                return number
        return self.line


def cut(document: Document) -> list[Section]:
    """The sections of a document that have a text, in reading order."""
    lines = tuple(document.body.split("\n"))
    found: list[Section] = []
    start = 1
    for topic, group in groupby(split_document(document), key=lambda passage: passage.topic):
        passages = tuple(group)
        line = _heading_line(lines, topic.partition("#")[2], passages[0], start)
        pieces = tuple(_pieces(passages))
        found.append(Section(document, topic, passages[0].heading, passages, pieces, line, lines))
        start = line
    return found


def _phrases(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for mark in [*_PHRASE.finditer(text), None]:
        end = mark.start() if mark else len(text)
        if mark and mark.group() in (",", "，") and _LISTED.fullmatch(text, start, end):
            continue
        found.append(text[start:end])
        start = mark.end() if mark else end
    return [part for part in found if part.strip()]


def by_topic(sections: Iterable[Section]) -> dict[str, dict[str, Section]]:
    """Sections by topic, then by language."""
    topics: dict[str, dict[str, Section]] = {}
    for section in sections:
        topics.setdefault(section.topic, {})[section.document.language] = section
    return topics


def _heading_line(lines: Sequence[str], anchor: str, passage: Passage, start: int) -> int:
    name = passage.heading.rpartition(" › ")[2]
    for number, line in enumerate(lines, start=1):
        if number >= start and line.startswith("#") and (f"{{#{anchor}}}" in line or (name and name in line)):
            return number
    return start


def _pieces(passages: Iterable[Passage]) -> Iterator[Piece]:
    head: tuple[str, ...] = ()
    for passage in passages:
        table = False
        prose: list[str] = []
        for line in passage.text.split("\n"):
            if not _is_row(line):
                table = False
                prose.append(line)
            elif not table:
                yield from _sentences(prose, passage)
                prose, table = [], True
                if head != _cells(line):
                    head = _cells(line)
                    yield Piece(" | ".join(head), passage, head)
            elif not _RULE.match(line):
                cells = _cells(line)
                yield Piece(" | ".join(cells), passage, cells, head)
        yield from _sentences(prose, passage)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|") or bool(_RULE.match(line) and "|" in line)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(plain(cell) for cell in line.strip().strip("|").split("|"))


def _sentences(lines: list[str], passage: Passage) -> Iterator[Piece]:
    for sentence in split_sentences("\n".join(lines)):
        if text := plain(sentence):
            yield Piece(text, passage)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)
