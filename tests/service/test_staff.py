"""The staff's token: set by the shop or made once, and asked for on every route of theirs."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from insights.pseudonyms import pseudonym
from service.settings import Settings, SettingsError, read_settings
from service.staff import TOKEN_FILE, kept_token, staff_token


def test_a_token_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: kept_token(tmp_path / "data"), range(16)))
    (token,) = tokens
    assert len(token) >= 32
    assert stat.S_IMODE((tmp_path / "data" / TOKEN_FILE).stat().st_mode) == 0o600


def test_the_shops_own_token_comes_first(tmp_path: Path) -> None:
    own = "a-token-that-the-shop-has-chosen-itself"
    settings = Settings(data_dir=tmp_path, staff_token=SecretStr(own))
    assert staff_token(settings) == own
    assert not (tmp_path / TOKEN_FILE).exists()


def test_an_empty_file_is_no_token(tmp_path: Path) -> None:
    (tmp_path / TOKEN_FILE).write_text("\n")
    with pytest.raises(SettingsError, match=TOKEN_FILE):
        kept_token(tmp_path)


def test_a_short_token_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEFU_STAFF_TOKEN", "short-secret")
    with pytest.raises(SettingsError, match="KEFU_STAFF_TOKEN") as caught:
        read_settings()
    assert "short-secret" not in str(caught.value)


def test_a_customer_is_the_same_under_one_key_and_another_under_another() -> None:
    assert pseudonym("customer", "C-1", b"k" * 32) == pseudonym("customer", "C-1", b"k" * 32)
    assert (
        len(
            {
                pseudonym("customer", "C-1", b"k" * 32),
                pseudonym("customer", "C-2", b"k" * 32),
                pseudonym("customer", "C-1", b"l" * 32),
            }
        )
        == 3
    )
