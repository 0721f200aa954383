"""The evaluation counts what it says it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.retrieval import CUTS, evaluate, render
from retrieval.calibration import TuneQuestion
from retrieval.snapshot import Snapshot
from tests.retrieval.fakes import NOW

TUNE = Path("examples/training/retrieval.tune.jsonl")


def ask(question: str, *gold: str) -> TuneQuestion:
    return TuneQuestion(question=question, lang="zh", gold=gold)


@pytest.mark.parametrize("gold", ["invoices", "invoices#electronic", "invoices.zh", "invoices.zh#electronic"])
def test_gold_may_be_a_document_a_topic_or_a_passage(snapshot: Snapshot, gold: str) -> None:
    report = evaluate(snapshot, [ask("电子发票", gold)], NOW)
    assert all(ranking.recall[1] == 1.0 and ranking.mrr == 1.0 for ranking in report.rankings.values())


def test_ranks_below_the_first_count_less(snapshot: Snapshot) -> None:
    second = snapshot.search("电子发票", "zh", 5, NOW)[1].passage.topic
    report = evaluate(
        snapshot, [ask("电子发票", "invoices"), ask("电子发票", second), ask("发票", "gone")], NOW
    )
    fused = report.rankings["fused"]
    assert fused.recall == pytest.approx({1: 1 / 3, 3: 2 / 3, 5: 2 / 3, 10: 2 / 3})
    assert fused.mrr == pytest.approx((1 + 1 / 2) / 3)
    assert report.missed == ("发票",)


def test_a_passage_without_a_common_word_has_no_keyword_rank(snapshot: Snapshot) -> None:
    report = evaluate(snapshot, [ask("zzz", "bikes")], NOW)
    assert report.rankings["bm25"].recall[10] == 0.0
    assert report.rankings["dense"].recall[10] == 1.0


def test_abstention_follows_the_threshold(snapshot: Snapshot) -> None:
    asked = [ask("电子发票", "invoices"), ask("今天天气")]
    scores = [snapshot.search(q.question, "zh", 1, NOW)[0].score for q in asked]
    for threshold, given_up, answered in ((min(scores) / 2, 0.0, 1.0), ((1 + max(scores)) / 2, 1.0, 0.0)):
        tuned = snapshot.index.calibration.model_copy(update={"threshold": threshold})
        judged = Snapshot("x", snapshot.manifest, snapshot.index.calibrated(tuned), snapshot.embeddings)
        report = evaluate(judged, asked, NOW).abstention
        assert (report.given_up, report.answered_without_source) == (given_up, answered)


def test_without_gold_there_is_nothing_to_measure(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="gold"):
        evaluate(snapshot, [ask("天气")], NOW)


def test_the_table_shows_every_mode(snapshot: Snapshot) -> None:
    console = Console(record=True, width=120)
    render(evaluate(snapshot, [ask("电子发票", "invoices")], NOW), console)
    text = console.export_text()
    assert all(word in text for word in ("dense", "bm25", "rrf", "fused, zh", *(f"recall@{k}" for k in CUTS)))


def test_the_tune_file_is_whole() -> None:
    lines = [json.loads(line) for line in TUNE.read_text(encoding="utf-8").splitlines()]
    assert len({line["question"] for line in lines}) == len(lines)
    assert sum(bool(line["gold"]) for line in lines) >= 160
    assert sum(not line["gold"] for line in lines) >= 80
