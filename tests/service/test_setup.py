"""Setting up: every step is done once, done again when its inputs change, and mends what is damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from retrieval.errors import SnapshotDamaged
from retrieval.snapshot import open_current
from service.authoring import open_authoring
from service.embedding import load_embeddings
from service.settings import Settings
from service.setup import STAMP, ensure_set_up, publish_knowledge

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture
def small(fresh: Settings, tmp_path: Path) -> Settings:
    """One policy in two languages, and nothing published yet."""
    policies = tmp_path / "policies"
    for language in ("zh", "en"):
        (policies / language).mkdir(parents=True)
        shutil.copy(fresh.policies_dir / language / "returns.md", policies / language)
    shutil.copy(fresh.policies_dir / "returns.card.yaml", policies)
    shutil.rmtree(fresh.data_dir / "snapshots")
    for database in fresh.data_dir.glob("kefu.sqlite3*"):
        database.unlink()
    untaught = tmp_path / "training"
    untaught.mkdir()
    return fresh.model_copy(update={"policies_dir": policies, "training_dir": untaught})


def test_a_damaged_index_is_noticed_and_built_again(small: Settings) -> None:
    console = Console(quiet=True)
    publish_knowledge(small, console)
    vectors = next(small.snapshots_dir.rglob("vectors.faiss"))
    data = bytearray(vectors.read_bytes())
    data[len(data) // 2] ^= 0xFF
    vectors.write_bytes(data)
    embeddings = load_embeddings(small)
    with pytest.raises(SnapshotDamaged):
        open_current(small.snapshots_dir, embeddings)
    publish_knowledge(small, console)
    assert open_current(small.snapshots_dir, embeddings).search("退货运费谁出？", "zh")


def test_other_tune_questions_are_a_reason_to_fit_anew(small: Settings) -> None:
    console = Console(quiet=True)
    publish_knowledge(small, console)
    assert publish_knowledge(small, console).startswith("unchanged")
    question = {"question": "退货运费谁出", "lang": "zh", "gold": ["returns#postage"]}
    (small.training_dir / "retrieval.tune.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    assert publish_knowledge(small, console).startswith("indexed again")
    assert publish_knowledge(small, console).startswith("unchanged")


def test_setting_up_again_does_something_only_after_a_change(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Settings] = []
    monkeypatch.setattr("service.setup.STEPS", ())
    monkeypatch.setattr("service.setup.set_up", lambda settings, console: runs.append(settings))
    console = Console(quiet=True)
    ensure_set_up(small, console)
    assert len(runs) == 1
    monkeypatch.undo()
    monkeypatch.setattr("service.setup.STEPS", ())
    ensure_set_up(small, console)
    stamp = (small.data_dir / STAMP).read_text()
    ensure_set_up(small, console)
    assert (small.data_dir / STAMP).read_text() == stamp
    with (small.policies_dir / "zh" / "returns.md").open("a", encoding="utf-8") as document:
        document.write("\n## 新条款 {#new}\n新的规定。\n")
    ensure_set_up(small, console)
    assert (small.data_dir / STAMP).read_text() != stamp


def test_what_the_checks_stop_keeps_nobody_from_serving(small: Settings) -> None:
    console = Console(quiet=True)
    publish_knowledge(small, console)
    path = small.policies_dir / "zh" / "returns.md"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("起 7 天内", "起 9 天内"), encoding="utf-8")
    assert "in publication 1" in publish_knowledge(small, console)
    found = open_current(small.snapshots_dir, load_embeddings(small)).search("七天无理由退货", "zh")
    assert "7 天内" in found[0].passage.text
    path.write_text(sound.replace("不喜欢、买错", "不喜欢、不合适、买错"), encoding="utf-8")
    assert "in publication 2" in publish_knowledge(small, console)


def test_a_draft_that_a_check_took_is_published_too(small: Settings) -> None:
    console = Console(quiet=True)
    publish_knowledge(small, console)
    path = small.policies_dir / "zh" / "returns.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("不喜欢、买错", "不喜欢、不合适、买错"), encoding="utf-8"
    )
    with open_authoring(small) as authoring:
        assert len(authoring.take(small.policies_dir).drafts) == 1
    assert "1 documents published, 2 in publication 2" in publish_knowledge(small, console)
