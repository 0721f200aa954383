"""Neither a crash nor Ctrl-C costs what was played."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.tau.play import Episode
from eval.tau.records import Records
from service.settings import ROOT
from service.settings import Settings as Installation
from tests.eval.makers import CANCEL, FORBIDDEN, tiny_folder

CUT = {**FORBIDDEN, "id": "cut"}


def episode(name: str, passed: bool) -> Episode:
    return Episode(name, 0, passed, passed, 0, 0, False, 3, [0.1], log=[("退货", "好的", "answer/None")])


def kept(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_episode_is_in_the_file_as_soon_as_it_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text("of another run\n")
    with Records(path) as records:
        assert path.read_text() == "of another run\n"
        for number, name in enumerate(("one", "two"), 1):
            records.add(episode(name, name == "one"), 5)
            found = kept(path)
            assert len(found) == number and found[-1]["task_id"] == name
    assert found[-1]["log"] == [["退货", "好的", "answer/None"]]
    summary = records.summary(1)
    assert (summary["played"], summary["of"], summary["pass_hat_1"]) == (2, 5, 0.5)


def test_a_file_that_cannot_be_made_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="there is no folder"):
        Records(tmp_path / "none" / "records.jsonl")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize(("ends", "code"), [("interrupt", 130), ("crash", 1)])
def test_a_run_that_is_cut_short_keeps_and_counts_what_was_played(
    fresh: Installation, tmp_path: Path, ends: str, code: int
) -> None:
    folder = tiny_folder(tmp_path, CANCEL, FORBIDDEN, {**CUT, "ends": ends}, {**CANCEL, "id": "never"})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
    records = tmp_path / "records.jsonl"
    run = subprocess.run(
        [sys.executable, "-m", "service", "eval", "tau", "--http", "--data", folder, "--records", records],
        env={**environment, "KEFU_DATA_DIR": str(fresh.data_dir), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300,
        # Started in the background, as some runners do, a process ignores Ctrl-C; a customer's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert run.returncode == code, run.stderr
    assert [(line["task_id"], line["passed"]) for line in kept(records)] == [
        ("cancel", True), ("forbidden", True),
    ]  # fmt: skip
    summary = json.loads(run.stdout.splitlines()[-1])
    assert (summary["played"], summary["of"], summary["tasks"], summary["pass_hat_1"]) == (2, 4, 2, 1.0)
    assert summary["http"] is True
    if ends == "interrupt":
        assert "interrupted; 2 of 4 episodes were played" in run.stderr
        assert "Traceback" not in run.stderr
    else:
        assert "the customer broke" in run.stderr
