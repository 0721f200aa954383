"""Scores are learned, mean something, and survive being written down."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval import calibration
from retrieval.calibration import DEFAULT, EVIDENCE, FEATURES, Calibration, Example, TuneQuestion
from retrieval.documents import load_documents
from retrieval.errors import QuestionFileError
from retrieval.snapshot import Snapshot, build_snapshot, open_current
from tests.retrieval.fakes import NOW, HashEmbeddings

ANSWERABLE = (
    "质量问题怎么退货 商品坏了有质量问题 有质量问题邮费谁出 质量问题几天能退 "
    "无理由退货几天 七天无理由邮费 不喜欢能退吗 买错可以退吗 "
    "电子发票多久开 怎么开电子发票 发票签收后几小时 开票"
)
UNANSWERABLE = (
    "今天天气 讲个笑话 红烧肉做法 火车票 股票代码 足球比分 唱首歌 你几岁 北京人口 翻译一下 月亮多远 写首诗"
)


def questions() -> list[TuneQuestion]:
    golds = [["returns#quality"]] * 4 + [["returns#no-reason"]] * 4 + [["invoices"]] * 4
    return [
        *(
            TuneQuestion(question=q, lang="zh", gold=tuple(gold))
            for q, gold in zip(ANSWERABLE.split(), golds, strict=True)
        ),
        *(TuneQuestion(question=q, lang="zh") for q in UNANSWERABLE.split()),
    ]


def test_a_fitted_snapshot_tells_answerable_from_unanswerable(policies: Path, tmp_path: Path) -> None:
    fitted = build_snapshot(load_documents(policies)[0], HashEmbeddings(), tmp_path / "index", questions())
    assert fitted.index.calibration.questions == 24
    assert fitted.threshold == fitted.index.answerable_threshold
    answered = [fitted.search(q, "zh", 1, NOW)[0].score >= fitted.threshold for q in ANSWERABLE.split()]
    refused = [fitted.search(q, "zh", 1, NOW)[0].score < fitted.threshold for q in UNANSWERABLE.split()]
    assert sum(answered) >= 10
    assert sum(refused) >= 10


def test_the_calibration_is_stored_and_its_questions_are_not_embedded_twice(
    policies: Path, tmp_path: Path
) -> None:
    documents, embeddings = load_documents(policies)[0], HashEmbeddings()
    built = build_snapshot(documents, embeddings, tmp_path / "index", questions())
    assert open_current(tmp_path / "index", embeddings).index.calibration == built.index.calibration
    embeddings.embedded.clear()
    assert build_snapshot(documents, embeddings, tmp_path / "index", questions()).id == built.id
    assert embeddings.embedded == []


def test_without_questions_the_default_serves(snapshot: Snapshot) -> None:
    assert snapshot.index.calibration == DEFAULT


def test_too_few_questions_are_not_learned_from(policies: Path, tmp_path: Path) -> None:
    few = questions()[:9]
    built = build_snapshot(load_documents(policies)[0], HashEmbeddings(), tmp_path / "index", few)
    assert built.index.calibration == DEFAULT


def test_without_unanswerable_questions_only_the_order_is_learned(policies: Path, tmp_path: Path) -> None:
    few = [question for question in questions() if question.gold]
    built = build_snapshot(load_documents(policies)[0], HashEmbeddings(), tmp_path / "index", few)
    fitted = built.index.calibration
    assert fitted.fusion != DEFAULT.fusion
    assert (fitted.evidence, fitted.threshold) == (DEFAULT.evidence, DEFAULT.threshold)


def example(seed: int, answerable: bool) -> Example:
    """Eight topics; when answerable, the first stands out in keyword and coverage only."""
    random = np.random.default_rng(seed)
    features = np.zeros((8, len(FEATURES)))
    features[:, :4] = random.normal(0, 0.02, (8, 4)) + np.array([0.0, 0.0, 0.3, 0.3])
    features[0, 2:4] += 0.3 if answerable else 0.0
    right = np.arange(8) == 0 if answerable else np.zeros(8, dtype=bool)
    return Example(features, 0.85 + features[:, 0], 0.85 + features[:, 1], right)


def test_weights_go_where_the_evidence_is() -> None:
    examples = {f"q{seed}": example(seed, seed % 2 == 0) for seed in range(60)}
    asked = [
        TuneQuestion(question=name, lang="en", gold=("x",) if item.answerable else ())
        for name, item in examples.items()
    ]
    fitted = calibration.fit(asked, lambda question: examples[question.question])
    assert min(fitted.fusion[2:4]) > 2 * max(map(abs, fitted.fusion[:2]))
    item = example(100, True)
    scores = fitted.scores(item)
    nothing = example(101, False)
    assert scores.argmax() == 0
    assert scores[0] > fitted.threshold > fitted.scores(nothing).max()


def test_scores_order_like_the_fused_sum() -> None:
    item = example(1, True)
    scores = DEFAULT.scores(item)
    assert list(np.argsort(-scores)) == list(np.argsort(-DEFAULT.fused(item.features)))
    assert ((scores > 0) & (scores < 1)).all()


def test_written_and_read_again() -> None:
    assert calibration.loads(calibration.dumps(DEFAULT)) == DEFAULT


@pytest.mark.parametrize("change", [{"threshold": 1.5}, {"fusion": [1.0]}, {"features": ["other"]}, {"x": 1}])
def test_a_calibration_for_something_else_is_refused(change: dict[str, object]) -> None:
    fields = json.loads(calibration.dumps(DEFAULT)) | change
    with pytest.raises(ValueError):
        calibration.loads(json.dumps(fields))
    assert (len(DEFAULT.fusion), len(DEFAULT.evidence)) == (len(FEATURES), len(EVIDENCE))
    assert isinstance(DEFAULT, Calibration)


def test_a_question_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a", "lang": "en", "gold": ["x#y"]}\n\n{"question": "b", "lang": "zh"}\n')
    assert [(q.question, q.gold) for q in calibration.load_questions(path)] == [("a", ("x#y",)), ("b", ())]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "JSON"),
        ('{"question": "", "lang": "en"}', "question"),
        ('{"question": "a", "lang": "fr"}', "lang"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a", "lang": "en"}\n' + line + "\n")
    with pytest.raises(QuestionFileError, match=rf"q\.jsonl:2: .*{reason}"):
        calibration.load_questions(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="nothing"):
        calibration.load_questions(tmp_path / "nothing.jsonl")
