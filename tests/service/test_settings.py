from __future__ import annotations

import json
import traceback
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


SECRET = "0123456789abcdef0123456789abcdef"


def test_secrets_of_channels_come_from_a_variable_or_from_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kefu.toml").write_text(f'[channel_keys]\nmail = "{SECRET}"\n')
    assert [key.get_secret_value() for key in read_settings().channel_keys["mail"]] == [SECRET]
    monkeypatch.setenv("KEFU_CHANNEL_KEYS", json.dumps({"shop-app": [SECRET[::-1], SECRET]}))
    keys = read_settings().channel_keys
    assert list(keys) == ["shop-app"] and keys["shop-app"][0].get_secret_value() == SECRET[::-1]


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        "{",
        f'["{SECRET}"]',
        f'{{"": "{SECRET}"}}',
        f'{{"shop-app": "{SECRET[:31]}"}}',
        f'{{"shop-app": ["{SECRET}", "{SECRET}", "{SECRET}"]}}',
        f'{{"shop-app": {{"key": "{SECRET}"}}}}',
        f'{{"shop-app": [7, "{SECRET}"]}}',
        f'{{"{SECRET * 3}": "shop-app"}}',
        '{"shop-app": []}',
    ],
)
def test_a_bad_secret_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KEFU_CHANNEL_KEYS", value)
    with pytest.raises(SettingsError, match="KEFU_CHANNEL_KEYS") as caught:
        read_settings()
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET[:31] not in shown


def test_a_secret_under_a_wrong_name_in_the_file_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "kefu.toml").write_text(f'[channel_key]\nmail = "{SECRET}"\n')
    with pytest.raises(SettingsError, match="KEFU_CHANNEL_KEY:") as caught:
        read_settings()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_printing_the_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_CHANNEL_KEYS", json.dumps({"mail": SECRET}))
    settings = read_settings()
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize("value", ['["10.0.0.1/8"]', '["proxy.example.com"]', "10.0.0.0/8", "7"])
def test_a_proxy_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KEFU_TRUSTED_PROXIES", '["10.0.0.0/8", "::1"]')
    assert [str(proxy) for proxy in read_settings().trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    monkeypatch.setenv("KEFU_TRUSTED_PROXIES", value)
    with pytest.raises(SettingsError, match="KEFU_TRUSTED_PROXIES"):
        read_settings()
