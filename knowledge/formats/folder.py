"""A folder of authors' files as documents. A bad file is named, the rest goes on."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Unreadable
from knowledge.formats import marks
from knowledge.formats.canonical import with_front_matter
from knowledge.formats.children import convert, too_large
from knowledge.formats.links import without_bad_links
from knowledge.formats.model import DEFAULT, MARKDOWN, SUPPORTED, Limits
from retrieval.documents import MAX_FRONT_MATTER, Document, Problem, parse_document

Progress = Callable[[int, int], None]
SIDECAR = ".meta.yaml"
_LANGUAGE_SUFFIX = re.compile(r"[._\- ](?:zh|en|cn)(?:[-_](?:cn|hans|us|gb))?$", re.IGNORECASE)
_TAG = re.compile(r"<(?!!--)[A-Za-z/!?]")


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def read_folder(
    folder: Path, progress: Progress | None = None, limits: Limits = DEFAULT
) -> tuple[list[Document], list[Problem]]:
    """Read every supported file below `folder`, in path order. Never raises for the content of a file.

    Names that begin with `.` or `~` are passed over. Of two documents with the same id and language the
    first one stays. `progress` is called with the number of files done and of all.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return [], [Problem(folder, 0, "is not a folder")]
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    paths = sorted(_files(folder))
    for done, path in enumerate(paths, start=1):
        try:
            document = _document(path, folder, limits)
            if (first := documents.get(document.key)) is not None:
                reason = f"id {document.id!r} in {document.language} is already taken by {first.path}"
                raise _Refused(Problem(path, 0, reason))
            documents[document.key] = document
        except _Refused as refusal:
            problems.append(refusal.problem)
        except Unreadable as error:
            problems.append(Problem(path, 0, str(error)))
        if progress is not None:
            progress(done, len(paths))
    return list(documents.values()), problems


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith((".", "~")) for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in SUPPORTED and (path.is_symlink() or not path.is_dir()):
            yield path


def read_bytes(path: Path, folder: Path, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a regular file inside `folder`. Raises `Unreadable`; a file too large is not read at all."""
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Unreadable("is a link to a file outside the documents folder")
        # A pipe that nobody writes to would hold a plain open for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise Unreadable("is not a regular file")
            if before.st_size > limits.file_bytes:
                raise too_large(limits)
            data = file.read(limits.file_bytes + 1)
            after = os.fstat(descriptor)
    except (OSError, RuntimeError) as error:
        raise Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) != before.st_size or (before.st_mtime_ns, before.st_size) != (
        after.st_mtime_ns,
        after.st_size,
    ):
        raise Unreadable("was changed while it was read: try again")
    return data


def _document(path: Path, folder: Path, limits: Limits) -> Document:
    data = read_bytes(path, folder, limits)
    plain = data.removeprefix(b"\xef\xbb\xbf")
    if path.suffix.lower() in MARKDOWN and plain.startswith((b"---\n", b"---\r")):
        return _own(path, plain, limits)
    converted = convert(data, path.name, limits)
    sidecar, fields = _sidecar(path, folder)
    derived = {"id": id_of(path.stem), "language": converted.metadata["language"]}
    known = {
        name: value for name, value in derived.items() if name not in converted.metadata or name == "language"
    }
    document = parse_document(with_front_matter(converted, {**known, **fields}), path)
    if isinstance(document, Document):
        return document
    at_fault = sidecar if fields and sidecar else path
    raise _Refused(Problem(at_fault, 0, document.reason))


def _own(path: Path, data: bytes, limits: Limits) -> Document:
    """Markdown that says itself what it is. Its text stays as it is unless it holds HTML or links that run."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Refused(Problem(path, line, "is not valid UTF-8")) from error
    document = parse_document(text, path)
    if isinstance(document, Problem):
        raise _Refused(document)
    if _TAG.search(document.body) or without_bad_links(document.body) != document.body:
        return replace(document, body=convert(data, path.name, limits).markdown)
    return document


def _sidecar(path: Path, folder: Path) -> tuple[Path | None, dict[str, Any]]:
    """What `faq.csv.meta.yaml`, else `faq.meta.yaml`, says of `faq.csv`."""
    for name in (path.name, path.stem):
        sidecar = path.with_name(name + SIDECAR)
        if sidecar.is_symlink() or sidecar.exists():
            try:
                data = read_bytes(sidecar, folder, Limits(file_bytes=MAX_FRONT_MATTER))
                return sidecar, _fields(data)
            except Unreadable as error:
                raise _Refused(Problem(sidecar, 0, str(error))) from error
    return None, {}


def _fields(data: bytes) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("is not valid UTF-8") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"is not YAML: {' '.join(str(error).split())[:100]}") from error
    if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields):
        raise Unreadable("must be fields, one `name: value` a line")
    return fields


def id_of(stem: str) -> str:
    """An id from a file's name without suffix: the same for `faq.zh` and `faq.en`, ASCII for Chinese names too."""
    stem = unicodedata.normalize("NFC", _LANGUAGE_SUFFIX.sub("", stem) or stem)
    return marks.slug(stem, "doc")
