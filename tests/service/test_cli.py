"""What somebody at a terminal sees: help that teaches, errors in one line."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

import pytest

import service.cli
from service.settings import ROOT
from tools.shopdata.shop_file import load_shop

pytestmark = pytest.mark.slow

COMMANDS = [
    "",
    "setup",
    "serve",
    "ask",
    "doctor",
    "models",
    "models pull",
    "shop",
    "shop import",
    "shop export",
    "shop check",
    "docs",
    "docs search",
]


def kefu(*words: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
    environment |= {"COLUMNS": "200", "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(
        [sys.executable, "-m", "service", *words], cwd=folder or ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command(command: str) -> None:
    result = kefu(*command.split(), "--help")
    assert result.returncode == 0, result.stderr
    assert "Usage" in result.stdout and len(result.stdout) > 200


def test_a_bad_setting_is_one_clear_line(tmp_path: Path) -> None:
    result = kefu("doctor", folder=tmp_path, KEFU_PORT="many")
    assert result.returncode == 1
    assert "KEFU_PORT" in result.stderr and "Traceback" not in result.stderr


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    result = kefu("ask", "你好", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "kefu models pull" in result.stderr and "Traceback" not in result.stderr


def test_the_doctor_finds_an_empty_installation_sick_and_tells_how_to_mend_it(tmp_path: Path) -> None:
    result = kefu("doctor", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    for remedy in ("kefu models pull", "kefu setup"):
        assert remedy in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_taken_port_is_told_before_anything_slow(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = kefu(
            "serve", "--port", str(taken.getsockname()[1]), folder=tmp_path, KEFU_DATA_DIR=str(tmp_path)
        )
    assert result.returncode == 1
    assert "KEFU_PORT" in result.stderr and "Traceback" not in result.stderr


def test_a_bad_shop_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text('{"name": 1}')
    result = kefu("shop", "import", "shop.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "shop.json: line 1: currency: missing" in result.stderr and "Traceback" not in result.stderr


@dataclass(frozen=True)
class Ended:
    returncode: int
    stderr: str


def shop_command(folder: Path, *words: str) -> Ended:
    """Run `kefu shop …` in this process, which spares the start of another."""
    errors = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(errors):
        patch.chdir(folder)
        patch.setenv("KEFU_DATA_DIR", str(folder / "data"))
        patch.setattr(sys, "argv", ["kefu", "shop", *words])
        with pytest.raises(SystemExit) as ended:
            service.cli.main()
    return Ended(int(ended.value.code or 0), errors.getvalue())


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop, in a database and as a file and tables that came out of it; nobody writes here."""
    folder = tmp_path_factory.mktemp("sample")
    for words in (
        ["sample", "shop.json"], ["import", "shop.json"], ["export", "again.json"],
        ["export", "tables", "--format", "csv"],
    ):  # fmt: skip
        result = shop_command(folder, *words)
        assert result.returncode == 0, result.stderr
    return folder


def refused(result: Ended, *words: str) -> None:
    assert result.returncode == 1
    assert "Traceback" not in result.stderr and "error:" in result.stderr
    for each in words:
        assert each in result.stderr


def test_a_shop_goes_in_and_out_unchanged(sample: Path, tmp_path: Path) -> None:
    before, after = (load_shop((sample / name).read_bytes()) for name in ("shop.json", "again.json"))
    by_id = attrgetter("id")
    assert replace(after, orders=()) == replace(before, orders=())
    assert sorted(after.orders, key=by_id) == sorted(before.orders, key=by_id)
    assert shop_command(tmp_path, "check", str(sample / "tables")).returncode == 0
    assert shop_command(tmp_path, "import", str(sample / "tables")).returncode == 0
    assert shop_command(tmp_path, "export", "again.json").returncode == 0
    assert (tmp_path / "again.json").read_bytes() == (sample / "again.json").read_bytes()


def test_a_shop_that_is_there_is_replaced_only_when_asked(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "data", tmp_path / "data")
    refused(shop_command(tmp_path, "import", str(sample / "shop.json")), "already holds a shop")
    assert shop_command(tmp_path, "import", str(sample / "shop.json"), "--replace").returncode == 0


def test_a_refused_import_changes_nothing_and_names_every_row(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "data", tmp_path / "data")
    shutil.copytree(sample / "tables", tmp_path / "tables")
    path = tmp_path / "tables" / "customers.csv"
    path.write_bytes(path.read_bytes().replace(b",standard,", b",[/red]=vip,"))
    result = shop_command(tmp_path, "import", "tables", "--replace", "--problems", "bad.csv")
    refused(result, "customers.csv: line ", "tier: '[/red]=vip' is not one of", "more", "bad.csv")
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "line", "field", "reason"]
    assert len(rows) > 20
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert all("=vip" in lines[int(line) - 1] for _, line, _, _ in rows)
    assert len(rows) == path.read_text(encoding="utf-8").count("=vip")
    assert shop_command(tmp_path, "export", "after.json").returncode == 0
    assert (tmp_path / "after.json").read_bytes() == (sample / "again.json").read_bytes()


def test_every_kind_of_bad_input_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "gbk.json").write_bytes('{"name": "青禾"}'.encode("gbk"))
    (tmp_path / "half.json").write_text('{"name": {"zh": "a"')
    (tmp_path / "bare.json").write_text('{"name": 1}')
    (tmp_path / "folder").mkdir()
    (tmp_path / "table.csv").write_text("id\n")
    for words, told in (
        (["check", "[/none]"], "there is no such file or folder"),
        (["import", "empty.json"], "empty.json: line 1: the file is empty"),
        (["import", "gbk.json"], "gbk.json: line 1: not UTF-8"),
        (["check", "half.json"], "half.json: line 1: not JSON: the text ends too early at column 20"),
        (["check", "bare.json"], "bare.json: line 1: currency: missing"),
        (["import", "folder"], "shop.csv: this file is missing"),
        (["check", "folder", "--format", "json"], "a folder, where a json file is needed"),
        (["check", "bare.json", "--format", "csv"], "a shop in CSV is a folder of tables"),
        (["check", "table.csv"], "a shop in CSV is a folder of tables"),
    ):
        refused(shop_command(tmp_path, *words), told)


def test_an_export_replaces_only_what_is_a_shop(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "data", tmp_path / "data")
    (tmp_path / "tables").mkdir()
    assert shop_command(tmp_path, "export", "tables", "--format", "csv").returncode == 0
    assert shop_command(tmp_path, "export", "tables", "--format", "csv").returncode == 0
    assert len(list((tmp_path / "tables").iterdir())) == len(list((sample / "tables").iterdir()))
    (tmp_path / "tables" / "notes.txt").write_text("mine")
    refused(shop_command(tmp_path, "export", "tables", "--format", "csv"), "it holds 'notes.txt'")
    refused(shop_command(tmp_path, "export", "tables"), "add --format csv")
    refused(shop_command(tmp_path, "export", "none/shop.json"), "there is no folder")
    assert (tmp_path / "tables" / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
