from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_variables_win_over_the_file_and_the_file_over_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kefu.toml").write_text('port = 9000\nmodel = "other.gguf"\n')
    monkeypatch.setenv("KEFU_PORT", "9100")
    settings = read_settings()
    assert (settings.port, settings.model, settings.host) == (9100, "other.gguf", "127.0.0.1")


def test_it_is_read_once_and_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("KEFU_PORT", "seventy", "KEFU_PORT"),
        ("KEFU_PORT", "70000", "KEFU_PORT"),
        ("KEFU_MODEL_QUEUE", "0", "KEFU_MODEL_QUEUE"),
        ("KEFU_LOG_LEVEL", "loud", "KEFU_LOG_LEVEL"),
        ("KEFU_PROT", "8000", "KEFU_PROT"),
        ("KEFU_CONFIG", "/no/such/file.toml", "/no/such/file.toml"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        read_settings()


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "kefu.toml").write_text("prot = 9000\n")
    with pytest.raises(SettingsError, match=r"(?i)prot"):
        read_settings()


def test_broken_toml_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "kefu.toml").write_text("port = = 1\n")
    with pytest.raises(SettingsError, match=r"kefu\.toml"):
        read_settings()
