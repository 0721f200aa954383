"""Passages: the pieces of a document that are searched, shown and cited.

A section is one passage, or several when it is long. `returns.zh#no-reason.2` is the second piece of
the section `no-reason` of the Chinese `returns`; `returns#no-reason` is its topic, the same in every
language. An edit elsewhere in a document changes neither.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.answers import Answer
from retrieval.documents import Document, Language
from retrieval.readers import Audience, Scope
from retrieval.sections import INTRO, Section, Unit, sections_of

MAX_TOKENS = 220
SPLITTING = 3
"""Raise it when the same document would be split into other passages: stored ones are then not reused."""
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z0-9]")
_SENTENCE = re.compile(r"(?<=[。！？；\n])|(?<=[.!?;])(?=\s)")
_RULES = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`>#|]+|^\s*[-+]\s+|^\s*\d+\.\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of text. `questions` are indexed, never shown; `heading` is a path (`A › B`).

    `answers` are approved wording for the questions; like these they stand with the first piece of a section.
    """

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
    answers: tuple[Answer, ...] = ()

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
    return [passage for passages in split_each(list(documents), max_tokens) for passage in passages]


def split_document(document: Document, max_tokens: int = MAX_TOKENS) -> list[Passage]:
    """The passages of a document that exists in one language only."""
    return split_each([document], max_tokens)[0]


def split_each(documents: Sequence[Document], max_tokens: int = MAX_TOKENS) -> list[list[Passage]]:
    """Each document's passages in reading order; a section without text makes none.

    Nor does an introduction before other sections, unless it lists questions that it answers.

    A section with an anchor has the same topic in every language. One without takes the topic of the
    section at its place in the other language's document, if the two have the same outline: as many
    sections, and the same anchors at the same places. Else it is a topic of its own.
    """
    parsed: dict[str, list[tuple[Document, list[Section]]]] = defaultdict(list)
    for document in documents:
        parsed[document.id].append((document, sections_of(document)))
    turns = {name: iter(group) for name, group in parsed.items()}
    return [
        _split(*next(turns[document.id]), parsed[document.id], max_tokens=max_tokens)
        for document in documents
    ]


def _split(
    document: Document,
    sections: list[Section],
    siblings: list[tuple[Document, list[Section]]],
    max_tokens: int,
) -> list[Passage]:
    passages: list[Passage] = []
    for section, topic in zip(sections, _topics(document, sections, siblings), strict=True):
        if section.name == INTRO and not section.questions and any(other.units for other in sections[1:]):
            # It says what the document is about, which answers nothing and yet is near to every question.
            continue
        pieces = _pack(_divide(section.units, max_tokens), max_tokens)
        for number, text in enumerate(pieces, start=1):
            passages.append(_passage(document, section, topic, text, number))
    return passages


def _topics(
    document: Document, sections: list[Section], siblings: list[tuple[Document, list[Section]]]
) -> list[str]:
    """One a section. The first language by name, English, lends its names to the others."""
    outline = [section.place for section in sections]
    for other, theirs in sorted(siblings, key=lambda each: each[0].effective_from or date.min):
        beside = other.language < document.language and other.overlaps(document)
        if beside and [section.place for section in theirs] == outline:
            return [section.name for section in theirs]
    return [section.name for section in sections]


def _passage(document: Document, section: Section, topic: str, text: str, number: int) -> Passage:
    suffix = f".{number}" if number > 1 else ""
    return Passage(
        id=f"{document.key}#{section.name}{suffix}",
        topic=f"{document.id}#{topic}",
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
        answers=tuple(answer for _, answer in section.answers) if number == 1 else (),
    )


def _divide(units: list[Unit], max_tokens: int) -> list[Unit]:
    """Only a block that is too long all by itself is cut, at the ends of its sentences."""
    divided: list[Unit] = []
    for unit in units:
        if unit.before or estimate_tokens(unit.text) <= 2 * max_tokens:
            divided.append(unit)
            continue
        for number, sentence in enumerate(filter(None, _SENTENCE.split(unit.text))):
            divided.append(Unit(sentence, "" if number else unit.joint))
    return divided


def _pack(units: list[Unit], max_tokens: int) -> list[str]:
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
