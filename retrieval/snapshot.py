"""Building a snapshot of the index, and opening the one in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from langchain_core.embeddings import Embeddings

from retrieval import storage
from retrieval.build import assemble
from retrieval.calibration import TuneQuestion
from retrieval.contents import Contents
from retrieval.corpus import Corpus
from retrieval.dense import Dense
from retrieval.documents import Document, Language
from retrieval.embeddings import fingerprint_of
from retrieval.errors import EmbeddingMismatch, RetrievalError, RevisionsOverlap
from retrieval.listing import Listing
from retrieval.passages import Passage
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit, Index
from retrieval.vectors import Progress

MAX_QUERY = 2000


@dataclass(frozen=True)
class Snapshot:
    """One immutable state of the knowledge, loaded: a turn pins it and cites its `id`."""

    id: str
    manifest: storage.Manifest
    index: Index
    embeddings: Embeddings

    @property
    def threshold(self) -> float:
        """A best score below it says that no document answers the question."""
        return self.index.answerable_threshold

    @property
    def passages(self) -> Corpus:
        """A sequence; each passage is read out of the snapshot when it is asked for."""
        return self.index.passages

    def search(
        self,
        query: str,
        language: Language,
        k: int = 5,
        now: datetime | None = None,
        vector: Sequence[float] | None = None,
        reader: Reader = CUSTOMER,
    ) -> list[Hit]:
        """The `k` most probable passages in force on the day of `now` (in its own timezone) for `reader`.

        Without `now` the present counts, in UTC. `vector` saves embedding the query again. An empty
        query finds nothing; of a very long one the first 2,000 characters are used.
        """
        query = query[:MAX_QUERY]
        if not query.strip():
            return []
        if now is not None and now.tzinfo is None:
            raise ValueError(f"now: time without a timezone: {now.isoformat()}")
        day = (now or datetime.now(UTC)).date()
        return self.index.search(
            query, language, k, day, vector or self.embeddings.embed_query(query), reader
        )

    def passage(self, passage_id: str, day: date | None = None) -> Passage | None:
        """The revision of a passage that is in force on `day` (today, UTC), else the latest one."""
        found = self.passages.called(passage_id)
        return in_force(found, day or datetime.now(UTC).date())[0] if found else None

    def section(self, topic: str, language: Language, day: date | None = None) -> list[Passage]:
        """All pieces of a section in reading order; empty when there is none in that language.

        Of several revisions the one in force on `day` (today, UTC), else the latest.
        """
        return in_force(self.passages.about(topic, language), day or datetime.now(UTC).date())

    def listing(self, passage: Passage, vector: Sequence[float]) -> Listing:
        """The section of a passage and how near its listed questions are to a customer's; see `Listing`."""
        return self.index.listing(passage, vector)

    def with_dense(self, dense: Dense) -> Snapshot:
        """The same snapshot, its vectors in another place; see `retrieval.stores`."""
        index = Index(self.index.contents, dense).calibrated(self.index.calibration)
        return replace(self, index=index)


def in_force(passages: Sequence[Passage], day: date) -> list[Passage]:
    """Those of the revision in force on `day`; where none is, those of the latest one."""
    found = [passage for passage in passages if passage.effective_on(day)]
    if found or not passages:
        return found
    latest = max(passage.effective_from or date.min for passage in passages)
    return [passage for passage in passages if (passage.effective_from or date.min) == latest]


def build_snapshot(
    documents: Iterable[Document],
    embeddings: Embeddings,
    folder: Path,
    tune_questions: Iterable[TuneQuestion] | None = None,
    progress: Progress | None = None,
    point: bool = True,
    reuse: Snapshot | None = None,
    now: datetime | None = None,
) -> Snapshot:
    """Index `documents`, store the snapshot below `folder` and make it the one in use.

    Documents that `reuse` holds already, by default the snapshot in use, are neither split nor embedded
    again, nor are texts that it knows; `progress(done, total)` counts new texts. Without `point` the
    snapshot is stored and `CURRENT` stays: `storage.point_to` makes it the one in use later. Tune
    questions are asked on the day of `now`, by default today.

    Whatever fails (`NothingToIndex`, `RevisionsOverlap`, `EmbeddingFailed`, `SnapshotNotWritten`), the
    snapshot in use stays.
    """
    documents, asked = list(documents), list(tune_questions or ())
    _check_periods(documents)
    fingerprint = fingerprint_of(embeddings)
    old = _reusable(reuse, folder, fingerprint)
    day = (now or datetime.now(UTC)).date()
    contents = assemble(documents, embeddings, asked, old, day, progress)
    with storage.writing(folder) as scratch:
        contents.save(scratch)
        manifest = _manifest(documents, contents, fingerprint, storage.checksums(scratch))
        snapshot_id = storage.publish(scratch, manifest, folder, point)
    return Snapshot(snapshot_id, manifest, Index(contents), embeddings)


def open_current(folder: Path, embeddings: Embeddings) -> Snapshot:
    """Load the snapshot in use after checking every byte of it.

    Raises `SnapshotMissing`, `SnapshotDamaged`, or `EmbeddingMismatch` when it was built with
    another model than `embeddings`.
    """
    return open_stored(folder, storage.current(folder).name, embeddings)


def open_stored(folder: Path, snapshot_id: str, embeddings: Embeddings) -> Snapshot:
    """Load any snapshot that is on disk, in use or not; see `open_current`."""
    target = storage.stored(folder, snapshot_id)
    manifest = storage.verify(target)
    if manifest.embedding != fingerprint_of(embeddings):
        raise EmbeddingMismatch(f"{target}: built with another embedding model; build the index again")
    return Snapshot(target.name, manifest, Index(Contents.load(target)), embeddings)


def _reusable(reuse: Snapshot | None, folder: Path, fingerprint: str) -> Contents | None:
    """What needs no second embedding; None when there is none, it is damaged or of another model."""
    if reuse is not None:
        return reuse.index.contents if reuse.manifest.embedding == fingerprint else None
    try:
        target = storage.current(folder)
        return Contents.load(target) if storage.verify(target).embedding == fingerprint else None
    except RetrievalError:
        return None


def _check_periods(documents: Sequence[Document]) -> None:
    seen: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if other := next(filter(document.overlaps, seen[document.key]), None):
            raise RevisionsOverlap(
                f"{document.key}: revisions {other.revision} and {document.revision} "
                "are in force on the same days"
            )
        seen[document.key].append(document)


def _manifest(
    documents: Sequence[Document], contents: Contents, fingerprint: str, files: dict[str, str]
) -> storage.Manifest:
    entries = (
        storage.DocumentEntry(id=d.id, language=d.language, title=d.title, revision=d.revision)
        for d in documents
    )
    return storage.Manifest(
        format=storage.FORMAT,
        embedding=fingerprint,
        dimensions=contents.dense.dimensions,
        passages=len(contents.corpus),
        documents=tuple(entries),
        files=files,
    )
