"""Prompt states on disk and in memory: bounded, and never another's or half of one."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent.llama.states import StateCache

DISK = 10**6


def test_a_state_outlives_the_process(tmp_path: Path) -> None:
    StateCache(tmp_path, DISK).put("a", b"state")
    assert "a" in StateCache(tmp_path, DISK)
    assert StateCache(tmp_path, DISK, DISK).get("a") == b"state"


def test_a_missing_state_is_none(tmp_path: Path) -> None:
    cache = StateCache(tmp_path / "new", DISK, DISK)
    assert "a" not in cache
    assert cache.get("a") is None


@given(state=st.binary(min_size=1, max_size=200), place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_file_with_any_bit_changed_is_no_state(
    state: bytes, place: int, bit: int, tmp_path_factory: object
) -> None:
    folder = tmp_path_factory.mktemp("states")  # type: ignore[attr-defined]
    cache = StateCache(folder, DISK)
    cache.put("a", state)
    path = cache.path("a")
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    assert cache.get("a") is None
    assert not path.exists()


@given(state=st.binary(min_size=1, max_size=100), keep=st.floats(0, 0.999))
def test_a_file_that_is_cut_off_is_no_state(state: bytes, keep: float, tmp_path_factory: object) -> None:
    cache = StateCache(tmp_path_factory.mktemp("states"), DISK)  # type: ignore[attr-defined]
    cache.put("a", state)
    data = cache.path("a").read_bytes()
    cache.path("a").write_bytes(data[: int(len(data) * keep)])
    assert cache.get("a") is None


def test_the_disk_is_bounded_and_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = StateCache(tmp_path, 3 * 120)
    for number in range(3):
        cache.put(str(number), b"x" * 100)
        os.utime(cache.path(str(number)), (number, number))
    assert cache.get("0") is not None
    cache.put("3", b"x" * 100)
    assert sorted(path.stem for path in tmp_path.glob("*.state")) == ["0", "2", "3"]


def test_memory_is_bounded_and_serves_what_the_disk_lost(tmp_path: Path) -> None:
    cache = StateCache(tmp_path, DISK, 250)
    for key in "abc":
        cache.put(key, key.encode() * 100)
    for path in tmp_path.glob("*.state"):
        path.unlink()
    assert [cache.get(key) is not None for key in "abc"] == [False, True, True]


def test_what_an_older_version_or_a_crash_left_does_not_count_for_ever(tmp_path: Path) -> None:
    (tmp_path / "old.partial").write_bytes(b"x" * 1000)
    os.utime(tmp_path / "old.partial", (1, 1))
    cache = StateCache(tmp_path, 500)
    cache.put("a", b"y")
    assert not (tmp_path / "old.partial").exists()
    assert cache.get("a") == b"y"


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    cache = StateCache(tmp_path / "gone", DISK, DISK)
    (tmp_path / "gone").rmdir()
    (tmp_path / "gone").write_text("a file in the way")
    cache.put("a", b"state")
    assert cache.get("a") == b"state"
