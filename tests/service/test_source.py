"""Guesses are counted by where they come from, and nobody can say that he is somewhere else."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from service.source import KEY_BYTES, KEY_FILE, Sources, client_address, source_key

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48")]
SOURCES = Sources(b"k" * 32, PROXIES, {"shop-app"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, , 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.7:5060"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::1]:5060"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("2001:db8:f::1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("fe80::1%eth0", [], "fe80::1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: list[str], client: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == ip_address(client)


@pytest.mark.parametrize("peer", [None, "", "testclient", "\ud800", "1.2.3.4.5", "[", ":"])
def test_who_has_no_address_is_counted_with_all_who_have_none(peer: str | None) -> None:
    assert SOURCES.name(peer, [], "web") == SOURCES.name(None, ["1.2.3.4"], "api") != ""


def test_a_made_up_channel_does_not_begin_a_new_count() -> None:
    assert SOURCES.name("192.0.2.1", [], "web") == SOURCES.name("192.0.2.1", [], "web-2")
    assert SOURCES.name("192.0.2.1", [], "web") != SOURCES.name("192.0.2.1", [], "shop-app")


def test_neighbours_in_an_ipv6_network_are_one_source() -> None:
    one, two, far = (
        SOURCES.name(peer, [], "web") for peer in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1")
    )
    assert one == two != far
    assert SOURCES.name("192.0.2.1", [], "web") != SOURCES.name("192.0.2.2", [], "web")


def test_a_source_needs_the_key_to_be_told_from_an_address() -> None:
    name = SOURCES.name("192.0.2.1", [], "web")
    assert "192.0.2.1" not in name
    assert name != Sources(b"x" * 32, PROXIES, {"shop-app"}).name("192.0.2.1", [], "web")
    assert "kkkk" not in repr(SOURCES)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(source_key, [tmp_path] * 8))
    assert len(made) == 1 and len(made.pop()) == KEY_BYTES
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
