"""Answers that authors approved for a question, read from the comments of a document.

`<!-- answer: text -->` is for every question that its section lists,
`<!-- answer for: question | question => text -->` for these only. Customers read the text letter for letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_ANSWER = 600
FORMS = "`<!-- answer: text -->` or `<!-- answer for: question | question => text -->`"
_COMMENT = re.compile(r"<!--\s*(answers?\b.*?)-->", re.DOTALL | re.IGNORECASE)
_FOR_ALL = re.compile(r"answer\s*[:：](.*)", re.DOTALL | re.IGNORECASE)
_FOR_SOME = re.compile(r"answer\s+for\s*[:：](.*?)=>(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """Wording that wins over generation. `questions` are those it answers; none: all that its section lists."""

    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a comment is no approved answer. `line` counts the lines of what was read, from 1."""

    line: int
    reason: str
    quote: str


def read_answers(text: str, first_line: int = 1) -> Iterator[tuple[int, Answer] | Mistake]:
    """Every answer that `text` holds, each with its line, and what tries to be one and is not."""
    for match in _COMMENT.finditer(text):
        line = first_line + text.count("\n", 0, match.start())
        read = _read(match[1])
        yield (line, read) if isinstance(read, Answer) else Mistake(line, read, match[0])


def misplaced(text: str, line: int) -> Iterator[Mistake]:
    """The answers of a text that is no block of its own: a paragraph or an item of a list."""
    for match in _COMMENT.finditer(text):
        yield Mistake(
            line, "stands inside a paragraph or list; give it lines of its own below the heading", match[0]
        )


def disagreements(answers: Sequence[tuple[int, Answer]], questions: Sequence[str]) -> Iterator[Mistake]:
    """What is wrong with the answers of one section, whose listed questions are `questions`."""
    taken: dict[str, int] = {}
    for line, answer in answers:
        if not answer.questions and not questions:
            reason = (
                "is for all questions of its section, which lists none; list them, or write `answer for:`"
            )
            yield Mistake(line, reason, answer.text)
        for question in answer.questions or ("",):
            if question in taken:
                what = f"the question {question!r}" if question else "all questions of the section"
                yield Mistake(line, f"is for {what}, as the answer in line {taken[question]} is", answer.text)
            taken.setdefault(question, line)


def answer_to(question: str, answers: Sequence[Answer]) -> Answer | None:
    """What is approved for a listed question: an answer that names it goes before one for all."""
    named = next((each for each in answers if question in each.questions), None)
    return named or next((each for each in answers if not each.questions), None)


def _read(comment: str) -> Answer | str:
    """The answer, or why there is none."""
    if match := _FOR_SOME.fullmatch(comment):
        questions = tuple(dict.fromkeys(filter(None, (" ".join(q.split()) for q in match[1].split("|")))))
        if not questions:
            return f"names no question before `=>`; write {FORMS}"
        return _checked(Answer(_text(match[2]), questions))
    if (match := _FOR_ALL.fullmatch(comment)) is None:
        return f"cannot be read; write {FORMS}"
    if "=>" in match[1]:
        return "has `=>` without `for`; write `<!-- answer for: question => text -->`"
    return _checked(Answer(_text(match[1])))


def _checked(answer: Answer) -> Answer | str:
    if not answer.text:
        return f"has no text; write {FORMS}"
    if len(answer.text) > MAX_ANSWER:
        return f"has {len(answer.text)} characters; at most {MAX_ANSWER} are allowed"
    return answer


def _text(text: str) -> str:
    """Lines stay lines, so that steps can be listed."""
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
