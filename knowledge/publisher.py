"""Publishing: the index is built aside, the database says that it counts, then CURRENT points to it.

The database decides. A process that dies before its transaction leaves a snapshot that nobody uses; one that
dies after it leaves a publication that `follow` makes visible. Nobody ever sees half of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings

from knowledge.errors import NothingToPublish, PublicationConflict
from knowledge.revisions import Publication, Revision, documents_of, with_change
from knowledge.store import KnowledgeStore
from retrieval import storage
from retrieval.calibration import TuneQuestion
from retrieval.documents import Document
from retrieval.errors import RetrievalError
from retrieval.snapshot import Snapshot, build_snapshot
from retrieval.vectors import Progress

LOCK = ".publishing.lock"
WAIT_S = 600


@dataclass(frozen=True)
class Publisher:
    """`folder` is where snapshots are, `embeddings` opens the model when a text has to be embedded.

    `questions` are what calibration is fitted on.
    """

    store: KnowledgeStore
    folder: Path
    embeddings: Callable[[], Embeddings]
    questions: Callable[[], Sequence[TuneQuestion]]
    # The publication and the snapshot that were last seen to belong together.
    _seen: list[tuple[int, str]] = field(default_factory=lambda: [(0, "")], repr=False)

    def publish(
        self,
        drafts: Sequence[Revision],
        author: str,
        comment: str,
        now: datetime,
        today: date,
        progress: Progress | None = None,
    ) -> Publication:
        """Make `drafts` what customers are answered from, all of them or none.

        Raises `NothingToPublish`, `PublicationConflict`, and what building raises (`NothingToIndex`,
        `EmbeddingFailed`, `SnapshotNotWritten`); the publication before stays in use then.
        """
        if not drafts:
            raise NothingToPublish("there is no draft to publish")
        with self._alone():
            before = self.store.current()
            members = after(self.store.revisions_of(before), drafts, today)
            return self._land(before, members, drafts, "publish", author, comment, now, progress)

    def roll_back(
        self, to: Publication, author: str, comment: str, now: datetime, progress: Progress | None = None
    ) -> Publication:
        """A new publication of the same revisions as `to`. Raises as `publish` does."""
        with self._alone():
            before = self.store.current()
            if before is not None and before.revisions == to.revisions:
                raise NothingToPublish(f"publication {to.id} is what is published now")
            members = self.store.revisions_of(to)
            return self._land(before, members, (), "rollback", author, comment, now, progress)

    def candidate(
        self, drafts: Sequence[Revision], today: date, progress: Progress | None = None
    ) -> Snapshot:
        """What publishing `drafts` would put in use, built but not in use."""
        members = after(self.store.revisions_of(self.store.current()), drafts, today)
        return self._build(documents_of(members), progress)

    def follow(self, progress: Progress | None = None) -> str | None:
        """Put the newest publication in use where it is not, building it again if it is damaged or absent.

        Answers the snapshot's id, or None when nothing had to be done. Without any publication nothing is done.
        """
        if self.in_step():
            return None
        with self._alone():
            publication = self.store.current()
            if publication is None or self.in_step():
                return None
            if self._holds(publication.snapshot_id, publication, storage.verify):
                snapshot_id = publication.snapshot_id
                self._point(snapshot_id)
            else:
                snapshot_id = self._rebuild(publication, progress)
            return snapshot_id

    def rebuild(self, progress: Progress | None = None) -> str:
        """Index again what is published, after a new version of the code or another embedding model."""
        with self._alone():
            publication = self.store.current()
            if publication is None:
                raise NothingToPublish("nothing was ever published")
            return self._rebuild(publication, progress)

    def _rebuild(self, publication: Publication, progress: Progress | None) -> str:
        snapshot_id = self._build(documents_of(self.store.revisions_of(publication)), progress).id
        self._point(snapshot_id)
        return snapshot_id

    def _land(
        self,
        before: Publication | None,
        members: Sequence[Revision],
        consumed: Sequence[Revision],
        kind: str,
        author: str,
        comment: str,
        now: datetime,
        progress: Progress | None,
    ) -> Publication:
        snapshot = self._build(documents_of(members), progress)
        landed = self.store.publish(before, members, consumed, kind, author, comment, now, snapshot.id)
        self._point(snapshot.id)
        return landed

    def _build(self, documents: list[Document], progress: Progress | None) -> Snapshot:
        return build_snapshot(
            documents, self.embeddings(), self.folder, self.questions(), progress, point=False
        )

    def _point(self, snapshot_id: str) -> None:
        storage.point_to(self.folder, snapshot_id)
        storage.prune(self.folder)

    def in_step(self) -> bool:
        """Whether CURRENT shows what the newest publication says; bytes are checked where it is opened."""
        try:
            here = storage.current(self.folder).name
        except RetrievalError:
            here = ""
        number = self.store.current_id()
        if (number, here) == self._seen[0]:
            return True
        publication = self.store.current()
        in_step = publication is None or self._holds(here, publication, storage.manifest_of)
        if in_step and publication is not None:
            self._seen[0] = (publication.id, here)
        return in_step

    def _holds(
        self, snapshot_id: str, publication: Publication, look: Callable[[Path], storage.Manifest]
    ) -> bool:
        """Whether that snapshot is there and of the publication's revisions."""
        try:
            manifest = look(self.folder / "snapshots" / snapshot_id)
        except RetrievalError:
            return False
        held = sorted((f"{entry.id}.{entry.language}", entry.revision) for entry in manifest.documents)
        return held == sorted((e.document, e.digest) for e in self.store.revisions_of(publication))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One publisher a folder; the lock goes with the process, however it ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / LOCK, timeout=WAIT_S):
                yield
        except Timeout as error:
            raise PublicationConflict(f"somebody has been publishing for {WAIT_S} s; try again") from error


def after(published: Sequence[Revision], drafts: Sequence[Revision], today: date) -> list[Revision]:
    """The published revisions once `drafts` are among them."""
    members = list(published)
    for draft in drafts:
        members = with_change(members, draft, today)
    return members
