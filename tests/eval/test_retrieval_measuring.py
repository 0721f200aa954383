"""The evaluation of search counts what it says it counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from eval.retrieval import fusion, intervals
from eval.retrieval.engine import MODES
from eval.retrieval.measure import Bench, Step, Workshop, measure
from eval.retrieval.questions import Question
from eval.retrieval.render import render
from eval.retrieval.report import Report, report
from eval.retrieval.vector_cache import CachedEmbeddings
from retrieval.documents import Document, Language
from tests.retrieval.fakes import NOW, HashEmbeddings

TEXTS: list[tuple[str, Language, str]] = [
    ("returns", "zh", "## 无理由退货 {#no-reason}\n<!-- questions: 买错了能退吗 -->\n签收次日起七天内可以无理由退货。\n"),
    ("returns", "en", "## No-reason return {#no-reason}\nReturn goods within seven days of delivery.\n"),
    ("invoices", "zh", "## 电子发票 {#electronic}\n电子发票在签收后 24 小时内开好。\n"),
    ("invoices", "en", "## Electronic invoice {#electronic}\nAn electronic invoice is issued within 24 hours.\n"),
    ("bikes", "en", "## Bicycle repair {#repair}\nOur workshop repairs bicycles on Saturdays.\n"),
]  # fmt: skip


def documents() -> list[Document]:
    return [
        Document(id, id, language, "1", body, Path("shop") / f"{id}.{language}.md")
        for id, language, body in TEXTS
    ]


@contextmanager
def silent(name: str) -> Iterator[Step]:
    yield lambda done, total: None


@pytest.fixture
def embeddings() -> HashEmbeddings:
    return HashEmbeddings()


@pytest.fixture
def workshop(embeddings: HashEmbeddings, tmp_path: Path) -> Workshop:
    return Workshop(CachedEmbeddings(embeddings, tmp_path), tmp_path, NOW, silent)


def bench(*questions: Question, tune: tuple[Question, ...] = ()) -> Bench:
    return Bench(documents(), Path("shop"), questions, tune)


def run(workshop: Workshop, *questions: Question) -> Report:
    return report(measure(bench(*questions), workshop))


def value(found: Report, group: str, mode: str, k: int) -> float:
    return found.groups[group].modes[mode].recall[k].value


def test_recall_and_mrr_count_places(workshop: Workshop) -> None:
    asked = Question("电子发票", "zh")
    whole = measure(bench(asked), workshop).whole
    ranked = whole.outcomes[0].answer.ranked["fused"]
    golds = (ranked[0], ranked[1])
    found = run(workshop, *(Question("电子发票", "zh", (gold,)) for gold in golds))
    fused = found.groups["all"].modes["fused"]
    assert fused.recall[1].value == 0.5 and fused.recall[3].value == 1.0
    assert fused.mrr.value == pytest.approx((1 + 1 / 2) / 2)


def test_a_question_without_a_common_word_is_not_found_by_keywords(workshop: Workshop) -> None:
    found = run(workshop, Question("zzz", "en", ("bikes",)))
    assert value(found, "all", "bm25", 10) == 0.0
    assert value(found, "all", "dense", 10) == 1.0


def test_across_languages_only_the_other_language_is_searched(workshop: Workshop) -> None:
    found = measure(
        bench(Question("电子发票", "zh", ("invoices",)), Question("bicycle", "en", ("bikes",))), workshop
    )
    shown = {run.documents: run.outcomes[0].answer.ranked["fused"] for run in found.across.values()}
    assert all(".en#" in id for id in shown["en"]) and all(".zh#" in id for id in shown["zh"])
    groups = report(found).groups
    assert {name: group.questions for name, group in groups.items()} == {
        "all": 2, "same_language": 2, "across_languages": 1, "zh-zh": 1, "en-en": 1, "zh-en": 1,
    }  # fmt: skip


def test_abstention_counts_each_kind_by_itself(workshop: Workshop) -> None:
    asked = (Question("电子发票", "zh", ("invoices",)), Question("天气", "zh"), Question("雨", "zh"))
    measured = measure(bench(*asked), workshop, across=False)
    threshold = measured.whole.engine.snapshot.threshold
    scores = [outcome.answer.score for outcome in measured.whole.outcomes]
    found = report(measured).abstention["all"]
    assert found.refused and found.answered and found.auroc
    assert found.refused.value == float(scores[0] < threshold)
    assert found.answered.value == np.mean([score >= threshold for score in scores[1:]])
    assert found.auroc.value == np.mean([scores[0] > score for score in scores[1:]])


def test_what_is_asked_is_never_calibrated_on(workshop: Workshop) -> None:
    asked = Question("电子发票", "zh", ("invoices",))
    other = Question("开票", "zh", ("invoices",))
    found = measure(bench(asked, tune=(asked, other)), workshop)
    assert (found.tuned, found.left_out) == (1, 1)


def test_fitted_comparisons_need_tune_questions(workshop: Workshop) -> None:
    tune = tuple(
        Question(f"{word}{i}", "zh", (gold,))
        for i in range(6)
        for word, gold in (("电子发票", "invoices"), ("七天退货", "returns"))
    )
    without = run(workshop, Question("发票", "zh", ("invoices",)))
    fitted = report(measure(bench(Question("发票", "zh", ("invoices",)), tune=tune), workshop))
    assert set(fitted.groups["all"].modes) == set(MODES)
    assert set(MODES) - set(without.groups["all"].modes) == {"fused_texts", "fused_plain"}


def test_nothing_is_embedded_twice(workshop: Workshop, embeddings: HashEmbeddings, tmp_path: Path) -> None:
    asked = bench(Question("电子发票", "zh", ("invoices",)), Question("天气", "zh"))
    first = report(measure(asked, workshop)).json()
    assert len(embeddings.embedded) == len(set(embeddings.embedded))
    again = HashEmbeddings()
    second = report(measure(asked, Workshop(CachedEmbeddings(again, tmp_path), tmp_path, NOW, silent))).json()
    assert again.embedded == []
    assert first["groups"] == second["groups"]


def test_another_model_has_a_memory_of_its_own(tmp_path: Path) -> None:
    CachedEmbeddings(HashEmbeddings("one"), tmp_path).embed_query("a")
    other = HashEmbeddings("two")
    CachedEmbeddings(other, tmp_path).embed_query("a")
    assert other.embedded == ["a"]


def test_a_changed_document_is_indexed_anew(workshop: Workshop) -> None:
    asked = Question("skates", "en", ("bikes",))
    before = measure(bench(asked), workshop).whole.engine.snapshot
    changed = [*documents()[:-1], Document("bikes", "bikes", "en", "2", "## Skates {#repair}\nWe sell skates.\n", Path("b.md"))]  # fmt: skip
    after = measure(Bench(changed, Path("shop"), (asked,)), workshop).whole.engine.snapshot
    assert before.passage("bikes.en#repair") != after.passage("bikes.en#repair")


def test_the_tables_show_every_mode_and_mistakes_only_on_request(workshop: Workshop) -> None:
    found = run(workshop, Question("bicycle", "en", ("bikes",)), Question("电子发票", "zh"))
    for misses, shown in ((0, False), (1, True)):
        console = Console(record=True, width=140)
        render(found, console, misses)
        text = console.export_text()
        assert all(MODES[mode] in text for mode in found.groups["all"].modes)
        assert all(word in text for word in ("recall@10", "MRR@10", "unanswerable answered", "search p95"))
        assert ("电子发票" in text) is shown


def test_wilson_is_as_published() -> None:
    # Newcombe (1998), table I: 81 of 263.
    found = intervals.share([True] * 81 + [False] * 182)
    assert found and (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert intervals.share([]) is None


def test_the_area_under_the_curve_counts_ties_half() -> None:
    found = intervals.auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert found and found.value == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert intervals.auroc([0.1, 0.2], [True, True]) is None


def test_fusion_finds_the_column_that_tells() -> None:
    random = np.random.default_rng(0)
    right = np.array([True] + [False] * 9)
    examples = [(np.column_stack([right + random.normal(0, 0.2, 10), random.random(10)]), right) for _ in range(40)]  # fmt: skip
    fitted = fusion.fit(examples)
    assert fitted is not None
    assert fitted.weights[0] > 5 * abs(fitted.weights[1])
    assert np.mean([fitted.scores(columns).argmax() == 0 for columns, _ in examples]) > 0.9
    assert fusion.fit(examples[:9]) is None
