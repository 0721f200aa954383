"""Documents over time: revisions, which are written once, and publications, which say what customers are told.

```
draft ─ checked ─ published ─ superseded        a publication is a set of revisions,
   └───────┴── discarded                        and it replaces the one before as a whole
```
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from knowledge.errors import DocumentRefused
from retrieval.documents import Document, Problem, parse_document

LONGEST_AUTHOR = 100
LONGEST_COMMENT = 500


class State(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


OPEN = (State.DRAFT, State.CHECKED)


@dataclass(frozen=True, slots=True)
class Revision:
    """One text of a document. `document` is its key (`returns.zh`), `number` counts its revisions from 1.

    `digest` is the 12 hex digits that citations name. `source` is the file that it was taken from, "" for none.
    With `removes` the text is that of the revision before, and publishing takes the document away.
    """

    id: str
    document: str
    number: int
    text: str
    digest: str
    removes: bool
    source: str
    author: str
    comment: str
    at: datetime
    state: State

    @property
    def name(self) -> str:
        return f"{self.document} r{self.number}"


@dataclass(frozen=True, slots=True)
class Publication:
    """What customers are answered from since `at`. `kind` is publish or rollback."""

    id: int
    previous: int | None
    kind: str
    author: str
    comment: str
    at: datetime
    snapshot_id: str
    revisions: tuple[str, ...]


def parse(text: str, name: str) -> Document:
    """The document that a text says, named as what it is in messages. Raises `DocumentRefused`."""
    found = parse_document(text, Path(name))
    if isinstance(found, Problem):
        raise DocumentRefused(str(found))
    return found


def starts(revision: Revision) -> date:
    """The first day on which it holds; long ago where its text names none."""
    return parse(revision.text, revision.name).effective_from or date.min


def with_change(published: Sequence[Revision], change: Revision, today: date) -> list[Revision]:
    """The published revisions after `change`: it replaces what holds today, or waits beside it for its day.

    A revision that begins in the future replaces only one that begins on the same day; one that holds already
    leaves those alone that are to come. A removal takes away everything of its document.
    """
    others = [each for each in published if each.document != change.document]
    own = [each for each in published if each.document == change.document]
    if change.removes:
        return others
    begins = starts(change)
    if begins > today:
        kept = [each for each in own if starts(each) != begins]
    else:
        kept = [each for each in own if starts(each) > today]
    return [*others, *kept, change]


def documents_of(revisions: Iterable[Revision]) -> list[Document]:
    """What is indexed: one document a revision, in order of their keys; each ends when its successor begins."""
    by_key: dict[str, list[Document]] = {}
    for revision in revisions:
        by_key.setdefault(revision.document, []).append(parse(revision.text, revision.name))
    return [document for key in sorted(by_key) for document in _in_turn(by_key[key])]


def _in_turn(documents: list[Document]) -> list[Document]:
    ordered = sorted(documents, key=lambda document: document.effective_from or date.min)
    ended = []
    for document, successor in zip(ordered, [*ordered[1:], None], strict=True):
        end = document.effective_to
        if successor is not None and successor.effective_from is not None:
            last = successor.effective_from - timedelta(days=1)
            end = min(end, last) if end else last
        ended.append(replace(document, effective_to=end))
    return ended
