"""`kefu train` from files to model, card, report and picture, with a stand-in for the embedding."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import service.cli_train
from agent.understand.train.classifier import TextClassifier
from agent.understand.training import TrainingDataError
from service.cli import app
from tests.agent.understand.makers import WIDTH, embed

GOOD, BAD = ("很好的{}", "great {}", "{}不错，喜欢"), ("很差的{}", "bad {}", "{}坏了，失望")
THINGS = ("lamp", "kettle", "rug", "台灯", "书架", "帽子")


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def read(texts: Sequence[str]) -> np.ndarray:
        return embed(list(texts))

    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(service.cli_train, "_reader", lambda *_, **__: (read, WIDTH))


def train(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["train", *map(str, words)])


def write(path: Path, things: Sequence[str]) -> Path:
    rows = [f"{p.format(t)},{label}" for t in things for label, ps in ((1, GOOD), (0, BAD)) for p in ps]
    path.write_text("review,label\n" + "\n".join(row.replace("，", " ") for row in rows), encoding="utf-8")
    return path


def test_a_training_writes_model_card_report_and_picture(tmp_path: Path) -> None:
    data, test = write(tmp_path / "a.csv", THINGS[:4]), write(tmp_path / "b.csv", THINGS[4:])
    done = train(
        "sentiment", "--data", data, "--test", test, "--text", "review", "--label", "label", "--out", tmp_path
    )
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout.splitlines()[-1])
    assert set(report["results"]) == {"ours", "TF-IDF + LR", "embedding + LR", "TF-IDF ⊕ embedding + LR"}
    assert report["results"]["ours"]["rows"] == 12
    card = (tmp_path / "sentiment-label.md").read_text(encoding="utf-8")
    assert "## Data" in card and "sentiment-label.png" in card and "| ours |" in card
    assert (tmp_path / "sentiment-label.png").read_bytes().startswith(b"\x89PNG")
    assert (
        json.loads((tmp_path / "sentiment-label.json").read_text(encoding="utf-8"))["quality"]["leaked"] == 0
    )
    assert TextClassifier.load(tmp_path / "sentiment-label.npz").labels == ("0", "1")


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,sentiment\nfine,positive\nodd,\n", encoding="utf-8")
    done = train("sentiment", "--data", tmp_path / "a.csv")
    assert isinstance(done.exception, TrainingDataError)
    assert str(done.exception).startswith("a.csv:3: sentiment: no label")
