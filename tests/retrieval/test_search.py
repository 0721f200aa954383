"""What is found, in which language, for whom and on which day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from retrieval.documents import load_documents
from retrieval.errors import EmbeddingFailed, EmbeddingMismatch
from retrieval.readers import Reader
from retrieval.search import Hit
from retrieval.snapshot import Snapshot, build_snapshot
from tests.retrieval.conftest import INVOICES_ZH, RETURNS_ZH
from tests.retrieval.fakes import NOW, HashEmbeddings, Write


def found(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def build(tmp_path: Path) -> Snapshot:
    documents, problems = load_documents(tmp_path / "policies")
    assert not problems
    return build_snapshot(documents, HashEmbeddings(), tmp_path / "index")


@pytest.mark.parametrize(
    ("question", "language", "passage"),
    [
        ("商品有质量问题怎么办", "zh", "returns.zh#quality"),
        ("买错了能退吗", "zh", "returns.zh#no-reason"),
        ("faulty goods quality", "en", "returns.en#quality"),
        ("怎么开发票", "zh", "invoices.zh#electronic"),
    ],
)
def test_the_right_passage_comes_first(
    snapshot: Snapshot, question: str, language: str, passage: str
) -> None:
    hits = snapshot.search(question, language, 3, NOW)  # type: ignore[arg-type]
    assert found(hits)[0] == passage
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)


def test_one_hit_a_topic_in_the_customers_language(snapshot: Snapshot) -> None:
    for language, other in (("zh", "en"), ("en", "zh")):
        hits = snapshot.search("electronic invoice 电子发票", language, 10, NOW)  # type: ignore[arg-type]
        topics = [hit.passage.topic for hit in hits]
        assert len(topics) == len(set(topics)) == 5
        assert f"invoices.{other}#electronic" not in found(hits)


def test_a_topic_of_one_language_serves_the_other(snapshot: Snapshot) -> None:
    assert found(snapshot.search("bicycle tyres repair", "zh", 1, NOW)) == ["bikes.en#repair"]


def test_a_question_listed_in_one_language_finds_the_passage_in_the_other(snapshot: Snapshot) -> None:
    hit = snapshot.search("不喜欢可以退货吗", "en", 1, NOW)[0]
    assert hit.passage.id == "returns.en#no-reason"
    assert hit.question == pytest.approx(1.0)


def test_figures_and_ranks_explain_a_hit(snapshot: Snapshot) -> None:
    first, *others = snapshot.search("电子发票", "zh", 10, NOW)
    assert (first.dense_rank, first.keyword_rank) == (1, 1)
    assert first.keyword > 0
    assert all(hit.keyword_rank is None for hit in others if hit.keyword == 0)
    assert any(hit.keyword == 0 for hit in others)


def test_dates_decide_what_is_in_force(write: Write, tmp_path: Path) -> None:
    write("old", "zh", "## 电子发票 {#a}\n旧规则：一周开好。\n", more="effective_to: 2026-06-30\n")
    write("new", "zh", "## 电子发票 {#a}\n新规则：当天开好。\n", more="effective_from: 2026-07-01\n")
    snapshot = build(tmp_path)
    assert found(snapshot.search("电子发票", "zh", 5, NOW)) == ["new.zh#a"]
    assert found(snapshot.search("电子发票", "zh", 5, NOW.replace(month=6))) == ["old.zh#a"]


def test_nothing_in_force_is_no_hit(write: Write, tmp_path: Path) -> None:
    write("old", "zh", "旧规则。\n", more="effective_to: 2026-06-30\n")
    assert build(tmp_path).search("旧规则", "zh", 5, NOW) == []


def test_an_expired_version_in_ones_own_language_gives_way_to_the_other(write: Write, tmp_path: Path) -> None:
    write("a", "zh", "## 发票 {#x}\n过期的。\n", more="effective_to: 2026-06-30\n")
    write("a", "en", "## Invoice {#x}\nIn force.\n")
    assert found(build(tmp_path).search("发票", "zh", 5, NOW)) == ["a.en#x"]


def test_customers_never_see_what_is_for_staff(write: Write, tmp_path: Path) -> None:
    write("internal", "zh", "## 赔付上限 {#limit}\n客服可赔 ¥500。\n", more="audience: staff\n")
    write("returns", "zh", RETURNS_ZH)
    snapshot = build(tmp_path)
    assert "internal.zh#limit" not in found(snapshot.search("赔付上限", "zh", 10, NOW))
    assert found(snapshot.search("赔付上限", "zh", 1, NOW, reader=Reader("staff"))) == ["internal.zh#limit"]


def test_near_duplicates_are_shown_once(write: Write, tmp_path: Path) -> None:
    write("invoices", "zh", INVOICES_ZH, "发票")
    write("faq", "zh", INVOICES_ZH.replace("electronic", "copy"), "常见问题")
    assert len(snapshot_hits := build(tmp_path).search("电子发票", "zh", 5, NOW)) == 1
    assert snapshot_hits[0].passage.heading == "电子发票"


def test_of_a_long_section_the_nearest_piece_is_shown(write: Write, tmp_path: Path) -> None:
    text = "\n\n".join(["苹果香蕉" * 60, "空调安装铜管" * 40])
    write("long", "zh", f"## 甲 {{#a}}\n{text}\n")
    assert found(build(tmp_path).search("空调铜管", "zh", 5, NOW)) == ["long.zh#a.2"]


def test_a_ready_vector_is_used(snapshot: Snapshot, embeddings: HashEmbeddings) -> None:
    vector = embeddings.embed_query("电子发票")
    embeddings.embedded.clear()
    assert found(snapshot.search("电子发票", "zh", 1, NOW, vector)) == ["invoices.zh#electronic"]
    assert embeddings.embedded == []


def test_a_vector_that_cannot_be_right_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(EmbeddingMismatch, match="3 dimensions"):
        snapshot.search("发票", "zh", 1, NOW, [1.0, 2.0, 3.0])
    with pytest.raises(EmbeddingFailed, match="not finite"):
        snapshot.search("发票", "zh", 1, NOW, [float("inf")] * 128)


@pytest.mark.parametrize("query", ["", "  \n", "　"])
def test_an_empty_query_finds_nothing(snapshot: Snapshot, query: str) -> None:
    assert snapshot.search(query, "zh", 5, NOW) == []


@pytest.mark.parametrize("query", ["？？！", "😀😀", "x" * 100_000, "\x00\x01", "'; DROP TABLE"])
def test_odd_queries_are_answered(snapshot: Snapshot, query: str) -> None:
    assert len(snapshot.search(query, "zh", 2, NOW)) == 2


def test_bad_arguments_are_refused(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        snapshot.search("发票", "zh", 0, NOW)
    with pytest.raises(ValueError, match="timezone"):
        snapshot.search("发票", "zh", 1, datetime(2026, 1, 1))


def test_threads_get_the_same_hits(snapshot: Snapshot) -> None:
    questions = ["电子发票", "质量问题", "bicycle", "退货邮费"] * 10
    alone = [snapshot.search(question, "zh", 3, NOW) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: snapshot.search(question, "zh", 3, NOW), questions))
    assert together == alone
