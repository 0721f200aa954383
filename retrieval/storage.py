"""Snapshots on disk: written aside, sealed with checksums, made visible in one step.

```
<folder>/CURRENT                  the id of the snapshot in use
<folder>/snapshots/<id>/…         never changed once it is there
<folder>/pointed/<id>             empty: the snapshot has been in use
<folder>/.lock                    held while one of these is changed
```
The id is the beginning of the SHA-256 of `manifest.json`, and the manifest holds the SHA-256 of every
other file: one name vouches for all bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import SnapshotDamaged, SnapshotMissing, SnapshotNotWritten

FORMAT = 6
KEPT = 3
MANIFEST = "manifest.json"
_ID = re.compile(r"^[0-9a-f]{16}$")
_ABANDONED_SECONDS = 3600
_UNPOINTED_SECONDS = 600
_LOCK_SECONDS = 60


class DocumentEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: str
    title: str
    revision: str


class Manifest(BaseModel):
    """What a snapshot holds. `files` maps a path inside it to its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    embedding: str
    dimensions: int
    passages: int
    documents: tuple[DocumentEntry, ...]
    files: dict[str, str]


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """A scratch folder beside the snapshots that is gone afterwards, whatever happens."""
    try:
        (folder / "snapshots").mkdir(parents=True, exist_ok=True)
        _sweep(folder / "snapshots")
        scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=folder / "snapshots"))
        # mkdtemp shuts everyone else out; another account may run the service.
        scratch.chmod(0o755)
    except OSError as error:
        raise SnapshotNotWritten(f"{folder}: {error.strerror}") from error
    try:
        yield scratch
    except OSError as error:
        raise SnapshotNotWritten(f"{folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder` except the manifest, each flushed to the disk."""
    sums = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            sums[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums


def publish(scratch: Path, manifest: Manifest, folder: Path, point: bool = True) -> str:
    """Seal `scratch`, move it to its place and point CURRENT to it. The snapshot's id.

    Files that are already there under the same id and sound are left alone. Without `point` the
    snapshot lies ready and CURRENT stays; nothing removes it within ten minutes.
    """
    sealed = manifest.model_dump_json(indent=1).encode()
    snapshot_id = hashlib.sha256(sealed).hexdigest()[:16]
    _write(scratch / MANIFEST, sealed)
    _sync_folders(scratch)
    target = folder / "snapshots" / snapshot_id
    with _locked(folder):
        if target.exists() and not _is_sound(target):
            target.rename(Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent)) / "damaged")
        if not target.exists():
            scratch.rename(target)
        os.utime(target)
        _sync(target.parent)
        if point:
            _point(folder, snapshot_id)
            _prune(folder)
        else:
            (folder / "pointed" / snapshot_id).unlink(missing_ok=True)
    return snapshot_id


def point_to(folder: Path, snapshot_id: str) -> None:
    """Make a snapshot that is already on disk the one in use (also the way back to an older one)."""
    with _locked(folder):
        if not _is_sound(folder / "snapshots" / snapshot_id):
            raise SnapshotDamaged(f"{folder}: snapshot {snapshot_id} is absent or damaged")
        _point(folder, snapshot_id)


def _point(folder: Path, snapshot_id: str) -> None:
    (folder / "pointed").mkdir(exist_ok=True)
    (folder / "pointed" / snapshot_id).touch()
    pointer = folder / f".CURRENT-{os.getpid()}-{time.monotonic_ns()}"
    _write(pointer, f"{snapshot_id}\n".encode())
    pointer.replace(folder / "CURRENT")
    _sync(folder)


def current(folder: Path) -> Path:
    """The folder of the snapshot in use; its content is not checked here."""
    try:
        snapshot_id = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise SnapshotMissing(f"{folder}: no snapshot has been built yet") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotDamaged(f"{folder / 'CURRENT'}: cannot be read") from error
    if not _ID.match(snapshot_id):
        raise SnapshotDamaged(f"{folder / 'CURRENT'}: does not hold the id of a snapshot")
    return folder / "snapshots" / snapshot_id


def stored(folder: Path, snapshot_id: str) -> Path:
    """The folder of any snapshot; raises `SnapshotMissing` when there is none of that id."""
    if not _ID.match(snapshot_id):
        raise SnapshotMissing(f"{folder}: {snapshot_id!r} is not the id of a snapshot")
    return folder / "snapshots" / snapshot_id


def manifest_of(target: Path) -> Manifest:
    """What a snapshot says that it holds; its other files are not looked at. Raises `SnapshotDamaged`."""
    try:
        sealed = (target / MANIFEST).read_bytes()
    except OSError as error:
        raise SnapshotDamaged(f"{target / MANIFEST}: is missing") from error
    if hashlib.sha256(sealed).hexdigest()[:16] != target.name:
        raise SnapshotDamaged(f"{target / MANIFEST}: was changed after it was written")
    try:
        manifest = Manifest.model_validate_json(sealed)
    except ValidationError as error:
        raise SnapshotDamaged(f"{target / MANIFEST}: is not a manifest") from error
    if manifest.format != FORMAT:
        raise SnapshotDamaged(f"{target / MANIFEST}: format {manifest.format}, this version reads {FORMAT}")
    return manifest


def verify(target: Path) -> Manifest:
    """Check every byte of a snapshot; raises `SnapshotDamaged` naming the first bad file."""
    manifest = manifest_of(target)
    try:
        found = checksums(target)
    except OSError as error:
        raise SnapshotDamaged(f"{target}: cannot be read: {error.strerror}") from error
    for name in sorted(manifest.files.keys() | found.keys()):
        if found.get(name) != manifest.files.get(name):
            what = "is missing" if name not in found else "differs from its checksum"
            raise SnapshotDamaged(f"{target / name}: {what}")
    return manifest


def prune(folder: Path) -> None:
    """Keep the `KEPT` newest snapshots, the one in use, and any young one that has not been in use yet.

    The last may belong to somebody who is about to point to it.
    """
    with _locked(folder):
        _prune(folder)


def _prune(folder: Path) -> None:
    in_use = current(folder)
    stored = [path for path in (folder / "snapshots").iterdir() if _ID.match(path.name) and path != in_use]
    for path in sorted(stored, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT - 1 :]:
        pointed = folder / "pointed" / path.name
        if pointed.exists() or path.stat().st_mtime < time.time() - _UNPOINTED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
            pointed.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One publisher at a time; a process that is killed lets go of the lock."""
    if not folder.is_dir():
        raise SnapshotMissing(f"{folder}: no snapshot has been built yet")
    try:
        with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
            yield
    except Timeout as error:
        raise SnapshotNotWritten(f"{folder}: another publisher has held the lock for a minute") from error


def _sweep(snapshots: Path) -> None:
    # A build that was killed leaves its scratch folder; a young one may belong to a build going on.
    for path in snapshots.glob(".building-*"):
        if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _is_sound(target: Path) -> bool:
    try:
        verify(target)
    except SnapshotDamaged:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folders(folder: Path) -> None:
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        _sync(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
