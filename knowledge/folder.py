"""A plain folder of documents, usually under git, beside what authors change elsewhere.

For every file the store remembers what it last held. A file that still holds that was not changed in the
folder, and a document that still says that was not changed in the store; only where both were changed, to
different texts, somebody has to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from knowledge.errors import FolderConflict
from knowledge.git import last_change
from knowledge.revisions import LONGEST_AUTHOR, LONGEST_COMMENT, Revision, State
from knowledge.store import KnowledgeStore
from retrieval.documents import Document, Problem

Prefer = Literal["", "folder", "store"]
SOURCE = "folder:"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a look into the folder came to: new drafts, documents left to the store, files that cannot be read."""

    drafts: tuple[Revision, ...]
    kept: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _File:
    document: str
    text: str
    digest: str
    source: str
    removes: bool = False


def take_folder(
    store: KnowledgeStore,
    folder: Path,
    texts: Sequence[tuple[Document, str]],
    problems: Sequence[Problem],
    author: str,
    comment: str,
    now: datetime,
    prefer: Prefer = "",
) -> Taken:
    """Add a draft for every document that changed in the folder. `texts` is what was read from it.

    A file that is gone removes its document, unless some file could not be read: it may be that one. Raises
    `FolderConflict` naming every document that was changed on both sides, unless `prefer` says which side wins;
    then nothing was added.
    """
    known = store.sources(SOURCE)
    files = [
        _File(document.key, text, document.revision, SOURCE + document.path.relative_to(folder).as_posix())
        for document, text in texts
    ]
    if not problems:
        files += _gone(known, files)
    moved = [file for file in files if not _says(known.get(file.source), file)]
    newest = [(file, store.newest(file.document)) for file in moved]
    changed = [(file, held) for file, held in newest if not _says(held, file)]
    conflicts = [file.document for file, held in changed if _conflict(file, known, held)]
    if conflicts and not prefer:
        raise FolderConflict(
            f"changed in the folder and in the store: {', '.join(conflicts)}; "
            "take the folder's text with --prefer folder, or keep the store's with --prefer store"
        )
    kept = conflicts if prefer == "store" else []
    drafts = []
    for file, _ in changed:
        who, why = _committed(folder, file) or (author, comment)
        added = store.add(file.document, file.text, file.digest, who, why, now, file.source, file.removes)
        if file.document in kept:
            # It is only remembered, so that the same text of the folder does not conflict again.
            store.mark([added.id], State.DISCARDED)
        else:
            drafts.append(added)
    return Taken(tuple(drafts), tuple(kept), tuple(problems))


def _committed(folder: Path, file: _File) -> tuple[str, str] | None:
    """Author and subject of the commit that made the file what it is."""
    if file.removes:
        return None
    found = last_change(folder / file.source.removeprefix(SOURCE))
    return (found[0][:LONGEST_AUTHOR], found[1][:LONGEST_COMMENT]) if found else None


def _gone(known: dict[str, Revision], files: Sequence[_File]) -> list[_File]:
    here = {file.source for file in files}
    documents = {file.document for file in files}
    return [
        _File(last.document, last.text, last.digest, source, removes=True)
        for source, last in known.items()
        # A file that was renamed has not taken its document along.
        if source not in here and last.document not in documents and not last.removes
    ]


def _says(revision: Revision | None, file: _File) -> bool:
    """Whether a revision is what a file holds, or both are the document's removal."""
    return revision is not None and (revision.digest, revision.removes) == (file.digest, file.removes)


def _conflict(file: _File, known: dict[str, Revision], held: Revision | None) -> bool:
    """Whether the store's newest text came from elsewhere than this file."""
    if held is None:
        return False
    last = known.get(file.source)
    return last is None or (held.digest, held.removes) != (last.digest, last.removes)
