"""As many passages as one likes, in two languages, always the same for the same seed."""

from __future__ import annotations

from benchmarks.retrieval_documents import documents_of
from retrieval.documents import Document
from retrieval.passages import Passage, split_documents


def documents(count: int, seed: int = 7) -> list[Document]:
    return list(documents_of(count, seed))


def passages(count: int, seed: int = 7) -> list[Passage]:
    return split_documents(documents(count, seed))
