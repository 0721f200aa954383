"""CSV, JSON and JSON Lines as rows of questions and answers."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from typing import Any

from knowledge.errors import Unreadable
from knowledge.formats.columns import field_of, fields_of, row_of
from knowledge.formats.model import Draft, Limits
from knowledge.formats.questions import Row, questions_to_markdown
from knowledge.formats.text import decode, printable

_DELIMITERS = (",", "\t", ";", "|", "，")
_NEEDED = {"question", "answer"}
_NO_COLUMNS = "has no columns for questions and answers: name them question and answer, or 问题 and 答案"


def read_csv(data: bytes, limits: Limits) -> Draft:
    text, encoding, notes = decode(data)
    draft = questions_to_markdown(_csv_rows(printable(text), limits), limits)
    draft.metadata["encoding"] = encoding
    draft.notes[:0] = notes
    return draft


def _csv_rows(text: str, limits: Limits) -> Iterator[Row | str]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1, max(1, limits.characters)))
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield f"line {line} is not CSV: {error}"
            continue
        if cells is None:
            return
        if not any(map(str.strip, cells)):
            continue
        if not columns:
            columns = [field_of(cell) for cell in cells]
        elif len(cells) > len(columns):
            yield f"line {line} has {len(cells):,} columns, the first line has {len(columns):,}"
        else:
            yield row_of(f"line {line}", zip(columns, cells, strict=False))


def _delimiter(text: str) -> str:
    """The one with which the first line names the columns that are needed."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            continue
        if fields_of(cells) >= _NEEDED:
            return delimiter
    raise Unreadable(_NO_COLUMNS)


def read_json(data: bytes, limits: Limits) -> Draft:
    text, encoding, notes = decode(data)
    value = _parsed(text)
    rows = (_json_row(f"entry {number}", entry) for number, entry in enumerate(_entries(value), start=1))
    draft = questions_to_markdown(rows, limits)
    draft.metadata["encoding"] = encoding
    draft.notes[:0] = notes
    return draft


def read_jsonl(data: bytes, limits: Limits) -> Draft:
    text, encoding, notes = decode(data)
    draft = questions_to_markdown(_jsonl_rows(text), limits)
    draft.metadata["encoding"] = encoding
    draft.notes[:0] = notes
    return draft


def _jsonl_rows(text: str) -> Iterator[Row | str]:
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip():
            try:
                yield _json_row(f"line {number}", _parsed(line))
            except Unreadable as error:
                yield f"line {number} {error}"


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise Unreadable("is JSON that is nested too deeply") from error
    except ValueError as error:
        raise Unreadable("is not JSON: it holds a number of too many digits") from error


def _entries(value: Any) -> list[Any]:
    """The list itself, the first list inside an object, or the pairs of an object of texts."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if found := next((each for each in value.values() if isinstance(each, list) and each), None):
            return found if not fields_of(value) >= _NEEDED else [value]
        if fields_of(value) >= _NEEDED:
            return [value]
        if value and all(isinstance(each, str) for each in value.values()):
            return [{"question": question, "answer": answer} for question, answer in value.items()]
    raise Unreadable("is not a list of questions and answers")


def _json_row(place: str, entry: Any) -> Row | str:
    if not isinstance(entry, dict):
        return f"{place} is not an object with question and answer"
    cells: list[tuple[str, str]] = []
    for name, value in entry.items():
        if field := field_of(name):
            texts = _texts(value)
            if texts is None:
                return f"{place} has something else than text as {name[:40]!r}"
            cells.extend((field, text) for text in texts)
    return row_of(place, cells)


def _texts(value: Any) -> list[str] | None:
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, (dict, list)) for each in values):
        return None
    return [str(each) for each in values if each is not None]
