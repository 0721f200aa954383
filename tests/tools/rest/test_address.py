"""Where the token may be sent to, and which ids can stand in a path."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import StoreUnavailable
from tools.store.rest.address import ApiSettings, askable, path_of


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/api/v1",
        "https://shop.example:8443",
        "http://127.0.0.1:8010",
        "http://127.8.9.1",
        "http://[::1]:8010/x",
        "http://localhost:8010",
    ],
)
def test_https_or_the_machine_itself(url: str) -> None:
    assert ApiSettings(url).url == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://shop.example", "plain http is for the loopback only, not for shop.example"),
        ("http://10.0.0.1", "plain http"),
        ("http://localhost.example", "plain http"),
        ("http://127.0.0.1.example", "plain http"),
        ("http://0.0.0.0:80", "plain http"),
        ("shop.example/api", "https://host/path is needed"),
        ("", "https://host/path is needed"),
        ("ftp://shop.example", "https://host/path is needed"),
        ("https://name:secret@shop.example", "a name, a query or a fragment"),
        ("https://shop.example/?a=1", "a name, a query or a fragment"),
        ("https://shop.example/#a", "a name, a query or a fragment"),
        ("https://shop.example:port", "port"),
    ],
)
def test_addresses_that_are_refused(url: str, problem: str) -> None:
    with pytest.raises(StoreUnavailable, match=problem) as caught:
        ApiSettings(url)
    assert "secret" not in str(caught.value)


def test_plain_http_can_be_asked_for() -> None:
    assert ApiSettings("http://10.0.0.1", plain_http=True).plain_http


@pytest.mark.parametrize("token", ["a\r\nX-Other: b", "钥匙", "a\x00"])
def test_a_token_that_is_no_header_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(StoreUnavailable, match="token") as caught:
        ApiSettings("https://shop.example", token)
    assert token not in str(caught.value)


def test_the_token_is_not_printed_with_the_settings() -> None:
    assert "secret" not in repr(ApiSettings("https://shop.example", "secret"))


@given(st.text())
def test_what_stands_in_a_path_comes_back_and_never_leaves_it(key: str) -> None:
    if not askable(key):
        with pytest.raises(ValueError):
            path_of(("orders", key))
        return
    path = path_of(("orders", key))
    assert path.count("/") == 1 and path.isascii()
    assert not set(path) & set("?#\\ \r\n")
    assert unquote(path.partition("/")[2]) == key
    assert key not in (".", "..")
