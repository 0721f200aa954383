"""Everything that `retrieval` raises.

RetrievalError
├── SnapshotMissing      no snapshot has been built yet
├── SnapshotDamaged      a file is absent or differs from its checksum
├── SnapshotNotWritten   the disk refused; the snapshot in use stays as it was
├── EmbeddingMismatch    the snapshot was built with another embedding model
├── EmbeddingFailed      the embedding model cannot be loaded or answers nonsense
├── RevisionsOverlap     two revisions of one document are in force on the same day
├── NothingToIndex       the documents hold no passage at all
└── QuestionFileError    a tune or evaluation file has a bad line
"""

from __future__ import annotations


class RetrievalError(Exception):
    """Base of the package's errors; the message says what is wrong and where."""


class SnapshotMissing(RetrievalError):
    pass


class SnapshotDamaged(RetrievalError):
    pass


class EmbeddingMismatch(RetrievalError):
    pass


class EmbeddingFailed(RetrievalError):
    pass


class RevisionsOverlap(RetrievalError):
    pass


class NothingToIndex(RetrievalError):
    pass


class QuestionFileError(RetrievalError):
    pass


class SnapshotNotWritten(RetrievalError):
    pass
