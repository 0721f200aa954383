"""The snapshot as a LangChain retriever, so that either side can be exchanged for a user's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.documents import Language
from retrieval.passages import Passage
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit
from retrieval.snapshot import Snapshot


class PolicyRetriever(BaseRetriever):
    """Hits as LangChain documents: `page_content` is the passage, the rest is in `metadata`.

    `only_answers` leaves out hits below the snapshot's threshold.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    snapshot: Snapshot
    language: Language = "zh"
    k: int = 5
    only_answers: bool = False
    reader: Reader = CUSTOMER
    clock: Callable[[], datetime] | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        now = self.clock() if self.clock else None
        hits = self.snapshot.search(query, self.language, self.k, now, reader=self.reader)
        floor = self.snapshot.threshold if self.only_answers else 0.0
        return [to_langchain(hit, self.snapshot.id) for hit in hits if hit.score >= floor]


def to_langchain(hit: Hit, snapshot_id: str) -> LangChainDocument:
    document = passage_document(hit.passage, snapshot_id)
    document.metadata["score"] = hit.score
    return document


def passage_document(passage: Passage, snapshot_id: str) -> LangChainDocument:
    return LangChainDocument(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "topic": passage.topic,
            "document_id": passage.document_id,
            "title": passage.title,
            "heading": passage.heading,
            "language": passage.language,
            "revision": passage.revision,
            "snapshot": snapshot_id,
        },
    )
