"""Building a snapshot of the index, and opening the one in use."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import bm25s
import faiss
import numpy as np
from langchain_core.embeddings import Embeddings

from retrieval import calibration, storage
from retrieval.calibration import DEFAULT, Calibration, Example, TuneQuestion
from retrieval.documents import Document, Language
from retrieval.embeddings import Vectors, fingerprint_of
from retrieval.errors import EmbeddingMismatch, NothingToIndex, RevisionsOverlap, SnapshotDamaged
from retrieval.passages import Passage, plain, split_documents
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit, Index, Row, searchable_text
from retrieval.tokenizer import tokenize
from retrieval.vectors import Item, Progress, embed_items, flat_index, known_vectors, write_vectors

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
    def passages(self) -> tuple[Passage, ...]:
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
        """The `k` most probable passages in force on the day of `now` (in its own timezone).

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
        found = [passage for passage in self.passages if passage.id == passage_id]
        return in_force(found, day or datetime.now(UTC).date())[0] if found else None

    def section(self, topic: str, language: Language, day: date | None = None) -> list[Passage]:
        """All pieces of a section in reading order; empty when there is none in that language.

        Of several revisions the one in force on `day` (today, UTC), else the latest.
        """
        found = [p for p in self.passages if p.topic == topic and p.language == language]
        return in_force(found, day or datetime.now(UTC).date())


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
) -> Snapshot:
    """Index `documents`, store the snapshot below `folder` and make it the one in use.

    Texts that the snapshot in use already knows are not embedded again. `progress(done, total)`
    counts new texts. Whatever fails (`NothingToIndex`, `EmbeddingFailed`, `SnapshotNotWritten`), the
    snapshot in use stays.
    """
    documents, asked = list(documents), list(tune_questions or ())
    _check_periods(documents)
    passages = split_documents(documents)
    if not passages:
        raise NothingToIndex("the documents hold no passage: nothing to index")
    rows, items = _rows(passages)
    tune_items = [Item(True, question.question) for question in asked]
    fingerprint = fingerprint_of(embeddings)
    vectors = embed_items(items + tune_items, embeddings, known_vectors(folder, fingerprint), progress)
    dense, tune_vectors = vectors[: len(items)], vectors[len(items) :]
    untuned = Index(passages, rows, flat_index(dense), _keywords(passages), DEFAULT)
    index = untuned.calibrated(_calibrate(untuned, asked, tune_vectors))
    with storage.writing(folder) as scratch:
        _write(scratch, index, rows)
        write_vectors(scratch / "vectors", items, dense)
        if asked:
            # Only so that the next build need not embed the questions again.
            write_vectors(scratch / "tune", tune_items, tune_vectors)
        manifest = _manifest(documents, index, fingerprint, dense.shape[1], storage.checksums(scratch))
        snapshot_id = storage.publish(scratch, manifest, folder)
    return Snapshot(snapshot_id, manifest, index, embeddings)


def open_current(folder: Path, embeddings: Embeddings) -> Snapshot:
    """Load the snapshot in use after checking every byte of it.

    Raises `SnapshotMissing`, `SnapshotDamaged`, or `EmbeddingMismatch` when it was built with
    another model than `embeddings`.
    """
    target = storage.current(folder)
    manifest = storage.verify(target)
    if manifest.embedding != fingerprint_of(embeddings):
        raise EmbeddingMismatch(f"{target}: built with another embedding model; build the index again")
    return Snapshot(target.name, manifest, _read(target), embeddings)


def _check_periods(documents: Sequence[Document]) -> None:
    seen: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if other := next(filter(document.overlaps, seen[document.key]), None):
            raise RevisionsOverlap(
                f"{document.key}: revisions {other.revision} and {document.revision} are in force on the same days"
            )
        seen[document.key].append(document)


def _rows(passages: Sequence[Passage]) -> tuple[list[Row], list[Item]]:
    rows, items = [], []
    for number, passage in enumerate(passages):
        rows.append(Row(number, False))
        items.append(Item(False, f"{passage.context}\n{plain(passage.text)}"))
        rows.extend(Row(number, True) for _ in passage.questions)
        items.extend(Item(True, question) for question in passage.questions)
    return rows, items


def _keywords(passages: Sequence[Passage]) -> bm25s.BM25:
    keywords = bm25s.BM25()
    keywords.index([tokenize(searchable_text(passage)) or [""] for passage in passages], show_progress=False)
    return keywords


def _calibrate(index: Index, questions: Sequence[TuneQuestion], vectors: Vectors) -> Calibration:
    by_text = {question.question: vector for question, vector in zip(questions, vectors, strict=True)}
    today = datetime.now(UTC).date()

    def measure(question: TuneQuestion) -> Example:
        found = index.measure(question.question, question.lang, today, by_text[question.question].tolist())
        right = np.array([calibration.is_right(topic, question.gold) for topic in found.topics], dtype=bool)
        return Example(found.features, found.text, found.question, right)

    return calibration.fit(questions, measure)


def _manifest(
    documents: Sequence[Document], index: Index, fingerprint: str, dimensions: int, files: dict[str, str]
) -> storage.Manifest:
    entries = (
        storage.DocumentEntry(id=d.id, language=d.language, title=d.title, revision=d.revision)
        for d in documents
    )
    return storage.Manifest(
        format=storage.FORMAT,
        embedding=fingerprint,
        dimensions=dimensions,
        passages=len(index.passages),
        documents=tuple(entries),
        files=files,
    )


def _write(scratch: Path, index: Index, rows: Sequence[Row]) -> None:
    lines = [
        json.dumps(asdict(passage), ensure_ascii=False, default=date.isoformat) for passage in index.passages
    ]
    (scratch / "passages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (scratch / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    (scratch / "calibration.json").write_text(calibration.dumps(index.calibration), encoding="utf-8")
    index.keywords.save(scratch / "bm25", show_progress=False)


def _read(target: Path) -> Index:
    try:
        lines = (target / "passages.jsonl").read_text(encoding="utf-8").split("\n")
        passages = [_passage(line) for line in lines if line]
        rows = [Row(number, asked) for number, asked in json.loads((target / "rows.json").read_text("utf-8"))]
        tuned = calibration.loads((target / "calibration.json").read_text(encoding="utf-8"))
        dense = faiss.read_index(str(target / "vectors.faiss"))
        keywords = bm25s.BM25.load(target / "bm25", show_progress=False)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise SnapshotDamaged(f"{target}: cannot be read: {error}") from error
    return Index(passages, rows, dense, keywords, tuned)


def _passage(line: str) -> Passage:
    fields = json.loads(line)
    for name in ("effective_from", "effective_to"):
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    for name in ("questions", "regions", "channels", "tiers"):
        fields[name] = tuple(fields[name])
    return Passage(**fields)
