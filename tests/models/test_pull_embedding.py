"""The embedding's pull: two recipes, one folder; a build that dies leaves nothing in place."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from models import checkpoint
from models.entries import DataFile, Model, Recipe
from models.errors import ChecksumMismatch, DamagedModel, NotEnoughSpace, SourceUnreachable
from models.pull import pull_named
from models.sources import LocalSource
from models.verify import check
from tests.models.makers import e5s1, sha256, tiny_tensors

pytestmark = pytest.mark.slow

Q4 = e5s1(tiny_tensors())
TOKENIZER = b'{"version": "1.0"}'


def entry(q4: bytes = Q4) -> Model:
    tokenizer = DataFile("tokenizer.json", len(TOKENIZER), sha256(TOKENIZER))
    full = DataFile("model.safetensors", 10, sha256(b"0123456789"))
    small = DataFile("e5-small-q4.bin", len(q4), sha256(q4))
    recipes = (
        Recipe((full, tokenizer), checkpoint.from_weights),
        Recipe((small, tokenizer), checkpoint.from_q4),
    )
    return Model("e5", "embedding", "e5", "MIT", "For tests.", recipes)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder such as somebody brings on a memory stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "e5-small-q4.bin").write_bytes(Q4)
    (folder / "tokenizer.json").write_bytes(TOKENIZER)
    return folder


def test_the_folder_is_built_proved_and_found_right_again(home: Path, stick: Path) -> None:
    path = pull_named(entry(), home, [LocalSource(stick)])
    assert check(entry(), home).state == "ok"
    assert (path / "1_Pooling/config.json").is_file()
    assert not (home / ".partial/e5").exists()


def test_the_official_weights_are_taken_where_they_are(home: Path, stick: Path) -> None:
    (stick / "model.safetensors").write_bytes(b"0123456789")
    path = pull_named(entry(), home, [LocalSource(stick)])
    assert (path / "model.safetensors").read_bytes() == b"0123456789"


def test_a_wrong_tokenizer_stops_the_build_and_keeps_what_was_right(home: Path, stick: Path) -> None:
    (stick / "tokenizer.json").write_bytes(TOKENIZER[::-1])
    with pytest.raises(ChecksumMismatch, match=r"tokenizer\.json"):
        pull_named(entry(), home, [LocalSource(stick)])
    assert not (home / "e5").exists()
    assert (home / ".partial/e5/e5-small-q4.bin").read_bytes() == Q4


def test_a_full_disk_while_building_leaves_nothing_in_place(
    home: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("models.expand_e5.save_file", full)
        with pytest.raises(NotEnoughSpace, match="make room"):
            pull_named(entry(), home, [LocalSource(stick)])
    assert not (home / "e5").exists()
    shutil.rmtree(stick)  # everything had been fetched: the source is not needed again
    stick.mkdir()
    (stick / "e5-small-q4.bin").touch()
    (stick / "tokenizer.json").touch()
    assert check(entry(), pull_named(entry(), home, [LocalSource(stick)]).parent).state == "ok"


def test_bytes_that_are_official_but_unreadable_are_a_clear_error(home: Path, stick: Path) -> None:
    spoiled = b"E5S1" + bytes(len(Q4) - 4)
    (stick / "e5-small-q4.bin").write_bytes(spoiled)
    with pytest.raises(DamagedModel, match="not a 4-bit E5 file"):
        pull_named(entry(spoiled), home, [LocalSource(stick)])
    assert not (home / "e5").exists()


def test_a_damaged_folder_is_replaced_only_by_a_right_one(home: Path, stick: Path, tmp_path: Path) -> None:
    path = pull_named(entry(), home, [LocalSource(stick)])
    (path / "model.safetensors").write_bytes(b"rotten")
    assert check(entry(), home).detail == "model.safetensors has the wrong SHA-256"
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceUnreachable):
        pull_named(entry(), home, [LocalSource(tmp_path / "empty")])
    assert (path / "model.safetensors").read_bytes() == b"rotten"
    pull_named(entry(), home, [LocalSource(stick)])
    assert check(entry(), home).state == "ok"


@pytest.mark.parametrize(
    ("spoil", "detail"),
    [
        ("kefu.json", "kefu.json is missing or unreadable"),
        ("tokenizer.json", "tokenizer.json is missing"),
        ("model.safetensors", "model.safetensors is missing"),
    ],
)
def test_verify_says_what_is_missing(home: Path, stick: Path, spoil: str, detail: str) -> None:
    (pull_named(entry(), home, [LocalSource(stick)]) / spoil).unlink()
    status = check(entry(), home)
    assert (status.state, status.detail) == ("damaged", detail)
