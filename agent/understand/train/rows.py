"""Labelled texts from JSON Lines or CSV, plain or gzipped, cleaned."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.understand.language import detect_language
from agent.understand.training import TrainingDataError

NOTHING = "none"
LANGUAGE = "lang"
# Marks of byte order, joiners and the like: nobody typed them.
_INVISIBLE = re.compile(r"[\ufeff\u200b-\u200f\u2060\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Row:
    """One labelled text. `labels` is never empty: "none" stands for no label; `where` is file and line."""

    text: str
    lang: str
    labels: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Source:
    """The rows of one file, and how many of its lines had no text or needed cleaning."""

    path: Path
    rows: tuple[Row, ...]
    empty: int
    cleaned: int


def read_source(path: Path, text: str, label: str, optional: bool = False) -> Source:
    """Read `path`: columns or fields `text`, `label` and, if there, `lang`.

    Several labels are a JSON list or, in CSV, joined by "|". With `optional` an empty label is "none", and a line
    without the field says nothing of it and is left out.
    Raises `TrainingDataError` naming file and line.
    """
    rows, empty, cleaned = [], 0, 0
    for line, record in _records(path):
        where = f"{path.name}:{line}"
        for name in (text, label):
            if name not in record and not (optional and name == label):
                known = ", ".join(str(key) for key in record if key)
                raise TrainingDataError(f"{where}: no {name!r}; there is: {known or 'nothing'}")
        if label not in record:
            continue
        raw = record[text]
        if not isinstance(raw, str | None):
            raise TrainingDataError(f"{where}: {text}: a string is needed")
        plain = clean(raw or "")
        empty, cleaned = empty + (not plain), cleaned + (plain != raw)
        if plain:
            labels = _labels(record.get(label), optional, f"{where}: {label}")
            lang = str(record.get(LANGUAGE) or detect_language(plain, "en"))
            rows.append(Row(plain, lang, labels, where))
    if not rows:
        raise TrainingDataError(f"{path.name}: no labelled texts in it")
    return Source(path, tuple(rows), empty, cleaned)


def clean(text: str) -> str:
    """Composed characters, no invisible ones, one space between words."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    packed = path.suffix == ".gz"
    kind = path.with_suffix("").suffix if packed else path.suffix
    if kind not in (".csv", ".jsonl"):
        raise TrainingDataError(f"{path.name}: .jsonl, .csv, .jsonl.gz or .csv.gz is needed")
    try:
        data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        content = data.decode("utf-8-sig")
    except (gzip.BadGzipFile, EOFError) as error:
        raise TrainingDataError(f"{path.name}: not a whole gzip file: {error}") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TrainingDataError(f"{path.name}:{line}: not UTF-8") from error
    yield from _csv(content, path.name) if kind == ".csv" else _jsonl(content, path.name)


def _csv(content: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(content), strict=True)
    try:
        for record in reader:
            if None in record:
                raise TrainingDataError(f"{name}:{reader.line_num}: more values than columns")
            yield reader.line_num, record
    except csv.Error as error:
        raise TrainingDataError(f"{name}:{reader.line_num}: not CSV: {error}") from error


def _jsonl(content: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    # Not splitlines: a text may hold a line separator of Unicode.
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise TrainingDataError(f"{name}:{number}: not JSON: {error}") from error
        if not isinstance(record, dict):
            raise TrainingDataError(f"{name}:{number}: an object is needed")
        yield number, record


def _labels(value: object, optional: bool, where: str) -> tuple[str, ...]:
    found = value if isinstance(value, list) else str("" if value is None else value).split("|")
    if not all(isinstance(label, str | int) for label in found):
        raise TrainingDataError(f"{where}: a label or a list of labels is needed")
    labels = tuple(sorted({str(label).strip() for label in found} - {""}))
    if not labels and not optional:
        raise TrainingDataError(f"{where}: no label")
    return labels or (NOTHING,)
