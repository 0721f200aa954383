"""The snapshot behind LangChain's interface."""

from __future__ import annotations

from retrieval.retriever import PolicyRetriever
from retrieval.snapshot import Snapshot
from tests.retrieval.fakes import NOW


def test_hits_become_langchain_documents(snapshot: Snapshot) -> None:
    retriever = PolicyRetriever(snapshot=snapshot, language="zh", k=2, clock=lambda: NOW)
    first, second = retriever.invoke("电子发票")
    assert first.id == "invoices.zh#electronic"
    assert "24 小时" in first.page_content
    assert first.metadata["snapshot"] == snapshot.id
    assert first.metadata["revision"] == snapshot.search("电子发票", "zh", 1, NOW)[0].passage.revision
    assert first.metadata["score"] > second.metadata["score"]


def test_only_answers_keeps_what_reaches_the_threshold(snapshot: Snapshot) -> None:
    everything = PolicyRetriever(snapshot=snapshot, k=5, clock=lambda: NOW).invoke("电子发票")
    answers = PolicyRetriever(snapshot=snapshot, k=5, clock=lambda: NOW, only_answers=True).invoke("电子发票")
    assert len(everything) == 5
    assert answers == [item for item in everything if item.metadata["score"] >= snapshot.threshold]
    assert len(answers) < 5
