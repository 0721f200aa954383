"""From conversations to better heads: collect, review, train, restart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

import service.cli_train
from agent.types import State
from agent.understand.train.collected import COLLECTED
from agent.understand.training import TrainingDataError, train
from service.cli import app
from service.conversations import ConversationStore
from service.schema import DecisionView, ScoreView, Turn, UnderstandingView
from service.settings import ROOT, Settings
from service.setup import STEPS
from tests.agent.understand.makers import WIDTH, embed, examples
from tests.conftest import Serve
from tools.errors import StoreUnavailable
from tools.store.database import make_engine, migrate

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def kefu(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> Result:
    monkeypatch.setenv("KEFU_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KEFU_TRAINING_DIR", str(settings.training_dir))
    return CliRunner().invoke(app, ["train", *map(str, words)])


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def write(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with heads of a stand-in for the embedding and an empty training folder."""

    def read(texts: Sequence[str]) -> np.ndarray:
        return embed(list(texts))

    monkeypatch.setattr(service.cli_train, "_reader", lambda *_, **__: (read, WIDTH))
    settings = Settings(data_dir=tmp_path / "data", training_dir=tmp_path / "training")
    for folder in (settings.data_dir, settings.training_dir):
        folder.mkdir()
    train(examples(), [], embed).save(settings.heads_path)
    return settings


def store(settings: Settings, *texts: tuple[str, str]) -> None:
    """Keep a conversation of these messages, which are (text, language)."""
    engine = make_engine(settings.database)
    migrate(engine)
    kept = ConversationStore(engine)
    kept.create("c_1", "web", "zh", NOW, State())
    score = ScoreView("inform", 1.0)
    for seq, (text, language) in enumerate(texts, 1):
        turn = Turn(
            turn_id=f"t_{seq}", conversation_id="c_1", message_id=None, at=NOW.isoformat(), text=text, reply="…",
            language=language, decision=DecisionView("answer", "talk.greeting", None, None), citations=[],  # type: ignore[arg-type]
            receipts=[], understanding=UnderstandingView("zh", score, [], score, score, False, []), claims=[],
            quick_replies=[], timings_ms={}, snapshot_id="s",
        )  # fmt: skip
        kept.save_turn(turn, {}, seq, State(), NOW + timedelta(seconds=seq))
    engine.dispose()


def test_what_is_collected_is_new_masked_and_not_reviewed(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(small.training_dir / "en.test.jsonl", [{"text": "Return the rug!", "intents": ["return_item"]}])
    store(
        small, ("return the rug", "en"), ("return the sofa", "en"), ("Return the sofa.", "en"),
        ("我的台灯在哪\u2028电话139 1234 8888", "zh"),
    )  # fmt: skip
    out = tmp_path / "review.jsonl"
    done = kefu(small, monkeypatch, "collect", "--out", out)
    assert done.exit_code == 0, done.output
    assert "2 new messages of 4 stored" in done.output and "from-conversations" in done.output
    found = lines(out)
    assert sorted((line["text"], line["lang"]) for line in found) == [
        ("return the sofa", "en"), ("我的台灯在哪 电话123 4567 8901", "zh"),
    ]  # fmt: skip
    assert not any(line["reviewed"] for line in found)


def test_a_review_that_is_there_is_replaced_only_when_asked(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store(small, ("return the sofa", "en"))
    out = write(tmp_path / "review.jsonl", ["hours of work"])
    refused = kefu(small, monkeypatch, "collect", "--out", out)
    assert refused.exit_code == 2 and "--replace" in refused.output
    assert lines(out) == ["hours of work"]
    assert kefu(small, monkeypatch, "collect", "--out", out, "--replace").exit_code == 0
    assert [line["text"] for line in lines(out)] == ["return the sofa"]


def test_without_conversations_there_is_nothing_to_review(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = kefu(small, monkeypatch, "collect", "--out", tmp_path / "review.jsonl")
    assert done.exit_code == 0 and "nothing to review: 0 new messages of 0 stored" in done.output
    assert not (tmp_path / "review.jsonl").exists()


def test_a_database_that_does_not_answer_is_told_and_the_review_stays(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (small.data_dir / "kefu.sqlite3").write_bytes(b"no database" * 1000)
    out = write(tmp_path / "review.jsonl", ["before"])
    done = kefu(small, monkeypatch, "collect", "--out", out, "--replace")
    assert isinstance(done.exception, StoreUnavailable)
    assert lines(out) == ["before"]


LINE = {
    "text": "送修", "lang": "zh", "intents": ["repair"], "act": "request", "sentiment": "neutral",
    "complaint": None, "urgent": False, "reviewed": True, "sure": 0.4,
}  # fmt: skip


def state(settings: Settings) -> dict[str, bytes]:
    """Everything that training writes and the agent reads."""
    paths = [*settings.training_dir.iterdir(), *settings.data_dir.glob("heads*")]
    return {str(path): path.read_bytes() for path in paths}


def test_where_nothing_is_reviewed_nothing_is_trained(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = state(small)
    review = write(tmp_path / "review.jsonl", [{**LINE, "reviewed": False}])
    done = kefu(small, monkeypatch, "from-conversations", "--reviewed", review)
    assert done.exit_code == 0
    assert "nothing to train on" in done.output and "1 wait for it" in done.output
    assert state(small) == before


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("review.jsonl", {**LINE, "urgent": "no"}, "review.jsonl:2: urgent"),
        # An error that shows only after the reviewed lines were added.
        ("en.train.jsonl", {"intents": ["repair"]}, "en.train.jsonl:2: no 'text'"),
    ],
)
def test_after_an_error_everything_is_as_it_was(
    small: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, row: object, told: str
) -> None:
    files = {"review.jsonl": tmp_path, "en.train.jsonl": small.training_dir}
    for file, folder in files.items():
        write(folder / file, [LINE, *([row] if file == name else [])])
    before = state(small)
    done = kefu(small, monkeypatch, "from-conversations", "--reviewed", tmp_path / "review.jsonl")
    assert isinstance(done.exception, TrainingDataError)
    assert told in str(done.exception)
    assert state(small) == before


def every(name: str, step: int, settings: Settings) -> None:
    """A small part of our own labelled messages."""
    rows = lines(ROOT / "examples" / "training" / name)[::step]
    write(settings.training_dir / name, rows)


@pytest.fixture
def whole(fresh: Settings, tmp_path: Path) -> Settings:
    """A real installation with a small training folder of its own."""
    folder = tmp_path / "training"
    folder.mkdir()
    settings = fresh.model_copy(update={"training_dir": folder})
    for lang in ("zh", "en"):
        for split, step in (("train", 50), ("tune", 40), ("test", 40)):
            every(f"{lang}.{split}.jsonl", step, settings)
    return settings


def understood(url: str, *texts: str) -> list[dict[str, Any]]:
    """What the server at `url` understands by each message of one conversation."""
    with httpx.Client(base_url=url, timeout=120) as client:
        begun = client.post("/v1/conversations", json={"channel": "web"}).json()["conversation_id"]
        turns = [client.post(f"/v1/conversations/{begun}/messages", json={"text": each}) for each in texts]
    return [turn.json()["understanding"] for turn in turns]


TAUGHT = "麻烦给店里的小伙子们带句话，送锦旗一面"


@pytest.mark.model
@pytest.mark.slow
def test_what_somebody_reviewed_is_understood_after_a_restart(
    whole: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    review = tmp_path / "review.jsonl"
    with serve(whole) as running:
        (before,) = understood(running.url, TAUGHT)
        understood(
            running.url, "my mail is emma.clark@example.com, phone 555-867-5309", f"{TAUGHT}！", "好的"
        )
        assert kefu(whole, monkeypatch, "collect", "--out", review).exit_code == 0
        proposed = lines(review)
        texts = [line["text"] for line in proposed]
        assert "my mail is someone@example.com, phone 123-456-7890" in texts
        assert sum(text.startswith(TAUGHT) for text in texts) == 1
        decided = [
            {**line, "intents": ["praise"], "sentiment": "positive", "reviewed": True}
            for line in proposed
            if line["text"].startswith(TAUGHT)
        ]
        waiting = [line for line in proposed if not line["text"].startswith(TAUGHT)]
        done = kefu(
            whole, monkeypatch, "from-conversations", "--reviewed", write(review, [*decided, *waiting])
        )
        assert done.exit_code == 0, done.output
        assert f"1 reviewed messages in {whole.training_dir / COLLECTED}" in done.output.replace("\n", "")
        assert "restart it" in done.output and "exact duplicates" in done.output
        (meanwhile,) = understood(running.url, TAUGHT)
    assert meanwhile == before
    trained_on = sum(len(lines(path)) for path in whole.training_dir.glob("*.train.jsonl"))
    assert json.loads(done.stdout.splitlines()[-1])["trained_on"] == trained_on
    with serve(whole) as restarted:
        (after,) = understood(restarted.url, TAUGHT)
    assert [score["label"] for score in after["intents"]] == ["praise"]
    assert after["sentiment"]["label"] == "positive"
    (step,) = (each for each in STEPS if each.title == "Understanding")
    assert step.run(whole, Console(quiet=True)) == "trained already"
    assert kefu(whole, monkeypatch, "collect", "--out", review, "--replace").exit_code == 0
    assert not any(line["text"].startswith(TAUGHT) for line in lines(review))
