"""What the authors' endpoint takes and gives."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from knowledge.changes import PassageChange
from knowledge.check import Finding
from knowledge.gaps import Gap
from knowledge.impact import Effect
from knowledge.revisions import Publication, Revision, parse

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Comment = Annotated[str, Meta(max_length=500)]
Keys = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=10_000)]


class RevisionView(Struct, frozen=True):
    document: str
    number: int
    state: str
    removes: bool
    digest: str
    author: str
    comment: str
    at: str
    source: str
    effective_from: str | None = None


class DocumentView(Struct, frozen=True):
    document: str
    title: str
    published: list[RevisionView]
    draft: RevisionView | None


class DocumentText(Struct, frozen=True):
    """`text` is that of the newest revision; `history` has all, newest first."""

    document: str
    text: str
    revision: RevisionView
    history: list[RevisionView]


class NewText(Struct, frozen=True, forbid_unknown_fields=True):
    """Markdown with front matter. `based_on` is the number of the revision that was edited, 0 for a new document."""

    text: Annotated[str, Meta(min_length=1)]
    author: Name
    comment: Comment = ""
    based_on: Annotated[int, Meta(ge=0)] | None = None


class NewFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of any format that can be read; what it does not say about itself may be said here."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    content_base64: str
    author: Name
    comment: Comment = ""
    id: Annotated[str, Meta(max_length=64)] | None = None
    language: str | None = None
    title: Annotated[str, Meta(max_length=200)] | None = None


class Removal(Struct, frozen=True, forbid_unknown_fields=True):
    author: Name
    comment: Comment = ""


class CheckOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `documents` all open drafts. `impact` tries them against recorded questions and suites."""

    documents: Keys | None = None
    impact: bool = False
    questions: Annotated[int, Meta(ge=1, le=2000)] = 200


class PublishOrder(Struct, frozen=True, forbid_unknown_fields=True):
    author: Name
    comment: Comment = ""
    documents: Keys | None = None
    despite_errors: bool = False


class RollbackOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `to` the publication before the present one."""

    author: Name
    comment: Comment = ""
    to: Annotated[int, Meta(ge=1)] | None = None


class PublicationView(Struct, frozen=True):
    id: int
    previous: int | None
    kind: str
    author: str
    comment: str
    at: str
    snapshot_id: str
    documents: int
    in_use: bool


class DiffView(Struct, frozen=True):
    document: str
    lines: list[str]
    passages: list[PassageChange]


class CheckView(Struct, frozen=True):
    findings: list[Finding]
    errors: int
    impact: list[Effect] | None
    tried: int


class PublishView(Struct, frozen=True):
    publication: PublicationView
    findings: list[Finding]


class PassageScore(Struct, frozen=True):
    passage_id: str
    score: float


class GapView(Struct, frozen=True):
    title: str
    count: int
    first: str
    last: str
    languages: dict[str, int]
    channels: dict[str, int]
    questions: list[str]
    turn_ids: list[str]
    nearest: PassageScore | None


def revision_view(revision: Revision) -> RevisionView:
    return RevisionView(
        revision.document, revision.number, revision.state.value, revision.removes, revision.digest,
        revision.author, revision.comment, revision.at.isoformat(), revision.source,
        _first_day(revision),
    )  # fmt: skip


def _first_day(revision: Revision) -> str | None:
    first = parse(revision.text, revision.name).effective_from
    return first.isoformat() if first else None


def publication_view(publication: Publication, in_use: bool) -> PublicationView:
    return PublicationView(
        publication.id, publication.previous or None, publication.kind, publication.author,
        publication.comment, publication.at.isoformat(), publication.snapshot_id,
        len(publication.revisions), in_use,
    )  # fmt: skip


def gap_view(gap: Gap) -> GapView:
    nearest = PassageScore(gap.nearest.passage_id, gap.nearest.score) if gap.nearest else None
    return GapView(
        gap.title, gap.count, gap.first.isoformat(), gap.last.isoformat(), dict(gap.languages),
        dict(gap.channels), list(gap.questions), list(gap.turn_ids), nearest,
    )  # fmt: skip
