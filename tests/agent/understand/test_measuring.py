from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from agent.understand.train.card import calibration_error
from agent.understand.training import TrainingDataError, train
from eval.understanding import measure_files, render, run
from tests.agent.understand.makers import embed, example, examples


def test_calibration_error_is_the_distance_between_promise_and_truth() -> None:
    sure = np.full(10, 0.95)
    assert calibration_error(sure, np.ones(10)) == pytest.approx(0.05)
    assert calibration_error(sure, np.zeros(10)) == pytest.approx(0.95)
    half = np.array([0.55] * 5 + [0.95] * 5)
    assert calibration_error(half, np.array([1, 1, 1, 0, 0] + [1] * 5)) == pytest.approx(0.05)


def test_a_report_counts_right_and_wrong_by_language() -> None:
    heads = train(examples(), [], embed)
    wrong = example("return the 锅", "invoice", lang="zh", act="thanks")
    report = run(heads, embed, [*examples(), wrong])
    english, chinese = report["languages"]["en"]["heads"], report["languages"]["zh"]["heads"]
    assert english["act"]["accuracy"] > 0.9
    assert (chinese["act"]["accuracy"], chinese["intents"]["exact_set"], chinese["intents"]["top"]) == (
        0,
        0,
        0,
    )
    assert report["languages"]["all"]["messages"] == len(examples()) + 1
    assert english["latency_ms"]["p95"] >= english["latency_ms"]["p50"] > 0
    assert json.loads(json.dumps(report)) == report


def test_baselines_stand_beside_the_heads() -> None:
    report = run(train(examples(), [], embed), embed, examples(), examples())
    baselines = report["languages"]["all"]["baselines"]
    assert set(baselines) == {"tfidf", "5nn"}
    assert baselines["tfidf"]["act"] > 0.9
    console = Console(record=True, width=100)
    render(report, console)
    assert "TF-IDF" in console.export_text()


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no labelled messages"):
        run(train(examples(), [], embed), embed, [])


def test_a_message_without_intents_and_act_cannot_be_measured(tmp_path: Path) -> None:
    path = tmp_path / "felt.jsonl"
    path.write_text(
        '{"text": "lost again", "lang": "en", "sentiment": "negative", "complaint": "logistics"}\n'
    )
    with pytest.raises(TrainingDataError, match="'lost again': neither intents nor act"):
        measure_files([path], tmp_path, tmp_path / "heads.bin", "none", baselines=False)
