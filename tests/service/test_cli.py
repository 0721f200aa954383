"""What somebody at a terminal sees: help that teaches, errors in one line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import ROOT

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


def test_a_bad_shop_file_is_refused_with_every_row(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text('{"name": 1}')
    result = kefu("shop", "import", "shop.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "shop.json: currency" in result.stderr and "Traceback" not in result.stderr


def test_a_shop_goes_in_and_out_unchanged(tmp_path: Path) -> None:
    assert kefu("shop", "sample", "a.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path)).returncode == 0
    assert kefu("shop", "check", "a.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path)).returncode == 0
    assert kefu("shop", "import", "a.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path)).returncode == 0
    assert kefu("shop", "export", "b.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path)).returncode == 0
    again = kefu("shop", "import", "b.json", folder=tmp_path, KEFU_DATA_DIR=str(tmp_path))
    assert again.returncode == 1 and "Traceback" not in again.stderr
    assert (tmp_path / "a.json").stat().st_size == (tmp_path / "b.json").stat().st_size
