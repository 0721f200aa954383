"""Reading, hashing and making room: the few things every source does with files."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import ModelError, NotEnoughSpace

Report = Callable[[str, int, int], None]
"""Called with (what is being fetched, bytes done, bytes in all)."""

CHUNK = 1 << 20
_SLACK = 16 << 20  # directory entries, markers, the small JSON files


def quiet(_label: str, _done: int, _total: int) -> None:
    """A `Report` that shows nothing."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def megabytes(count: int) -> str:
    """1117320768 -> "1,117 MB" (decimal, as disks and download pages count)."""
    return f"{count / 1e6:,.0f} MB"


def free_bytes(folder: Path) -> int:
    """Bytes this user may still write where `folder` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_space(folder: Path, needed: int) -> None:
    """Raise `NotEnoughSpace` unless `needed` more bytes fit."""
    free = free_bytes(folder)
    if free < needed + _SLACK:
        raise NotEnoughSpace(f"{folder}: {megabytes(needed)} are needed, {megabytes(free)} are free")


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals into errors that say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "make room and run the same command again; what has been fetched is kept"
            raise NotEnoughSpace(f"{folder}: the disk is full; {hint}") from error
        raise ModelError(f"{error.filename or folder}: {error.strerror or error}") from error


def sync(path: Path) -> None:
    """Have the disk hold a file, or every file of a folder, before a rename makes it visible."""
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())


def link(source: Path, target: Path) -> None:
    """Have the same bytes at `target`, without copying where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def remove(path: Path) -> None:
    """Remove a file or a folder; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
