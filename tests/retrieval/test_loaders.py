"""What a LangChain loader yields becomes documents, or a problem that names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LangChainDocument

from retrieval.loaders import from_langchain
from retrieval.snapshot import build_snapshot
from tests.retrieval.fakes import NOW, HashEmbeddings


class Pages(BaseLoader):
    """What a loader of some wiki would be."""

    def lazy_load(self) -> Iterator[LangChainDocument]:
        yield LangChainDocument(
            "# 运费\n\n## 谁付运费\n质量问题由店铺付。", metadata={"source": "wiki/Shipping.zh.md"}
        )
        yield LangChainDocument(
            "## 偏远地区\n加收 ¥10。", metadata={"source": "wiki/Shipping.zh.md", "page": 2}
        )
        yield LangChainDocument(
            "# Gift cards\nThey never expire.",
            metadata={"id": "gifts", "tiers": ["gold"], "effective_from": date(2026, 1, 1), "author": "me"},
        )


def test_a_loader_gives_documents_that_can_be_searched(tmp_path: Path) -> None:
    documents, problems = from_langchain(Pages().lazy_load())
    assert not problems
    shipping, gifts = documents
    assert (shipping.id, shipping.title, shipping.language) == ("shipping", "运费", "zh")
    assert shipping.path == Path("wiki/Shipping.zh.md")
    assert (gifts.id, gifts.title, gifts.language) == ("gifts", "Gift cards", "en")
    assert (gifts.tiers, gifts.effective_from) == (("gold",), date(2026, 1, 1))
    snapshot = build_snapshot(documents, HashEmbeddings(), tmp_path / "index")
    assert snapshot.search("偏远地区加收多少", "zh", 1, NOW)[0].passage.id == "shipping.zh#偏远地区"


def test_the_revision_follows_text_and_fields() -> None:
    def revision(text: str, **metadata: object) -> str:
        (document,), _ = from_langchain([LangChainDocument(text, metadata={"source": "a.md", **metadata})])
        return document.revision

    assert revision("one") == revision("one") == revision("one", author="me")
    assert len({revision("one"), revision("two"), revision("one", owner="us")}) == 3


@pytest.mark.parametrize(
    ("text", "metadata", "reason"),
    [
        (" \n", {}, "has no text"),
        ("a\x00b", {}, "control character"),
        ("text", {"id": "../x"}, "id"),
        ("text", {"language": "fr"}, "language"),
        ("text", {"regions": "CN"}, "regions"),
        (
            "text",
            {"effective_from": date(2026, 2, 1), "effective_to": date(2026, 1, 1)},
            "effective_to lies before",
        ),
        ("## A {#x}\na\n## B {#x}\nb", {}, "already used"),
        ("x" * (2 * 1024 * 1024 + 1), {}, "larger than 2 MB"),
        ("a\ud800", {}, "surrogate"),
    ],
)
def test_what_cannot_be_a_document_is_named(text: str, metadata: dict[str, object], reason: str) -> None:
    loaded = [
        LangChainDocument.model_construct(
            page_content=text, metadata={"source": "bad.md", **metadata}, id=None
        ),
        LangChainDocument("good", metadata={"source": "good.md"}),
    ]
    documents, (problem,) = from_langchain(loaded)
    assert [document.id for document in documents] == ["good"]
    assert problem.path == Path("bad.md")
    assert reason in problem.reason


def test_of_two_with_one_id_the_first_stays() -> None:
    loaded = [LangChainDocument("text", metadata={"source": f"{folder}/a.md"}) for folder in "xy"]
    (document,), (problem,) = from_langchain(loaded)
    assert document.path == Path("x/a.md")
    assert "already taken by x/a.md" in problem.reason


@given(name=st.text(min_size=1, max_size=30), text=st.text(min_size=1, max_size=80))
def test_any_name_and_text_is_a_document_or_a_problem(name: str, text: str) -> None:
    documents, problems = from_langchain([LangChainDocument(text, metadata={"source": name})])
    assert len(documents) + len(problems) == 1
