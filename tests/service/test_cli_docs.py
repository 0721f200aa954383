"""`kefu docs` as an author types it: real processes on a real installation."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.settings import ROOT, Settings

pytestmark = [pytest.mark.model, pytest.mark.slow]

Kefu = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A small shop's documents with all the sample's cards."""
    folder = tmp_path / "policies"
    folder.mkdir()
    for path in (ROOT / "examples" / "policies").glob("*.card.yaml"):
        shutil.copy(path, folder)
    for language in ("zh", "en"):
        shutil.copytree(ROOT / "examples" / "policies" / language, folder / language)
    return folder


@pytest.fixture
def variables(fresh: Settings, policies: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
    return environment | {
        "COLUMNS": "200",
        "PYTHONPATH": str(ROOT),
        "KEFU_DATA_DIR": str(fresh.data_dir),
        "KEFU_POLICIES_DIR": str(policies),
    }


@pytest.fixture
def kefu(variables: dict[str, str]) -> Kefu:
    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "service", "docs", *words], env=variables | more, cwd=ROOT,
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def faster(policies: Path) -> None:
    swap(policies / "zh" / "invoices.md", "24 小时", "12 小时")
    swap(policies / "en" / "invoices.md", "24 hours", "12 hours")


def test_from_the_folder_to_the_answer_and_back(kefu: Kefu, policies: Path) -> None:
    assert "Nothing has changed" in kefu("publish").stdout
    faster(policies)
    checked = kefu("check", "--impact", "-n", "30", "--json")
    assert checked.returncode == 0, checked.stdout
    found = json.loads(checked.stdout)
    assert (found["errors"], found["documents"], found["tried"]) == (0, 2, 30)
    assert "12 小时" in kefu("diff", "invoices.zh").stdout
    published = kefu("publish", "-m", "faster now", "--author", "Li Na")
    assert published.returncode == 0, published.stdout
    assert "publication 2" in published.stdout and "2 changed" in published.stdout
    newest = json.loads(kefu("log", "--json").stdout)[0]
    assert (newest["id"], newest["author"], newest["comment"]) == (2, "Li Na", "faster now")
    history = json.loads(kefu("log", "invoices.zh", "--json").stdout)
    assert [each["state"] for each in history] == ["published", "superseded"]
    assert "24 小时" in kefu("show", "invoices.zh", "-r", "1").stdout
    assert "publication 3" in kefu("rollback").stdout
    listed = {each["document"]: each for each in json.loads(kefu("list", "--json").stdout)}
    assert [each["number"] for each in listed["invoices.zh"]["published"]] == [1]


def test_a_contradiction_ends_with_one_and_publishes_nothing(kefu: Kefu, policies: Path) -> None:
    swap(policies / "zh" / "invoices.md", "24 小时", "12 小时")
    assert kefu("check").returncode == 1
    refused = kefu("publish")
    assert refused.returncode == 1
    assert "invoices.zh" in refused.stdout and "--despite-errors" in refused.stdout
    assert len(json.loads(kefu("log", "--json").stdout)) == 1
    assert kefu("publish", "--despite-errors").returncode == 0


def test_files_are_added_edited_and_removed(kefu: Kefu, tmp_path: Path) -> None:
    page = tmp_path / "engraving.html"
    page.write_text("<h1>Engraving</h1><h2>Pens</h2><p>We engrave pens within 3 days for 20 yuan.</p>")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"nothing")
    added = kefu("add", str(page), str(broken), "--language", "en")
    assert added.returncode == 1
    assert "draft engraving.en r1" in added.stdout and "broken.pdf" in added.stdout
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/3 days/4 days/" "$1"\n')
    editor.chmod(0o755)
    edited = kefu("edit", "engraving.en", "-m", "slower", EDITOR=str(editor))
    assert edited.returncode == 0, edited.stdout + edited.stderr
    assert "draft engraving.en r2" in edited.stdout
    assert "4 days" in kefu("show", "engraving.en").stdout
    assert kefu("publish", "engraving.en", "--no-folder").returncode == 0
    assert "engraving.en" in kefu("search", "can you engrave a pen").stdout
    assert "removal" in kefu("remove", "engraving.en").stdout
    assert kefu("discard", "engraving.en").returncode == 0
    assert kefu("discard", "engraving.en").returncode == 1


def test_both_sides_changed_is_for_the_author_to_decide(kefu: Kefu, policies: Path, tmp_path: Path) -> None:
    faster(policies)
    copy = tmp_path / "invoices.md"
    shutil.copy(policies / "zh" / "invoices.md", copy)
    swap(copy, "12 小时", "48 小时")
    assert kefu("add", str(copy)).returncode == 0
    conflict = kefu("publish")
    assert conflict.returncode == 1
    assert "invoices.zh" in conflict.stderr and "--prefer" in conflict.stderr
    assert kefu("publish", "--prefer", "folder").returncode == 0
    assert "12 小时" in kefu("show", "invoices.zh").stdout


@pytest.fixture
def watcher(variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
         "import sys; sys.argv = ['kefu', 'docs', 'watch']; from service.cli import main; main()"],
        env=variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        yield process
        process.kill()


def test_watching_publishes_what_is_saved(watcher: subprocess.Popen[str], policies: Path, kefu: Kefu) -> None:
    assert watcher.stdout is not None
    assert "Watching" in watcher.stdout.readline()
    time.sleep(2)  # until the folder is really watched, which nothing tells
    swap(policies / "zh" / "invoices.md", "24 小时", "12 小时")
    assert "changed in the folder" in watcher.stdout.readline()
    while "nothing was published" not in (line := watcher.stdout.readline()):
        assert line, "the contradiction is told"
    swap(policies / "en" / "invoices.md", "24 hours", "12 hours")
    while "publication 2" not in (line := watcher.stdout.readline()):
        assert line, "what is mended is published"
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(60) in (0, 130)
