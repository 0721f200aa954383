"""Question files: JSON Lines with `question`, and if known `lang` and `gold`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.understand.language import detect_language
from eval.retrieval.errors import BadQuestions
from retrieval.documents import Language

MAX_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """`gold` is as the file has it; empty says that no document answers. `source` is `file:line`."""

    text: str
    language: Language
    gold: tuple[str, ...] = ()
    source: str = ""


def read_questions(paths: Sequence[Path]) -> list[Question]:
    """The questions of all files, in order. Raises `BadQuestions` naming every bad line."""
    questions: list[Question] = []
    problems: list[str] = []
    for path in paths:
        for source, line in _lines(path):
            try:
                questions.append(_question(line, source))
            except ValueError as error:
                problems.append(f"{source}: {error}")
    if problems:
        raise BadQuestions(problems)
    return questions


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadQuestions([f"{path}: is not valid UTF-8: {error.reason}"]) from error
    except OSError as error:
        raise BadQuestions([f"{path}: cannot be read: {error.strerror}"]) from error
    # Not `splitlines`: a question may hold other characters that end a line for Unicode.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def _question(line: str, source: str) -> Question:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ValueError("is not an object with a field `question`")
    text = fields.get("question")
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_LENGTH:
        raise ValueError(f"question: has to be text of 1 to {MAX_LENGTH} characters")
    return Question(text, _language(fields.get("lang"), text), _gold(fields.get("gold")), source)


def _language(value: Any, text: str) -> Language:
    if value is None or value == "":
        # "zh" decides only where there is no word at all: a number, an emoji.
        return detect_language(text, "en" if text.isascii() else "zh")
    for language in ("zh", "en"):
        if isinstance(value, str) and value.lower().replace("_", "-").split("-")[0] == language:
            return "zh" if language == "zh" else "en"
    raise ValueError(f"lang: {value!r} is neither zh nor en")


def _gold(value: Any) -> tuple[str, ...]:
    entries = [value] if isinstance(value, str) else value or []
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ValueError("gold: has to be a text or a list of texts")
    return tuple(entry.strip() for entry in entries if entry.strip())
