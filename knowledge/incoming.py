"""Single files that authors bring, by upload or on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from knowledge.canonical import canonical_text, text_of
from knowledge.errors import Unreadable
from knowledge.formats import SUPPORTED, read_folder
from knowledge.formats.folder import SIDECAR

LONGEST_NAME = 120


def text_from_file(data: bytes, name: str, said: Mapping[str, Any]) -> str:
    """The document's text from a file of any format that can be read.

    `said` are fields of the front matter (id, language, title …) that count more than what the file says.
    Raises `Unreadable`.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUPPORTED:
        readable = ", ".join(sorted(SUPPORTED))
        raise Unreadable(f"{suffix or name}: not a format that can be read ({readable})")
    stem = PurePath(name.replace("\\", "/")).stem.replace("\0", "")[:LONGEST_NAME].lstrip(".~") or "document"
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}{suffix}"
        path.write_bytes(data)
        if said:
            sidecar = path.with_name(path.name + SIDECAR)
            sidecar.write_text(yaml.safe_dump(dict(said), allow_unicode=True), encoding="utf-8")
        documents, problems = read_folder(Path(folder))
        if problems:
            line = f"line {problems[0].line}: " if problems[0].line else ""
            raise Unreadable(f"{line}{problems[0].reason}")
        document = documents[0]
        if any(getattr(document, field, None) != value for field, value in said.items()):
            # The file has front matter of its own, which a sidecar does not touch.
            return canonical_text(replace(document, **said))
        return text_of(document)


def files_below(path: Path) -> Iterator[Path]:
    """The file itself, or every file below a folder that can be read, in path order."""
    if not path.is_dir():
        yield path
        return
    for each in sorted(path.rglob("*")):
        if each.suffix.lower() in SUPPORTED and each.is_file():
            yield each
