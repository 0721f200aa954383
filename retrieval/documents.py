"""Policy documents: Markdown with YAML front matter, read with suspicion.

A file that cannot be trusted becomes a `Problem` and the others are still read.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from retrieval.readers import Audience, Scope

Language = Literal["zh", "en"]
_Name = Annotated[str, Field(pattern=r"^\w[\w-]{0,39}$")]
# YAML has lists, values that never change are tuples.
Names = Annotated[
    tuple[_Name, ...],
    Field(max_length=100),
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
]

MAX_BYTES = 2 * 1024 * 1024
MAX_FRONT_MATTER = 8 * 1024
ANCHOR = re.compile(r"\s*\{#([A-Za-z0-9][\w-]*)\}\s*$")
_HEADING = re.compile(r"^#{1,6}\s")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file, or a line of it, was not read. `line` counts from 1; 0 means the whole file."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Document:
    """One policy in one language. `revision` is 12 hex digits of the SHA-256 of the file's text.

    Documents with the same `key` are revisions of one another; each day at most one is in force.
    """

    id: str
    title: str
    language: Language
    revision: str
    body: str
    path: Path
    effective_from: date | None = None
    effective_to: date | None = None
    owner: str = ""
    card: str = ""
    audience: Audience = "customers"
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.id}.{self.language}"

    @property
    def scope(self) -> Scope:
        return Scope(self.audience, self.regions, self.channels, self.tiers)

    def overlaps(self, other: Document) -> bool:
        """Whether both are in force on some day; both ends belong to a period."""
        first, last = date.min, date.max
        return (self.effective_from or first) <= (other.effective_to or last) and (
            other.effective_from or first
        ) <= (self.effective_to or last)


class FrontMatter(BaseModel):
    """What the head of a document may say; anything else is a mistake worth reporting."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(min_length=1, max_length=200)
    language: Language
    effective_from: date | None = None
    effective_to: date | None = None
    owner: str = Field(default="", max_length=100)
    card: str = Field(default="", pattern=r"^([\w-][\w.-]*)?$")
    audience: Audience = "customers"
    regions: Names = ()
    channels: Names = ()
    tiers: Names = ()

    @model_validator(mode="after")
    def _in_order(self) -> FrontMatter:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self


class _Refused(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def load_documents(folder: Path) -> tuple[list[Document], list[Problem]]:
    """Read every `*.md` below `folder`, in path order.

    Never raises for the content of a file; a folder that does not exist is a `Problem` too.
    Of two documents with the same id and language that are in force on the same day the first one stays.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return [], [Problem(folder, 0, "is not a folder")]
    documents: dict[str, list[Document]] = defaultdict(list)
    read: list[Document] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        try:
            document = read_document(path, folder)
            if first := next(filter(document.overlaps, documents[document.key]), None):
                raise _Refused(
                    1,
                    f"id {document.id!r} in {document.language} is already taken by {first.path}, "
                    "which is in force on the same days",
                )
            documents[document.key].append(document)
            read.append(document)
        except _Refused as refusal:
            problems.append(Problem(path, refusal.line, refusal.reason))
    return read, problems


def read_document(path: Path, folder: Path) -> Document:
    return _parse(_read_text(path, folder), path)


def parse_document(text: str, path: Path) -> Document | Problem:
    """The document that `text` says; `path` is where problems point to and need not exist."""
    try:
        return _parse(_checked_text(text), path)
    except _Refused as refusal:
        return Problem(path, refusal.line, refusal.reason)


def _parse(text: str, path: Path) -> Document:
    head, body = _split(text)
    fields = _front_matter(head)
    _check_body(text, body)
    return Document(
        revision=hashlib.sha256(text.encode()).hexdigest()[:12], body=body, path=path, **fields.model_dump()
    )


def _read_text(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _Refused(0, "is a link to a file outside the documents folder")
    try:
        if not path.is_file():
            raise _Refused(0, "is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _Refused(0, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise _Refused(0, f"is larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused(data.count(b"\n", 0, error.start) + 1, "is not valid UTF-8") from error
    return _checked_text(text)


def _checked_text(text: str) -> str:
    if len(text) > MAX_BYTES:
        raise _Refused(0, f"is larger than {MAX_BYTES // 1024 // 1024} MB")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _Refused(0, "holds half of a surrogate pair, which is not a character")
    if match := _CONTROL.search(text):
        raise _Refused(_line_of(text, match.start()), f"holds the control character {match[0]!r}")
    return text


def _split(text: str) -> tuple[str, str]:
    handler = YAMLHandler()
    if not text.startswith("---") or not handler.detect(text):
        raise _Refused(1, "has no front matter: the first line must be ---")
    try:
        head, body = handler.split(text)
    except ValueError as error:
        raise _Refused(1, "the front matter is not closed by a line of ---") from error
    if len(head) > MAX_FRONT_MATTER:
        raise _Refused(1, f"the front matter is longer than {MAX_FRONT_MATTER // 1024} KB")
    return head, body


def _front_matter(head: str) -> FrontMatter:
    try:
        fields = yaml.safe_load(head)
    except yaml.MarkedYAMLError as error:
        # The head begins with the line break after `---`, so YAML's line 1 is the file's line 2.
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _Refused(line, f"front matter is not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _Refused(1, f"front matter is not YAML: {type(error).__name__}") from error
    if not isinstance(fields, dict):
        raise _Refused(1, "front matter must be fields, one `name: value` a line")
    try:
        return FrontMatter.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise _Refused(_field_line(head, name), f"{name}: {first['msg']}".removeprefix(": ")) from error


def _field_line(head: str, name: str) -> int:
    for number, line in enumerate(head.split("\n"), start=1):
        if name and line.startswith(f"{name}:"):
            return number
    return 1


def _check_body(text: str, body: str) -> None:
    if not body.strip():
        raise _Refused(0, "has no text")
    if (start := text.rfind("<!--")) > text.rfind("-->"):
        raise _Refused(_line_of(text, start), "the comment is not closed by -->")
    seen: dict[str, int] = {}
    for line, anchor in _anchors(text):
        if anchor in seen:
            raise _Refused(line, f"anchor #{anchor} is already used in line {seen[anchor]}")
        seen[anchor] = line


def check_text(text: str) -> str:
    """Why a text that comes from elsewhere than a file cannot be a document, "" if it can."""
    try:
        if len(text.encode()) > MAX_BYTES:
            return f"is larger than {MAX_BYTES // 1024 // 1024} MB"
        if match := _CONTROL.search(text):
            return f"line {_line_of(text, match.start())} holds the control character {match[0]!r}"
        _check_body(text, text)
    except _Refused as refusal:
        return f"line {refusal.line} {refusal.reason}" if refusal.line else refusal.reason
    except UnicodeEncodeError:
        return "holds half of a surrogate pair, which is not a character"
    return ""


def _anchors(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _HEADING.match(line) and (match := ANCHOR.search(line)):
            yield number, match[1]


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
