"""Revisions and publications in the shop's database; every write is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from knowledge.errors import PublicationConflict, RevisionConflict, UnknownDocument
from knowledge.revisions import OPEN, Publication, Revision, State
from tools.store.database import answering, reader, writer
from tools.store.tables import document_revisions as revisions
from tools.store.tables import publication_revisions, publications

# Two authors of one document at the same moment; another try sees what the first one wrote.
_ATTEMPTS = 20


class KnowledgeStore:
    """All methods raise `StoreUnavailable` when the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        document: str,
        text: str,
        digest: str,
        author: str,
        comment: str,
        at: datetime,
        source: str = "",
        removes: bool = False,
        based_on: int | None = None,
    ) -> Revision:
        """Append a draft. With `based_on`, `RevisionConflict` unless that is the newest number (0 for none)."""
        values = {
            "document": document, "text": text, "digest": digest, "removes": removes, "source": source,
            "author": author, "comment": comment, "at": at, "state": State.DRAFT.value,
        }  # fmt: skip
        for _ in range(_ATTEMPTS):
            with answering(), writer(self._engine).begin() as connection:
                added = _append(connection, values, based_on)
                if added is not None:
                    return added
                connection.rollback()
        raise RevisionConflict(f"{document}: others keep changing it; try again")

    def newest(self, document: str) -> Revision | None:
        """The newest revision that was not discarded."""
        query = (
            select(revisions)
            .where(revisions.c.document == document, revisions.c.state != State.DISCARDED.value)
            .order_by(revisions.c.number.desc())
        )
        return self._one(query.limit(1))

    def revision(self, document: str, number: int) -> Revision:
        """Raises `UnknownDocument`."""
        found = self._one(
            select(revisions).where(revisions.c.document == document, revisions.c.number == number)
        )
        if found is None:
            raise UnknownDocument(f"{document}: there is no revision {number}")
        return found

    def history(self, document: str | None = None, limit: int = 100) -> list[Revision]:
        """Newest first, of one document or of all."""
        query = select(revisions).order_by(revisions.c.at.desc(), revisions.c.number.desc()).limit(limit)
        return self._many(query.where(revisions.c.document == document) if document else query)

    def sources(self, prefix: str) -> dict[str, Revision]:
        """The newest revision from each file whose source begins with `prefix`."""
        query = select(revisions).where(revisions.c.source.startswith(prefix, autoescape=True))
        return {each.source: each for each in self._many(query.order_by(revisions.c.number))}

    def drafts(self, documents: Collection[str] | None = None) -> list[Revision]:
        """The newest open revision of every document, or of those named, in order of their keys."""
        query = select(revisions).where(revisions.c.state.in_([state.value for state in OPEN]))
        newest = {each.document: each for each in self._many(query.order_by(revisions.c.number))}
        wanted = newest if documents is None else {key: newest[key] for key in documents if key in newest}
        return [wanted[key] for key in sorted(wanted)]

    def mark(self, ids: Iterable[str], state: State, among: Collection[State] = OPEN) -> None:
        """Move those of `ids` that are in one of the states `among`."""
        change = update(revisions).where(
            revisions.c.id.in_(list(ids)), revisions.c.state.in_([each.value for each in among])
        )
        with answering(), writer(self._engine).begin() as connection:
            connection.execute(change.values(state=state.value))

    def current(self) -> Publication | None:
        return self._publication(select(publications).order_by(publications.c.id.desc()).limit(1))

    def current_id(self) -> int:
        """The newest publication's number, 0 before the first; one short query."""
        with answering(), reader(self._engine).begin() as connection:
            return connection.scalar(select(func.max(publications.c.id))) or 0

    def publication(self, number: int) -> Publication:
        """Raises `UnknownDocument`."""
        found = self._publication(select(publications).where(publications.c.id == number))
        if found is None:
            raise UnknownDocument(f"there is no publication {number}")
        return found

    def publications(self, limit: int = 50) -> list[Publication]:
        """Newest first."""
        with answering(), reader(self._engine).begin() as connection:
            rows = connection.execute(select(publications).order_by(publications.c.id.desc()).limit(limit))
            return [_as_publication(connection, row) for row in rows.all()]

    def revisions_of(self, publication: Publication | None) -> list[Revision]:
        """In order of their documents; none before the first publication."""
        if publication is None:
            return []
        query = (
            select(revisions)
            .join(publication_revisions, publication_revisions.c.revision_id == revisions.c.id)
            .where(publication_revisions.c.publication_id == publication.id)
            .order_by(revisions.c.document, revisions.c.number)
        )
        return self._many(query)

    def publish(
        self,
        previous: Publication | None,
        members: Sequence[Revision],
        consumed: Sequence[Revision],
        kind: str,
        author: str,
        comment: str,
        at: datetime,
        snapshot_id: str,
    ) -> Publication:
        """The publication after `previous`. `consumed` are the drafts that went into it.

        `PublicationConflict` when another one followed `previous` first; then nothing was changed.
        """
        number = previous.id + 1 if previous else 1
        row = {
            "id": number, "previous": previous.id if previous else 0, "kind": kind, "author": author,
            "comment": comment, "at": at, "snapshot_id": snapshot_id,
        }  # fmt: skip
        with answering(), writer(self._engine).begin() as connection:
            try:
                connection.execute(insert(publications).values(row))
            except IntegrityError as error:
                raise PublicationConflict("somebody else published meanwhile; nothing was changed") from error
            if members:
                rows = [{"publication_id": number, "revision_id": each.id} for each in members]
                connection.execute(insert(publication_revisions), rows)
            _move_states(connection, number, consumed)
        return self.publication(number)

    def _one(self, query: Select[Any]) -> Revision | None:
        found = self._many(query)
        return found[0] if found else None

    def _many(self, query: Select[Any]) -> list[Revision]:
        with answering(), reader(self._engine).begin() as connection:
            return [_as_revision(row) for row in connection.execute(query)]

    def _publication(self, query: Select[Any]) -> Publication | None:
        with answering(), reader(self._engine).begin() as connection:
            row = connection.execute(query).one_or_none()
            return _as_publication(connection, row) if row is not None else None


def _append(connection: Connection, values: dict[str, Any], based_on: int | None) -> Revision | None:
    """None when somebody else took the number meanwhile."""
    document = values["document"]
    query = select(func.max(revisions.c.number)).where(revisions.c.document == document)
    last = connection.scalar(query) or 0
    if based_on is not None and based_on != last:
        raise RevisionConflict(f"{document}: you began from revision {based_on}, the newest is {last}")
    row = values | {"id": f"v_{ULID()}", "number": last + 1}
    try:
        connection.execute(insert(revisions).values(row))
    except IntegrityError:
        return None
    return Revision(**row | {"state": State(row["state"])})


def _move_states(connection: Connection, publication: int, consumed: Sequence[Revision]) -> None:
    """What was published before is superseded, and so are the drafts that a consumed one came after."""
    superseded = update(revisions).values(state=State.SUPERSEDED.value)
    connection.execute(superseded.where(revisions.c.state == State.PUBLISHED.value))
    for draft in consumed:
        earlier = revisions.c.document == draft.document, revisions.c.number <= draft.number
        connection.execute(superseded.where(*earlier, revisions.c.state.in_([each.value for each in OPEN])))
    members = select(publication_revisions.c.revision_id).where(
        publication_revisions.c.publication_id == publication
    )
    connection.execute(
        update(revisions).where(revisions.c.id.in_(members)).values(state=State.PUBLISHED.value)
    )


def _as_revision(row: Row[Any]) -> Revision:
    return Revision(**dict(row._mapping) | {"state": State(row.state)})


def _as_publication(connection: Connection, row: Row[Any]) -> Publication:
    query = select(publication_revisions.c.revision_id).where(
        publication_revisions.c.publication_id == row.id
    )
    members = tuple(sorted(connection.scalars(query)))
    return Publication(**dict(row._mapping), revisions=members)
