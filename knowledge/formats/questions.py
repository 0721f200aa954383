"""Lists of questions and answers as a document: one section an answer, named by the words of its question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from knowledge.errors import Unreadable
from knowledge.formats import marks
from knowledge.formats.html import html_to_markdown
from knowledge.formats.model import Draft, Limits
from knowledge.formats.text import normal, one_line, printable

MAX_QUESTION = 500
SHOWN_NOTES = 20
_HTML = re.compile(r"<(p|br|div|ul|ol|li|table|a|b|strong|span|script)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list. `place` says where it stands: `line 3` or `entry 3`."""

    place: str
    questions: tuple[str, ...]
    answer: str
    section: str = ""
    language: str = ""


@dataclass(slots=True)
class _Entry:
    """An answer with all questions that it answers; the first one names it."""

    place: str
    section: str
    answer: str
    questions: list[str] = field(default_factory=list)


def questions_to_markdown(rows: Iterable[Row | str], limits: Limits) -> Draft:
    """`rows` are entries, or sentences that say why a line was refused. Raises `Unreadable` if no entry is left.

    Equal answers of a section become one; a question that stands twice keeps its first answer.
    """
    entries: dict[tuple[str, str], _Entry] = {}
    owners: dict[str, _Entry] = {}
    notes: list[str] = []
    languages: dict[str, int] = {}
    for number, row in enumerate(rows):
        if number >= limits.rows:
            raise Unreadable(f"has more than {limits.rows:,} rows")
        refused = row if isinstance(row, str) else _add(row, entries, owners, limits)
        if refused:
            notes.append(refused)
        elif isinstance(row, Row) and row.language:
            languages[row.language] = languages.get(row.language, 0) + 1
    if not entries:
        raise Unreadable("; ".join(["holds no question with an answer", *notes[:3]]))
    if len(languages) > 1:
        notes.append("has rows in both languages; one list a language is found better")
    metadata = {"language": max(languages, key=lambda name: languages[name])} if languages else {}
    return Draft("\n\n".join(_sections(entries.values())), "", metadata, _few(notes), named_by_file=True)


def _add(row: Row, entries: dict[tuple[str, str], _Entry], owners: dict[str, _Entry], limits: Limits) -> str:
    """Why the row is refused, if it is."""
    questions = list(dict.fromkeys(filter(None, map(one_line, row.questions))))
    try:
        answer = _answer(row.answer, limits)
        printable("\n".join(questions))
    except Unreadable as error:
        return f"{row.place} {error}"
    if not questions or not answer:
        return f"{row.place} has no {'answer' if questions else 'question'}"
    if any(len(question) > MAX_QUESTION for question in questions):
        return f"{row.place} has a question of more than {MAX_QUESTION} characters"
    key = (normal(row.section), normal(answer))
    for question in questions:
        owner = owners.get(marks.digest(question))
        if owner is not None and normal(owner.answer) != key[1]:
            return f"{row.place} repeats the question of {owner.place} with another answer: {question[:60]!r}"
    entry = entries.setdefault(key, _Entry(row.place, one_line(row.section), answer))
    for question in questions:
        if owners.setdefault(marks.digest(question), entry) is entry and question not in entry.questions:
            entry.questions.append(question)
    if not entry.questions:
        del entries[key]
    return ""


def _answer(text: str, limits: Limits) -> str:
    text = printable(text.replace("\u2028", "\n").replace("\x0b", "\n")).strip()
    if _HTML.search(text):
        # Help desks export their answers as HTML; a heading inside would begin a section of its own.
        blocks = html_to_markdown(text.replace("\n", "<br>"), limits).markdown.split("\n")
        return "\n".join(marks.parse_heading(line)[1] or line for line in blocks).strip()
    text = marks.paragraph(marks.inline(text), lists=True)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _sections(entries: Iterable[_Entry]) -> Iterator[str]:
    """By section in the order of their first entries; those without one come first."""
    grouped: dict[str, list[_Entry]] = {"": []}
    for entry in entries:
        grouped.setdefault(entry.section, []).append(entry)
    for section, members in grouped.items():
        if section:
            yield marks.heading(2, marks.inline(section), f"s-{marks.digest(section)}")
        for entry in members:
            yield "\n".join(_section(entry, 3 if section else 2))


def _section(entry: _Entry, level: int) -> Iterator[str]:
    first, *others = entry.questions
    yield marks.heading(level, marks.inline(first), question_anchor(first))
    if listed := " | ".join(filter(None, map(_listed, others))):
        yield f"<!-- questions: {listed} -->"
    yield entry.answer


def question_anchor(question: str) -> str:
    """Depends on the question's words alone: not on case, width, blanks, the mark at its end, nor its place."""
    return f"q-{marks.digest(question)}"


def _listed(question: str) -> str:
    """A question without what would end the comment or the question."""
    question = question.translate(str.maketrans("|<>", "/‹›"))
    return re.sub(r"-{2,}", "–", question).strip()


def _few(notes: list[str]) -> list[str]:
    more = len(notes) - SHOWN_NOTES
    return notes if more <= 0 else [*notes[:SHOWN_NOTES], f"and {more} more like these"]
